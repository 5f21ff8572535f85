//! Constraints of numbers, whole and other.

use std::fmt::{self, Display, Formatter};

use schemars::r#gen::SchemaGenerator;
use schemars::schema::{InstanceType, NumberValidation, SchemaObject};
use serde::Deserializer;
use serde::de::{Error, Unexpected, Visitor};

use super::Constraints;

/// Constraints of a whole number.
#[derive(Clone, Copy, Debug)]
pub struct IntegerConstraints {
    /// `int8` to `int64` and `uint8` to `uint64` are checked; any other format is a remark.
    pub format: Option<&'static str>,
    /// The least value.
    pub minimum: Option<i64>,
    /// The greatest value.
    pub maximum: Option<i64>,
    /// Whether the least value itself is too small.
    pub exclusive_minimum: bool,
    /// Whether the greatest value itself is too great.
    pub exclusive_maximum: bool,
    /// What the value must be a multiple of.
    pub multiple_of: Option<i64>,
    /// The only values, if they are listed.
    pub members: &'static [i64],
}

impl IntegerConstraints {
    /// Any integer of 64 bits.
    pub const ANY: Self = IntegerConstraints {
        format: None,
        minimum: None,
        maximum: None,
        exclusive_minimum: false,
        exclusive_maximum: false,
        multiple_of: None,
        members: &[],
    };

    fn holds(&self, value: i128) -> bool {
        let above = |bound: i64| match self.exclusive_minimum {
            true => value > i128::from(bound),
            false => value >= i128::from(bound),
        };
        let below = |bound: i64| match self.exclusive_maximum {
            true => value < i128::from(bound),
            false => value <= i128::from(bound),
        };
        self.has_format(value)
            && self.minimum.is_none_or(above)
            && self.maximum.is_none_or(below)
            && self.multiple_of.is_none_or(|step| step != 0 && value % i128::from(step) == 0)
            && (self.members.is_empty()
                || self.members.iter().any(|member| i128::from(*member) == value))
    }

    fn has_format(&self, value: i128) -> bool {
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

    fn read_wide<'de, D: Deserializer<'de>>(&self, deserializer: D) -> Result<i128, D::Error> {
        // A parameter is text until an integer is asked for; `deserialize_any` would leave it so.
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

macro_rules! integers {
    ($($value:ty, $unexpected:ident;)*) => {
        $(
            impl Constraints<$value> for IntegerConstraints {
                fn read<'de, D: Deserializer<'de>>(&self, deserializer: D) -> Result<$value, D::Error> {
                    let value = self.read_wide(deserializer)?;
                    <$value>::try_from(value).map_err(|_| out_of_range(value, self))
                }

                fn allow(&self, value: &$value, _: Option<&regress::Regex>) -> bool {
                    self.holds(i128::from(*value))
                }

                fn schema(&self, _: &mut SchemaGenerator) -> SchemaObject {
                    // A bound beyond 2^53 is rounded by the f64 of schemars 0.8; the generator
                    // refuses those.
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

integers! {
    i64, Signed;
    u64, Unsigned;
}

fn out_of_range<E: Error>(value: i128, constraints: &IntegerConstraints) -> E {
    E::invalid_value(Unexpected::Other(&value.to_string()), &IntegerVisitor(constraints))
}

/// An integer may be written with a fraction of zero: to JSON Schema `100.0` is the integer 100.
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

    fn visit_f64<E: Error>(self, value: f64) -> Result<i128, E> {
        // 2^64 is beyond both integer types; every whole float below it converts exactly.
        const BEYOND: f64 = 18_446_744_073_709_551_616.0;
        if value.fract() == 0.0 && (-BEYOND..BEYOND).contains(&value) {
            Ok(value as i128)
        } else {
            Err(E::invalid_value(Unexpected::Float(value), &self))
        }
    }
}

/// Constraints of a number.
#[derive(Clone, Copy, Debug)]
pub struct NumberConstraints {
    /// `float`, `double`, or a remark.
    pub format: Option<&'static str>,
    /// The least value.
    pub minimum: Option<f64>,
    /// The greatest value.
    pub maximum: Option<f64>,
    /// Whether the least value itself is too small.
    pub exclusive_minimum: bool,
    /// Whether the greatest value itself is too great.
    pub exclusive_maximum: bool,
}

impl NumberConstraints {
    /// Any number.
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
    fn read<'de, D: Deserializer<'de>>(&self, deserializer: D) -> Result<f64, D::Error> {
        deserializer.deserialize_f64(NumberVisitor(self))
    }

    fn allow(&self, value: &f64, _: Option<&regress::Regex>) -> bool {
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
