//! Access to a document by JSON pointers, with references followed and types checked.
//!
//! It works on JSON values, not on `Contract`: an emitted document has no file. Those of a contract are
//! an exact document.

use serde_json::{Map, Value};

use super::error::ModelError;
use crate::exact::{canonical_number, is_number};
use crate::reader::{child, follow, type_name};

/// An object of the document, and its pointer after references are followed.
#[derive(Clone, Debug)]
pub(super) struct Object<'a> {
    pub pointer: String,
    pub members: &'a Map<String, Value>,
}

/// A whole document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Document<'a> {
    root: &'a Value,
}

impl<'a> Document<'a> {
    pub fn new(root: &'a Value) -> Self {
        Document { root }
    }

    /// Returns true if the values at two pointers are equal.
    pub fn has_equal(&self, one: &str, other: &str) -> bool {
        self.root.pointer(one).is_some_and(|value| Some(value) == self.root.pointer(other))
    }

    /// Returns the object at `pointer`, or the target of its `$ref`.
    pub fn object(&self, pointer: &str) -> Result<Object<'a>, ModelError> {
        let (target, value) = follow(self.root, pointer)
            .map_err(|(pointer, message)| ModelError { pointer, message })?;
        let target = target.into_owned();
        match value {
            Value::Object(members) => Ok(Object { pointer: target, members }),
            other => {
                let message = format!("must be an object, not {}", type_name(other));
                Err(ModelError::new(&target, message))
            }
        }
    }
}

impl<'a> Object<'a> {
    /// Returns the pointer of a member.
    pub fn child(&self, key: &str) -> String {
        child(&self.pointer, key)
    }

    pub fn get(&self, key: &str) -> Option<&'a Value> {
        self.members.get(key)
    }

    fn type_error(&self, key: &str, expected: &str, found: &Value) -> ModelError {
        let found = if is_number(found) { "a number" } else { type_name(found) };
        ModelError::new(&self.child(key), format!("`{key}` must be {expected}, not {found}"))
    }

    pub fn string(&self, key: &str) -> Result<Option<&'a str>, ModelError> {
        match self.get(key) {
            None => Ok(None),
            Some(value @ Value::String(text)) if !is_number(value) => Ok(Some(text)),
            Some(other) => Err(self.type_error(key, "a string", other)),
        }
    }

    pub fn boolean(&self, key: &str) -> Result<Option<bool>, ModelError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(other) => Err(self.type_error(key, "true or false", other)),
        }
    }

    pub fn number(&self, key: &str) -> Result<Option<&'a Value>, ModelError> {
        match self.get(key) {
            None => Ok(None),
            Some(number) if is_number(number) => Ok(Some(number)),
            Some(other) => Err(self.type_error(key, "a number", other)),
        }
    }

    pub fn list(&self, key: &str) -> Result<Option<&'a [Value]>, ModelError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(other) => Err(self.type_error(key, "a list", other)),
        }
    }

    pub fn strings(&self, key: &str) -> Result<Vec<&'a str>, ModelError> {
        let items = self.list(key)?.unwrap_or_default();
        let text = |item: &'a Value| {
            let text = item.as_str().filter(|_| !is_number(item));
            text.ok_or_else(|| self.type_error(key, "a list of strings", item))
        };
        items.iter().map(text).collect()
    }

    pub fn members_of(&self, key: &str) -> Result<Option<&'a Map<String, Value>>, ModelError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Object(members)) => Ok(Some(members)),
            Some(other) => Err(self.type_error(key, "an object", other)),
        }
    }
}

/// Returns the canonical form of a value: equal numbers are equal, and the keys of objects are sorted.
pub(crate) fn canonical(value: &Value) -> Value {
    match value {
        number if is_number(number) => canonical_number(number),
        Value::Array(items) => Value::Array(items.iter().map(canonical).collect()),
        Value::Object(members) => {
            let mut keys: Vec<_> = members.keys().collect();
            keys.sort();
            Value::Object(
                keys.into_iter().map(|key| (key.clone(), canonical(&members[key]))).collect(),
            )
        }
        other => other.clone(),
    }
}
