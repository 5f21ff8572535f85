//! Security schemes, and the credentials that an operation requires.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::generator::{Operation, OperationGenerator};
use crate::names::{field_name, free_name, type_name};
use crate::source::{doc_comment, literal};
use crate::types::unique_field_name;
use agenthuman_contract::child;

/// The location of the security schemes.
const SCHEMES: &str = "/components/securitySchemes";

/// The extractor of a security scheme.
#[derive(Clone, Debug)]
pub(super) struct Scheme {
    /// The name of its type.
    ty: String,
    /// The parameter that it reads: its location, and its name in lower case if it is a header.
    parameter: (String, String),
}

impl<'b> OperationGenerator<'_, 'b> {
    /// Generates an extractor for each security scheme.
    pub(super) fn security_schemes(&mut self) {
        let schemes = self.types.contract.document()["components"]["securitySchemes"].as_object();
        for name in schemes.into_iter().flat_map(Map::keys) {
            let location = child(SCHEMES, name);
            let Some((pointer, scheme)) = self.types.resolve(&location) else { continue };
            let text = |key: &str| scheme[key].as_str();
            let key = |part: &str| (part.to_owned(), text("name").unwrap_or_default().to_owned());
            let (source, parameter) = match (text("type"), text("in")) {
                (Some("apiKey"), Some("header")) => ("Header", key("header")),
                (Some("apiKey"), Some("query")) => ("Query", key("query")),
                (Some("apiKey"), Some("cookie")) => ("Cookie", key("cookie")),
                (Some("http" | "oauth2" | "openIdConnect"), _) => {
                    ("Authorization", ("header".to_owned(), "authorization".to_owned()))
                }
                _ => {
                    let message = "this generator does not support this type of security scheme";
                    self.types.error(&pointer, message);
                    continue;
                }
            };
            let argument = match (source, text("scheme")) {
                // In terms of HTTP, OAuth 2 and OpenID Connect are a bearer token.
                ("Authorization", None) => "Bearer".to_owned(),
                ("Authorization", Some(scheme)) => match scheme.to_ascii_lowercase().as_str() {
                    "bearer" => "Bearer".to_owned(),
                    "basic" => "Basic".to_owned(),
                    _ => scheme.to_owned(),
                },
                _ => parameter.1.clone(),
            };
            if argument.is_empty() {
                self.types.error(&pointer, "missing `name`");
                continue;
            }
            let docs = doc_comment(scheme["description"].as_str().unwrap_or(name));
            let docs: String = docs.lines().map(|line| format!("    {line}\n")).collect();
            let ty = self.types.claim_name(&location, &type_name(name));
            let argument = literal(&argument);
            // rustfmt does not format the input of a macro in braces, so it is formatted here.
            let _ = match source {
                "Header" => write!(
                    self.items,
                    "agenthuman_server_runtime::api_key_header! {{\n{docs}    pub struct {ty} = {argument};\n}}\n\n"
                ),
                _ => write!(
                    self.items,
                    "agenthuman_server_runtime::credential! {{\n{docs}    pub struct {ty} = {source}({argument});\n}}\n\n"
                ),
            };
            let (part, mut key) = parameter;
            if part == "header" {
                key.make_ascii_lowercase();
            }
            self.schemes.insert(name.clone(), Scheme { ty, parameter: (part, key) });
        }
    }

    /// Returns the alternatives of schemes that an operation requires; none if it is public.
    fn requirements(&mut self, operation: &Operation<'b>) -> Vec<Vec<String>> {
        let document = self.types.contract.document();
        let (location, requirements) = match operation.value.get("security") {
            Some(requirements) => (child(&operation.location, "security"), requirements),
            None => ("/security".to_owned(), &document["security"]),
        };
        let mut alternatives: Vec<Vec<String>> = Vec::new();
        let requirements = requirements.as_array().into_iter().flatten();
        for requirement in requirements.filter_map(Value::as_object) {
            for name in requirement.keys().filter(|name| !self.schemes.contains_key(*name)) {
                // Of a declared scheme, the error is in its declaration.
                if document["components"]["securitySchemes"].get(name).is_none() {
                    self.types.error(&location, format!("undefined security scheme `{name}`"));
                }
            }
            let known = requirement.keys().filter(|name| self.schemes.contains_key(*name));
            let alternative: Vec<_> = known.cloned().collect();
            if !alternatives.contains(&alternative) {
                alternatives.push(alternative);
            }
        }
        if alternatives.iter().all(Vec::is_empty) { Vec::new() } else { alternatives }
    }

    /// Returns the parameters that the credentials of an operation are read from.
    pub(super) fn credential_parameters(
        &mut self,
        operation: &Operation<'b>,
    ) -> BTreeSet<(String, String)> {
        let names = self.requirements(operation).into_iter().flatten();
        let scheme = |name: String| self.schemes.get(&name).map(|scheme| scheme.parameter.clone());
        names.filter_map(scheme).collect()
    }

    /// Returns the argument for the credentials of an operation, if it requires any: the extractor of
    /// its only scheme, or one with a field for each scheme.
    pub(super) fn credentials_argument(
        &mut self,
        operation: &Operation<'b>,
        taken: &[&str],
    ) -> Option<String> {
        let alternatives = self.requirements(operation);
        match alternatives.as_slice() {
            [] => None,
            [only] if only.len() == 1 => {
                let argument = free_name(&field_name(&only[0]), |name| taken.contains(&name));
                Some(format!("{argument}: {}", self.schemes.get(&only[0])?.ty))
            }
            _ => Some(format!("credentials: {}", self.credentials(operation, alternatives))),
        }
    }

    /// Returns the extractor of several schemes. Operations with equal requirements share it.
    fn credentials(&mut self, operation: &Operation<'b>, alternatives: Vec<Vec<String>>) -> String {
        if let Some(known) = self.credentials.get(&alternatives) {
            return known.clone();
        }
        let prefix = if operation.value.get("security").is_some() { &operation.prefix } else { "" };
        let location = format!("{}#credentials", operation.location);
        let ty = self.types.claim_name(&location, &format!("{prefix}Credentials"));
        let mut names: Vec<&String> = Vec::new();
        for name in alternatives.iter().flatten() {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let mut taken = BTreeSet::new();
        let fields: Vec<_> = names.iter().map(|name| unique_field_name(name, &mut taken)).collect();
        let field = |name: &String| {
            let position = names.iter().position(|one| *one == name).unwrap_or_default();
            fields[position].clone()
        };
        let mut members = String::new();
        for name in &names {
            let Scheme { ty, parameter } = &self.schemes[*name];
            // Several schemes can be read from the same parameter.
            let reads = |name: &String| self.schemes[name].parameter == *parameter;
            let is_required = alternatives.iter().all(|one| one.iter().any(reads));
            let _ = writeln!(members, "        {}: {ty} = {is_required},", field(name));
        }
        let words = |alternative: &Vec<String>| match alternative.as_slice() {
            [] => "none".to_owned(),
            names => {
                let names: Vec<_> = names.iter().map(|name| format!("`{}`", field(name))).collect();
                names.join(" and ")
            }
        };
        let words: Vec<_> = alternatives.iter().map(words).collect();
        let lists = alternatives.iter().map(|alternative| {
            let fields: Vec<_> = alternative.iter().map(field).collect();
            format!("[{}]", fields.join(", "))
        });
        let lists: Vec<_> = lists.collect();
        // rustfmt does not format the input of a macro in braces, so it is formatted here.
        let _ = write!(
            self.items,
            "agenthuman_server_runtime::credentials! {{\n    /// Credentials: {}.\n    pub struct {ty} {{\n\
             {members}    }}\n    alternatives = {};\n}}\n\n",
            words.join(", or "),
            lists.join(", ")
        );
        self.credentials.insert(alternatives, ty.clone());
        ty
    }
}
