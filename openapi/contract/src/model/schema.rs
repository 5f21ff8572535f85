//! The graph of schemas. It grows from the schemas of the operations, one schema at a time, so neither
//! a recursive schema nor a chain of a thousand needs recursion.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::json;

use super::document::Document;
use super::elements::{Property, Schema, SchemaId};
use super::error::ModelError;
use super::fact::{Aspect, Child, Fact};
use super::flatten::Flattener;
use super::keywords::{Bound, Flat};
use crate::exact::{from_integer, number};

/// The schemas so far, by their pointers after references are followed.
pub(super) struct Graph<'a> {
    document: Document<'a>,
    flattener: Flattener<'a>,
    ids: HashMap<String, SchemaId>,
    /// The pointers in the order of the ids.
    pointers: Vec<String>,
    /// True if a body is XML. Otherwise the keyword `xml` has no meaning.
    pub has_xml: bool,
}

impl<'a> Graph<'a> {
    pub fn new(document: Document<'a>) -> Self {
        Graph {
            document,
            flattener: Flattener::new(document),
            ids: HashMap::new(),
            pointers: Vec::new(),
            has_xml: false,
        }
    }

    /// Adds the schema at `pointer`, which is read later.
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

    /// Reads the added schemas, and all that they use.
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
        let Flat { pointer, mut facts, texts, .. } = flat;
        if !self.has_xml {
            facts.remove(&Aspect::Xml);
        }
        let merged_sites = flat.merged;
        let mut schema = Schema { pointer, facts, texts, merged_sites, ..Schema::default() };
        let integer = schema.facts.get(&Aspect::Type).is_some_and(|fact| fact.value == "integer");
        if let Some(bound) = flat.minimum {
            schema.facts.insert(Aspect::Minimum, bound_fact(bound, integer, 1));
        }
        if let Some(bound) = flat.maximum {
            schema.facts.insert(Aspect::Maximum, bound_fact(bound, integer, -1));
        }
        // A schema without a type, values or alternatives allows `null` anyway.
        let excludes_null = schema.facts.contains_key(&Aspect::Type)
            || schema.facts.contains_key(&Aspect::Enum)
            || !flat.alternatives.is_empty();
        if let Some(pointer) = flat.nullable.filter(|_| excludes_null) {
            schema.facts.insert(Aspect::Nullable, Fact::new(true, pointer));
        }
        for (name, pointer) in flat.properties {
            let entry = flat.required.get(&name);
            let property = Property {
                required: entry.is_some(),
                required_pointer: entry.unwrap_or(&pointer).clone(),
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
            schema.children.insert(child.clone(), self.add(&pointer)?);
            schema.child_sites.insert(child, pointer);
        }
        for (combinator, pointers) in flat.alternatives {
            let members: Result<_, _> = pointers.iter().map(|pointer| self.add(pointer)).collect();
            schema.alternatives.insert(combinator, members?);
            schema.alternative_sites.insert(combinator, pointers);
        }
        Ok(schema)
    }
}

/// Returns the fact of a bound. A bound of an integer becomes the first or the last integer within it.
fn bound_fact(bound: Bound, integer: bool, inwards: i128) -> Arc<Fact> {
    let limit = number(&bound.number).filter(|_| integer);
    let limit = limit.filter(|limit| bound.exclusive || !limit.is_integer());
    let whole = limit.and_then(|limit| match limit.to_integer() {
        Some(whole) => whole.checked_add(inwards),
        None if inwards > 0 => limit.ceiling(),
        None => limit.floor(),
    });
    let value = match whole {
        Some(whole) => from_integer(whole),
        None if bound.exclusive => json!({ "exclusive": bound.number }),
        None => bound.number,
    };
    Fact::new(value, bound.pointer)
}

/// Removes `items: {}` and `additionalProperties: {}`, which have no meaning.
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
