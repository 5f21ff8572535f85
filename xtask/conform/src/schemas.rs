//! Validators for schemas of the contract, each built once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

use agenthuman_contract::lint::json_schema::json_schema;
use agenthuman_contract::model::{Aspect, Child, Model, Schema, SchemaId};

/// The schemas of a contract, by their pointers.
pub(super) struct Schemas<'a> {
    document: &'a Value,
    built: RefCell<HashMap<String, Rc<Result<Validator, String>>>>,
}

/// What is wrong with a value.
#[derive(Clone, Debug)]
pub(super) struct Violation {
    /// Where in the value.
    pub path: String,
    pub message: String,
}

impl<'a> Schemas<'a> {
    pub fn new(document: &'a Value) -> Self {
        Schemas { document, built: RefCell::default() }
    }

    fn validator(&self, pointer: &str) -> Rc<Result<Validator, String>> {
        if let Some(built) = self.built.borrow().get(pointer) {
            return built.clone();
        }
        let built = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .build(&json_schema(self.document, &[pointer]))
            .map_err(|error| error.to_string());
        let built = Rc::new(built);
        self.built.borrow_mut().insert(pointer.to_owned(), built.clone());
        built
    }

    /// What the schema at `pointer` says against `value`. A schema that is none lets nothing pass:
    /// `cargo xtask check` says more about it.
    pub fn violations(&self, pointer: &str, value: &Value) -> Vec<Violation> {
        match &*self.validator(pointer) {
            Ok(validator) => validator
                .iter_errors(&json!({ "0": value }))
                .map(|error| {
                    let path = error.instance_path().to_string();
                    let path = path.strip_prefix("/0").unwrap_or_default().to_owned();
                    Violation { path, message: error.to_string() }
                })
                .collect(),
            Err(message) => vec![Violation {
                path: String::new(),
                message: format!("the contract's schema is not one: {message}"),
            }],
        }
    }

    pub fn is_valid(&self, pointer: &str, value: &Value) -> bool {
        match &*self.validator(pointer) {
            Ok(validator) => validator.is_valid(&json!({ "0": value })),
            Err(_) => false,
        }
    }

    /// The schema and those of its alternatives that are true of `value`.
    pub fn applying<'m>(&self, model: &'m Model, id: SchemaId, value: &Value) -> Vec<&'m Schema> {
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

/// The pointer of the schema of what stands at `path` of a value; of the nearest that is known.
pub(super) fn pointer_at<'m>(model: &'m Model, id: SchemaId, path: &str) -> &'m str {
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

/// What the schema says about one aspect, as text.
pub(super) fn fact(schema: &Schema, aspect: Aspect) -> Option<&Value> {
    schema.facts.get(&aspect).map(|fact| &fact.value)
}

/// The type's name, where there is one.
pub(super) fn type_of(schema: &Schema) -> &str {
    fact(schema, Aspect::Type).and_then(Value::as_str).unwrap_or_default()
}

/// The text of a parameter or of a header as a value of its schema: what has no text form of its own
/// stays a string, and the validator then refuses it.
pub(super) fn from_text(schema: Option<&Schema>, text: &str) -> Value {
    let parsed: Option<Value> = match schema.map(type_of) {
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
