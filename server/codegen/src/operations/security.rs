//! Security schemes, and the scheme that an operation requires.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::generator::{Operation, OperationGenerator};
use crate::names::type_name;
use crate::source::{doc_comment, literal};
use agenthuman_contract::child;

impl<'b> OperationGenerator<'_, 'b> {
    /// Generates an extractor for each security scheme.
    pub(super) fn security_schemes(&mut self) {
        let schemes = self.types.contract.document()["components"]["securitySchemes"].as_object();
        for (name, scheme) in schemes.into_iter().flatten() {
            let pointer = child("/components/securitySchemes", name);
            match (scheme["type"].as_str(), scheme["in"].as_str(), scheme["name"].as_str()) {
                (Some("apiKey"), Some("header"), Some(header)) => {
                    let docs = doc_comment(scheme["description"].as_str().unwrap_or(name));
                    let docs: String = docs.lines().map(|line| format!("    {line}\n")).collect();
                    let name = self.types.claim_name(&pointer, &type_name(name));
                    self.key_extractors.insert(pointer, name.clone());
                    let header = literal(header);
                    let _ = write!(
                        self.items,
                        "agenthuman_server_runtime::api_key_header! {{\n{docs}    pub struct {name} = {header};\n}}\n\n"
                    );
                }
                _ => self.types.error(
                    &pointer,
                    "not supported: a security scheme other than an API key in a header",
                ),
            }
        }
    }

    /// Returns the name of the security scheme that the operation requires, if any.
    pub(super) fn required_scheme(&mut self, operation: &Operation<'b>) -> Option<String> {
        let document = self.types.contract.document();
        let (location, requirements) = match operation.value.get("security") {
            Some(requirements) => (child(&operation.location, "security"), requirements),
            None => ("/security".to_owned(), document.get("security")?),
        };
        let mut requirements = requirements.as_array()?.clone();
        let mut seen = Vec::new();
        requirements.retain(|one| {
            let is_new = !seen.contains(one);
            seen.push(one.clone());
            is_new
        });
        if requirements.is_empty() {
            return None;
        }
        let names = requirements.iter().filter_map(Value::as_object).flat_map(Map::keys);
        let names: Vec<_> = names.collect();
        match (requirements.len(), names.as_slice()) {
            (1, [scheme]) if document["components"]["securitySchemes"].get(scheme).is_some() => {
                Some((*scheme).clone())
            }
            (1, [scheme]) => {
                self.types.error(&location, format!("undefined security scheme `{scheme}`"));
                None
            }
            _ => {
                let message = "not supported: more than one security scheme for an operation";
                self.types.error(&location, message);
                None
            }
        }
    }
}
