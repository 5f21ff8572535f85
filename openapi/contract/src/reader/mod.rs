//! The reader of a contract: its values, the span of each in the file, references, and the rule that
//! makes a property clearable.

mod contract;
mod json;
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
pub use media_type::media_type;
pub use nullability::{clearable, nullable, required};
#[cfg(feature = "gate")]
pub(crate) use numbers::Texts;
pub use pointer::child;
pub use reference::{follow, target};
pub use span::Span;
#[cfg(feature = "gate")]
pub(crate) use type_name::type_name;

#[cfg(test)]
mod tests;
