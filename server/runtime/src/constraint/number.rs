//! Constraints of integers and of floating-point numbers.

use std::fmt::{self, Display, Formatter};

use schemars::r#gen::SchemaGenerator;
use schemars::schema::{InstanceType, NumberValidation, SchemaObject};
use serde::Deserializer;
use serde::de::{Error, Unexpected, Visitor};

use super::constraints::Constraints;

/// Constraints of an integer.
#[derive(Clone, Copy, Debug)]
pub struct IntegerConstraints {
    /// The `format`. `int8` to `int64` and `uint8` to `uint64` are checked; any other format is only
    /// emitted.
    pub format: Option<&'static str>,
    /// The lower bound.
    pub minimum: Option<i64>,
    /// The upper bound.
    pub maximum: Option<i64>,
    /// True if the lower bound itself is not allowed.
    pub exclusive_minimum: bool,
    /// True if the upper bound itself is not allowed.
    pub exclusive_maximum: bool,
    /// The number that the value must be a multiple of.
    pub multiple_of: Option<i64>,
    /// The allowed values (`enum`); empty if the contract does not list them.
    pub members: &'static [i64],
}

impl IntegerConstraints {
    /// Constraints that allow every 64-bit integer.
    pub const ANY: Self = IntegerConstraints {
        format: None,
        minimum: None,
        maximum: None,
        exclusive_minimum: false,
        exclusive_maximum: false,
        multiple_of: None,
        members: &[],
    };

    fn allows_integer(&self, value: i128) -> bool {
        let above = |bound: i64| match self.exclusive_minimum {
            true => value > i128::from(bound),
            false => value >= i128::from(bound),
        };
        let below = |bound: i64| match self.exclusive_maximum {
            true => value < i128::from(bound),
            false => value <= i128::from(bound),
        };
        self.matches_format(value)
            && self.minimum.is_none_or(above)
            && self.maximum.is_none_or(below)
            && self.multiple_of.is_none_or(|step| step != 0 && value % i128::from(step) == 0)
            && (self.members.is_empty()
                || self.members.iter().any(|member| i128::from(*member) == value))
    }

    fn matches_format(&self, value: i128) -> bool {
        match self.format {
            Some("int8") => i8::try_from(value).is_ok(),
            Some("int16") => i16::try_from(value).is_ok(),
            Some("int32") => i32::try_from(value).is_ok(),
            Some("uint8") => u8::try_from(value).is_ok(),
            Some("uint16") => u16::try_from(value).is_ok(),
            Some("uint32") => u32::try_from(value).is_ok(),
            Some("uint" | "uint64") => u64::try_from(value).is_ok(),
            _ => true,
        }
    }

    fn deserialize_wide<'de, D: Deserializer<'de>>(
        &self,
        deserializer: D,
    ) -> Result<i128, D::Error> {
        // Parameters are text. Asking for an integer makes the deserialiser parse it;
        // `deserialize_any` would return the text.
        deserializer.deserialize_i64(IntegerVisitor(self))
    }
}

impl Display for IntegerConstraints {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        if !self.members.is_empty() {
            let members: Vec<_> = self.members.iter().map(i64::to_string).collect();
            return write!(formatter, "one of {}", members.join(", "));
        }
        formatter.write_str("an integer")?;
        bounds(
            formatter,
            self.minimum.map(|bound| (bound, self.exclusive_minimum)),
            self.maximum.map(|bound| (bound, self.exclusive_maximum)),
        )?;
        match self.multiple_of {
            Some(step) => write!(formatter, " that is a multiple of {step}"),
            None => Ok(()),
        }
    }
}

fn bounds<T: Copy + Display>(
    formatter: &mut Formatter<'_>,
    minimum: Option<(T, bool)>,
    maximum: Option<(T, bool)>,
) -> fmt::Result {
    match (minimum, maximum) {
        (Some((min, false)), Some((max, false))) => {
            return write!(formatter, " from {min} to {max}");
        }
        (None, None) => return Ok(()),
        (Some((min, true)), _) => write!(formatter, " greater than {min}")?,
        (Some((min, false)), None) => write!(formatter, " of at least {min}")?,
        (Some((min, false)), Some(_)) => write!(formatter, " from {min}")?,
        (None, _) => {}
    }
    match maximum {
        Some((max, true)) => write!(formatter, " less than {max}"),
        Some((max, false)) => write!(formatter, " of at most {max}"),
        None => Ok(()),
    }
}

fn validation(
    minimum: Option<(f64, bool)>,
    maximum: Option<(f64, bool)>,
    multiple_of: Option<f64>,
) -> Option<Box<NumberValidation>> {
    let only = |bound: Option<(f64, bool)>, wanted: bool| {
        bound.filter(|(_, exclusive)| *exclusive == wanted).map(|(bound, _)| bound)
    };
    let validation = NumberValidation {
        multiple_of,
        minimum: only(minimum, false),
        exclusive_minimum: only(minimum, true),
        maximum: only(maximum, false),
        exclusive_maximum: only(maximum, true),
    };
    (validation != NumberValidation::default()).then(|| Box::new(validation))
}

macro_rules! impl_integer_constraints {
    ($($value:ty, $unexpected:ident;)*) => {
        $(
            impl Constraints<$value> for IntegerConstraints {
                fn deserialize<'de, D: Deserializer<'de>>(&self, deserializer: D) -> Result<$value, D::Error> {
                    let value = self.deserialize_wide(deserializer)?;
                    <$value>::try_from(value).map_err(|_| out_of_range(value, self))
                }

                fn allows(&self, value: &$value, _: Option<&regress::Regex>) -> bool {
                    self.allows_integer(i128::from(*value))
                }

                fn schema(&self, _: &mut SchemaGenerator) -> SchemaObject {
                    // schemars 0.8 holds bounds as f64, exact up to 2^53. The generator rejects
                    // larger bounds.
                    let bound = |bound: Option<i64>, exclusive| bound.map(|bound| (bound as f64, exclusive));
                    let members: Vec<_> = self.members.iter().map(|member| (*member).into()).collect();
                    SchemaObject {
                        instance_type: Some(InstanceType::Integer.into()),
                        format: self.format.map(str::to_owned),
                        number: validation(
                            bound(self.minimum, self.exclusive_minimum),
                            bound(self.maximum, self.exclusive_maximum),
                            self.multiple_of.map(|step| step as f64),
                        ),
                        enum_values: (!members.is_empty()).then_some(members),
                        ..SchemaObject::default()
                    }
                }

                fn unexpected<'v>(&self, value: &'v $value) -> Unexpected<'v> {
                    Unexpected::$unexpected(*value)
                }
            }
        )*
    };
}

impl_integer_constraints! {
    i64, Signed;
    u64, Unsigned;
}

fn out_of_range<E: Error>(value: i128, constraints: &IntegerConstraints) -> E {
    E::invalid_value(Unexpected::Other(&value.to_string()), &IntegerVisitor(constraints))
}

/// Accepts integers only. The deserialiser of requests passes `100.0` as the integer 100, which in JSON
/// Schema it is; an `f64` is never one, because it may have been rounded.
struct IntegerVisitor<'a>(&'a IntegerConstraints);

impl Visitor<'_> for IntegerVisitor<'_> {
    type Value = i128;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<i128, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<i128, E> {
        Ok(value.into())
    }
}

/// Constraints of a floating-point number.
#[derive(Clone, Copy, Debug)]
pub struct NumberConstraints {
    /// The `format`. It is emitted, not checked.
    pub format: Option<&'static str>,
    /// The lower bound.
    pub minimum: Option<f64>,
    /// The upper bound.
    pub maximum: Option<f64>,
    /// True if the lower bound itself is not allowed.
    pub exclusive_minimum: bool,
    /// True if the upper bound itself is not allowed.
    pub exclusive_maximum: bool,
}

impl NumberConstraints {
    /// Constraints that allow every finite number.
    pub const ANY: Self = NumberConstraints {
        format: None,
        minimum: None,
        maximum: None,
        exclusive_minimum: false,
        exclusive_maximum: false,
    };
}

impl Display for NumberConstraints {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number")?;
        bounds(
            formatter,
            self.minimum.map(|bound| (bound, self.exclusive_minimum)),
            self.maximum.map(|bound| (bound, self.exclusive_maximum)),
        )
    }
}

impl Constraints<f64> for NumberConstraints {
    fn deserialize<'de, D: Deserializer<'de>>(&self, deserializer: D) -> Result<f64, D::Error> {
        deserializer.deserialize_f64(NumberVisitor(self))
    }

    fn allows(&self, value: &f64, _: Option<&regress::Regex>) -> bool {
        let above = |bound| if self.exclusive_minimum { *value > bound } else { *value >= bound };
        let below = |bound| if self.exclusive_maximum { *value < bound } else { *value <= bound };
        value.is_finite() && self.minimum.is_none_or(above) && self.maximum.is_none_or(below)
    }

    fn schema(&self, _: &mut SchemaGenerator) -> SchemaObject {
        SchemaObject {
            instance_type: Some(InstanceType::Number.into()),
            format: self.format.map(str::to_owned),
            number: validation(
                self.minimum.map(|bound| (bound, self.exclusive_minimum)),
                self.maximum.map(|bound| (bound, self.exclusive_maximum)),
                None,
            ),
            ..SchemaObject::default()
        }
    }

    fn unexpected<'v>(&self, value: &'v f64) -> Unexpected<'v> {
        Unexpected::Float(*value)
    }
}

struct NumberVisitor<'a>(&'a NumberConstraints);

impl Visitor<'_> for NumberVisitor<'_> {
    type Value = f64;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<f64, E> {
        Ok(value as f64)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<f64, E> {
        Ok(value as f64)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<f64, E> {
        Ok(value)
    }
}
