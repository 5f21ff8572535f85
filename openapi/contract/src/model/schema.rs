//! The graph of schemas. It grows from the ones that operations name, one schema at a time, so a
//! schema that contains itself, or a chain of a thousand, needs no depth.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::document::Document;
use super::flatten::{Bound, Flat, Flattener};
use super::{Aspect, Child, Fact, ModelError, Property, Schema, SchemaId};

/// Schemas by the pointer that their references lead to.
pub(super) struct Graph<'a> {
    document: Document<'a>,
    flattener: Flattener<'a>,
    ids: HashMap<String, SchemaId>,
    /// In the order of their ids.
    pointers: Vec<String>,
}

impl<'a> Graph<'a> {
    pub fn new(document: Document<'a>) -> Self {
        Graph {
            document,
            flattener: Flattener::new(document),
            ids: HashMap::new(),
            pointers: Vec::new(),
        }
    }

    /// The schema at `pointer`; it is read later.
    pub fn add(&mut self, pointer: &str) -> Result<SchemaId, ModelError> {
        let object = self.document.object(pointer)?;
        if let Some(id) = self.ids.get(&object.pointer) {
            return Ok(*id);
        }
        let id = self.pointers.len();
        self.ids.insert(object.pointer.clone(), id);
        self.pointers.push(object.pointer);
        Ok(id)
    }

    /// Reads the schemas that have been added, and all that they lead to.
    pub fn read(mut self, errors: &mut Vec<ModelError>) -> Vec<Schema> {
        let mut schemas: Vec<Schema> = Vec::new();
        while let Some(pointer) = self.pointers.get(schemas.len()) {
            let read = self.flattener.flat(pointer).and_then(|flat| self.schema(flat));
            schemas.push(read.unwrap_or_else(|error| {
                errors.push(error);
                Schema::default()
            }));
        }
        drop_empty_children(&mut schemas);
        schemas
    }

    fn schema(&mut self, flat: Flat) -> Result<Schema, ModelError> {
        let Flat { pointer, facts, texts, .. } = flat;
        let mut schema = Schema { pointer, facts, texts, ..Schema::default() };
        let integer = schema.facts.get(&Aspect::Type).is_some_and(|fact| fact.value == "integer");
        if let Some(bound) = flat.minimum {
            schema.facts.insert(Aspect::Minimum, bound_fact(bound, integer, 1));
        }
        if let Some(bound) = flat.maximum {
            schema.facts.insert(Aspect::Maximum, bound_fact(bound, integer, -1));
        }
        // Without a type, values or alternatives `null` is allowed anyway.
        let takes_some = schema.facts.contains_key(&Aspect::Type)
            || schema.facts.contains_key(&Aspect::Enum)
            || !flat.alternatives.is_empty();
        if let Some(pointer) = flat.nullable.filter(|_| takes_some) {
            schema.facts.insert(Aspect::Nullable, Fact { value: true.into(), pointer });
        }
        for (name, pointer) in flat.properties {
            let said = flat.required.get(&name);
            let property = Property {
                required: said.is_some(),
                required_pointer: said.unwrap_or(&pointer).clone(),
                schema: Some(self.add(&pointer)?),
                pointer,
            };
            schema.properties.insert(name, property);
        }
        for (name, pointer) in flat.required {
            schema.properties.entry(name).or_insert_with(|| Property {
                required: true,
                required_pointer: pointer.clone(),
                schema: None,
                pointer,
            });
        }
        for (child, pointer) in flat.children {
            schema.children.insert(child, self.add(&pointer)?);
        }
        for (combinator, pointers) in flat.alternatives {
            let members: Result<_, _> = pointers.iter().map(|pointer| self.add(pointer)).collect();
            schema.alternatives.insert(combinator, members?);
        }
        Ok(schema)
    }
}

/// "More than 0" is "at least 1" for an integer.
fn bound_fact(bound: Bound, integer: bool, inwards: i64) -> Fact {
    let value = match (bound.exclusive, bound.number.as_i64()) {
        (false, _) => bound.number,
        (true, Some(number)) if integer => Value::from(number.saturating_add(inwards)),
        (true, _) => json!({ "exclusive": bound.number }),
    };
    Fact { value, pointer: bound.pointer }
}

/// `items: {}` and `additionalProperties: {}` say nothing.
fn drop_empty_children(schemas: &mut [Schema]) {
    let empty: Vec<bool> = schemas
        .iter()
        .map(|schema| {
            schema.facts.is_empty()
                && schema.properties.is_empty()
                && schema.children.is_empty()
                && schema.alternatives.is_empty()
        })
        .collect();
    for schema in schemas {
        schema.children.retain(|child, id| {
            !(matches!(child, Child::Items | Child::AdditionalProperties) && empty[*id])
        });
    }
}
