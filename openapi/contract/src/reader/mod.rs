//! The reader of a contract: its values, the span of each in the file, references, and the rule that
//! makes a property clearable.

mod contract;
mod json;
mod keys;
mod limits;
mod media_type;
mod normalized;
mod nullability;
mod numbers;
mod pointer;
mod reference;
mod span;
#[cfg(feature = "gate")]
mod type_name;
mod yaml;

pub use contract::{Contract, ContractError, METHODS};
#[cfg(feature = "gate")]
pub(crate) use json::parse_json;
pub use keys::Keys;
pub use media_type::{essence, is_json, media_type};
pub use nullability::{clearable, nullable, required};
#[cfg(feature = "gate")]
pub(crate) use numbers::{EXACT, Texts};
pub use pointer::child;
pub use reference::{follow, target};
pub use span::Span;
#[cfg(feature = "gate")]
pub(crate) use type_name::type_name;

#[cfg(test)]
mod tests;
