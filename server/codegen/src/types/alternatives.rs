//! Alternatives: `oneOf` and `anyOf`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::generator::{ANNOTATIONS, TypeGenerator};
use crate::names::{free_name, type_name};
use crate::source::{doc_comment, literal};

impl TypeGenerator<'_> {
    /// Returns the type for `oneOf` or `anyOf`: an untagged enum.
    ///
    /// A tag is a property with one allowed value, and needs no special treatment.
    pub(super) fn alternatives(
        &mut self,
        pointer: &str,
        schema: &Value,
        keyword: &str,
        name: &str,
    ) -> Option<String> {
        self.reject_other_keywords(pointer, schema, &[&ANNOTATIONS[..], &[keyword]].concat());
        let alternatives = schema[keyword].as_array().cloned().unwrap_or_default();
        if let Some(members) = self.documented_members(pointer, keyword, &alternatives) {
            return self.enumeration(pointer, schema, &members, name);
        }
        if alternatives.is_empty() {
            self.error(pointer, format!("missing alternatives in `{keyword}`"));
            return None;
        }
        self.define(pointer, name, |types, name| {
            types.untagged_enum(pointer, schema, keyword, name, alternatives.len())
        })
    }

    /// Returns the source of an untagged enum with one variant per alternative.
    pub(super) fn untagged_enum(
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
            let location = format!("{pointer}/{keyword}/{index}");
            let Some((_, alternative)) = self.resolve(&location) else { continue };
            let wanted = self.variant_name(&location, alternative, index);
            let variant = free_name(&wanted, |name| taken.contains(name));
            taken.insert(variant.clone());
            let Some(ty) = self.type_of(&location, &format!("{name}{variant}")) else { continue };
            let ty = self.boxed_if_recursive(ty);
            variants += &doc_comment(alternative["description"].as_str().unwrap_or_default());
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
            doc_comment(description),
            literal(name),
            literal(name),
        )
    }

    /// Returns the members of an enum whose members have descriptions, which is a `oneOf` of schemas
    /// with an `enum` each. Each member comes with its location.
    fn documented_members(
        &self,
        pointer: &str,
        keyword: &str,
        alternatives: &[Value],
    ) -> Option<Vec<(String, Value)>> {
        let mut members = Vec::new();
        for (index, alternative) in alternatives.iter().enumerate() {
            let location = format!("{pointer}/{keyword}/{index}/enum/0");
            let names = alternative["enum"].as_array()?;
            if alternative["type"] != "string" || names.is_empty() {
                return None;
            }
            members.extend(names.iter().map(|name| (location.clone(), name.clone())));
        }
        (keyword == "oneOf" && !members.is_empty()).then_some(members)
    }

    /// Returns the name of an alternative: that of its component, the value of its tag, or the name of
    /// its only property.
    fn variant_name(&self, location: &str, alternative: &Value, index: usize) -> String {
        let reference = self.contract.get(location).and_then(|value| {
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
