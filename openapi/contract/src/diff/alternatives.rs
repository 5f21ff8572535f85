//! The comparison of alternatives: the members of `oneOf`, `anyOf`, and of an `allOf` that is not merged.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::difference::Side;
use super::location::Location;
use super::walk::Walk;
use crate::model::{Aspect, Combinator, Model, Schema, SchemaId};

/// The depth to which alternatives are compared to find pairs.
const SIGNATURE_DEPTH: usize = 4;

/// A member of a list of alternatives.
#[derive(Clone, Copy, Debug)]
struct Member<'m> {
    schema: SchemaId,
    /// The pointer where it is listed.
    site: &'m str,
    /// The index in the list.
    index: usize,
}

impl Walk<'_> {
    /// Compares alternatives, which have no order. Pairs are looked for by meaning, then by the name of
    /// the component, then by type; the rest is compared in order.
    pub(super) fn alternatives(
        &mut self,
        location: &Location,
        combinator: Combinator,
        schemas: [&Schema; 2],
    ) {
        self.result.compared += 1;
        let [mut mine, mut other] = schemas.map(|schema| members(schema, combinator));
        if mine.len() != other.len() {
            self.number(location, combinator, schemas, [mine.len(), other.len()]);
        }
        let models = [self.contract, self.server];
        let mut pairs = Vec::new();
        for depth in (1..=SIGNATURE_DEPTH).rev() {
            pair([&mut mine, &mut other], &mut pairs, |side, member| {
                Some(signature(models[side], member.schema, depth))
            });
        }
        pair([&mut mine, &mut other], &mut pairs, |side, member| {
            models[side].references.target(member.site)
        });
        pair([&mut mine, &mut other], &mut pairs, |side, member| {
            Some(signature(models[side], member.schema, 0))
        });
        pairs.extend(mine.into_iter().zip(other));
        pairs.sort_by_key(|(mine, _)| mine.index);
        for (mine, other) in pairs {
            let step = format!("({} {})", combinator.keyword(), mine.index + 1);
            let inside = self.behind(location.step(&step), [mine.site, other.site]);
            self.pending.push_back((mine.schema, other.schema, inside));
        }
    }

    /// Adds a difference in the number of alternatives.
    fn number(
        &mut self,
        location: &Location,
        combinator: Combinator,
        schemas: [&Schema; 2],
        counts: [usize; 2],
    ) {
        let keyword = combinator.keyword();
        let side = |number: usize| {
            let text = match counts[number] {
                0 => format!("no `{keyword}`"),
                count => format!("`{keyword}` of {count} schemas"),
            };
            Side::new(&schemas[number].pointer, text)
        };
        let edit = match counts[1] {
            0 => format!("remove `{keyword}`"),
            count => format!("write `{keyword}` with the {count} schemas of the server"),
        };
        let delta = location.delta(keyword, counts.map(|count| Some(count.into())));
        self.differ(location, [side(0), side(1)], edit, delta);
    }
}

fn members(schema: &Schema, combinator: Combinator) -> Vec<Member<'_>> {
    let ids = schema.alternatives.get(&combinator).into_iter().flatten();
    let sites = schema.alternative_sites.get(&combinator).into_iter().flatten();
    let members = ids.zip(sites).enumerate();
    members.map(|(index, (id, site))| Member { schema: *id, site, index }).collect()
}

/// Moves the members of both sides that have the same key into `pairs`.
fn pair<'m, K: Eq + Hash>(
    [mine, other]: [&mut Vec<Member<'m>>; 2],
    pairs: &mut Vec<(Member<'m>, Member<'m>)>,
    key: impl Fn(usize, &Member<'m>) -> Option<K>,
) {
    let mut found: HashMap<K, VecDeque<Member<'m>>> = HashMap::new();
    let mut rest = Vec::new();
    for member in other.drain(..) {
        match key(1, &member) {
            Some(key) => found.entry(key).or_default().push_back(member),
            None => rest.push(member),
        }
    }
    mine.retain(|member| {
        let partner = key(0, member).and_then(|key| found.get_mut(&key)?.pop_front());
        pairs.extend(partner.map(|partner| (*member, partner)));
        partner.is_none()
    });
    rest.extend(found.into_values().flatten());
    rest.sort_by_key(|member| member.index);
    *other = rest;
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
