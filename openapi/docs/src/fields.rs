//! Parameters, headers and properties, with everything that their schemas say.

use agenthuman_contract::{Contract, ContractError, child, nullable, required};
use serde_json::Value;

use crate::schema;

/// A parameter, a header or a property.
#[derive(Clone, Debug, Default)]
pub(crate) struct Field {
    pub name: String,
    /// The types of its values, such as `string | null`.
    pub kind: String,
    pub required: bool,
    /// The constraints of its values, in Markdown.
    pub facts: Vec<String>,
    /// Markdown.
    pub description: String,
    /// The properties of an object, or of the items of a list.
    pub children: Vec<Field>,
}

/// Returns the fields as a list in Markdown.
pub(crate) fn markdown(fields: &[Field], depth: usize) -> String {
    let mut list = String::new();
    let indent = "  ".repeat(depth);
    for field in fields {
        let presence = if field.required { "required" } else { "optional" };
        let facts: String = field.facts.iter().map(|fact| format!("; {fact}")).collect();
        let description = one_line(&field.description);
        let separator = if description.is_empty() { "" } else { ": " };
        list.push_str(&format!(
            "{indent}- `{}` ({}, {presence}{facts}){separator}{description}\n",
            field.name, field.kind
        ));
        list.push_str(&markdown(&field.children, depth + 1));
    }
    list
}

/// Returns a text on one line.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the parameters of an operation at one location (`path`, `query`, `header`).
pub(crate) fn parameters(
    contract: &Contract,
    operation: &str,
    location: &str,
) -> Result<Vec<Field>, ContractError> {
    let list = format!("{operation}/parameters");
    let count = contract.get(&list).and_then(Value::as_array).map_or(0, Vec::len);
    let mut fields = Vec::new();
    for number in 0..count {
        let unresolved = format!("{list}/{number}");
        let (pointer, parameter) = contract.resolve(&unresolved)?;
        if parameter["in"] == location {
            fields.push(named(contract, &pointer, parameter)?);
        }
    }
    Ok(fields)
}

/// Returns the headers of a response, which is resolved.
pub(crate) fn headers(contract: &Contract, response: &str) -> Result<Vec<Field>, ContractError> {
    let list = format!("{response}/headers");
    let names = contract.get(&list).and_then(Value::as_object);
    let mut fields = Vec::new();
    for name in names.into_iter().flat_map(|members| members.keys()) {
        let unresolved = child(&list, name);
        let (pointer, header) = contract.resolve(&unresolved)?;
        fields.push(Field { name: name.clone(), ..named(contract, &pointer, header)? });
    }
    Ok(fields)
}

/// Returns a parameter or a header.
fn named(contract: &Contract, pointer: &str, value: &Value) -> Result<Field, ContractError> {
    let mut field =
        Reader { contract, open: Vec::new() }.field(&format!("{pointer}/schema"), &[])?;
    field.name = value["name"].as_str().unwrap_or_default().to_owned();
    field.required = value["required"] == Value::Bool(true);
    if let Some(description) = value["description"].as_str() {
        description.clone_into(&mut field.description);
    }
    Ok(field)
}

/// Returns the properties of a body. If examples are given, alternatives that occur in them come first.
pub(crate) fn properties(
    contract: &Contract,
    schema: &str,
    examples: &[&Value],
) -> Result<Vec<Field>, ContractError> {
    Ok(Reader { contract, open: Vec::new() }.field(schema, examples)?.children)
}

/// Reads schemas recursively.
struct Reader<'a> {
    contract: &'a Contract,
    /// The schemas that are being read, because a schema can contain itself.
    open: Vec<String>,
}

impl Reader<'_> {
    fn field(&mut self, schema: &str, examples: &[&Value]) -> Result<Field, ContractError> {
        let pointer = schema::resolve(self.contract, schema)?;
        let resolved = self.contract.get(&pointer).unwrap_or(&Value::Null);
        let (_, outer) = self.contract.resolve(schema)?;
        let description = [outer, resolved].iter().find_map(|one| one["description"].as_str());
        let mut field = Field {
            kind: kind(resolved).to_owned(),
            description: description.unwrap_or_default().to_owned(),
            facts: facts(outer, resolved),
            ..Field::default()
        };
        let is_nullable = nullable(self.contract, schema);
        if self.open.contains(&pointer) {
            return Ok(field);
        }
        self.open.push(pointer.clone());
        let alternatives = ["oneOf", "anyOf"].iter().find(|key| resolved[**key].is_array());
        if let Some(key) = alternatives {
            self.alternatives(&format!("{pointer}/{key}"), examples, &mut field)?;
        } else if resolved["type"] == "array" {
            let items: Vec<_> =
                examples.iter().filter_map(|list| list.as_array()).flatten().collect();
            let item = self.field(&format!("{pointer}/items"), &items)?;
            field.kind = format!("list of {}", item.kind);
            field.children = item.children;
        } else {
            field.children = self.object(&pointer, examples)?;
        }
        self.open.pop();
        if is_nullable {
            field.kind.push_str(" | null");
        }
        Ok(field)
    }

    /// Adds the alternatives of a schema; first those of the examples.
    fn alternatives(
        &mut self,
        list: &str,
        examples: &[&Value],
        field: &mut Field,
    ) -> Result<(), ContractError> {
        let count = self.contract.get(list).and_then(Value::as_array).map_or(0, Vec::len);
        let mut alternatives = Vec::new();
        for number in 0..count {
            let alternative = self.field(&format!("{list}/{number}"), examples)?;
            let occurs = examples.iter().any(|example| kind_of(example) == alternative.kind);
            alternatives.push((!occurs, alternative));
        }
        alternatives.sort_by_key(|(is_other, _)| *is_other);
        let occurring = alternatives.iter().filter(|(is_other, _)| !is_other);
        let occurring: Vec<_> = occurring.map(|(_, one)| one.kind.clone()).collect();
        let kinds: Vec<_> = alternatives.iter().map(|(_, one)| one.kind.clone()).collect();
        match occurring.is_empty() || occurring.len() == kinds.len() {
            true => field.kind = kinds.join(" | "),
            // the other alternatives belong to other responses
            false => {
                field.kind = occurring.join(" | ");
                alternatives.retain(|(is_other, _)| !is_other);
            }
        }
        for (_, alternative) in alternatives {
            field.facts.extend(alternative.facts);
            field.children.extend(alternative.children);
        }
        Ok(())
    }

    fn object(&mut self, object: &str, examples: &[&Value]) -> Result<Vec<Field>, ContractError> {
        let properties = format!("{object}/properties");
        let names = self.contract.get(&properties).and_then(Value::as_object);
        let mut fields = Vec::new();
        for name in names.into_iter().flat_map(|members| members.keys()) {
            let values: Vec<_> = examples.iter().filter_map(|example| example.get(name)).collect();
            let mut field = self.field(&child(&properties, name), &values)?;
            field.name.clone_from(name);
            field.required = required(self.contract, object, name);
            if !examples.is_empty() && values.is_empty() && !field.required {
                field.facts.push("absent in the examples below".to_owned());
            }
            fields.push(field);
        }
        Ok(fields)
    }
}

/// Returns the type of a schema's values.
fn kind(schema: &Value) -> &str {
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("string"), Some("date-time")) => "timestamp",
        (Some(kind), _) => kind,
        (None, _) => "any value",
    }
}

/// Returns the type of a value, as [`kind`] names it.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Returns the constraints and the default of a schema, in Markdown. `outer` is the schema before its
/// reference is resolved.
pub(crate) fn facts(outer: &Value, schema: &Value) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<_> = values.iter().map(|value| format!("`{}`", plain(value))).collect();
        facts.push(format!("one of {}", values.join(", ")));
    }
    for (key, text) in
        [("minimum", "at least"), ("maximum", "at most"), ("multipleOf", "a multiple of")]
    {
        if !schema[key].is_null() {
            facts.push(format!("{text} {}", schema[key]));
        }
    }
    for (minimum, maximum, unit) in
        [("minLength", "maxLength", "characters"), ("minItems", "maxItems", "items")]
    {
        for (key, text) in [(minimum, "at least"), (maximum, "at most")] {
            if !schema[key].is_null() {
                facts.push(format!("{text} {} {unit}", schema[key]));
            }
        }
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        facts.push(format!("matches `{}`", pattern.replace('|', "\\|")));
    }
    if schema["format"] == "date-time" {
        facts.push("RFC 3339".to_owned());
    }
    let default = if outer["default"].is_null() { &schema["default"] } else { &outer["default"] };
    if !default.is_null() {
        facts.push(format!("default `{}`", plain(default)));
    }
    facts
}

/// Returns a value as text, a string without quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
