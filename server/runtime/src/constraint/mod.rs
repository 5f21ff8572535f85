//! Types that hold only what the contract allows.
//!
//! schemars' own attributes (`range`, `regex`, …) are emitted into the OpenAPI document but never
//! enforced, so a document could be right and the server wrong. Here one set of constraints serves
//! both: [`constrained!`](crate::constrained) reads them to deserialise *and* to emit.

mod array;
mod number;
mod string;

use std::fmt::{self, Display, Formatter};

use schemars::r#gen::SchemaGenerator;
use schemars::schema::SchemaObject;
use serde::Deserializer;
use serde::de::{Error, Expected, Unexpected};

pub use array::ArrayConstraints;
pub use number::{IntegerConstraints, NumberConstraints};
pub use string::StringConstraints;

/// What a constrained type is checked against and described by; `V` carries its value.
///
/// `Display` says what is wanted, as in "an integer from 1 to 5".
pub trait Constraints<V>: Display {
    /// Deserialises a value that has not been checked yet.
    fn read<'de, D: Deserializer<'de>>(&self, deserializer: D) -> Result<V, D::Error>;

    /// Whether `value` is allowed. `pattern` is the compiled pattern, if there is one.
    fn allow(&self, value: &V, pattern: Option<&regress::Regex>) -> bool;

    /// The pattern to compile, once for each type.
    fn pattern(&self) -> Option<&'static str> {
        None
    }

    /// The same constraints as a JSON Schema.
    fn schema(&self, generator: &mut SchemaGenerator) -> SchemaObject;

    /// `value`, as an error message shows it.
    fn unexpected<'v>(&self, value: &'v V) -> Unexpected<'v>;
}

/// A value that its constraints do not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation(String);

impl Violation {
    #[doc(hidden)]
    pub fn new(wanted: &impl Display) -> Self {
        Violation(wanted.to_string())
    }
}

impl Display for Violation {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "expected {}", self.0)
    }
}

impl std::error::Error for Violation {}

/// What is wanted, where serde asks for it.
struct Wanted<'a, C>(&'a C);

impl<C: Display> Expected for Wanted<'_, C> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[doc(hidden)]
pub fn refuse<V, C: Constraints<V>, E: Error>(value: &V, constraints: &C) -> E {
    E::invalid_value(constraints.unexpected(value), &Wanted(constraints))
}

/// Declares a type that holds only what its constraints allow.
///
/// `inline` before the struct says that its schema has no name in the contract: it is emitted where
/// it is used. (Dropshot forgets that a parameter may be `null` where its schema is a reference.)
///
/// ```
/// use agenthuman_server_runtime::constrained;
/// use agenthuman_server_runtime::constraint::IntegerConstraints;
///
/// constrained! {
///     /// A percentage.
///     pub struct Percent(i64) = IntegerConstraints {
///         minimum: Some(0),
///         maximum: Some(100),
///         ..IntegerConstraints::ANY
///     };
/// }
///
/// assert_eq!(*Percent::try_from(7).unwrap(), 7);
/// assert!(Percent::try_from(101).is_err());
/// assert!(serde_json::from_str::<Percent>("-1").is_err());
/// ```
#[macro_export]
macro_rules! constrained {
    ($(#[doc = $doc:literal])* inline pub struct $($rest:tt)*) => {
        $crate::constrained!(@kind false, $(#[doc = $doc])* pub struct $($rest)*);
    };
    ($(#[doc = $doc:literal])* pub struct $($rest:tt)*) => {
        $crate::constrained!(@kind true, $(#[doc = $doc])* pub struct $($rest)*);
    };
    // Floating-point numbers have no total order, and arrays only what their items have.
    (@kind $named:literal, $(#[doc = $doc:literal])* pub struct $name:ident(f64) = $constraints:expr;) => {
        $crate::constrained!(@ $named [$($doc)*] [Clone, Copy, Debug, PartialEq, PartialOrd] $name f64, $constraints);
        $crate::constrained!(@display $name);
    };
    (@kind $named:literal, $(#[doc = $doc:literal])* pub struct $name:ident(Vec<$item:ty>) = $constraints:expr;) => {
        $crate::constrained!(@ $named [$($doc)*] [Clone, Debug, PartialEq] $name Vec<$item>, $constraints);
    };
    (@kind $named:literal, $(#[doc = $doc:literal])* pub struct $name:ident($value:ty) = $constraints:expr;) => {
        $crate::constrained!(
            @ $named [$($doc)*] [Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash] $name $value, $constraints
        );
        $crate::constrained!(@display $name);
    };
    (@display $name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
    (@ $named:literal [$($doc:literal)*] [$($derive:ident),*] $name:ident $value:ty, $constraints:expr) => {
        $(#[doc = $doc])*
        #[derive($($derive),*)]
        pub struct $name($value);

        const _: () = {
            use $crate::constraint::{Constraints, Violation, refuse};

            fn allow(value: &$value) -> bool {
                static PATTERN: std::sync::LazyLock<Option<Result<regress::Regex, regress::Error>>> =
                    std::sync::LazyLock::new(|| {
                        Constraints::<$value>::pattern(&$constraints).map(regress::Regex::new)
                    });
                match &*PATTERN {
                    None => ($constraints).allow(value, None),
                    Some(Ok(pattern)) => ($constraints).allow(value, Some(pattern)),
                    // The generator compiles each pattern before it writes it down; one that was
                    // broken by hand since then allows nothing.
                    Some(Err(_)) => false,
                }
            }

            impl TryFrom<$value> for $name {
                type Error = Violation;

                fn try_from(value: $value) -> Result<Self, Violation> {
                    if allow(&value) { Ok($name(value)) } else { Err(Violation::new(&$constraints)) }
                }
            }

            impl From<$name> for $value {
                fn from(value: $name) -> $value {
                    value.0
                }
            }

            impl std::ops::Deref for $name {
                type Target = $value;

                fn deref(&self) -> &$value {
                    &self.0
                }
            }

            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    self.0.serialize(serializer)
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let value = Constraints::<$value>::read(&$constraints, deserializer)?;
                    if allow(&value) { Ok($name(value)) } else { Err(refuse(&value, &$constraints)) }
                }
            }

            impl schemars::JsonSchema for $name {
                fn is_referenceable() -> bool {
                    $named
                }

                fn schema_name() -> String {
                    stringify!($name).to_owned()
                }

                fn schema_id() -> std::borrow::Cow<'static, str> {
                    concat!(module_path!(), "::", stringify!($name)).into()
                }

                fn json_schema(
                    generator: &mut schemars::r#gen::SchemaGenerator,
                ) -> schemars::schema::Schema {
                    let mut schema = Constraints::<$value>::schema(&$constraints, generator);
                    schema.metadata().description = $crate::schema::description(&[$($doc),*]);
                    schema.into()
                }
            }
        };
    };
}
