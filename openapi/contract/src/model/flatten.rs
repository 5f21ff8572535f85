//! Flattens a schema into one set of keywords: merges `allOf` into its siblings, and turns documented
//! variants (`oneOf` of single values) back into an `enum`.
//!
//! An `allOf` that cannot be merged without losing meaning remains; two such schemas are compared
//! member by member.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::document::Document;
use super::error::ModelError;
use super::fact::{Aspect, Child, Combinator, Fact};
use super::keywords::{Bound, Flat, keywords};
use crate::exact::number;
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

/// Returns the pointer of `nullable` in the schema that has these members of `allOf`.
fn nullability(own: &Flat, members: &[Flat]) -> Option<String> {
    match &own.nullable {
        // Beside a reference, Dropshot and the generators read `nullable: true` as "or null", although
        // OpenAPI 3.0.3 gives it no effect there.
        Some(pointer) => Some(pointer.clone()),
        None if own.facts.contains_key(&Aspect::Type) => None,
        None => {
            let all = members.iter().all(|member| member.nullable.is_some());
            members.first().filter(|_| all).and_then(|member| member.nullable.clone())
        }
    }
}

/// Returns the type on which `own` and its members agree, also if they cannot be merged.
fn common_type(own: &Flat, members: &[Flat]) -> Option<Arc<Fact>> {
    let mut types =
        [own].into_iter().chain(members).filter_map(|flat| flat.facts.get(&Aspect::Type));
    let first = types.next()?.clone();
    types.try_fold(first, |common, fact| narrower(Aspect::Type, common, fact.clone()))
}

/// Returns the stricter of two values of a keyword, which allows only what the other allows too. Returns
/// `None` if neither does, or if the values have no order.
fn narrower(aspect: Aspect, one: Arc<Fact>, other: Arc<Fact>) -> Option<Arc<Fact>> {
    let numbers = || Some((number(&one.value)?, number(&other.value)?));
    let first = match aspect {
        _ if one.value == other.value => true,
        Aspect::MinLength | Aspect::MinItems | Aspect::MinProperties => {
            numbers().map(|(one, other)| one >= other)?
        }
        Aspect::MaxLength | Aspect::MaxItems | Aspect::MaxProperties => {
            numbers().map(|(one, other)| one <= other)?
        }
        Aspect::Type if one.value == "integer" && other.value == "number" => true,
        Aspect::Type if one.value == "number" && other.value == "integer" => false,
        _ => return None,
    };
    Some(if first { one } else { other })
}

/// Merges the members into `own`, whose `nullable` is that of the whole. Of two bounds, the stricter one
/// counts. Returns `None` if two schemas state different values of another keyword.
fn merge(document: Document<'_>, own: &Flat, members: Vec<Flat>) -> Option<Flat> {
    let mut merged = own.clone();
    for member in members {
        let closed = |flat: &Flat| {
            flat.facts.contains_key(&Aspect::AdditionalProperties)
                || flat.children.contains_key(&Child::AdditionalProperties)
        };
        // `additionalProperties` applies only to the properties beside it.
        if closed(&merged) && !member.properties.is_empty()
            || closed(&member) && !merged.properties.is_empty()
        {
            return None;
        }
        for (aspect, fact) in member.facts {
            let fact = match merged.facts.remove(&aspect) {
                None => fact,
                Some(existing) => match aspect {
                    Aspect::Default
                    | Aspect::Deprecated
                    | Aspect::ReadOnly
                    | Aspect::WriteOnly
                    | Aspect::Xml => existing,
                    _ => narrower(aspect, existing, fact)?,
                },
            };
            merged.facts.insert(aspect, fact);
        }
        for (aspect, text) in member.texts {
            merged.texts.entry(aspect).or_insert(text);
        }
        merged.minimum = merge_bound(merged.minimum, member.minimum, false)?;
        merged.maximum = merge_bound(merged.maximum, member.maximum, true)?;
        merge_pointers(document, &mut merged.properties, member.properties)?;
        merge_pointers(document, &mut merged.children, member.children)?;
        extend(&mut merged.required, member.required);
        for (combinator, pointers) in member.alternatives {
            match merged.alternatives.get(&combinator) {
                Some(existing) if *existing != pointers => return None,
                _ => drop(merged.alternatives.insert(combinator, pointers)),
            }
        }
    }
    Some(merged)
}

/// Returns the stricter of two bounds, or `None` if one of them is not a number to compare.
fn merge_bound(own: Option<Bound>, member: Option<Bound>, upper: bool) -> Option<Option<Bound>> {
    let (own, member) = match (own, member) {
        (Some(own), Some(member)) => (own, member),
        (own, member) => return Some(own.or(member)),
    };
    let order = number(&own.number)?.cmp(&number(&member.number)?);
    let first = match if upper { order } else { order.reverse() } {
        Ordering::Less => true,
        Ordering::Greater => false,
        Ordering::Equal => own.exclusive || !member.exclusive,
    };
    Some(Some(if first { own } else { member }))
}

/// Merges `member` into `own`; returns `None` if they have different values for one key.
fn merge_pointers<K: Ord>(
    document: Document<'_>,
    own: &mut BTreeMap<K, String>,
    member: BTreeMap<K, String>,
) -> Option<()> {
    let (large, small) = if own.len() < member.len() { (&member, &*own) } else { (&*own, &member) };
    let agree = |(key, pointer): (&K, &String)| {
        large.get(key).is_none_or(|other| other == pointer || document.has_equal(other, pointer))
    };
    if !small.iter().all(agree) {
        return None;
    }
    extend(own, member);
    Some(())
}

/// Adds the entries of `member` to `own`. The pointers of `own` win. Inserts the smaller
/// map into the larger one, so that a chain of schemas is merged in linear time.
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
