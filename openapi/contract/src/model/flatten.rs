//! One schema as one set of keywords: `allOf` merged into what stands beside it, documented
//! variants (`oneOf` of single values) turned back into an `enum`.
//!
//! What cannot be merged without losing meaning stays an `allOf`; two such schemas are then
//! compared member by member.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use super::document::Document;
use super::keywords::keywords;
use super::{Aspect, Child, Combinator, Fact, Facts, ModelError};

/// A schema with pointers to the schemas below it.
#[derive(Clone, Debug, Default)]
pub(super) struct Flat {
    pub pointer: String,
    pub facts: Facts,
    pub texts: Facts,
    /// Where it is said to be.
    pub nullable: Option<String>,
    pub minimum: Option<Bound>,
    pub maximum: Option<Bound>,
    pub properties: BTreeMap<String, String>,
    pub required: BTreeMap<String, String>,
    pub children: BTreeMap<Child, String>,
    pub alternatives: BTreeMap<Combinator, Vec<String>>,
}

#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub number: Value,
    pub exclusive: bool,
    pub pointer: String,
}

/// Makes one set of keywords of each schema, of a schema that several others contain only once.
pub(super) struct Flattener<'a> {
    document: Document<'a>,
    /// What is known already, by pointer.
    known: HashMap<String, Result<Flat, ModelError>>,
}

/// A schema that is being read, before what it consists of is merged into it.
struct Parts {
    own: Flat,
    /// Those of `allOf`, and an alternative that is the only one: as written, and what they mean.
    members: Vec<(String, String)>,
    /// The alternatives, which may turn out to be the values of an `enum`.
    variants: Vec<String>,
}

/// A schema whose parts are being looked at.
struct Open {
    pointer: String,
    parts: Parts,
    /// What is left to look at: each with whether it is a part, or only an alternative.
    inside: Vec<(String, bool)>,
}

/// How many properties a schema has that it is taken over instead of copied, if nobody else needs
/// it: a chain of `allOf` that adds one in each step would be copied in each step.
const LARGE: usize = 64;

impl<'a> Flattener<'a> {
    pub fn new(document: Document<'a>) -> Self {
        Flattener { document, known: HashMap::new() }
    }

    /// The schema at `pointer`.
    pub fn flat(&mut self, pointer: &str) -> Result<Flat, ModelError> {
        let root = self.document.object(pointer)?.pointer;
        if let Some(known) = self.known.get(&root) {
            return known.clone();
        }
        let plan = self.plan(&root);
        let mut uses: HashMap<String, usize> = HashMap::new();
        for (_, member) in plan.iter().flat_map(|(_, parts)| &parts.members) {
            *uses.entry(member.clone()).or_default() += 1;
        }
        for (pointer, parts) in plan {
            let flat = self.merged(parts, &mut uses);
            self.known.insert(pointer, flat);
        }
        self.known[&root].clone()
    }

    /// What must be read for the schema at `root`, each after all that it consists of. The stack is
    /// a list: a chain of `allOf` may be as long as the document.
    fn plan(&mut self, root: &str) -> Vec<(String, Parts)> {
        let mut plan = Vec::new();
        let mut planned = HashSet::new();
        // Schemas that are a part of each other, the innermost last.
        let mut open: Vec<Open> = Vec::new();
        let mut around = HashSet::new();
        let mut next = Some(root.to_owned());
        loop {
            if let Some(pointer) = next.take() {
                match self.parts(&pointer) {
                    Ok(parts) => {
                        let mut inside: Vec<_> = parts
                            .members
                            .iter()
                            .map(|(_, member)| (member.clone(), true))
                            .collect();
                        inside.extend(parts.variants.iter().map(|one| (one.clone(), false)));
                        around.insert(pointer.clone());
                        open.push(Open { pointer, parts, inside });
                    }
                    Err(error) => drop(self.known.insert(pointer, Err(error))),
                }
            }
            let Some(Open { pointer, inside, .. }) = open.last_mut() else { return plan };
            match inside.pop() {
                Some((member, is_part)) if around.contains(&member) => {
                    if is_part {
                        let message = "this schema is a part of itself, with nothing in between";
                        let error = ModelError::new(&member, message);
                        self.known.insert(pointer.clone(), Err(error));
                    }
                }
                Some((member, _)) => {
                    if !planned.contains(&member) && !self.known.contains_key(&member) {
                        next = Some(member);
                    }
                }
                None => {
                    if let Some(Open { pointer, parts, .. }) = open.pop() {
                        around.remove(&pointer);
                        if !self.known.contains_key(&pointer) {
                            planned.insert(pointer.clone());
                            plan.push((pointer, parts));
                        }
                    }
                }
            }
        }
    }

    fn parts(&self, pointer: &str) -> Result<Parts, ModelError> {
        let object = self.document.object(pointer)?;
        let mut parts =
            Parts { own: keywords(&object)?, members: Vec::new(), variants: Vec::new() };
        let mut seen = HashSet::new();
        for combinator in [Combinator::AllOf, Combinator::AnyOf, Combinator::OneOf] {
            let key = combinator.keyword();
            let Some(list) = object.list(key)? else { continue };
            let pointers: Vec<_> =
                (0..list.len()).map(|n| format!("{}/{n}", object.child(key))).collect();
            let targets = pointers.iter().map(|one| Ok(self.document.object(one)?.pointer));
            let targets = targets.collect::<Result<Vec<_>, ModelError>>()?;
            // One alternative is no alternative.
            if combinator == Combinator::AllOf || pointers.len() == 1 {
                let members = pointers.into_iter().zip(targets);
                parts.members.extend(members.filter(|(_, target)| seen.insert(target.clone())));
            } else if !pointers.is_empty() {
                parts.own.alternatives.insert(combinator, pointers);
                parts.variants.extend(targets);
            }
        }
        Ok(parts)
    }

    fn merged(
        &mut self,
        parts: Parts,
        uses: &mut HashMap<String, usize>,
    ) -> Result<Flat, ModelError> {
        let Parts { mut own, members, .. } = parts;
        if !members.is_empty() {
            let mut flats = Vec::new();
            for (_, member) in &members {
                let left = uses.get_mut(member).map_or(0, |left| {
                    *left -= 1;
                    *left
                });
                flats.push(self.member(member, left == 0)?);
            }
            match merge(&own, flats) {
                Some(merged) => own = merged,
                None => {
                    let members = members.into_iter().map(|(written, _)| written).collect();
                    own.alternatives.insert(Combinator::AllOf, members);
                }
            }
        }
        self.documented_variants(&mut own);
        Ok(own)
    }

    /// A schema that is a part of another one; `last`, if none that is being read needs it again.
    fn member(&mut self, pointer: &str, last: bool) -> Result<Flat, ModelError> {
        let large = |flat: &Flat| flat.properties.len() > LARGE;
        match self.known.get(pointer) {
            Some(Ok(flat)) if last && large(flat) => {
                self.known.remove(pointer).unwrap_or_else(|| Ok(Flat::default()))
            }
            Some(known) => known.clone(),
            // Only what is a part of itself is not known when it is needed.
            None => {
                let message = "this schema is a part of itself, with nothing in between";
                Err(ModelError::new(pointer, message))
            }
        }
    }

    /// schemars emits variants that have docs as `oneOf` of single values; that is an `enum`.
    fn documented_variants(&self, flat: &mut Flat) {
        let [(combinator, pointers)] = flat.alternatives.iter().collect::<Vec<_>>()[..] else {
            return;
        };
        if *combinator == Combinator::AllOf || flat.facts.contains_key(&Aspect::Enum) {
            return;
        }
        let mut values = BTreeMap::new();
        let mut name = flat.facts.get(&Aspect::Type).map(|fact| fact.value.clone());
        for pointer in pointers {
            let target = self.document.object(pointer).map(|object| object.pointer);
            let Some(Ok(member)) = target.ok().and_then(|target| self.known.get(&target)) else {
                return;
            };
            let only = |aspect: &Aspect| matches!(aspect, Aspect::Type | Aspect::Enum);
            let plain = member.facts.keys().all(only)
                && member.nullable.is_none()
                && member.minimum.is_none()
                && member.maximum.is_none()
                && member.properties.is_empty()
                && member.required.is_empty()
                && member.children.is_empty()
                && member.alternatives.is_empty();
            let (true, Some(of_type), Some(listed)) =
                (plain, member.facts.get(&Aspect::Type), member.facts.get(&Aspect::Enum))
            else {
                return;
            };
            if *name.get_or_insert_with(|| of_type.value.clone()) != of_type.value {
                return;
            }
            for value in listed.value.as_array().into_iter().flatten() {
                let twice = values.insert(value.to_string(), value.clone()).is_some();
                if twice && *combinator == Combinator::OneOf {
                    return;
                }
            }
        }
        let pointer = crate::reader::child(&flat.pointer, combinator.keyword());
        flat.alternatives.clear();
        if let Some(name) = name {
            let fact = Fact { value: name, pointer: pointer.clone() };
            flat.facts.entry(Aspect::Type).or_insert(fact);
        }
        let value = values.into_values().collect();
        flat.facts.insert(Aspect::Enum, Fact { value, pointer });
    }
}

/// Everything that `own` and the members say together; `None` where they speak of the same thing
/// in different ways.
fn merge(own: &Flat, members: Vec<Flat>) -> Option<Flat> {
    let mut merged = own.clone();
    merged.nullable = match &own.nullable {
        // Beside a reference `nullable: true` means "or null", for Dropshot and for every generator,
        // though the rule of OpenAPI 3.0.3 would give it no effect there.
        Some(said) => Some(said.clone()),
        None if own.facts.contains_key(&Aspect::Type) => None,
        None => {
            let all = members.iter().all(|member| member.nullable.is_some());
            members.first().filter(|_| all).and_then(|member| member.nullable.clone())
        }
    };
    for member in members {
        let closed = |flat: &Flat| {
            flat.facts.contains_key(&Aspect::AdditionalProperties)
                || flat.children.contains_key(&Child::AdditionalProperties)
        };
        // "No other properties" counts only those that stand beside it.
        if closed(&merged) && !member.properties.is_empty()
            || closed(&member) && !merged.properties.is_empty()
        {
            return None;
        }
        for (aspect, fact) in member.facts {
            match merged.facts.get(&aspect) {
                None => drop(merged.facts.insert(aspect, fact)),
                Some(said) if said.value == fact.value => {}
                Some(_) => match aspect {
                    Aspect::Default | Aspect::Deprecated | Aspect::ReadOnly | Aspect::WriteOnly => {
                    }
                    _ => return None,
                },
            }
        }
        for (aspect, text) in member.texts {
            merged.texts.entry(aspect).or_insert(text);
        }
        merged.minimum = merge_bound(merged.minimum, member.minimum)?;
        merged.maximum = merge_bound(merged.maximum, member.maximum)?;
        merge_pointers(&mut merged.properties, member.properties)?;
        merge_pointers(&mut merged.children, member.children)?;
        extend(&mut merged.required, member.required);
        for (combinator, pointers) in member.alternatives {
            match merged.alternatives.get(&combinator) {
                Some(said) if *said != pointers => return None,
                _ => drop(merged.alternatives.insert(combinator, pointers)),
            }
        }
    }
    Some(merged)
}

fn merge_bound(own: Option<Bound>, member: Option<Bound>) -> Option<Option<Bound>> {
    match (own, member) {
        (Some(own), Some(member)) => {
            let equal = own.number == member.number && own.exclusive == member.exclusive;
            equal.then_some(Some(own))
        }
        (own, member) => Some(own.or(member)),
    }
}

/// Everything in both, unless they say different things of one key.
fn merge_pointers<K: Ord>(
    own: &mut BTreeMap<K, String>,
    member: BTreeMap<K, String>,
) -> Option<()> {
    let (large, small) = if own.len() < member.len() { (&member, &*own) } else { (&*own, &member) };
    let agree = |(key, pointer): (&K, &String)| large.get(key).is_none_or(|said| said == pointer);
    if !small.iter().all(agree) {
        return None;
    }
    extend(own, member);
    Some(())
}

/// Everything in both; what both say, as `own` says it. The smaller one goes into the larger one: a
/// chain of schemas each of which adds a little is then merged in one go.
fn extend<K: Ord>(own: &mut BTreeMap<K, String>, member: BTreeMap<K, String>) {
    if own.len() < member.len() {
        let small = std::mem::replace(own, member);
        own.extend(small);
    } else {
        for (key, pointer) in member {
            own.entry(key).or_insert(pointer);
        }
    }
}
