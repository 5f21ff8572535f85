//! Components that no operation uses, directly or through others.
//!
//! An unused component with a copy elsewhere was inlined. That does not change the meaning, so it is a
//! note.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;

use super::references::References;
use crate::findings::{Finding, Statement};
use crate::reader::{Contract, child};

pub(super) fn check(contract: &Contract, found: &References) -> Vec<Finding> {
    let mut references: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
    for (from, target) in &found.targets {
        if let Some(target) = component(target) {
            references.entry(component(from)).or_default().push(target);
        }
    }
    let mut used = BTreeSet::new();
    let mut pending: Vec<_> = references.get(&None).cloned().unwrap_or_default();
    while let Some(one) = pending.pop() {
        if used.insert(one) {
            pending.extend(references.get(&Some(one)).into_iter().flatten());
        }
    }
    let mut unused = Vec::new();
    let groups = contract.get("/components").and_then(Value::as_object);
    for (group, members) in groups.into_iter().flatten().filter(|(key, _)| !key.starts_with("x-")) {
        for name in members.as_object().into_iter().flat_map(serde_json::Map::keys) {
            let pointer = child(&format!("/components/{group}"), name);
            if !used.contains(pointer.as_str()) {
                unused.push((pointer, name));
            }
        }
    }
    if unused.is_empty() {
        return Vec::new();
    }
    let mut hashes = Hashes { root: contract.document(), known: HashMap::new() };
    let mut elsewhere: HashMap<u64, Vec<&str>> = HashMap::new();
    for pointer in &found.referable {
        // A copy in an unused component does not count.
        if component(pointer).is_none_or(|owner| used.contains(owner)) {
            elsewhere.entry(hashes.of(pointer)).or_default().push(pointer);
        }
    }
    let finding = |(pointer, name): (String, &String)| {
        // A single keyword, such as `type: string`, is equal to many others by chance.
        let content = contract.get(&pointer).and_then(Value::as_object);
        let is_distinctive = content.is_some_and(|content| content.len() > 1);
        let copies = elsewhere.get(&hashes.of(&pointer)).filter(|_| is_distinctive);
        let copy = copies.and_then(|copies| copies.iter().find(|copy| **copy != pointer));
        let rule = if copy.is_some() { "inlined-component" } else { "unused-component" };
        let mut finding =
            Finding::in_contract(contract, &pointer, rule, format!("the component `{name}`"));
        let text = match copy {
            None => "no operation uses it".to_owned(),
            Some(copy) => {
                let span = contract.span(copy);
                format!("copied at #{copy}, line {}", span.line)
            }
        };
        finding.statements = vec![Statement::new("contract", text)];
        finding.fix = match copy {
            None => format!("remove {} or refer to it", finding.at()),
            Some(_) => format!("refer to `#{pointer}` instead of copying it, or remove it"),
        };
        finding
    };
    unused.into_iter().map(finding).collect()
}

/// Returns the pointer of the component that contains a pointer.
fn component(pointer: &str) -> Option<&str> {
    let rest = pointer.strip_prefix("/components/")?;
    let group = rest.find('/')?;
    let name = rest[group + 1..].find('/').unwrap_or(rest.len() - group - 1);
    Some(&pointer[.."/components/".len() + group + 1 + name])
}

/// The maximum nesting of references that are followed: the walk recurses.
const MAX_DEPTH: usize = 64;

/// Hashes of values, with references followed.
struct Hashes<'a> {
    root: &'a Value,
    known: HashMap<String, u64>,
}

impl Hashes<'_> {
    fn of(&mut self, pointer: &str) -> u64 {
        self.target(pointer, &mut HashSet::new())
    }

    fn target(&mut self, pointer: &str, around: &mut HashSet<String>) -> u64 {
        if let Some(known) = self.known.get(pointer) {
            return *known;
        }
        // Recursive and very deep schemas are compared by name only.
        let hash = if around.len() < MAX_DEPTH && around.insert(pointer.to_owned()) {
            let root = self.root;
            let hash = self.value(root.pointer(pointer).unwrap_or(&Value::Null), around);
            around.remove(pointer);
            hash
        } else {
            return hash_of(pointer);
        };
        self.known.insert(pointer.to_owned(), hash);
        hash
    }

    fn value(&mut self, value: &Value, around: &mut HashSet<String>) -> u64 {
        match value {
            Value::Array(items) => {
                let items: Vec<_> = items.iter().map(|item| self.value(item, around)).collect();
                hash_of(items)
            }
            Value::Object(members) => {
                if let Some(target) = members.get("$ref").and_then(Value::as_str) {
                    return self.target(
                        &crate::reader::target(target).unwrap_or_else(|| target.to_owned()),
                        around,
                    );
                }
                let members: BTreeMap<_, _> =
                    members.iter().map(|(key, value)| (key, self.value(value, around))).collect();
                hash_of(members)
            }
            other => hash_of(other.to_string()),
        }
    }
}

fn hash_of(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
