//! Merges the members of an `allOf` into one schema.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::document::Document;
use super::fact::{Aspect, Child, Fact};
use super::keywords::{Bound, Flat};
use crate::exact::number;

/// Returns the pointer of `nullable` in the schema that has these members of `allOf`.
pub(super) fn nullability(own: &Flat, members: &[Flat]) -> Option<String> {
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
pub(super) fn common_type(own: &Flat, members: &[Flat]) -> Option<Arc<Fact>> {
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
pub(super) fn merge(document: Document<'_>, own: &Flat, members: Vec<Flat>) -> Option<Flat> {
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
