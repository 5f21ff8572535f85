//! An OpenAPI document by JSON pointers: references followed, types checked.
//!
//! It works on plain JSON, not on `Contract`, because one of the two documents that are compared is
//! emitted and stands in no file.

use serde_json::{Map, Value};

use crate::reader::{child, follow};

/// Something that is not OpenAPI 3.0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelError {
    /// Where in its document.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

impl ModelError {
    pub(super) fn new(pointer: &str, message: impl Into<String>) -> Self {
        ModelError { pointer: pointer.to_owned(), message: message.into() }
    }
}

/// An object of the document, and where it stands once references are followed.
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

    /// The object at `pointer`, or the one that its `$ref` leads to.
    pub fn object(&self, pointer: &str) -> Result<Object<'a>, ModelError> {
        let (here, value) = follow(self.root, pointer)
            .map_err(|(pointer, message)| ModelError { pointer, message })?;
        let here = here.into_owned();
        match value {
            Value::Object(members) => Ok(Object { pointer: here, members }),
            other => {
                let message = format!("must be an object, not {}", kind(other));
                Err(ModelError::new(&here, message))
            }
        }
    }
}

impl<'a> Object<'a> {
    /// The pointer of a member.
    pub fn child(&self, key: &str) -> String {
        child(&self.pointer, key)
    }

    pub fn get(&self, key: &str) -> Option<&'a Value> {
        self.members.get(key)
    }

    fn wrong(&self, key: &str, wanted: &str, found: &Value) -> ModelError {
        ModelError::new(&self.child(key), format!("`{key}` must be {wanted}, not {}", kind(found)))
    }

    pub fn string(&self, key: &str) -> Result<Option<&'a str>, ModelError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(key, "a string", other)),
        }
    }

    pub fn boolean(&self, key: &str) -> Result<Option<bool>, ModelError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(other) => Err(self.wrong(key, "true or false", other)),
        }
    }

    pub fn number(&self, key: &str) -> Result<Option<&'a Value>, ModelError> {
        match self.get(key) {
            None => Ok(None),
            Some(number @ Value::Number(_)) => Ok(Some(number)),
            Some(other) => Err(self.wrong(key, "a number", other)),
        }
    }

    pub fn list(&self, key: &str) -> Result<Option<&'a [Value]>, ModelError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(other) => Err(self.wrong(key, "a list", other)),
        }
    }

    pub fn strings(&self, key: &str) -> Result<Vec<&'a str>, ModelError> {
        let items = self.list(key)?.unwrap_or_default();
        let text = |item: &'a Value| {
            item.as_str().ok_or_else(|| self.wrong(key, "a list of strings", item))
        };
        items.iter().map(text).collect()
    }

    pub fn members_of(&self, key: &str) -> Result<Option<&'a Map<String, Value>>, ModelError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Object(members)) => Ok(Some(members)),
            Some(other) => Err(self.wrong(key, "an object", other)),
        }
    }
}

/// A value in one form: `1.0` is `1`, and the keys of objects are in order.
pub(super) fn canonical(value: &Value) -> Value {
    /// Every integer up to here is exact as a float.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) if number.is_f64() => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && float.abs() <= EXACT => {
                Value::from(float as i64)
            }
            _ => value.clone(),
        },
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

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
