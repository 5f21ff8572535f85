//! Types that hold only what the contract allows.
//!
//! schemars' own attributes (`range`, `regex`, …) are emitted into the OpenAPI document but never
//! enforced, so a document could be right and the server wrong. Here one set of constraints serves
//! both: [`constrained!`](crate::constrained) reads them to deserialise *and* to emit.

use std::fmt::{self, Display, Formatter};

use schemars::schema::{InstanceType, NumberValidation, SchemaObject, StringValidation};
use serde::de::{Error, Expected, Unexpected};

/// What a constrained type is checked against and described by.
pub trait Constraints: Display {
    /// The Rust type that carries the value.
    type Value;

    /// Whether `value` is allowed. `pattern` is the compiled pattern, if there is one.
    fn allow(&self, value: &Self::Value, pattern: Option<&regress::Regex>) -> bool;

    /// The pattern to compile, once for each type.
    fn pattern(&self) -> Option<&'static str> {
        None
    }

    /// The same constraints as a JSON Schema.
    fn schema(&self) -> SchemaObject;

    /// `value`, as an error message shows it.
    fn unexpected(value: &Self::Value) -> Unexpected<'_>;
}

/// A value that its constraints do not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation(String);

impl Violation {
    #[doc(hidden)]
    pub fn new(expected: &impl Display) -> Self {
        Violation(expected.to_string())
    }
}

impl Display for Violation {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "expected {}", self.0)
    }
}

impl std::error::Error for Violation {}

#[doc(hidden)]
pub fn refuse<C: Constraints, E: Error>(value: &C::Value, constraints: &C) -> E {
    struct Wanted<'a, C>(&'a C);
    impl<C: Display> Expected for Wanted<'_, C> {
        fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
            self.0.fmt(formatter)
        }
    }
    E::invalid_value(C::unexpected(value), &Wanted(constraints))
}

/// Constraints of a string; lengths count Unicode code points.
#[derive(Clone, Copy, Debug)]
pub struct StringConstraints {
    /// An ECMA-262 regular expression that the string must match somewhere.
    pub pattern: Option<&'static str>,
    /// The least number of code points.
    pub min_length: Option<u32>,
    /// The greatest number of code points.
    pub max_length: Option<u32>,
}

impl StringConstraints {
    /// Any string.
    pub const ANY: Self = StringConstraints { pattern: None, min_length: None, max_length: None };
}

impl Display for StringConstraints {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")?;
        match (self.min_length, self.max_length) {
            (Some(min), Some(max)) => write!(formatter, " of {min} to {max} characters")?,
            (Some(min), None) => write!(formatter, " of at least {min} characters")?,
            (None, Some(max)) => write!(formatter, " of at most {max} characters")?,
            (None, None) => {}
        }
        match self.pattern {
            Some(pattern) => write!(formatter, " that matches `{pattern}`"),
            None => Ok(()),
        }
    }
}

impl Constraints for StringConstraints {
    type Value = String;

    fn allow(&self, value: &String, pattern: Option<&regress::Regex>) -> bool {
        let length = value.chars().count();
        self.min_length.is_none_or(|min| length >= min as usize)
            && self.max_length.is_none_or(|max| length <= max as usize)
            && pattern.is_none_or(|pattern| pattern.find(value).is_some())
    }

    fn pattern(&self) -> Option<&'static str> {
        self.pattern
    }

    fn schema(&self) -> SchemaObject {
        let validation = StringValidation {
            pattern: self.pattern.map(str::to_owned),
            min_length: self.min_length,
            max_length: self.max_length,
        };
        SchemaObject {
            instance_type: Some(InstanceType::String.into()),
            string: (validation != StringValidation::default()).then(|| Box::new(validation)),
            ..SchemaObject::default()
        }
    }

    fn unexpected(value: &String) -> Unexpected<'_> {
        Unexpected::Str(value)
    }
}

/// Constraints of a whole number.
#[derive(Clone, Copy, Debug)]
pub struct IntegerConstraints {
    /// `int32`, `int64` or none.
    pub format: Option<&'static str>,
    /// The least value.
    pub minimum: Option<i64>,
    /// The greatest value.
    pub maximum: Option<i64>,
}

impl IntegerConstraints {
    /// Any integer of 64 bits.
    pub const ANY: Self = IntegerConstraints { format: None, minimum: None, maximum: None };
}

impl Display for IntegerConstraints {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("an integer")?;
        match (self.minimum, self.maximum) {
            (Some(minimum), Some(maximum)) => write!(formatter, " from {minimum} to {maximum}"),
            (Some(minimum), None) => write!(formatter, " of at least {minimum}"),
            (None, Some(maximum)) => write!(formatter, " of at most {maximum}"),
            (None, None) => Ok(()),
        }
    }
}

impl Constraints for IntegerConstraints {
    type Value = i64;

    fn allow(&self, value: &i64, _pattern: Option<&regress::Regex>) -> bool {
        let within_format = self.format != Some("int32") || i32::try_from(*value).is_ok();
        within_format
            && self.minimum.is_none_or(|minimum| *value >= minimum)
            && self.maximum.is_none_or(|maximum| *value <= maximum)
    }

    fn schema(&self) -> SchemaObject {
        // A bound beyond 2^53 is rounded by the f64 of schemars 0.8; the generator refuses those.
        let validation = NumberValidation {
            minimum: self.minimum.map(|minimum| minimum as f64),
            maximum: self.maximum.map(|maximum| maximum as f64),
            ..NumberValidation::default()
        };
        SchemaObject {
            instance_type: Some(InstanceType::Integer.into()),
            format: self.format.map(str::to_owned),
            number: (validation != NumberValidation::default()).then(|| Box::new(validation)),
            ..SchemaObject::default()
        }
    }

    fn unexpected(value: &i64) -> Unexpected<'_> {
        Unexpected::Signed(*value)
    }
}

/// Deserialises the value that a constrained type wraps.
///
/// An integer may be written with a fraction of zero: to JSON Schema `100.0` is the integer 100.
#[doc(hidden)]
pub trait Wrapped: Sized {
    fn wrapped<'de, C, D>(deserializer: D, constraints: &C) -> Result<Self, D::Error>
    where
        C: Constraints<Value = Self>,
        D: serde::Deserializer<'de>;
}

struct Visitor<'a, C>(&'a C);

impl<C: Constraints<Value = String>> serde::de::Visitor<'_> for Visitor<'_, C> {
    type Value = String;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<String, E> {
        Ok(value.to_owned())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<String, E> {
        Ok(value)
    }
}

impl Wrapped for String {
    fn wrapped<'de, C, D>(deserializer: D, constraints: &C) -> Result<Self, D::Error>
    where
        C: Constraints<Value = Self>,
        D: serde::Deserializer<'de>,
    {
        deserializer.deserialize_string(Visitor(constraints))
    }
}

struct IntegerVisitor<'a, C>(&'a C);

impl<C: Constraints<Value = i64>> serde::de::Visitor<'_> for IntegerVisitor<'_, C> {
    type Value = i64;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<i64, E> {
        Ok(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<i64, E> {
        i64::try_from(value).map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<i64, E> {
        // 2^63 is the first float above i64::MAX; every whole float below it converts exactly.
        const BEYOND: f64 = 9_223_372_036_854_775_808.0;
        if value.fract() == 0.0 && (-BEYOND..BEYOND).contains(&value) {
            Ok(value as i64)
        } else {
            Err(E::invalid_value(Unexpected::Float(value), &self))
        }
    }
}

impl Wrapped for i64 {
    fn wrapped<'de, C, D>(deserializer: D, constraints: &C) -> Result<Self, D::Error>
    where
        C: Constraints<Value = Self>,
        D: serde::Deserializer<'de>,
    {
        deserializer.deserialize_i64(IntegerVisitor(constraints))
    }
}

/// Declares a type that holds only what its constraints allow.
///
/// ```
/// use agenthuman_links_api::constrained;
/// use agenthuman_links_api::constraint::IntegerConstraints;
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
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident($value:ty) = $constraints:expr;
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($value);

        const _: () = {
            use $crate::constraint::{Constraints, Violation, Wrapped, refuse};

            fn allow(value: &$value) -> bool {
                static PATTERN: std::sync::LazyLock<Option<Result<regress::Regex, regress::Error>>> =
                    std::sync::LazyLock::new(|| {
                        Constraints::pattern(&$constraints).map(regress::Regex::new)
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
                    if allow(&value) {
                        Ok($name(value))
                    } else {
                        Err(Violation::new(&$constraints))
                    }
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

            impl std::fmt::Display for $name {
                fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    self.0.fmt(formatter)
                }
            }

            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    self.0.serialize(serializer)
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let value = <$value as Wrapped>::wrapped(deserializer, &$constraints)?;
                    if allow(&value) { Ok($name(value)) } else { Err(refuse(&value, &$constraints)) }
                }
            }

            impl schemars::JsonSchema for $name {
                fn schema_name() -> String {
                    stringify!($name).to_owned()
                }

                fn json_schema(_: &mut schemars::r#gen::SchemaGenerator) -> schemars::schema::Schema {
                    let mut schema = Constraints::schema(&$constraints);
                    schema.metadata().description = $crate::schema::description(&[$($doc),*]);
                    schema.into()
                }
            }
        };
    };
}
