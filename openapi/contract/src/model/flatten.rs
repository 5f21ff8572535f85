//! Flattens a schema into one set of keywords: merges `allOf` into its siblings, and turns documented
//! variants (`oneOf` of single values) back into an `enum`.
//!
//! An `allOf` that cannot be merged without losing meaning remains; two such schemas are compared
//! member by member.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use super::document::Document;
use super::error::ModelError;
use super::fact::{Aspect, Combinator, Fact};
use super::keywords::{Flat, keywords};
use super::merge::{common_type, merge, nullability};
use crate::reader::child;

/// The number of merged members of a member whose pointers are kept. In a chain of `allOf`, each schema
/// would have the members of all schemas before it.
const MAX_NESTED: usize = 16;

/// Flattens schemas, each only once.
pub(super) struct Flattener<'a> {
    document: Document<'a>,
    /// The results so far, by pointer.
    known: HashMap<String, Result<Flat, ModelError>>,
    /// The pointer of `nullable: true` in each of these results that has one.
    nullable: HashMap<String, String>,
}

/// A schema before its members are merged into it.
struct Parts {
    own: Flat,
    /// The members of `allOf`, and an only alternative: the pointer as written, and its target.
    members: Vec<(String, String)>,
    /// The alternatives, which can be the documented values of an `enum`.
    variants: Vec<String>,
}

/// A schema whose parts are being visited.
struct Open {
    pointer: String,
    parts: Parts,
    /// The parts left to visit; true for a member, false for an alternative.
    inside: Vec<(String, bool)>,
}

/// The number of properties from which a schema is moved instead of cloned at its last use. In a chain
/// of `allOf` that adds one property per step, each step would clone all properties before it.
const LARGE: usize = 64;

impl<'a> Flattener<'a> {
    pub fn new(document: Document<'a>) -> Self {
        Flattener { document, known: HashMap::new(), nullable: HashMap::new() }
    }

    /// Returns the flattened schema at `pointer`. It is forgotten then: the graph asks for each schema once,
    /// and a copy of all of them would double the memory. If it is a part of another schema too, it is
    /// flattened a second time.
    pub fn flat(&mut self, pointer: &str) -> Result<Flat, ModelError> {
        let root = self.document.object(pointer)?.pointer;
        if let Some(known) = self.known.remove(&root) {
            return known;
        }
        let plan = self.plan(&root);
        let mut uses: HashMap<String, usize> = HashMap::new();
        for (_, member) in plan.iter().flat_map(|(_, parts)| &parts.members) {
            *uses.entry(member.clone()).or_default() += 1;
        }
        for (pointer, parts) in plan {
            let flat = self.merged(parts, &mut uses);
            if let Ok(Flat { nullable: Some(at), .. }) = &flat {
                self.nullable.insert(pointer.clone(), at.clone());
            }
            self.known.insert(pointer, flat);
        }
        let circular = || Err(ModelError::new(&root, "circular `allOf`"));
        self.known.remove(&root).unwrap_or_else(circular)
    }

    /// Returns the schemas to flatten for `root`, each after its parts. The stack is a list, because a
    /// chain of `allOf` can be as long as the document.
    fn plan(&mut self, root: &str) -> Vec<(String, Parts)> {
        let mut plan = Vec::new();
        let mut planned = HashSet::new();
        // Schemas that contain each other, the innermost last.
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
                        let message = "circular `allOf`";
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
            // An only alternative is the same as a member of `allOf`.
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
            own.nullable = nullability(&own, &flats);
            let of_type = common_type(&own, &flats);
            // The members of a member are merged into this schema too.
            let nested: Vec<Vec<_>> = flats
                .iter()
                .map(|flat| flat.merged.iter().take(MAX_NESTED).cloned().collect())
                .collect();
            let members: Vec<_> = members.into_iter().map(|(written, _)| written).collect();
            match merge(self.document, &own, flats) {
                Some(merged) => {
                    let sites = members.into_iter().zip(nested);
                    let sites = sites.flat_map(|(member, nested)| [vec![member], nested].concat());
                    own = Flat { merged: sites.collect(), ..merged };
                }
                None => {
                    own.alternatives.insert(Combinator::AllOf, members);
                    own.facts.extend(of_type.map(|fact| (Aspect::Type, fact)));
                }
            }
        }
        self.documented_variants(&mut own);
        own.nullable = own.nullable.take().or_else(|| self.nullable_alternative(&own));
        Ok(own)
    }

    /// Returns the pointer of the `nullable` of an alternative that makes the whole schema nullable: of any
    /// in `anyOf`, and of the only one in `oneOf`.
    fn nullable_alternative(&self, flat: &Flat) -> Option<String> {
        let [(combinator, pointers)] = flat.alternatives.iter().collect::<Vec<_>>()[..] else {
            return None;
        };
        let excludes_null = [Aspect::Type, Aspect::Enum];
        if excludes_null.iter().any(|aspect| flat.facts.contains_key(aspect)) {
            return None;
        }
        let mut nullable = pointers.iter().filter_map(|pointer| {
            let target = self.document.object(pointer).ok()?.pointer;
            self.nullable.get(&target)
        });
        let first = nullable.next()?;
        let is_nullable = match combinator {
            Combinator::AnyOf => true,
            Combinator::OneOf => nullable.next().is_none(),
            Combinator::AllOf => false,
        };
        is_nullable.then(|| first.clone())
    }

    /// Returns a flattened member; `last` is true at its last use.
    fn member(&mut self, pointer: &str, last: bool) -> Result<Flat, ModelError> {
        let large = |flat: &Flat| flat.properties.len() > LARGE;
        match self.known.get(pointer) {
            Some(Ok(flat)) if last && large(flat) => {
                self.known.remove(pointer).unwrap_or_else(|| Ok(Flat::default()))
            }
            Some(known) => known.clone(),
            // Only a schema that contains itself is missing here.
            None => {
                let message = "circular `allOf`";
                Err(ModelError::new(pointer, message))
            }
        }
    }

    /// Turns a `oneOf` of single values into an `enum`: schemars emits documented variants so.
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
            let only =
                |aspect: &Aspect| matches!(aspect, Aspect::Type | Aspect::Enum | Aspect::Xml);
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
        let pointer = child(&flat.pointer, combinator.keyword());
        flat.alternatives.clear();
        if let Some(name) = name {
            let fact = Fact::new(name, pointer.clone());
            flat.facts.entry(Aspect::Type).or_insert(fact);
        }
        let value: Value = values.into_values().collect();
        flat.facts.insert(Aspect::Enum, Fact::new(value, pointer));
    }
}
