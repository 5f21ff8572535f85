//! Constraints of arrays.

use std::collections::HashSet;
use std::fmt::{self, Display, Formatter};

use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::{ArrayValidation, InstanceType, SchemaObject};
use serde::de::Unexpected;
use serde::{Deserialize, Deserializer, Serialize};

use super::constraints::Constraints;

/// Constraints of an array.
#[derive(Clone, Copy, Debug)]
pub struct ArrayConstraints {
    /// The smallest number of items.
    pub min_items: Option<u32>,
    /// The largest number of items.
    pub max_items: Option<u32>,
    /// True if no two items may be equal. Items are compared by their JSON.
    pub unique_items: bool,
}

impl ArrayConstraints {
    /// Constraints that allow every array.
    pub const ANY: Self =
        ArrayConstraints { min_items: None, max_items: None, unique_items: false };
}

impl Display for ArrayConstraints {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array")?;
        match (self.min_items, self.max_items) {
            (Some(min), Some(max)) => write!(formatter, " of {min} to {max} items")?,
            (Some(min), None) => write!(formatter, " of at least {min} items")?,
            (None, Some(max)) => write!(formatter, " of at most {max} items")?,
            (None, None) => {}
        }
        formatter.write_str(if self.unique_items { " that are all different" } else { "" })
    }
}

impl<T> Constraints<Vec<T>> for ArrayConstraints
where
    T: JsonSchema + Serialize + for<'a> Deserialize<'a>,
{
    fn deserialize<'de, D: Deserializer<'de>>(&self, deserializer: D) -> Result<Vec<T>, D::Error> {
        Vec::deserialize(deserializer)
    }

    fn allows(&self, value: &Vec<T>, _: Option<&regress::Regex>) -> bool {
        let all_different = || {
            let mut seen = HashSet::new();
            value.iter().all(|item| {
                // An item that cannot be serialised counts as different from every other.
                serde_json::to_string(item).map_or(true, |json| seen.insert(json))
            })
        };
        self.min_items.is_none_or(|min| value.len() >= min as usize)
            && self.max_items.is_none_or(|max| value.len() <= max as usize)
            && (!self.unique_items || all_different())
    }

    fn schema(&self, generator: &mut SchemaGenerator) -> SchemaObject {
        SchemaObject {
            instance_type: Some(InstanceType::Array.into()),
            array: Some(Box::new(ArrayValidation {
                items: Some(generator.subschema_for::<T>().into()),
                min_items: self.min_items,
                max_items: self.max_items,
                unique_items: self.unique_items.then_some(true),
                ..ArrayValidation::default()
            })),
            ..SchemaObject::default()
        }
    }

    fn unexpected<'v>(&self, _: &'v Vec<T>) -> Unexpected<'v> {
        Unexpected::Seq
    }
}
