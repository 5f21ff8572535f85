//! Strings, numbers, and their enumerations.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use super::{ANNOTATIONS, COMPONENTS, Types, says_nothing};
use crate::names::{docs, free, literal, number, type_name};
use agenthuman_contract::child;

/// The greatest whole number that the emitted document keeps exactly: schemars holds bounds as `f64`.
const MAX_EXACT: i64 = 9_007_199_254_740_991;

impl Types<'_> {
    pub(super) fn string(&mut self, pointer: &str, schema: &Value, name: &str) -> Option<String> {
        if schema.get("enum").is_some() {
            self.only(pointer, schema, &[&ANNOTATIONS[..], &["type", "enum"]].concat());
            let members = schema["enum"].as_array().cloned().unwrap_or_default();
            if !members.is_empty() && members.iter().all(Value::is_null) {
                // So Dropshot emits the unit.
                return Some("()".to_owned());
            }
            let spans = (0..members.len()).map(|index| format!("{pointer}/enum/{index}"));
            let members: Vec<_> = spans.zip(members).collect();
            return self.enumeration(pointer, schema, &members, name);
        }
        let known = ["type", "format", "pattern", "minLength", "maxLength"];
        self.only(pointer, schema, &[&ANNOTATIONS[..], &known].concat());
        if schema["format"] == "date-time" {
            let said = |keyword: &&&str| {
                schema.get(**keyword).is_some_and(|value| !says_nothing(keyword, value))
            };
            for keyword in known[2..].iter().filter(said) {
                let message = format!("`{keyword}` is not supported beside `format: date-time`");
                self.error(&child(pointer, keyword), message);
            }
            return Some("Timestamp".to_owned());
        }
        let mut fields = Vec::new();
        if let Some(format) = schema["format"].as_str() {
            fields.push(format!("format: Some({})", literal(format)));
        }
        if let Some(pattern) = schema["pattern"].as_str() {
            if let Err(error) = regress::Regex::new(pattern) {
                let message = format!("not a regular expression: {error}");
                self.error(&child(pointer, "pattern"), message);
            }
            fields.push(format!("pattern: Some({})", literal(pattern)));
        }
        fields.extend(self.length(pointer, schema, "minLength", "min_length"));
        fields.extend(self.length(pointer, schema, "maxLength", "max_length"));
        if fields.is_empty() {
            return Some("String".to_owned());
        }
        self.constrained(pointer, schema, name, "String", "StringConstraints", fields)
    }

    pub(super) fn integer(&mut self, pointer: &str, schema: &Value, name: &str) -> Option<String> {
        let known = [
            "type",
            "format",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "enum",
        ];
        self.only(pointer, schema, &[&ANNOTATIONS[..], &known].concat());
        let mut fields = Vec::new();
        let format = schema["format"].as_str();
        if let Some(format) = format {
            fields.push(format!("format: Some({})", literal(format)));
        }
        for (keyword, field) in
            [("minimum", "minimum"), ("maximum", "maximum"), ("multipleOf", "multiple_of")]
        {
            let Some(bound) = schema.get(keyword) else { continue };
            match whole(bound) {
                Some(bound) => fields.push(format!("{field}: Some({})", number(bound))),
                None => {
                    let message = format!("`{keyword}` must be a whole number within ±{MAX_EXACT}");
                    self.error(&child(pointer, keyword), message);
                }
            }
        }
        fields.extend(exclusive(schema));
        if let Some(members) = schema["enum"].as_array() {
            let members: Vec<_> =
                members.iter().filter(|member| !member.is_null()).map(whole).collect();
            match members.iter().cloned().collect::<Option<Vec<_>>>() {
                Some(members) if members.is_empty() => {
                    self.error(pointer, "an `enum` needs a member");
                }
                Some(members) => {
                    let members: Vec<_> = members.into_iter().map(number).collect();
                    fields.push(format!("members: &[{}]", members.join(", ")));
                }
                None => self.error(&child(pointer, "enum"), "a member must be a whole number"),
            }
        }
        if format == Some("int64") && fields.len() == 1 {
            return Some("i64".to_owned());
        }
        let value = if matches!(format, Some("uint" | "uint64")) { "u64" } else { "i64" };
        self.constrained(pointer, schema, name, value, "IntegerConstraints", fields)
    }

    pub(super) fn number(&mut self, pointer: &str, schema: &Value, name: &str) -> Option<String> {
        let known =
            ["type", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];
        self.only(pointer, schema, &[&ANNOTATIONS[..], &known].concat());
        let mut fields = Vec::new();
        let format = schema["format"].as_str();
        if let Some(format) = format {
            fields.push(format!("format: Some({})", literal(format)));
        }
        for keyword in ["minimum", "maximum"] {
            let Some(bound) = schema.get(keyword) else { continue };
            match bound.as_f64() {
                Some(bound) => fields.push(format!("{keyword}: Some({bound:?})")),
                None => {
                    self.error(&child(pointer, keyword), format!("`{keyword}` must be a number"))
                }
            }
        }
        fields.extend(exclusive(schema));
        if format == Some("double") && fields.len() == 1 {
            return Some("f64".to_owned());
        }
        self.constrained(pointer, schema, name, "f64", "NumberConstraints", fields)
    }

    /// A keyword that counts: characters or items.
    pub(super) fn length(
        &mut self,
        pointer: &str,
        schema: &Value,
        keyword: &str,
        field: &str,
    ) -> Option<String> {
        let length = schema.get(keyword).filter(|length| !says_nothing(keyword, length))?;
        let Some(length) = length.as_u64().and_then(|length| u32::try_from(length).ok()) else {
            self.error(&child(pointer, keyword), format!("`{keyword}` must be a length"));
            return None;
        };
        Some(format!("{field}: Some({})", number(length.into())))
    }

    /// A type that holds only what its constraints allow.
    pub(super) fn constrained(
        &mut self,
        pointer: &str,
        schema: &Value,
        name: &str,
        value: &str,
        constraints: &str,
        fields: Vec<String>,
    ) -> Option<String> {
        // rustfmt leaves the input of a macro with braces as it is, so it is laid out here.
        let docs = docs(schema["description"].as_str().unwrap_or_default());
        let docs: String = docs.lines().map(|line| format!("    {line}\n")).collect();
        let fields: String = fields.iter().map(|field| format!("        {field},\n")).collect();
        let inline = if pointer.starts_with(COMPONENTS) && pointer.matches('/').count() == 3 {
            ""
        } else {
            "inline "
        };
        self.define(pointer, name, |_, name| {
            format!(
                "constrained! {{\n{docs}    {inline}pub struct {name}({value}) = {constraints} {{\n\
                 {fields}        ..{constraints}::ANY\n    }};\n}}\n"
            )
        })
    }

    /// An enum of names; `members` are the names, each with its place.
    pub(super) fn enumeration(
        &mut self,
        pointer: &str,
        schema: &Value,
        members: &[(String, Value)],
        name: &str,
    ) -> Option<String> {
        let mut variants = String::new();
        let (mut taken, mut listed) = (BTreeSet::new(), BTreeSet::new());
        for (span, member) in members.iter().filter(|(_, member)| !member.is_null()) {
            let Some(text) = member.as_str() else {
                self.error(span, "a member of a string's `enum` must be a string");
                continue;
            };
            if !listed.insert(text) {
                continue;
            }
            let wanted = if text.is_empty() { "Empty".to_owned() } else { type_name(text) };
            let variant = free(&wanted, |name| taken.contains(name));
            taken.insert(variant.clone());
            let _ = writeln!(variants, "#[serde(rename = {})]\n{variant},", literal(text));
        }
        if members.is_empty() {
            self.error(pointer, "an `enum` needs a member");
        }
        let docs = docs(schema["description"].as_str().unwrap_or_default());
        // The variants have no docs: with them schemars emits a `oneOf` instead of an `enum`.
        self.define(pointer, name, |_, name| {
            format!(
                "{docs}#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
                pub enum {name} {{ {variants} }}\n"
            )
        })
    }
}

fn whole(value: &Value) -> Option<i64> {
    let whole = value.as_i64().or_else(|| {
        let value = value.as_f64().filter(|value| value.fract() == 0.0)?;
        (value.abs() <= MAX_EXACT as f64).then_some(value as i64)
    });
    whole.filter(|value| (-MAX_EXACT..=MAX_EXACT).contains(value))
}

fn exclusive(schema: &Value) -> Vec<String> {
    let keywords =
        [("exclusiveMinimum", "exclusive_minimum"), ("exclusiveMaximum", "exclusive_maximum")];
    let set = keywords.iter().filter(|(keyword, _)| schema[*keyword] == Value::Bool(true));
    set.map(|(_, field)| format!("{field}: true")).collect()
}
