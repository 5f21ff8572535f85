//! Objects, arrays, maps and alternatives.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::{ANNOTATIONS, Types};
use crate::names::{docs, field_name, free, literal, type_name};
use agenthuman_contract::{child, clearable, nullable, required};

impl Types<'_> {
    pub(super) fn object(&mut self, pointer: &str, schema: &Value, name: &str) -> Option<String> {
        let known = ["type", "properties", "required", "additionalProperties", "oneOf", "anyOf"];
        self.only(pointer, schema, &[&ANNOTATIONS[..], &known].concat());
        let additional = child(pointer, "additionalProperties");
        let empty = Map::new();
        let properties = schema["properties"].as_object().unwrap_or(&empty);
        let flattened =
            ["oneOf", "anyOf"].into_iter().find(|keyword| schema.get(keyword).is_some());
        if properties.is_empty() && flattened.is_none() {
            match &schema["additionalProperties"] {
                Value::Object(_) => {
                    let value = self.of(&additional, &format!("{name}Value"))?;
                    return Some(format!("std::collections::BTreeMap<String, {value}>"));
                }
                Value::Null | Value::Bool(true) => {
                    return Some("serde_json::Map<String, serde_json::Value>".to_owned());
                }
                _ => {}
            }
        }
        if schema["additionalProperties"].as_object().is_some_and(|schema| !schema.is_empty()) {
            let message =
                "`additionalProperties` with a schema is not supported beside `properties`";
            self.error(&additional, message);
        }
        self.define(pointer, name, |types, name| {
            let source = types.structure(pointer, schema, name, properties);
            match flattened {
                Some(keyword) => types.flatten(pointer, schema, keyword, name, &source),
                None => source,
            }
        })
    }

    /// Adds alternatives beside properties to a struct: a field whose members are the struct's own.
    fn flatten(
        &mut self,
        pointer: &str,
        schema: &Value,
        keyword: &str,
        name: &str,
        source: &str,
    ) -> String {
        let span = child(pointer, keyword);
        if schema["additionalProperties"] == Value::Bool(false) {
            self.error(
                &span,
                format!("`{keyword}` is not supported beside `additionalProperties: false`"),
            );
        }
        let count = schema[keyword].as_array().map_or(0, Vec::len);
        let ty = self.define(&span, &format!("{name}{}", type_name(keyword)), |types, name| {
            types.untagged(pointer, &Value::Null, keyword, name, count)
        });
        let field = free(&field_name(keyword), |name| source.contains(&format!("pub {name}: ")));
        let field = format!("#[serde(flatten)]\npub {field}: {},\n", ty.unwrap_or_default());
        // The struct's own brace is the first that closes a line.
        source.replacen("\n}\n", &format!("\n{field}}}\n"), 1)
    }

    fn structure(
        &mut self,
        pointer: &str,
        schema: &Value,
        name: &str,
        properties: &Map<String, Value>,
    ) -> String {
        let mut text = docs(schema["description"].as_str().unwrap_or_default());
        text += "#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]\n";
        if schema["additionalProperties"] == Value::Bool(false) {
            text += "#[serde(deny_unknown_fields)]\n";
        }
        let _ = writeln!(text, "pub struct {name} {{");
        let names = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        for missing in names.filter(|name| !properties.contains_key(*name)) {
            let message = format!("`{missing}` is required, but not a property");
            self.error(&child(pointer, "required"), message);
        }
        let mut defaults = String::new();
        let mut taken = BTreeSet::new();
        for (property, value) in properties {
            let span = child(&child(pointer, "properties"), property);
            let Some(inner) = self.inner(&span, &format!("{name}{}", type_name(property))) else {
                continue;
            };
            let inner = self.inside(inner);
            let is_required = required(self.contract, pointer, property);
            let may_be_null = nullable(self.contract, &span);
            let field = match value.get("default") {
                Some(default) => {
                    let default = self.default(&span, default, is_required, may_be_null);
                    let Some(default) = default else { continue };
                    default
                }
                None if clearable(self.contract, pointer, property) => Field::Clearable,
                None if !is_required => Field::Optional,
                None if may_be_null => Field::Nullable,
                None => Field::Required,
            };
            text += &docs(value["description"].as_str().unwrap_or_default());
            let called = unique(property, &mut taken);
            text += &field.source(property, &called, &inner, name);
            defaults += &field.functions(property, &called, &inner, name);
        }
        text + "}\n" + &defaults
    }

    /// What a property with a default is; the default must be a value of the property.
    fn default(
        &mut self,
        span: &str,
        default: &Value,
        is_required: bool,
        may_be_null: bool,
    ) -> Option<Field> {
        let here = child(span, "default");
        if is_required {
            self.error(&here, "a required property has no use for a default");
            return None;
        }
        if default.is_null() && may_be_null {
            return Some(Field::NullByDefault);
        }
        let (pointer, schema) = self.resolve(span)?;
        let schema = match schema["allOf"].as_array() {
            Some(members) if members.len() == 1 => self.resolve(&format!("{pointer}/allOf/0"))?.1,
            _ => schema,
        };
        let documented = ["oneOf", "anyOf"].map(|keyword| schema[keyword].as_array());
        let mut documented = documented.into_iter().flatten().flatten();
        let fits = match schema["type"].as_str() {
            Some("string") => default.is_string(),
            Some("boolean") => default.is_boolean(),
            Some("integer") => default.is_i64() || default.is_u64(),
            Some("number") => default.is_number(),
            Some("array") => default.is_array(),
            Some("object") => default.is_object(),
            // The names of an enum with descriptions stand in its alternatives; what else may be
            // there is for the check of defaults, which validates them.
            _ => documented.any(|alternative| match alternative["enum"].as_array() {
                Some(names) => names.contains(default),
                None => true,
            }),
        };
        let listed = schema["enum"].as_array().is_none_or(|members| members.contains(default));
        let above = schema["minimum"].as_f64().is_none_or(|bound| default.as_f64() >= Some(bound));
        let below = schema["maximum"].as_f64().is_none_or(|bound| default.as_f64() <= Some(bound));
        if fits && listed && above && below {
            Some(Field::Default { json: default.to_string(), nullable: may_be_null })
        } else {
            self.error(
                &here,
                "this default is not a value of the property, or of a kind that is supported",
            );
            None
        }
    }

    pub(super) fn array(&mut self, pointer: &str, schema: &Value, name: &str) -> Option<String> {
        let known = ["type", "items", "minItems", "maxItems", "uniqueItems"];
        self.only(pointer, schema, &[&ANNOTATIONS[..], &known].concat());
        if schema.get("items").is_none() {
            self.error(pointer, "an array needs `items`");
            return None;
        }
        let item = self.of(&child(pointer, "items"), &format!("{name}Item"))?;
        let mut fields = Vec::new();
        fields.extend(self.length(pointer, schema, "minItems", "min_items"));
        fields.extend(self.length(pointer, schema, "maxItems", "max_items"));
        if schema["uniqueItems"] == Value::Bool(true) {
            fields.push("unique_items: true".to_owned());
        }
        let value = format!("Vec<{item}>");
        if fields.is_empty() {
            return Some(value);
        }
        self.constrained(pointer, schema, name, &value, "ArrayConstraints", fields)
    }

    /// `oneOf` and `anyOf`: an enum whose variants are told apart by their form.
    ///
    /// A tag needs nothing of its own: it is a property with one allowed value.
    pub(super) fn alternatives(
        &mut self,
        pointer: &str,
        schema: &Value,
        keyword: &str,
        name: &str,
    ) -> Option<String> {
        self.only(pointer, schema, &[&ANNOTATIONS[..], &[keyword]].concat());
        let alternatives = schema[keyword].as_array().cloned().unwrap_or_default();
        if let Some(members) = self.documented_members(pointer, keyword, &alternatives) {
            return self.enumeration(pointer, schema, &members, name);
        }
        if alternatives.is_empty() {
            self.error(pointer, format!("`{keyword}` needs alternatives"));
            return None;
        }
        self.define(pointer, name, |types, name| {
            types.untagged(pointer, schema, keyword, name, alternatives.len())
        })
    }

    fn untagged(
        &mut self,
        pointer: &str,
        schema: &Value,
        keyword: &str,
        name: &str,
        count: usize,
    ) -> String {
        let description = schema["description"].as_str().unwrap_or_default();
        let (mut variants, mut schemas) = (String::new(), String::new());
        let mut taken = BTreeSet::new();
        for index in 0..count {
            let span = format!("{pointer}/{keyword}/{index}");
            let Some((_, alternative)) = self.resolve(&span) else { continue };
            let wanted = self.variant(&span, alternative, index);
            let variant = free(&wanted, |name| taken.contains(name));
            taken.insert(variant.clone());
            let Some(ty) = self.of(&span, &format!("{name}{variant}")) else { continue };
            let ty = self.inside(ty);
            variants += &docs(alternative["description"].as_str().unwrap_or_default());
            let _ = writeln!(variants, "{variant}({ty}),");
            let _ = write!(schemas, "agenthuman_server_runtime::schema::of::<{ty}>(generator),");
        }
        let lines: String = description.trim().lines().map(|line| literal(line) + ",").collect();
        let function = if keyword == "oneOf" { "one_of" } else { "any_of" };
        format!(
            "{}#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
            #[serde(untagged)]
            pub enum {name} {{ {variants} }}

            impl JsonSchema for {name} {{
                fn schema_name() -> String {{ {}.to_owned() }}

                fn schema_id() -> std::borrow::Cow<'static, str> {{
                    concat!(module_path!(), \"::\", {}).into()
                }}

                fn json_schema(
                    generator: &mut schemars::r#gen::SchemaGenerator,
                ) -> schemars::schema::Schema {{
                    agenthuman_server_runtime::schema::{function}(vec![{schemas}], &[{lines}])
                }}
            }}
            ",
            docs(description),
            literal(name),
            literal(name),
        )
    }

    /// The names of an enum each of which has a description: `oneOf` with one `enum` member each.
    fn documented_members(
        &self,
        pointer: &str,
        keyword: &str,
        alternatives: &[Value],
    ) -> Option<Vec<(String, Value)>> {
        let mut members = Vec::new();
        for (index, alternative) in alternatives.iter().enumerate() {
            let span = format!("{pointer}/{keyword}/{index}/enum/0");
            let names = alternative["enum"].as_array()?;
            if alternative["type"] != "string" || names.is_empty() {
                return None;
            }
            members.extend(names.iter().map(|name| (span.clone(), name.clone())));
        }
        (keyword == "oneOf" && !members.is_empty()).then_some(members)
    }

    /// What to call an alternative: as its component, as the value of its tag, or by its only property.
    fn variant(&self, span: &str, alternative: &Value, index: usize) -> String {
        let reference = self.contract.get(span).and_then(|value| {
            let only = value["allOf"].as_array().filter(|members| members.len() == 1);
            only.map_or(value, |members| &members[0]).get("$ref")?.as_str()
        });
        let target = reference.and_then(agenthuman_contract::target);
        if let Some(component) = target.as_ref().and_then(|target| target.rsplit('/').next()) {
            return type_name(component);
        }
        let properties = alternative["properties"].as_object();
        let tag = properties.into_iter().flat_map(Map::values).find_map(|property| {
            let names = property["enum"].as_array().filter(|names| names.len() == 1)?;
            names[0].as_str()
        });
        let only = properties.filter(|properties| properties.len() == 1);
        let only = only.and_then(|properties| properties.keys().next()).map(String::as_str);
        match tag.or(only).or(alternative["title"].as_str()) {
            Some(name) if !name.is_empty() => type_name(name),
            _ => format!("Variant{index}"),
        }
    }
}

/// The name of a field that no other one of its struct has.
pub fn unique(property: &str, taken: &mut BTreeSet<String>) -> String {
    let name = free(&field_name(property), |name| taken.contains(name));
    taken.insert(name.clone());
    name
}

/// Whether a field must be there, and whether it may be `null`.
pub enum Field {
    Required,
    Nullable,
    Optional,
    Clearable,
    /// Optional, and as if it were `null` where it is absent.
    NullByDefault,
    /// Optional, with a value where it is absent.
    Default {
        json: String,
        nullable: bool,
    },
}

impl Field {
    /// The field's source: attributes, name and type. `field` is what it is called, and `owner` the
    /// struct that has it.
    pub fn source(&self, property: &str, field: &str, inner: &str, owner: &str) -> String {
        let rename = match field.trim_start_matches("r#") == property {
            true => String::new(),
            false => format!("rename = {}, ", literal(property)),
        };
        match self {
            Field::Required if rename.is_empty() => format!("pub {field}: {inner},\n"),
            Field::Required => {
                format!("#[serde({})]\npub {field}: {inner},\n", rename.trim_end_matches(", "))
            }
            Field::Nullable => format!(
                "#[serde({rename}deserialize_with = \"Option::deserialize\")]
                #[schemars(schema_with = \"agenthuman_server_runtime::patch::nullable::<{inner}>\")]
                pub {field}: Option<{inner}>,\n"
            ),
            Field::Optional => format!(
                "#[serde({rename}default, deserialize_with = \"agenthuman_server_runtime::patch::present\", \
                 skip_serializing_if = \"Option::is_none\")]
                #[schemars(with = \"{inner}\")]
                pub {field}: Option<{inner}>,\n"
            ),
            Field::Clearable => format!(
                "#[serde({rename}default, skip_serializing_if = \"Patch::is_absent\")]
                pub {field}: Patch<{inner}>,\n"
            ),
            Field::NullByDefault => {
                format!("#[serde({rename}default)]\npub {field}: Option<{inner}>,\n")
            }
            Field::Default { nullable, .. } => {
                let ty = if *nullable { format!("Option<{inner}>") } else { inner.to_owned() };
                let function = default_function(field);
                format!("#[serde({rename}default = \"{owner}::{function}\")]\npub {field}: {ty},\n")
            }
        }
    }

    /// The function that gives the field its default, if it has one.
    pub fn functions(&self, property: &str, field: &str, inner: &str, owner: &str) -> String {
        let Field::Default { json, nullable } = self else { return String::new() };
        let ty = if *nullable { format!("Option<{inner}>") } else { inner.to_owned() };
        let function = default_function(field);
        format!(
            "\nimpl {owner} {{
                /// The default of `{}`.
                pub fn {function}() -> {ty} {{
                    agenthuman_server_runtime::schema::default({})
                }}
            }}\n",
            crate::names::comment(&property.replace('\n', " ")),
            literal(json)
        )
    }
}

fn default_function(field: &str) -> String {
    format!("default_{}", field.trim_start_matches("r#"))
}
