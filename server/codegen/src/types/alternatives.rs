//! Alternatives: `oneOf` and `anyOf`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::generator::{ANNOTATIONS, TypeGenerator};
use crate::names::{free_name, type_name};
use crate::source::{documentation, literal};
use agenthuman_contract::alternatives::{self, Within};
use agenthuman_contract::{child, nullable};

impl TypeGenerator<'_> {
    /// Returns the type for `oneOf` or `anyOf`: an enum with one variant per alternative.
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
            types.alternatives_enum(pointer, schema, keyword, name, alternatives.len())
        })
    }

    /// Returns the source of an enum with one variant per alternative.
    pub(super) fn alternatives_enum(
        &mut self,
        pointer: &str,
        schema: &Value,
        keyword: &str,
        name: &str,
        count: usize,
    ) -> String {
        let list = child(pointer, keyword);
        if alternatives::contain_themselves(self.contract, &list, Within::SameValue) {
            let message = "this generator does not support alternatives that contain themselves without an object or \
                           array in between";
            self.error(&list, message);
            return String::new();
        }
        self.check_discriminator(pointer, &list, count);
        let description = schema["description"].as_str().unwrap_or_default();
        let (mut variants, mut numbered) = (String::new(), String::new());
        let mut taken = BTreeSet::new();
        for index in 0..count {
            let location = format!("{list}/{index}");
            let Some((_, alternative)) = self.resolve(&location) else { continue };
            let wanted = self.variant_name(&location, alternative, index);
            let variant = free_name(&wanted, |name| taken.contains(name));
            taken.insert(variant.clone());
            let inner = self.type_without_null(&location, &format!("{name}{variant}"));
            let Some(mut ty) = inner.map(|inner| self.boxed_if_recursive(inner)) else { continue };
            if self.may_lose_fields(&list, count, index) {
                ty = format!("WithUnknownFields<{ty}>");
            }
            if nullable(self.contract, &location) && ty != "serde_json::Value" {
                ty = format!("Option<{ty}>");
            }
            variants += &documentation(alternative);
            let _ = writeln!(variants, "{variant}({ty}),");
            let _ = writeln!(numbered, "        {index} => {variant}({ty}),");
        }
        let lines = description.trim().lines();
        let lines: String = lines.map(|line| format!("        {},\n", literal(line))).collect();
        let rule = if keyword == "oneOf" { "one_of" } else { "any_of" };
        // rustfmt does not format the input of a macro in braces, so it is formatted here.
        format!(
            "{}#[derive(Clone, Debug, PartialEq, Serialize)]
            #[serde(untagged)]
            pub enum {name} {{ {variants} }}

agenthuman_server_runtime::alternatives! {{
    {rule} {name} {{\n{numbered}    }} [\n{lines}    ]
}}
            ",
            documentation(schema)
        )
    }

    /// Reports a `discriminator` that alone decides between two alternatives: the types are tried one after
    /// the other.
    fn check_discriminator(&mut self, pointer: &str, list: &str, count: usize) {
        let location = child(pointer, "discriminator");
        if self.contract.get(&location).is_none() {
            return;
        }
        let overlaps = |one: usize, other: usize| {
            let at = |index: usize| format!("{list}/{index}");
            alternatives::may_overlap(self.contract, &at(one), &at(other))
        };
        if (0..count).any(|one| (one + 1..count).any(|other| overlaps(one, other))) {
            let message = "this generator does not support a `discriminator` that alone decides between \
                           alternatives: give its property an `enum` of one value in each";
            self.error(&location, message);
        }
    }

    /// Returns true if the alternative `index` is an object whose unknown fields can be fields of another
    /// alternative. A type cannot keep them if the alternative has alternatives itself.
    fn may_lose_fields(&mut self, list: &str, count: usize, index: usize) -> bool {
        let location = format!("{list}/{index}");
        let others = (0..count).filter(|other| *other != index);
        let mut others = others.map(|other| format!("{list}/{other}"));
        if !others.any(|other| alternatives::may_overlap(self.contract, &location, &other)) {
            return false;
        }
        let inner = alternatives::inner(self.contract, &location);
        if inner.iter().any(|one| alternatives::open_object(self.contract, one).is_some()) {
            let message = "this generator does not support overlapping alternatives, of which one has alternatives itself";
            self.error(list, message);
            return false;
        }
        alternatives::open_object(self.contract, &location).is_some()
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
