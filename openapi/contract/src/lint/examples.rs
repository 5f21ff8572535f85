//! Validation of examples and defaults against their schemas.
//!
//! Examples in unused components are validated too. `readOnly` and `writeOnly` are ignored, because an
//! example can be for a request or for a response.

use std::collections::BTreeMap;

use jsonschema::Validator;
use serde_json::{Map, Value};

use super::validation;
use crate::exact::{exact_document, without_prefixes};
use crate::findings::{Finding, Statement};
use crate::reader::{Contract, child, follow};

/// Returns findings for invalid examples and defaults, and the number of those that were validated.
pub fn check(contract: &Contract) -> (Vec<Finding>, usize) {
    validate(contract, |_| true)
}

/// Returns findings for invalid defaults.
pub fn invalid_defaults(contract: &Contract) -> Vec<Finding> {
    let (mut findings, _) = validate(contract, |example| example.rule == INVALID_DEFAULT);
    findings.retain(|finding| finding.rule == INVALID_DEFAULT);
    findings
}

const INVALID_DEFAULT: &str = "invalid-default";

fn validate(
    contract: &Contract,
    is_wanted: impl Fn(&Example<'_>) -> bool,
) -> (Vec<Finding>, usize) {
    let document = &*exact_document(contract);
    let mut collection = Collection { document, examples: Vec::new() };
    collection.document();
    let mut examples = collection.examples;
    examples.retain(is_wanted);
    let count = examples.len();
    let mut findings = Vec::new();
    // One validator for all: schemas share most of their subschemas.
    let validator = validator(document, &examples).or_else(|_| {
        let mut problems: BTreeMap<String, Option<String>> = BTreeMap::new();
        examples.retain(|example| {
            let alone = std::slice::from_ref(example);
            let problem = problems
                .entry(example.schema.clone())
                .or_insert_with(|| validator(document, alone).err());
            problem.is_none()
        });
        for (schema, message) in problems {
            findings.extend(message.map(|message| unusable(contract, &schema, message)));
        }
        validator(document, &examples)
    });
    match validator {
        Ok(validator) => findings.extend(invalid(contract, &validator, &examples)),
        Err(message) => findings.push(unusable(contract, "/components/schemas", message)),
    }
    (findings, count)
}

/// Returns a validator of an object whose properties are the examples, by their numbers.
fn validator(document: &Value, examples: &[Example<'_>]) -> Result<Validator, String> {
    let schemas: Vec<_> = examples.iter().map(|example| example.schema.as_str()).collect();
    validation::validator(document, &schemas)
}

fn invalid(contract: &Contract, validator: &Validator, examples: &[Example<'_>]) -> Vec<Finding> {
    let values: Map<String, Value> = examples
        .iter()
        .enumerate()
        .map(|(number, example)| (number.to_string(), example.value.clone()))
        .collect();
    // One finding per value, whatever the number of violations.
    let mut wrong: BTreeMap<(usize, String), Vec<String>> = BTreeMap::new();
    for error in validator.iter_errors(&Value::Object(values)) {
        let path = error.instance_path().to_string();
        let (number, inside) = path[1.min(path.len())..].split_once('/').map_or_else(
            || (path.trim_start_matches('/'), String::new()),
            |(number, inside)| (number, format!("/{inside}")),
        );
        if let Ok(number) = number.parse() {
            let message = without_prefixes(&error.to_string());
            wrong.entry((number, inside)).or_default().push(message);
        }
    }
    let finding = |((number, inside), messages): ((usize, String), Vec<String>)| {
        let Example { pointer, schema, rule, .. } = &examples[number];
        let at = format!("{pointer}{inside}");
        let mut finding = Finding::in_contract(contract, &at, *rule, subject(pointer));
        finding.statements = vec![
            Statement::new("example", messages.join("; ")),
            Statement::new("schema", position(contract, schema)),
        ];
        finding.fix = format!("correct the example at {} or its schema", finding.at());
        finding
    };
    wrong.into_iter().map(finding).collect()
}

fn unusable(contract: &Contract, schema: &str, message: String) -> Finding {
    let subject = "a schema that the validator rejects";
    let mut finding = Finding::in_contract(contract, schema, "unusable-schema", subject);
    finding.statements = vec![Statement::new("validator", message)];
    finding.fix = format!("correct the schema at {}", finding.at());
    finding
}

fn subject(pointer: &str) -> String {
    let name = pointer.trim_end_matches("/value").rsplit('/').next().unwrap_or_default();
    match name {
        "example" => "an example".to_owned(),
        "default" => "a default".to_owned(),
        name => format!("the example `{}`", name.replace("~1", "/").replace("~0", "~")),
    }
}

fn position(contract: &Contract, schema: &str) -> String {
    let span = contract.span(schema);
    format!("#{schema} at {}:{}:{}", contract.file(), span.line, span.column)
}

struct Example<'a> {
    pointer: String,
    /// The pointer of the schema that it must satisfy.
    schema: String,
    value: &'a Value,
    rule: &'static str,
}

/// The examples of a document. References are not followed: each target is visited where it is defined.
struct Collection<'a> {
    document: &'a Value,
    examples: Vec<Example<'a>>,
}

impl<'a> Collection<'a> {
    fn document(&mut self) {
        for (pointer, item) in members(self.document, "", "paths") {
            self.parameters(&pointer, item);
            for operation in item.as_object().into_iter().flat_map(Map::keys) {
                self.operation(&child(&pointer, operation), &item[operation]);
            }
        }
        let components = &self.document["components"];
        for (pointer, schema) in members(components, "/components", "schemas") {
            self.schema(&pointer, schema);
        }
        for key in ["parameters", "headers"] {
            for (pointer, value) in members(components, "/components", key) {
                self.described(&pointer, value);
            }
        }
        for key in ["requestBodies", "responses"] {
            for (pointer, value) in members(components, "/components", key) {
                self.response(&pointer, value);
            }
        }
    }

    fn operation(&mut self, pointer: &str, operation: &'a Value) {
        self.parameters(pointer, operation);
        self.response(&child(pointer, "requestBody"), &operation["requestBody"]);
        for (pointer, response) in members(operation, pointer, "responses") {
            self.response(&pointer, response);
        }
    }

    fn parameters(&mut self, pointer: &str, around: &'a Value) {
        for (number, parameter) in around["parameters"].as_array().into_iter().flatten().enumerate()
        {
            self.described(&format!("{pointer}/parameters/{number}"), parameter);
        }
    }

    /// Visits a response or a request body.
    fn response(&mut self, pointer: &str, response: &'a Value) {
        for (pointer, header) in members(response, pointer, "headers") {
            self.described(&pointer, header);
        }
        self.content(pointer, response);
    }

    fn content(&mut self, pointer: &str, around: &'a Value) {
        for (pointer, media) in members(around, pointer, "content") {
            self.described(&pointer, media);
        }
    }

    /// Visits an object with a schema and examples: a media type, a parameter or a header.
    fn described(&mut self, pointer: &str, value: &'a Value) {
        self.content(pointer, value);
        let Some(own) = value.get("schema") else { return };
        let schema = child(pointer, "schema");
        self.schema(&schema, own);
        let rule = "invalid-example";
        if let Some(example) = value.get("example") {
            let pointer = child(pointer, "example");
            self.examples.push(Example { pointer, schema: schema.clone(), value: example, rule });
        }
        for (pointer, _) in members(value, pointer, "examples") {
            let Ok((pointer, example)) = follow(self.document, &pointer) else { continue };
            // An `externalValue` is in another file.
            if let Some(example) = example.get("value") {
                let pointer = child(&pointer, "value");
                self.examples.push(Example {
                    pointer,
                    schema: schema.clone(),
                    value: example,
                    rule,
                });
            }
        }
    }

    fn schema(&mut self, pointer: &str, schema: &'a Value) {
        for (key, rule) in [("example", "invalid-example"), ("default", INVALID_DEFAULT)] {
            if let Some(value) = schema.get(key) {
                let (pointer, schema) = (child(pointer, key), pointer.to_owned());
                self.examples.push(Example { pointer, schema, value, rule });
            }
        }
        for (pointer, property) in members(schema, pointer, "properties") {
            self.schema(&pointer, property);
        }
        for key in ["items", "additionalProperties", "not"] {
            if let Some(inside) = schema.get(key) {
                self.schema(&child(pointer, key), inside);
            }
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            for (number, member) in schema[key].as_array().into_iter().flatten().enumerate() {
                self.schema(&format!("{}/{number}", child(pointer, key)), member);
            }
        }
    }
}

/// Returns the members of the object `key` of `around`, which is at `pointer`.
fn members<'a>(around: &'a Value, pointer: &str, key: &str) -> Vec<(String, &'a Value)> {
    let at = child(pointer, key);
    let object = around.get(key).and_then(Value::as_object);
    object.into_iter().flatten().map(|(name, value)| (child(&at, name), value)).collect()
}
