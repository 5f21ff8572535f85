//! The walk through a document: keywords, their values, and references.
//!
//! Only this walk can collect the references: a `$ref` in an example or an `enum` is data, and only the
//! walk knows the difference.

use serde_json::{Map, Value};

use super::objects::{Object, Shape};
use super::references::References;
use super::unused;
use crate::decimal::Decimal;
use crate::exact::number_at;
use crate::findings::rules::nearest;
use crate::findings::{Finding, Statement};
use crate::reader::{Contract, child, target, type_name};

/// Returns findings for everything that is not OpenAPI 3.0.3, and for unused components.
pub fn check(contract: &Contract) -> Vec<Finding> {
    let mut walk = Walk { contract, findings: Vec::new(), found: References::default() };
    walk.object(Object::Document, "", contract.document());
    let Walk { mut findings, found, .. } = walk;
    findings.extend(unused::check(contract, &found));
    findings
}

struct Walk<'c> {
    contract: &'c Contract,
    findings: Vec<Finding>,
    found: References,
}

impl Walk<'_> {
    fn object(&mut self, object: Object, pointer: &str, value: &Value) {
        let Some(members) = self.members(pointer, value) else { return };
        if let Some(Value::String(target)) = members.get("$ref")
            && (object.by_reference() || object == Object::PathItem)
        {
            self.refer(pointer, target);
            if object.by_reference() {
                return self.beside(pointer, members);
            }
        }
        if object.by_reference() {
            self.found.referable.push(pointer.to_owned());
        }
        let keywords = object.keywords();
        for (key, value) in members {
            let at = child(pointer, key);
            match keywords.iter().find(|(name, ..)| name == key) {
                Some((_, shape, _)) => self.value(*shape, &at, value),
                None if key.starts_with("x-") => {}
                None => self.unknown(&at, key, keywords.iter().map(|(name, ..)| *name)),
            }
        }
        for (name, _, required) in keywords {
            if *required && !members.contains_key(*name) {
                let subject = format!("`{name}` is missing");
                let text = format!("the required keyword `{name}` is missing");
                self.add("missing-keyword", pointer, subject, text, format!("add `{name}`"));
            }
        }
        if object == Object::Discriminator {
            for target in members.get("mapping").and_then(Value::as_object).into_iter().flatten() {
                let Some(target) = target.1.as_str() else { continue };
                let component = child("#/components/schemas", target);
                self.refer(pointer, if target.starts_with('#') { target } else { &component });
            }
        }
    }

    fn value(&mut self, shape: Shape, pointer: &str, value: &Value) {
        let expected = match shape {
            Shape::Anything => return,
            Shape::Text if value.is_string() => return,
            Shape::Flag if value.is_boolean() => return,
            Shape::Number if value.is_number() => return,
            Shape::Count
                if self.number(pointer).is_some_and(|n| n.is_integer() && !n.is_negative()) =>
            {
                return;
            }
            Shape::Positive
                if self.number(pointer).is_some_and(|n| !n.is_negative() && !n.is_zero()) =>
            {
                return;
            }
            Shape::Anythings if value.is_array() => return,
            Shape::Text => "a string",
            Shape::Flag => "true or false",
            Shape::Number => "a number",
            Shape::Count => "a whole number, 0 or more",
            Shape::Positive => "a number above 0",
            Shape::Anythings | Shape::Texts | Shape::List(_) | Shape::Requirements
                if !value.is_array() =>
            {
                "a list"
            }
            Shape::SchemaOrFlag if value.is_boolean() => return,
            Shape::SchemaOrFlag => return self.object(Object::Schema, pointer, value),
            Shape::One(object) => return self.object(object, pointer, value),
            _ => return self.several(shape, pointer, value),
        };
        self.wrong_type(pointer, expected, value);
    }

    fn number(&self, pointer: &str) -> Option<Decimal> {
        number_at(self.contract, pointer)
    }

    /// Visits a list or a map.
    fn several(&mut self, shape: Shape, pointer: &str, value: &Value) {
        let mut inside: Vec<(String, &str, &Value)> = Vec::new();
        let is_list = matches!(shape, Shape::Texts | Shape::List(_) | Shape::Requirements);
        match value {
            Value::Array(items) if is_list => inside.extend(
                items.iter().enumerate().map(|(n, item)| (format!("{pointer}/{n}"), "", item)),
            ),
            _ => {
                let Some(members) = self.members(pointer, value) else { return };
                inside.extend(
                    members.iter().map(|(key, value)| (child(pointer, key), key.as_str(), value)),
                );
            }
        }
        for (at, key, value) in inside {
            let extension = key.starts_with("x-");
            match shape {
                Shape::Texts | Shape::TextMap => self.value(Shape::Text, &at, value),
                Shape::List(object) | Shape::Map(object) => self.object(object, &at, value),
                Shape::Paths | Shape::Responses if extension => {}
                Shape::Paths => self.object(Object::PathItem, &at, value),
                Shape::Responses => {
                    if !is_status(key) {
                        let text =
                            format!("`{key}` is not a status, a class such as `4XX`, or `default`");
                        let subject = format!("the response `{key}`");
                        self.add("unknown-keyword", &at, subject, text, "write a status".into());
                    }
                    self.object(Object::Response, &at, value);
                }
                Shape::Callbacks => match value.get("$ref").and_then(Value::as_str) {
                    Some(target) => self.refer(&at, target),
                    None => self.value(Shape::Paths, &at, value),
                },
                Shape::Requirements => {
                    for (name, scopes) in self.members(&at, value).into_iter().flatten() {
                        let scheme = child("#/components/securitySchemes", name);
                        self.refer(&at, &scheme);
                        self.value(Shape::Texts, &child(&at, name), scopes);
                    }
                }
                _ => {}
            }
        }
    }

    fn members<'v>(&mut self, pointer: &str, value: &'v Value) -> Option<&'v Map<String, Value>> {
        let members = value.as_object();
        if members.is_none() {
            self.wrong_type(pointer, "an object", value);
        }
        members
    }

    fn refer(&mut self, from: &str, reference: &str) {
        if let Some(target) = target(reference) {
            self.found.targets.push((from.to_owned(), target));
        }
    }

    fn beside(&mut self, pointer: &str, members: &Map<String, Value>) {
        for key in members.keys() {
            if !["$ref", "summary", "description"].contains(&key.as_str()) && !key.starts_with("x-")
            {
                let subject = format!("`{key}` beside `$ref`");
                let text = "OpenAPI 3.0 ignores all siblings of a `$ref`".to_owned();
                let fix = format!("remove `{key}`, or write `allOf: [$ref]` instead of `$ref`");
                self.add("ignored-beside-ref", &child(pointer, key), subject, text, fix);
            }
        }
    }

    fn unknown(&mut self, pointer: &str, key: &str, known: impl Iterator<Item = &'static str>) {
        let near = nearest(key, known).filter(|name| {
            strsim::damerau_levenshtein(&key.to_lowercase(), &name.to_lowercase())
                <= (key.len() / 3).max(1)
        });
        let (text, fix) = match near {
            Some(name) => (
                format!("unknown keyword `{key}`; the nearest is `{name}`"),
                format!("write `{name}`"),
            ),
            None if OPENAPI_3_1.contains(&key) => (
                format!("`{key}` is a keyword of OpenAPI 3.1, not of 3.0"),
                format!("express it without `{key}`"),
            ),
            None => {
                (format!("unknown keyword `{key}`"), format!("remove it or rename it to `x-{key}`"))
            }
        };
        self.add("unknown-keyword", pointer, format!("the keyword `{key}`"), text, fix);
    }

    fn wrong_type(&mut self, pointer: &str, expected: &str, value: &Value) {
        let name = pointer.rsplit('/').next().unwrap_or_default();
        let (subject, text) =
            (format!("the value of `{name}`"), format!("{}, not {expected}", type_name(value)));
        self.add("wrong-kind-of-value", pointer, subject, text, format!("write {expected}"));
    }

    fn add(&mut self, rule: &str, pointer: &str, subject: String, text: String, fix: String) {
        let mut finding = Finding::in_contract(self.contract, pointer, rule, subject);
        finding.statements = vec![Statement::new("contract", text)];
        finding.fix = format!("{fix} at {}", finding.at());
        self.findings.push(finding);
    }
}

/// Keywords of OpenAPI 3.1.
const OPENAPI_3_1: [&str; 13] = [
    "const",
    "examples",
    "$defs",
    "if",
    "then",
    "else",
    "patternProperties",
    "propertyNames",
    "prefixItems",
    "contains",
    "unevaluatedProperties",
    "webhooks",
    "contentEncoding",
];

fn is_status(key: &str) -> bool {
    let bytes = key.as_bytes();
    key == "default"
        || bytes.len() == 3
            && (b'1'..=b'5').contains(&bytes[0])
            && (bytes[1..].iter().all(u8::is_ascii_digit) || key[1..].eq_ignore_ascii_case("XX"))
}
