//! For a schema: values just inside and just outside each of its constraints.
//!
//! Every value goes through the validator of its schema before it counts as inside or outside. A
//! candidate that turns out to be neither what it was meant for nor useful is dropped: a wrong guess
//! of this module costs a probe, and never makes a false finding.

use serde_json::{Map, Value, json};

use super::number::numbers;
use super::schemas::{Schemas, fact, type_of};
use super::text;
use agenthuman_contract::model::{Aspect, Child, Combinator, Model, Schema, SchemaId};
use agenthuman_contract::{Contract, child};

/// A value for a schema.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    /// What it is: `0 (minimum is 1)`.
    pub what: String,
    /// The constraint, in the contract.
    pub pointer: String,
    pub value: Value,
    /// Whether the schema takes it.
    pub inside: bool,
}

/// How deep objects and lists inside one another are probed; a schema may contain itself.
const DEPTH: usize = 4;

/// Makes probes.
#[derive(Clone, Copy)]
pub(super) struct Prober<'a> {
    pub contract: &'a Contract,
    pub model: &'a Model,
    pub schemas: &'a Schemas<'a>,
}

impl<'a> Prober<'a> {
    fn schema(&self, id: SchemaId) -> &'a Schema {
        &self.model.schemas[id]
    }

    /// A value of the schema, if one can be made; `examples` are values that it should have.
    pub fn sample(&self, id: SchemaId, examples: &[&Value]) -> Option<Value> {
        self.sample_at(id, examples, 0)
    }

    fn sample_at(&self, id: SchemaId, examples: &[&Value], depth: usize) -> Option<Value> {
        let schema = self.schema(id);
        let own = ["example", "default"]
            .into_iter()
            .filter_map(|key| self.contract.get(&child(&schema.pointer, key)));
        let examples: Vec<Value> = examples.iter().copied().chain(own).cloned().collect();
        let made = || self.made(schema, depth);
        let takes =
            |value: &Value| !value.is_null() && self.schemas.is_valid(&schema.pointer, value);
        examples.into_iter().find(takes).or_else(|| made().into_iter().find(takes))
    }

    /// Values that an ordinary schema of the type takes.
    fn made(&self, schema: &Schema, depth: usize) -> Vec<Value> {
        if let Some(values) = fact(schema, Aspect::Enum).and_then(Value::as_array) {
            return values.clone();
        }
        if let Some(ids) = schema.alternatives.values().next() {
            let ids = if depth < DEPTH { &ids[..] } else { &[] };
            return ids.iter().filter_map(|id| self.sample_at(*id, &[], depth + 1)).collect();
        }
        match type_of(schema) {
            "boolean" => vec![true.into()],
            "integer" | "number" => {
                let mut values = vec![json!(10), json!(1), json!(0)];
                values.extend(numbers(schema).into_iter().map(|(value, ..)| value));
                values
            }
            "array" if depth < DEPTH => {
                let count = fact(schema, Aspect::MinItems).and_then(Value::as_u64).unwrap_or(1);
                let item = schema.children.get(&Child::Items);
                let item = item.and_then(|id| self.sample_at(*id, &[], depth + 1));
                vec![item.map_or(json!([]), |item| vec![item; count.min(100) as usize].into())]
            }
            "object" if depth < DEPTH => vec![self.required(schema, depth).into()],
            "string" | "" => self
                .texts(schema, &[])
                .into_iter()
                .filter(|candidate| candidate.inside)
                .map(|candidate| candidate.text.into())
                .collect(),
            _ => Vec::new(),
        }
    }

    /// An object with what it needs.
    fn required(&self, schema: &Schema, depth: usize) -> Map<String, Value> {
        let needed = schema.properties.iter().filter(|(_, property)| property.required);
        needed
            .map(|(name, property)| {
                let value = property.schema.and_then(|id| self.sample_at(id, &[], depth + 1));
                (name.clone(), value.unwrap_or_else(|| "text".into()))
            })
            .collect()
    }

    /// Probes of the schema; `examples` are values that it should take.
    pub fn probes(&self, id: SchemaId, examples: &[&Value]) -> Vec<Probe> {
        self.probes_at(id, examples, 0)
    }

    fn probes_at(&self, id: SchemaId, examples: &[&Value], depth: usize) -> Vec<Probe> {
        let schema = self.schema(id);
        let mut found = Found { schema, probes: Vec::new() };
        let sample = self.sample_at(id, examples, depth);
        if let Some(sample) = &sample {
            found.add(None, "an ordinary value".to_owned(), sample.clone(), true);
        }
        let null = self.schemas.is_valid(&schema.pointer, &Value::Null);
        let nullable = schema.facts.contains_key(&Aspect::Nullable).then_some(Aspect::Nullable);
        found.add(nullable, "null".to_owned(), Value::Null, null);
        if let Some(values) = fact(schema, Aspect::Enum).and_then(Value::as_array) {
            enumeration(values, &mut found);
        } else {
            match type_of(schema) {
                "integer" | "number" => {
                    for (value, aspect, inside) in numbers(schema) {
                        let bound = fact(schema, aspect).map_or(String::new(), Value::to_string);
                        let what = format!("{value} ({} is {bound})", aspect.keyword());
                        found.add(Some(aspect), what, value, inside);
                    }
                    if let Some(number) = sample.as_ref().and_then(Value::as_i64) {
                        let whole = json!(number as f64);
                        found.add(
                            Some(Aspect::Type),
                            format!("{whole}, which is {number}"),
                            whole,
                            true,
                        );
                        let part = json!(number as f64 + 0.5);
                        let inside = type_of(schema) == "number";
                        found.add(
                            Some(Aspect::Type),
                            format!("{part}, with a fraction"),
                            part,
                            inside,
                        );
                    }
                }
                "boolean" => {
                    for value in [true, false] {
                        found.add(Some(Aspect::Type), value.to_string(), value.into(), true);
                    }
                }
                "string" => {
                    let known: Vec<String> =
                        sample.iter().filter_map(Value::as_str).map(str::to_owned).collect();
                    for text in self.texts(schema, &known) {
                        let what = format!("{}, {}", quoted(&text.text), text.what);
                        found.add(text.aspect, what, text.text.into(), text.inside);
                    }
                }
                "array" => self.items(schema, depth, &mut found),
                "object" => self.members(schema, sample.as_ref(), examples, depth, &mut found),
                _ => {}
            }
        }
        for combinator in [Combinator::OneOf, Combinator::AnyOf] {
            for id in schema.alternatives.get(&combinator).into_iter().flatten() {
                if let Some(value) = self.sample_at(*id, &[], depth + 1) {
                    let what = format!("an alternative of `{}`", combinator.keyword());
                    found.add(None, what, value, true);
                }
            }
        }
        wrong_types(schema, sample.as_ref(), &mut found);
        self.kept(schema, found.probes)
    }

    /// Those that the validator judges as they are meant, each value once.
    fn kept(&self, schema: &Schema, probes: Vec<Probe>) -> Vec<Probe> {
        let mut seen = std::collections::BTreeSet::new();
        probes
            .into_iter()
            .filter(|probe| {
                self.schemas.is_valid(&schema.pointer, &probe.value) == probe.inside
                    && seen.insert(probe.value.to_string())
            })
            .collect()
    }

    /// Candidates for a string schema.
    pub fn texts(&self, schema: &Schema, known: &[String]) -> Vec<text::Candidate> {
        let takes = |text: &str| self.schemas.is_valid(&schema.pointer, &text.into());
        text::candidates(schema, known, &takes)
    }

    fn items(&self, schema: &Schema, depth: usize, found: &mut Found<'_>) {
        if depth >= DEPTH {
            return;
        }
        let Some(id) = schema.children.get(&Child::Items) else { return };
        let inner = self.probes_at(*id, &[], depth + 1);
        let item = inner.iter().find(|probe| probe.inside).map(|probe| probe.value.clone());
        for (aspect, step) in [(Aspect::MinItems, -1), (Aspect::MaxItems, 1)] {
            let Some(count) = fact(schema, aspect).and_then(Value::as_i64) else { continue };
            for (count, inside) in [(count, true), (count + step, false)] {
                if let (Ok(length), Some(item)) = (usize::try_from(count), &item)
                    && length <= 1000
                {
                    let what = format!(
                        "{count} items ({} is {})",
                        aspect.keyword(),
                        fact_text(schema, aspect)
                    );
                    found.add(Some(aspect), what, vec![item.clone(); length].into(), inside);
                }
            }
        }
        if let Some(item) = item {
            found.add(
                Some(Aspect::UniqueItems),
                "an item twice".into(),
                json!([item, item]),
                false,
            );
        }
        for probe in inner {
            let what = format!("a list of {}", probe.what);
            found.at(&probe.pointer, what, json!([probe.value]), probe.inside);
        }
    }

    fn members(
        &self,
        schema: &Schema,
        sample: Option<&Value>,
        examples: &[&Value],
        depth: usize,
        found: &mut Found<'_>,
    ) {
        if depth >= DEPTH {
            return;
        }
        let base = self.required(schema, depth);
        let with = |name: &str, value: Value| {
            let mut object = base.clone();
            object.insert(name.to_owned(), value);
            Value::Object(object)
        };
        found.add(None, "nothing but what is required".to_owned(), base.clone().into(), true);
        let mut samples = Map::new();
        for (name, property) in &schema.properties {
            let Some(id) = property.schema else { continue };
            if self.schema(id).facts.contains_key(&Aspect::ReadOnly) {
                continue;
            }
            let shown: Vec<&Value> = examples.iter().filter_map(|all| all.get(name)).collect();
            for probe in self.probes_at(id, &shown, depth + 1) {
                let what = format!("`{name}` is {}", probe.what);
                found.at(&probe.pointer, what, with(name, probe.value), probe.inside);
            }
            samples
                .extend(self.sample_at(id, &shown, depth + 1).map(|value| (name.clone(), value)));
        }
        for (name, property) in &schema.properties {
            let mut object = samples.clone();
            object.remove(name);
            let what = format!("everything but `{name}`");
            found.at(&property.required_pointer, what, object.into(), !property.required);
        }
        let known = samples.keys().next().cloned().unwrap_or_else(|| "unknown".to_owned());
        let closed = fact(schema, Aspect::AdditionalProperties).is_some();
        for name in ["no_such_property".to_owned(), known.to_uppercase(), format!("{known}s")] {
            if !schema.properties.contains_key(&name) {
                let value = samples.get(&known).cloned().unwrap_or_else(|| "text".into());
                let what = format!("an unknown property `{name}`");
                found.add(Some(Aspect::AdditionalProperties), what, with(&name, value), !closed);
            }
        }
        if let Some(id) = schema.children.get(&Child::AdditionalProperties) {
            for probe in self.probes_at(*id, &[], depth + 1) {
                let what = format!("a property of any name is {}", probe.what);
                found.at(&probe.pointer, what, with("any_name", probe.value), probe.inside);
            }
        }
        // What the contract shows in full has more in it than what is only required.
        if let Some(sample) = sample {
            found.add(None, "an ordinary value".to_owned(), sample.clone(), true);
        }
    }
}

/// Probes of one schema.
struct Found<'s> {
    schema: &'s Schema,
    probes: Vec<Probe>,
}

impl Found<'_> {
    /// About what the schema says of an aspect; of the schema as a whole, where it says nothing.
    fn add(&mut self, aspect: Option<Aspect>, what: String, value: Value, inside: bool) {
        let said = aspect.and_then(|aspect| self.schema.facts.get(&aspect));
        let pointer = said.map_or(&self.schema.pointer, |fact| &fact.pointer).clone();
        self.probes.push(Probe { what, pointer, value, inside });
    }

    fn at(&mut self, pointer: &str, what: String, value: Value, inside: bool) {
        self.probes.push(Probe { what, pointer: pointer.to_owned(), value, inside });
    }
}

fn enumeration(values: &[Value], found: &mut Found<'_>) {
    let aspect = Some(Aspect::Enum);
    for value in values {
        found.add(aspect, format!("{value}, which is listed"), value.clone(), true);
    }
    if let Some(text) = values.iter().find_map(Value::as_str) {
        for (text, what) in [
            (text.to_uppercase(), "in capitals"),
            (format!("{text} "), "with a space"),
            (String::new(), "empty"),
            ("no_such_value".to_owned(), "not listed"),
        ] {
            found.add(aspect, format!("{}, {what}", quoted(&text)), text.into(), false);
        }
    }
    if let Some(largest) = values.iter().filter_map(Value::as_i64).max() {
        let beyond = largest.saturating_add(1);
        found.add(aspect, format!("{beyond}, not listed"), beyond.into(), false);
    }
}

/// One value of every other type.
fn wrong_types(schema: &Schema, sample: Option<&Value>, found: &mut Found<'_>) {
    let own = type_of(schema);
    if own.is_empty() {
        return;
    }
    let text = match sample {
        Some(Value::String(_)) | None => "1".to_owned(),
        Some(other) => other.to_string(),
    };
    for (name, value) in [
        ("string", Value::from(text)),
        ("integer", 1.into()),
        ("boolean", true.into()),
        ("array", sample.map_or(json!([]), |sample| json!([sample]))),
        ("object", json!({})),
    ] {
        let same = name == own || own == "number" && name == "integer";
        if !same {
            found.add(Some(Aspect::Type), format!("{value}, not of type {own}"), value, false);
        }
    }
}

fn fact_text(schema: &Schema, aspect: Aspect) -> String {
    fact(schema, aspect).map_or(String::new(), Value::to_string)
}

/// A text as JSON has it, cut where it is long.
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", Value::from(&text[..end])),
        None => Value::from(text).to_string(),
    }
}
