//! The choice between the alternatives of a `oneOf` or an `anyOf`.
//!
//! serde tries one alternative after the other. That takes exponential time if they are nested, and it
//! takes a value of an `enum` that this version of the contract does not know for a reason to accept the
//! first alternative. So the alternatives are chosen by their shapes first: only one that fits is read.

use serde_json::Value;

/// The properties of an alternative that are known without reading a value.
#[derive(Debug)]
#[allow(dead_code, reason = "the contract decides which ones are used")]
pub(crate) enum Shape {
    Any,
    Null,
    Boolean,
    Integer,
    Number,
    /// A text; one of the values, if there are any.
    Text(&'static [&'static str]),
    Array,
    Object {
        required: &'static [&'static str],
        /// All properties, if there can be no other ones.
        closed: Option<&'static [&'static str]>,
        /// The known values of properties.
        values: &'static [(&'static str, &'static [&'static str])],
    },
}

impl Shape {
    /// Returns true if a value can be of this alternative. `is_known` is true if it must not have values
    /// of an `enum` that this version of the contract does not know.
    fn fits(&self, value: &Value, is_known: bool) -> bool {
        let is_listed = |values: &[&str], value: &Value| {
            !is_known || value.as_str().is_none_or(|text| values.contains(&text))
        };
        match self {
            Shape::Any => true,
            Shape::Null => value.is_null(),
            Shape::Boolean => value.is_boolean(),
            Shape::Integer => value.is_i64() || value.is_u64(),
            Shape::Number => value.is_number(),
            Shape::Text([]) => value.is_string(),
            Shape::Text(values) => value.is_string() && is_listed(values, value),
            Shape::Array => value.is_array(),
            Shape::Object { required, closed, values } => value.as_object().is_some_and(|object| {
                required.iter().all(|name| object.contains_key(*name))
                    && closed.is_none_or(|all| object.keys().all(|name| all.contains(&&**name)))
                    && values.iter().all(|(name, values)| {
                        object.get(*name).is_none_or(|value| is_listed(values, value))
                    })
            }),
        }
    }
}

/// Returns the alternatives that a value can be of. If there is none with known values only, it is the
/// first one of the same shape: a later version of the contract can have more values.
#[allow(dead_code, reason = "the contract decides whether there are alternatives")]
pub(crate) fn candidates(shapes: &[Shape], value: &Value) -> Vec<usize> {
    let fitting = |is_known| {
        let shapes = shapes.iter().enumerate();
        shapes.filter(move |(_, shape)| shape.fits(value, is_known)).map(|(number, _)| number)
    };
    let known: Vec<_> = fitting(true).collect();
    if known.is_empty() { fitting(false).take(1).collect() } else { known }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn alternative_is_chosen_by_its_shape() {
        const SHAPES: &[Shape] = &[
            Shape::Object { required: &["kind"], closed: None, values: &[("kind", &["a"])] },
            Shape::Object { required: &["kind"], closed: None, values: &[("kind", &["b", "c"])] },
            Shape::Object { required: &["id"], closed: Some(&["id", "name"]), values: &[] },
            Shape::Text(&["on", "off"]),
            Shape::Integer,
            Shape::Number,
        ];
        for (value, expected) in [
            (json!({"kind": "a", "x": 1}), &[0][..]),
            (json!({"kind": "c"}), &[1]),
            (json!({"kind": "later"}), &[0]),
            (json!({"id": 1}), &[2]),
            (json!({"id": 1, "other": 2}), &[]),
            (json!("on"), &[3]),
            (json!("later"), &[3]),
            (json!(1), &[4, 5]),
            (json!(1.5), &[5]),
            (json!(null), &[]),
        ] {
            assert_eq!(candidates(SHAPES, &value), expected, "{value}");
        }
    }
}
