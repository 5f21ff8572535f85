//! Validators for the schemas of the contract, and access to their keywords.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use agenthuman_contract::exact;
use agenthuman_contract::lint::validation::validator;
use agenthuman_contract::model::{Aspect, Child, Model, Schema, SchemaId};
use jsonschema::Validator;
use serde_json::{Value, json};

/// The validators of a contract's schemas, by pointer. Each is built once, on first use.
pub(crate) struct Schemas<'a> {
    document: &'a Value,
    validators: RefCell<HashMap<String, Rc<Result<Validator, String>>>>,
}

/// A violation of a schema by a value.
#[derive(Clone, Debug)]
pub(crate) struct Violation {
    /// Position in the value, as a JSON pointer.
    pub path: String,
    pub message: String,
}

impl<'a> Schemas<'a> {
    pub(crate) fn new(document: &'a Value) -> Self {
        Schemas { document, validators: RefCell::default() }
    }

    fn validator(&self, pointer: &str) -> Rc<Result<Validator, String>> {
        if let Some(built) = self.validators.borrow().get(pointer) {
            return built.clone();
        }
        let built = Rc::new(validator(self.document, &[pointer]));
        self.validators.borrow_mut().insert(pointer.to_owned(), built.clone());
        built
    }

    /// Returns the violations of the schema at `pointer` by `value`. An invalid schema rejects every
    /// value; the linter of contracts reports it in detail.
    pub(crate) fn violations(&self, pointer: &str, value: &Value) -> Vec<Violation> {
        match &*self.validator(pointer) {
            Ok(validator) => validator
                .iter_errors(&json!({ "0": value }))
                .map(|error| {
                    let path = error.instance_path().to_string();
                    let path = path.strip_prefix("/0").unwrap_or_default().to_owned();
                    Violation { path, message: exact::without_prefixes(&error.to_string()) }
                })
                .collect(),
            Err(message) => vec![Violation {
                path: String::new(),
                message: format!("the contract has an invalid schema: {message}"),
            }],
        }
    }

    /// Returns true if `value` is valid against the schema at `pointer`.
    pub(crate) fn is_valid(&self, pointer: &str, value: &Value) -> bool {
        match &*self.validator(pointer) {
            Ok(validator) => validator.is_valid(&json!({ "0": value })),
            Err(_) => false,
        }
    }

    /// Returns the schema and those of its alternatives that `value` is valid against.
    pub(crate) fn matching<'m>(
        &self,
        model: &'m Model,
        id: SchemaId,
        value: &Value,
    ) -> Vec<&'m Schema> {
        let mut ids = vec![id];
        let mut at = 0;
        while let Some(id) = ids.get(at).copied() {
            for member in model.schemas[id].alternatives.values().flatten() {
                let pointer = &model.schemas[*member].pointer;
                if !ids.contains(member) && self.is_valid(pointer, value) {
                    ids.push(*member);
                }
            }
            at += 1;
        }
        ids.into_iter().map(|id| &model.schemas[id]).collect()
    }
}

/// Returns the position in the contract of the schema for `path` in a value. If no schema describes
/// that path, it is the position of the nearest ancestor's.
pub(crate) fn pointer_at<'m>(model: &'m Model, id: SchemaId, path: &str) -> &'m str {
    let mut schema = &model.schemas[id];
    let mut here = schema.pointer.as_str();
    for token in path.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        if let Some(property) = schema.properties.get(&token) {
            here = &property.pointer;
            match property.schema {
                Some(id) => schema = &model.schemas[id],
                None => break,
            }
        } else if let Some(id) =
            schema.children.get(&Child::Items).or(schema.children.get(&Child::AdditionalProperties))
        {
            schema = &model.schemas[*id];
            here = &schema.pointer;
        } else {
            break;
        }
    }
    here
}

/// Returns the value of one keyword of a schema.
pub(crate) fn fact(schema: &Schema, aspect: Aspect) -> Option<&Value> {
    schema.facts.get(&aspect).map(|fact| &fact.value)
}

/// Returns the name of a schema's type; empty if it has none.
pub(crate) fn type_name(schema: &Schema) -> &str {
    fact(schema, Aspect::Type).and_then(Value::as_str).unwrap_or_default()
}

/// Parses the text of a parameter or a header as a value of its schema. A text that cannot be parsed
/// stays a string, which the validator then rejects.
pub(crate) fn parse_text(schema: Option<&Schema>, text: &str) -> Value {
    let parsed: Option<Value> = match schema.map(type_name) {
        Some("integer") => {
            text.parse::<i64>().map(Value::from).or(text.parse::<u64>().map(Value::from)).ok()
        }
        Some("number") => text.parse::<f64>().ok().map(Value::from),
        Some("boolean") => text.parse::<bool>().ok().map(Value::from),
        Some("array") => {
            Some(text.split(',').map(|item| Value::from(item.trim())).collect::<Vec<_>>().into())
        }
        _ => None,
    };
    parsed.unwrap_or_else(|| text.into())
}
