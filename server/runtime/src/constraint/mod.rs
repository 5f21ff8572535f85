//! Types that hold only values the contract allows.
//!
//! schemars' own attributes (`range`, `regex`, …) appear in the emitted OpenAPI document, but nothing
//! enforces them: the document could be right and the server wrong. Here one set of constraints
//! serves both purposes. [`constrained!`](crate::constrained) declares a type from it that checks
//! each value *and* emits the matching schema.

mod array;
mod constraints;
mod number;
mod string;

pub use array::ArrayConstraints;
#[doc(hidden)]
pub use constraints::invalid_value;
pub use constraints::{Constraints, Violation};
pub use number::{IntegerConstraints, NumberConstraints};
pub use string::StringConstraints;
