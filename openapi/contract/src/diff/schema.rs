//! The comparison of two schemas.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::difference::{Delta, Side};
use super::location::Location;
use super::walk::{Element, Presence, Walk, union};
use super::{emission, mode::ComparisonMode};
use crate::model::{Aspect, Child, Combinator, Facts, Model, Property, Schema, SchemaId};

/// The depth to which alternatives are compared to find pairs.
const SIGNATURE_DEPTH: usize = 4;

impl Walk<'_> {
    /// Compares the pending schemas, and all that they use.
    pub(super) fn schemas(&mut self) {
        while let Some((mine, other, mut location)) = self.pending.pop_front() {
            let part = location.part.contents();
            let element = Element::Schemas(part, mine, other, location.retargeted.clone());
            let (user, is_first) = self.usage.record(element, location.user);
            if is_first {
                location.user = user;
                self.schema(mine, other, &location);
            }
        }
    }

    fn schema(&mut self, mine: SchemaId, other: SchemaId, location: &Location) {
        let (contract, server) = (&self.contract.schemas[mine], &self.server.schemas[other]);
        let whole = [contract.pointer.as_str(), server.pointer.as_str()];
        let location =
            &self.behind_merged(location, [&contract.merged_sites, &server.merged_sites]);
        let mut emitted = server.facts.clone();
        let mut facts = contract.facts.clone();
        if self.mode == ComparisonMode::Emission {
            if !facts.contains_key(&Aspect::Type) {
                emitted.retain(|aspect, fact| {
                    *aspect != Aspect::Type || !emission::implies_type(contract, &fact.value)
                });
            }
            if location.is_required && !emitted.contains_key(&Aspect::Default) {
                facts.remove(&Aspect::Default);
            }
        }
        self.facts(location, whole, &facts, &emitted);
        self.texts(location, whole, &contract.texts, &server.texts);
        let type_of = |facts: &Facts| facts.get(&Aspect::Type).map(|fact| fact.value.clone());
        if type_of(&facts) != type_of(&emitted) {
            // The contents of two different types differ in everything.
            return;
        }
        for name in union(&contract.properties, &server.properties) {
            let sides = [contract.properties.get(name), server.properties.get(name)];
            self.property(location, name, whole, sides);
        }
        for child in union(&contract.children, &server.children) {
            let sides = [contract.children.get(child), server.children.get(child)];
            self.child(location, child, [contract, server], sides);
        }
        for combinator in union(&contract.alternatives, &server.alternatives) {
            self.alternatives(location, *combinator, [contract, server]);
        }
    }

    fn property(
        &mut self,
        location: &Location,
        name: &str,
        whole: [&str; 2],
        sides: [Option<&Property>; 2],
    ) {
        let mut location = location.property(name);
        let [Some(contract), Some(server)] = sides else {
            let pointer = |number: usize| {
                let property: Option<&Property> = sides[number];
                property.map_or(whole[number], |property| property.pointer.as_str())
            };
            return self.presence(Presence {
                keyword: "",
                required: sides.into_iter().flatten().any(|property| property.required),
                location: &location,
                thing: format!("the property `{name}`"),
                contract: (sides[0].is_some(), pointer(0)),
                server: (sides[1].is_some(), pointer(1)),
            });
        };
        self.result.compared += 1;
        // A default of the property itself, not of the schema that it refers to.
        let is_own =
            contract.schema.is_some_and(|id| self.contract.schemas[id].pointer == contract.pointer);
        location.is_required = contract.required && is_own;
        if contract.required != server.required
            && !self.is_optional_in_one_direction(contract, server)
        {
            let side = |property: &Property| {
                let text = if property.required { "is required" } else { "is not required" };
                Side::new(&property.required_pointer, format!("`{name}` {text}"))
            };
            let edit = match server.required {
                true => format!("add `{name}` to `required`"),
                false => format!("remove `{name}` from `required`"),
            };
            let delta = Delta {
                part: location.part,
                keyword: "required",
                values: [contract, server].map(|property| property.required.then_some(true.into())),
                required: false,
            };
            self.differ(&location, [side(contract), side(server)], edit, delta);
        }
        let whole = [contract.pointer.as_str(), server.pointer.as_str()];
        self.described(&location, whole, whole, contract.schema, server.schema);
    }

    /// Returns true if the server does not require a property that only requests or only responses have.
    /// One generated type is both.
    fn is_optional_in_one_direction(&self, contract: &Property, server: &Property) -> bool {
        let facts = contract.schema.map(|id| &self.contract.schemas[id].facts);
        let has = |aspect| facts.is_some_and(|facts| facts.contains_key(aspect));
        self.mode == ComparisonMode::Emission
            && !server.required
            && (has(&Aspect::ReadOnly) || has(&Aspect::WriteOnly))
    }

    fn child(
        &mut self,
        location: &Location,
        child: &Child,
        schemas: [&Schema; 2],
        sides: [Option<&SchemaId>; 2],
    ) {
        let (keyword, inside) = match child {
            Child::Items => ("items", location.step("[]")),
            Child::AdditionalProperties => ("additionalProperties", location.property("*")),
            Child::Not => ("not", location.step("(not)")),
            Child::Mapping(value) => {
                ("discriminator", location.step(&format!("(mapping {value})")))
            }
        };
        if let [Some(mine), Some(other)] = sides {
            let sites = schemas.map(|schema| schema.child_sites[child].as_str());
            let inside = self.behind(inside, sites);
            return self.pending.push_back((*mine, *other, inside));
        }
        // Dropshot cannot express a discriminator.
        if self.mode == ComparisonMode::Emission
            && matches!(child, Child::Mapping(_))
            && sides[1].is_none()
        {
            return;
        }
        // Reported already: one side rejects additional properties.
        let rejects = |schema: &Schema| schema.facts.contains_key(&Aspect::AdditionalProperties);
        if *child == Child::AdditionalProperties && schemas.into_iter().any(rejects) {
            return;
        }
        self.presence(Presence {
            location,
            keyword,
            required: false,
            thing: match child {
                Child::Mapping(value) => format!("a `mapping` of `{value}`"),
                _ => format!("a schema for `{keyword}`"),
            },
            contract: (sides[0].is_some(), &schemas[0].pointer),
            server: (sides[1].is_some(), &schemas[1].pointer),
        });
    }

    /// Compares alternatives, which have no order: first those with equal signatures, then the rest.
    fn alternatives(&mut self, location: &Location, combinator: Combinator, schemas: [&Schema; 2]) {
        self.result.compared += 1;
        let whole = schemas.map(|schema| schema.pointer.as_str());
        // Each member with the pointer where it is listed.
        let members = |schema: &Schema| {
            let ids = schema.alternatives.get(&combinator).into_iter().flatten().copied();
            let sites = schema.alternative_sites.get(&combinator).into_iter().flatten().cloned();
            ids.zip(sites).collect::<Vec<_>>()
        };
        let [mut mine, mut other] = schemas.map(members);
        let keyword = combinator.keyword();
        if mine.len() != other.len() {
            let side = |members: &[(SchemaId, String)], pointer: &str| {
                let text = match members.len() {
                    0 => format!("no `{keyword}`"),
                    count => format!("`{keyword}` of {count} schemas"),
                };
                Side::new(pointer, text)
            };
            let edit = match other.len() {
                0 => format!("remove `{keyword}`"),
                count => format!("write `{keyword}` with the {count} schemas of the server"),
            };
            let delta = Delta {
                part: location.part,
                keyword,
                values: [&mine, &other].map(|members| Some(members.len().into())),
                required: false,
            };
            let sides = [side(&mine, whole[0]), side(&other, whole[1])];
            self.differ(location, sides, edit, delta);
        }
        let mut pairs = Vec::new();
        for depth in (0..=SIGNATURE_DEPTH).rev() {
            mine.retain(|member| {
                let wanted = signature(self.contract, member.0, depth);
                let same =
                    |other: &(SchemaId, String)| signature(self.server, other.0, depth) == wanted;
                match other.iter().position(same) {
                    Some(position) => {
                        pairs.push((member.clone(), other.remove(position)));
                        false
                    }
                    None => true,
                }
            });
        }
        // Different numbers are reported above. With equal numbers, the rest is compared in order.
        if mine.len() == other.len() {
            pairs.extend(mine.into_iter().zip(other));
        }
        for (number, ((mine, site), (other, other_site))) in pairs.into_iter().enumerate() {
            let inside = location.step(&format!("({keyword} {})", number + 1));
            let inside = self.behind(inside, [&site, &other_site]);
            self.pending.push_back((mine, other, inside));
        }
    }
}

/// Returns a hash of the meaning of a schema down to a depth.
fn signature(model: &Model, id: SchemaId, depth: usize) -> u64 {
    let schema = &model.schemas[id];
    let mut hasher = DefaultHasher::new();
    if depth == 0 {
        schema.facts.get(&Aspect::Type).map(|fact| fact.value.to_string()).hash(&mut hasher);
        return hasher.finish();
    }
    for (aspect, fact) in &schema.facts {
        (aspect, fact.value.to_string()).hash(&mut hasher);
    }
    for (name, property) in &schema.properties {
        (name, property.required).hash(&mut hasher);
        property.schema.map(|id| signature(model, id, depth - 1)).hash(&mut hasher);
    }
    for (child, id) in &schema.children {
        (child, signature(model, *id, depth - 1)).hash(&mut hasher);
    }
    for (combinator, ids) in &schema.alternatives {
        let members: BTreeSet<_> = ids.iter().map(|id| signature(model, *id, depth - 1)).collect();
        (combinator, members).hash(&mut hasher);
    }
    hasher.finish()
}
