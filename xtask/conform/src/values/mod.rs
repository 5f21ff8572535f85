//! Generates test values for a schema: boundary values on both sides of each constraint, and values of
//! other types.
//!
//! The validator of the schema decides which values are valid. A candidate that it judges differently
//! than intended is dropped: a wrong guess in this module costs a test value, and never causes a false
//! finding.

mod candidates;
mod numbers;
mod strings;

use agenthuman_contract::model::{Aspect, Child, Combinator, Model, Schema, SchemaId};
use agenthuman_contract::{Contract, child, exact};
use serde_json::{Map, Value, json};

use crate::excerpt::quoted_excerpt;
use crate::schemas::{Schemas, fact, type_name};
use candidates::{Candidates, enumeration, wrong_types};
use numbers::{NumberCandidate, numbers};
use strings::StringCandidate;

pub(crate) use candidates::TestValue;

/// Maximum depth of nested objects and arrays; a schema may be recursive.
const MAX_DEPTH: usize = 4;

/// Largest array that is generated, in items.
const MAX_ITEMS: usize = 1000;

/// Generates values for the schemas of a contract.
#[derive(Clone, Copy)]
pub(crate) struct ValueGenerator<'a> {
    pub contract: &'a Contract,
    pub model: &'a Model,
    pub schemas: &'a Schemas<'a>,
}

impl<'a> ValueGenerator<'a> {
    fn schema(&self, id: SchemaId) -> &'a Schema {
        &self.model.schemas[id]
    }

    /// Returns a valid value, preferably one of `examples`; `None` if none can be generated.
    pub(crate) fn sample(&self, id: SchemaId, examples: &[&Value]) -> Option<Value> {
        self.sample_at(id, examples, 0)
    }

    fn sample_at(&self, id: SchemaId, examples: &[&Value], depth: usize) -> Option<Value> {
        let schema = self.schema(id);
        let own = ["example", "default"]
            .into_iter()
            .filter_map(|key| self.contract.get(&child(&schema.pointer, key)));
        let examples: Vec<Value> = examples.iter().copied().chain(own).cloned().collect();
        let generated = || self.typical_values(schema, depth);
        let is_valid =
            |value: &Value| !value.is_null() && self.schemas.is_valid(&schema.pointer, value);
        examples.into_iter().find(is_valid).or_else(|| generated().into_iter().find(is_valid))
    }

    /// Returns candidates that are valid against most schemas of this type.
    fn typical_values(&self, schema: &Schema, depth: usize) -> Vec<Value> {
        if let Some(values) = fact(schema, Aspect::Enum).and_then(Value::as_array) {
            return values.clone();
        }
        if let Some(ids) = schema.alternatives.values().next() {
            let ids = if depth < MAX_DEPTH { &ids[..] } else { &[] };
            return ids.iter().filter_map(|id| self.sample_at(*id, &[], depth + 1)).collect();
        }
        match type_name(schema) {
            "boolean" => vec![true.into()],
            "integer" | "number" => {
                let mut values = vec![json!(10), json!(1), json!(0)];
                values.extend(numbers(schema).into_iter().map(|number| number.value));
                values
            }
            "array" if depth < MAX_DEPTH => {
                let count = fact(schema, Aspect::MinItems).and_then(Value::as_u64).unwrap_or(1);
                let item = schema.children.get(&Child::Items);
                let item = item.and_then(|id| self.sample_at(*id, &[], depth + 1));
                vec![item.map_or(json!([]), |item| vec![item; count.min(100) as usize].into())]
            }
            "object" if depth < MAX_DEPTH => vec![self.required_only(schema, depth).into()],
            "string" | "" => self
                .strings(schema, &[])
                .into_iter()
                .filter(|candidate| candidate.valid)
                .map(|candidate| candidate.text.into())
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Returns an object with its required properties only.
    fn required_only(&self, schema: &Schema, depth: usize) -> Map<String, Value> {
        let required = schema.properties.iter().filter(|(_, property)| property.required);
        required
            .map(|(name, property)| {
                let value = property.schema.and_then(|id| self.sample_at(id, &[], depth + 1));
                (name.clone(), value.unwrap_or_else(|| "text".into()))
            })
            .collect()
    }

    /// Returns the test values of a schema; `examples` are values that are expected to be valid.
    pub(crate) fn test_values(&self, id: SchemaId, examples: &[&Value]) -> Vec<TestValue> {
        self.test_values_at(id, examples, 0)
    }

    fn test_values_at(&self, id: SchemaId, examples: &[&Value], depth: usize) -> Vec<TestValue> {
        let schema = self.schema(id);
        let mut candidates = Candidates { schema, values: Vec::new() };
        let sample = self.sample_at(id, examples, depth);
        if let Some(sample) = &sample {
            let description = if sample.is_object() && type_name(schema) == "object" {
                "every property has an ordinary value"
            } else {
                "an ordinary value"
            };
            candidates.add(None, description.to_owned(), sample.clone(), true);
        }
        if let Some(example) = self.contract.get(&child(&schema.pointer, "example")) {
            let is_clause = example.is_object() && type_name(schema) == "object";
            let description = match is_clause {
                true => "every property is as in the documented example",
                false => "the documented example",
            };
            candidates.add(None, description.to_owned(), example.clone(), true);
        }
        let null = self.schemas.is_valid(&schema.pointer, &Value::Null);
        let nullable = schema.facts.contains_key(&Aspect::Nullable).then_some(Aspect::Nullable);
        candidates.add(nullable, "null".to_owned(), Value::Null, null);
        if let Some(values) = fact(schema, Aspect::Enum).and_then(Value::as_array) {
            enumeration(values, &mut candidates);
        } else {
            match type_name(schema) {
                "integer" | "number" => {
                    for NumberCandidate { value, aspect, valid } in numbers(schema) {
                        let bound = fact_text(schema, aspect);
                        let value_text = exact::json(&value);
                        let description = format!("{value_text} ({} is {bound})", aspect.keyword());
                        candidates.add(Some(aspect), description, value, valid);
                    }
                    if let Some(number) = sample.as_ref().and_then(Value::as_i64) {
                        let whole = json!(number as f64);
                        candidates.add(
                            Some(Aspect::Type),
                            format!("{whole}, which is {number}"),
                            whole,
                            true,
                        );
                        let part = json!(number as f64 + 0.5);
                        let valid = type_name(schema) == "number";
                        candidates.add(
                            Some(Aspect::Type),
                            format!("{part}, with a fraction"),
                            part,
                            valid,
                        );
                    }
                }
                "boolean" => {
                    for value in [true, false] {
                        candidates.add(Some(Aspect::Type), value.to_string(), value.into(), true);
                    }
                }
                "string" => {
                    let known: Vec<String> =
                        sample.iter().filter_map(Value::as_str).map(str::to_owned).collect();
                    for text in self.strings(schema, &known) {
                        let description =
                            format!("{}, {}", quoted_excerpt(&text.text), text.description);
                        candidates.add(text.aspect, description, text.text.into(), text.valid);
                    }
                }
                "array" => self.items(schema, depth, &mut candidates),
                "object" => self.members(schema, sample.as_ref(), examples, depth, &mut candidates),
                _ => {}
            }
        }
        for combinator in [Combinator::OneOf, Combinator::AnyOf] {
            for id in schema.alternatives.get(&combinator).into_iter().flatten() {
                if let Some(value) = self.sample_at(*id, &[], depth + 1) {
                    let description = format!("an alternative of `{}`", combinator.keyword());
                    candidates.add(None, description, value, true);
                }
            }
        }
        wrong_types(schema, sample.as_ref(), &mut candidates);
        self.confirmed(schema, candidates.values)
    }

    /// Returns true if the description of a test value is a clause about properties ("`a` is 5"), and
    /// not a noun phrase ("5").
    pub(crate) fn is_clause(&self, id: SchemaId, value: &TestValue) -> bool {
        type_name(self.schema(id)) == "object" && value.value.is_object()
    }

    /// Keeps the candidates that the validator judges as intended, each value once.
    fn confirmed(&self, schema: &Schema, candidates: Vec<TestValue>) -> Vec<TestValue> {
        let mut seen = std::collections::BTreeSet::new();
        candidates
            .into_iter()
            .filter(|candidate| {
                self.schemas.is_valid(&schema.pointer, &candidate.value) == candidate.valid
                    && seen.insert(candidate.value.to_string())
            })
            .collect()
    }

    /// Returns candidates for a string schema.
    fn strings(&self, schema: &Schema, known: &[String]) -> Vec<StringCandidate> {
        let is_valid = |text: &str| self.schemas.is_valid(&schema.pointer, &text.into());
        strings::candidates(schema, known, &is_valid)
    }

    fn items(&self, schema: &Schema, depth: usize, candidates: &mut Candidates<'_>) {
        if depth >= MAX_DEPTH {
            return;
        }
        let Some(id) = schema.children.get(&Child::Items) else { return };
        let inner = self.test_values_at(*id, &[], depth + 1);
        let item = inner.iter().find(|item| item.valid).map(|item| item.value.clone());
        for (aspect, step) in [(Aspect::MinItems, -1), (Aspect::MaxItems, 1)] {
            let Some(count) = fact(schema, aspect).and_then(Value::as_i64) else { continue };
            for (count, valid) in [(count, true), (count + step, false)] {
                if let (Ok(length), Some(item)) = (usize::try_from(count), &item)
                    && length <= MAX_ITEMS
                {
                    let description = format!(
                        "{count} items ({} is {})",
                        aspect.keyword(),
                        fact_text(schema, aspect)
                    );
                    candidates.add(
                        Some(aspect),
                        description,
                        vec![item.clone(); length].into(),
                        valid,
                    );
                }
            }
        }
        if let Some(item) = item {
            candidates.add(
                Some(Aspect::UniqueItems),
                "an item twice".into(),
                json!([item, item]),
                false,
            );
        }
        for item in inner {
            let join = if self.is_clause(*id, &item) { "with an item where" } else { "of" };
            let description = format!("an array {join} {}", item.description);
            candidates.add_at(&item.pointer, description, json!([item.value]), item.valid);
        }
    }

    fn members(
        &self,
        schema: &Schema,
        sample: Option<&Value>,
        examples: &[&Value],
        depth: usize,
        candidates: &mut Candidates<'_>,
    ) {
        if depth >= MAX_DEPTH {
            return;
        }
        let base = self.required_only(schema, depth);
        let with = |name: &str, value: Value| {
            let mut object = base.clone();
            object.insert(name.to_owned(), value);
            Value::Object(object)
        };
        candidates.add(
            None,
            "only the required properties are set".to_owned(),
            base.clone().into(),
            true,
        );
        let mut samples = Map::new();
        for (name, property) in &schema.properties {
            let Some(id) = property.schema else { continue };
            if self.schema(id).facts.contains_key(&Aspect::ReadOnly) {
                continue;
            }
            let shown: Vec<&Value> = examples.iter().filter_map(|all| all.get(name)).collect();
            for inner in self.test_values_at(id, &shown, depth + 1) {
                let description = if self.is_clause(id, &inner) {
                    format!("in `{name}`, {}", inner.description)
                } else {
                    format!("`{name}` is {}", inner.description)
                };
                candidates.add_at(
                    &inner.pointer,
                    description,
                    with(name, inner.value),
                    inner.valid,
                );
            }
            samples
                .extend(self.sample_at(id, &shown, depth + 1).map(|value| (name.clone(), value)));
        }
        for (name, property) in &schema.properties {
            let mut object = samples.clone();
            object.remove(name);
            let description = format!("all properties except `{name}` are set");
            candidates.add_at(
                &property.required_pointer,
                description,
                object.into(),
                !property.required,
            );
        }
        let known = samples.keys().next().cloned().unwrap_or_else(|| "unknown".to_owned());
        let closed = fact(schema, Aspect::AdditionalProperties).is_some();
        for name in ["no_such_property".to_owned(), known.to_uppercase(), format!("{known}s")] {
            if !schema.properties.contains_key(&name) {
                let value = samples.get(&known).cloned().unwrap_or_else(|| "text".into());
                let description = format!("the unknown property `{name}` is set");
                candidates.add(
                    Some(Aspect::AdditionalProperties),
                    description,
                    with(&name, value),
                    !closed,
                );
            }
        }
        if let Some(id) = schema.children.get(&Child::AdditionalProperties) {
            for inner in self.test_values_at(*id, &[], depth + 1) {
                let description =
                    format!("the additional property `any_name` is {}", inner.description);
                candidates.add_at(
                    &inner.pointer,
                    description,
                    with("any_name", inner.value),
                    inner.valid,
                );
            }
        }
        // A complete example sets more than the required properties.
        if let Some(sample) = sample {
            let description = "every property has an ordinary value".to_owned();
            candidates.add(None, description, sample.clone(), true);
        }
    }
}

/// Returns the value of one keyword of a schema as text; empty if it does not have the keyword.
fn fact_text(schema: &Schema, aspect: Aspect) -> String {
    fact(schema, aspect).map_or(String::new(), exact::json)
}
