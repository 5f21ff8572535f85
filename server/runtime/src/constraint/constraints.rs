//! The trait of all constraints, and the error of a value that violates them.

use std::fmt::{self, Display, Formatter};

use schemars::r#gen::SchemaGenerator;
use schemars::schema::SchemaObject;
use serde::Deserializer;
use serde::de::{Error, Expected, Unexpected};

/// The constraints of a type whose values are stored as `V`.
///
/// [`Display`] describes an allowed value, as in "an integer from 1 to 5".
pub trait Constraints<V>: Display {
    /// Deserialises a value without checking it.
    fn deserialize<'de, D: Deserializer<'de>>(&self, deserializer: D) -> Result<V, D::Error>;

    /// Returns true if `value` is allowed. `pattern` is [`pattern`](Self::pattern), compiled.
    fn allows(&self, value: &V, pattern: Option<&regress::Regex>) -> bool;

    /// Returns the regular expression that a value must match. It is compiled once per type.
    fn pattern(&self) -> Option<&'static str> {
        None
    }

    /// Returns the constraints as a JSON Schema.
    fn schema(&self, generator: &mut SchemaGenerator) -> SchemaObject;

    /// Returns `value` in the form that serde's error messages use.
    fn unexpected<'v>(&self, value: &'v V) -> Unexpected<'v>;
}

/// The error of a conversion from a value that the constraints do not allow.
///
/// ```
/// use agenthuman_server_runtime::constrained;
/// use agenthuman_server_runtime::constraint::StringConstraints;
///
/// constrained! {
///     /// A short code.
///     pub struct Code(String) = StringConstraints { max_length: Some(4), ..StringConstraints::ANY };
/// }
///
/// let violation = Code::try_from("summer".to_owned()).unwrap_err();
/// assert_eq!(violation.to_string(), "expected a string of at most 4 characters");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation(String);

impl Violation {
    #[doc(hidden)]
    pub fn new(constraints: &impl Display) -> Self {
        Violation(constraints.to_string())
    }
}

impl Display for Violation {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "expected {}", self.0)
    }
}

impl std::error::Error for Violation {}

/// Constraints as serde's description of an expected value.
pub(super) struct ExpectedValue<'a, C>(pub(super) &'a C);

impl<C: Display> Expected for ExpectedValue<'_, C> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[doc(hidden)]
pub fn invalid_value<V, C: Constraints<V>, E: Error>(value: &V, constraints: &C) -> E {
    E::invalid_value(constraints.unexpected(value), &ExpectedValue(constraints))
}
