//! The comparison of two schemas.

use super::difference::Side;
use super::location::Location;
use super::walk::{Element, Presence, Walk, union};
use super::{emission, mode::ComparisonMode};
use crate::model::{Aspect, Child, Facts, Property, Schema, SchemaId};

impl Walk<'_> {
    /// Compares the pending schemas, and all that they use.
    pub(super) fn schemas(&mut self) {
        while let Some((mine, other, mut location)) = self.pending.pop_front() {
            let sites = location.retargeted.clone();
            let element = Element::Schemas(location.role(), mine, other, sites);
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
        self.rejected_properties(location, [contract, server], [&mut facts, &mut emitted]);
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

    /// Reports that one side rejects additional properties, for which the other one has a schema. Removes
    /// the fact.
    fn rejected_properties(
        &mut self,
        location: &Location,
        schemas: [&Schema; 2],
        facts: [&mut Facts; 2],
    ) {
        let (aspect, child) = (Aspect::AdditionalProperties, Child::AdditionalProperties);
        for (rejecting, facts) in facts.into_iter().enumerate() {
            let other = schemas[1 - rejecting];
            if !other.children.contains_key(&child) {
                continue;
            }
            let Some(fact) = facts.remove(&aspect) else { continue };
            self.result.compared += 1;
            let rejects = "`additionalProperties: false`";
            let has = "has a schema for `additionalProperties`";
            let mut sides =
                [Side::new(&fact.pointer, rejects), Side::new(child_site(other, &child), has)];
            let mut values = [Some(fact.value.clone()), None];
            let edit = match rejecting {
                0 => "write the schema of the other document for `additionalProperties`".to_owned(),
                _ => format!("write {rejects}"),
            };
            if rejecting == 1 {
                sides.reverse();
                values.reverse();
            }
            let delta = location.delta(aspect.keyword(), values);
            self.differ(location, sides, edit, delta);
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
            if sides.into_iter().flatten().all(|property| property.schema.is_none()) {
                // It is only in the list `required`.
                let requirements = [0, 1].map(|number| (sides[number].is_some(), pointer(number)));
                return self.required(&location, name, requirements);
            }
            return self.presence(Presence {
                keyword: "",
                required: sides.into_iter().flatten().any(|property| property.required),
                location: &location,
                thing: format!("the property `{name}`"),
                contract: (sides[0].is_some(), pointer(0)),
                server: (sides[1].is_some(), pointer(1)),
            });
        };
        // A default of the property itself, not of the schema that it refers to.
        let is_own =
            contract.schema.is_some_and(|id| self.contract.schemas[id].pointer == contract.pointer);
        location.is_required = contract.required && is_own;
        if self.is_optional_in_one_direction(contract, server) {
            self.result.compared += 1;
        } else {
            let sides = [contract, server].map(|one| (one.required, one.required_pointer.as_str()));
            self.required(&location, name, sides);
        }
        let whole = [contract.pointer.as_str(), server.pointer.as_str()];
        self.described(&location, whole, whole, contract.schema, server.schema);
    }

    /// Compares whether the sides require a property: true and the pointer of each.
    fn required(&mut self, location: &Location, name: &str, sides: [(bool, &str); 2]) {
        self.result.compared += 1;
        if sides[0].0 == sides[1].0 {
            return;
        }
        let edit = match sides[1].0 {
            true => format!("add `{name}` to `required`"),
            false => format!("remove `{name}` from `required`"),
        };
        let delta = location.delta("required", sides.map(|(is, _)| is.then_some(true.into())));
        let sides = sides.map(|(is, pointer)| {
            let text = if is { "is required" } else { "is not required" };
            Side::new(pointer, format!("`{name}` {text}"))
        });
        self.differ(location, sides, edit, delta);
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
            Child::Not => ("not", location.not()),
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
        let pointers = schemas.map(|schema| child_site(schema, child));
        self.presence(Presence {
            location,
            keyword,
            required: false,
            thing: match child {
                Child::Mapping(value) => format!("a `mapping` of `{value}`"),
                _ => format!("a schema for `{keyword}`"),
            },
            contract: (sides[0].is_some(), pointers[0]),
            server: (sides[1].is_some(), pointers[1]),
        });
    }
}

/// Returns the pointer of a subschema, or that of the schema if it has none. The site of a mapping is the
/// schema that it selects.
fn child_site<'s>(schema: &'s Schema, child: &Child) -> &'s str {
    match child {
        Child::Mapping(_) => &schema.pointer,
        _ => schema.child_sites.get(child).unwrap_or(&schema.pointer),
    }
}
