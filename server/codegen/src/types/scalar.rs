//! Strings, numbers, enums, and arrays with constraints.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use super::generator::{ANNOTATIONS, TypeGenerator, has_no_effect};
use crate::names::{free_name, type_name};
use crate::source::{documentation, integer_literal, literal};
use agenthuman_contract::child;

/// The largest integer that the emitted document keeps exactly: schemars 0.8 holds bounds as `f64`.
const MAX_EXACT: i64 = 9_007_199_254_740_991;

impl TypeGenerator<'_> {
    /// Returns the type of a string.
    pub(super) fn string(&mut self, pointer: &str, schema: &Value, name: &str) -> Option<String> {
        if schema.get("enum").is_some() {
            self.reject_other_keywords(
                pointer,
                schema,
                &[&ANNOTATIONS[..], &["type", "enum"]].concat(),
            );
            let members = schema["enum"].as_array().cloned().unwrap_or_default();
            if !members.is_empty() && members.iter().all(Value::is_null) {
                // Dropshot emits the unit type like this.
                return Some("()".to_owned());
            }
            let spans = (0..members.len()).map(|index| format!("{pointer}/enum/{index}"));
            let members: Vec<_> = spans.zip(members).collect();
            return self.enumeration(pointer, schema, &members, name);
        }
        let known = ["type", "format", "pattern", "minLength", "maxLength"];
        self.reject_other_keywords(pointer, schema, &[&ANNOTATIONS[..], &known].concat());
        if schema["format"] == "date-time" {
            let has_effect = |keyword: &&&str| {
                schema.get(**keyword).is_some_and(|value| !has_no_effect(keyword, value))
            };
            for keyword in known[2..].iter().filter(has_effect) {
                let message = format!(
                    "this generator does not support `{keyword}` beside `format: date-time`"
                );
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
                let message = format!("invalid regular expression: {error}");
                self.error(&child(pointer, "pattern"), message);
            }
            fields.push(format!("pattern: Some({})", literal(pattern)));
        }
        fields.extend(self.length_constraint(pointer, schema, "minLength", "min_length"));
        fields.extend(self.length_constraint(pointer, schema, "maxLength", "max_length"));
        if fields.is_empty() {
            return Some("String".to_owned());
        }
        self.constrained(pointer, schema, name, "String", "StringConstraints", fields)
    }

    /// Returns the type of an integer.
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
        self.reject_other_keywords(pointer, schema, &[&ANNOTATIONS[..], &known].concat());
        let mut fields = Vec::new();
        let format = schema["format"].as_str();
        if let Some(format) = format {
            fields.push(format!("format: Some({})", literal(format)));
        }
        for (keyword, field) in
            [("minimum", "minimum"), ("maximum", "maximum"), ("multipleOf", "multiple_of")]
        {
            let Some(bound) = schema.get(keyword) else { continue };
            match exact_integer(bound) {
                Some(bound) => fields.push(format!("{field}: Some({})", integer_literal(bound))),
                None => {
                    let message = format!(
                        "Dropshot does not support a `{keyword}` that is not an integer within ±{MAX_EXACT}"
                    );
                    self.error(&child(pointer, keyword), message);
                }
            }
        }
        fields.extend(exclusive_bounds(schema));
        if let Some(members) = schema["enum"].as_array() {
            let members: Vec<_> =
                members.iter().filter(|member| !member.is_null()).map(exact_integer).collect();
            match members.iter().cloned().collect::<Option<Vec<_>>>() {
                Some(members) if members.is_empty() => {
                    self.error(pointer, "missing members in `enum`");
                }
                Some(members) => {
                    let members: Vec<_> = members.into_iter().map(integer_literal).collect();
                    fields.push(format!("members: &[{}]", members.join(", ")));
                }
                None => self.error(
                    &child(pointer, "enum"),
                    format!("this generator does not support a member that is not an integer within ±{MAX_EXACT}"),
                ),
            }
        }
        let value = integer_type(format);
        if format == Some("int64") && fields.len() == 1 {
            return Some(value.to_owned());
        }
        self.constrained(pointer, schema, name, value, "IntegerConstraints", fields)
    }

    /// Returns the type of a number.
    pub(super) fn number(&mut self, pointer: &str, schema: &Value, name: &str) -> Option<String> {
        let known =
            ["type", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];
        self.reject_other_keywords(pointer, schema, &[&ANNOTATIONS[..], &known].concat());
        let mut fields = Vec::new();
        let format = schema["format"].as_str();
        if let Some(format) = format {
            fields.push(format!("format: Some({})", literal(format)));
        }
        for keyword in ["minimum", "maximum"] {
            let Some(bound) = schema.get(keyword) else { continue };
            match bound.as_f64() {
                Some(bound) => fields.push(format!("{keyword}: Some({bound:?})")),
                None => self
                    .error(&child(pointer, keyword), format!("invalid `{keyword}`: not a number")),
            }
        }
        fields.extend(exclusive_bounds(schema));
        if format == Some("double") && fields.len() == 1 {
            return Some("f64".to_owned());
        }
        self.constrained(pointer, schema, name, "f64", "NumberConstraints", fields)
    }

    /// Returns the type of an array.
    pub(super) fn array(&mut self, pointer: &str, schema: &Value, name: &str) -> Option<String> {
        let known = ["type", "items", "minItems", "maxItems", "uniqueItems"];
        self.reject_other_keywords(pointer, schema, &[&ANNOTATIONS[..], &known].concat());
        if schema.get("items").is_none() {
            self.error(pointer, "missing `items`");
            return None;
        }
        let item = self.type_of(&child(pointer, "items"), &format!("{name}Item"))?;
        let mut fields = Vec::new();
        fields.extend(self.length_constraint(pointer, schema, "minItems", "min_items"));
        fields.extend(self.length_constraint(pointer, schema, "maxItems", "max_items"));
        if schema["uniqueItems"] == Value::Bool(true) {
            fields.push("unique_items: true".to_owned());
        }
        let value = format!("Vec<{item}>");
        if fields.is_empty() {
            return Some(value);
        }
        self.constrained(pointer, schema, name, &value, "ArrayConstraints", fields)
    }

    /// Returns the constraint for a keyword that limits a length: of a string or an array.
    fn length_constraint(
        &mut self,
        pointer: &str,
        schema: &Value,
        keyword: &str,
        field: &str,
    ) -> Option<String> {
        let length = schema.get(keyword).filter(|length| !has_no_effect(keyword, length))?;
        let Some(length) = length.as_u64().and_then(|length| u32::try_from(length).ok()) else {
            self.error(
                &child(pointer, keyword),
                format!("invalid `{keyword}`: not an integer from 0 to {}", u32::MAX),
            );
            return None;
        };
        Some(format!("{field}: Some({})", integer_literal(length.into())))
    }

    /// Defines a type with constraints.
    fn constrained(
        &mut self,
        pointer: &str,
        schema: &Value,
        name: &str,
        value: &str,
        constraints: &str,
        fields: Vec<String>,
    ) -> Option<String> {
        // rustfmt does not format the input of a macro in braces, so it is formatted here.
        let docs = documentation(schema);
        let docs: String = docs.lines().map(|line| format!("    {line}\n")).collect();
        let fields: String = fields.iter().map(|field| format!("        {field},\n")).collect();
        let inline = if self.components.contains_key(pointer) { "" } else { "inline " };
        self.define(pointer, name, |_, name| {
            format!(
                "constrained! {{\n{docs}    {inline}pub struct {name}({value}) = {constraints} {{\n\
                 {fields}        ..{constraints}::ANY\n    }};\n}}\n"
            )
        })
    }

    /// Defines an enum. `members` are its names, each with its location.
    pub(super) fn enumeration(
        &mut self,
        pointer: &str,
        schema: &Value,
        members: &[(String, Value)],
        name: &str,
    ) -> Option<String> {
        let mut variants = String::new();
        let (mut taken, mut listed) = (BTreeSet::new(), BTreeSet::new());
        for (location, member) in members.iter().filter(|(_, member)| !member.is_null()) {
            let Some(text) = member.as_str() else {
                self.error(location, "invalid member of `enum`: not a string");
                continue;
            };
            if !listed.insert(text) {
                continue;
            }
            let wanted = if text.is_empty() { "Empty".to_owned() } else { type_name(text) };
            let variant = free_name(&wanted, |name| taken.contains(name));
            taken.insert(variant.clone());
            let _ = writeln!(variants, "#[serde(rename = {})]\n{variant},", literal(text));
        }
        if members.is_empty() {
            self.error(pointer, "missing members in `enum`");
        }
        let docs = documentation(schema);
        // The variants have no doc comments: with them, schemars emits `oneOf` instead of `enum`.
        self.define(pointer, name, |_, name| {
            format!(
                "{docs}#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
                pub enum {name} {{ {variants} }}\n"
            )
        })
    }
}

/// Returns the Rust type of an integer of this format. The runtime checks the range of the format.
fn integer_type(format: Option<&str>) -> &'static str {
    if matches!(format, Some("uint" | "uint64")) { "u64" } else { "i64" }
}

/// Returns the value of an integer that the emitted document keeps exactly.
fn exact_integer(value: &Value) -> Option<i64> {
    let integer = value.as_i64().or_else(|| {
        let value = value.as_f64().filter(|value| value.fract() == 0.0)?;
        (value.abs() <= MAX_EXACT as f64).then_some(value as i64)
    });
    integer.filter(|value| (-MAX_EXACT..=MAX_EXACT).contains(value))
}

/// Returns the fields for `exclusiveMinimum` and `exclusiveMaximum`.
fn exclusive_bounds(schema: &Value) -> Vec<String> {
    let keywords =
        [("exclusiveMinimum", "exclusive_minimum"), ("exclusiveMaximum", "exclusive_maximum")];
    let set = keywords.iter().filter(|(keyword, _)| schema[*keyword] == Value::Bool(true));
    set.map(|(_, field)| format!("{field}: true")).collect()
}
