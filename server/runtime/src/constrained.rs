//! The macro [`constrained!`](crate::constrained), which declares a type with constraints.

/// Declares a type that holds only values its constraints allow.
///
/// The type implements [`TryFrom`] of the stored value, [`Deref`](std::ops::Deref) to it, serde's
/// traits and schemars' `JsonSchema`. Deserialising an invalid value is an error.
///
/// Write `inline` before `pub struct` if the schema has no name in the contract: it is then emitted
/// where it is used, instead of as a component. (Dropshot also loses the `nullable` of a parameter
/// whose schema is a reference.)
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
    // Floating-point numbers are not `Eq`, and arrays may hold items that are not.
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
            use $crate::constraint::{Constraints, Violation, invalid_value};

            fn is_allowed(value: &$value) -> bool {
                static PATTERN: std::sync::LazyLock<Option<Result<regress::Regex, regress::Error>>> =
                    std::sync::LazyLock::new(|| {
                        Constraints::<$value>::pattern(&$constraints).map(regress::Regex::new)
                    });
                match &*PATTERN {
                    None => ($constraints).allows(value, None),
                    Some(Ok(pattern)) => ($constraints).allows(value, Some(pattern)),
                    // Cannot happen in generated code: the generator rejects patterns that do not
                    // compile. A pattern that was edited by hand and is broken allows no value.
                    Some(Err(_)) => false,
                }
            }

            impl TryFrom<$value> for $name {
                type Error = Violation;

                fn try_from(value: $value) -> Result<Self, Violation> {
                    if is_allowed(&value) { Ok($name(value)) } else { Err(Violation::new(&$constraints)) }
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
                    let value = Constraints::<$value>::deserialize(&$constraints, deserializer)?;
                    if is_allowed(&value) { Ok($name(value)) } else { Err(invalid_value(&value, &$constraints)) }
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
