//! Components that no operation needs, directly or through others.
//!
//! One whose content stands somewhere else word for word has been written out instead of being
//! referred to. That changes no meaning, so it is a note.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;

use super::Found;
use crate::findings::{Finding, Statement};
use crate::reader::{Contract, child};

pub fn check(contract: &Contract, found: &Found) -> Vec<Finding> {
    let mut references: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
    for (from, target) in &found.references {
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
    let mut prints = Prints { root: contract.document(), known: HashMap::new() };
    let mut elsewhere: HashMap<u64, Vec<&str>> = HashMap::new();
    for pointer in &found.referable {
        // What stands in an unused component is no use.
        if component(pointer).is_none_or(|owner| used.contains(owner)) {
            elsewhere.entry(prints.of(pointer)).or_default().push(pointer);
        }
    }
    let finding = |(pointer, name): (String, &String)| {
        // A bare `type: string` is like many others without being a copy of any.
        let content = contract.get(&pointer).and_then(Value::as_object);
        let tells = content.is_some_and(|content| content.len() > 1);
        let copies = elsewhere.get(&prints.of(&pointer)).filter(|_| tells);
        let copy = copies.and_then(|copies| copies.iter().find(|copy| **copy != pointer));
        let rule = if copy.is_some() { "inlined-component" } else { "unused-component" };
        let mut finding =
            Finding::in_contract(contract, &pointer, rule, format!("the component `{name}`"));
        let text = match copy {
            None => "no operation leads to it".to_owned(),
            Some(copy) => {
                let span = contract.span(copy);
                format!("written out at #{copy}, line {}", span.line)
            }
        };
        finding.statements = vec![Statement::new("contract", text)];
        finding.fix = match copy {
            None => format!("remove {}, or refer to it", finding.at()),
            Some(_) => format!("refer to `#{pointer}` where its copy stands, or remove it"),
        };
        finding
    };
    unused.into_iter().map(finding).collect()
}

/// The component that a pointer is, or is inside of.
fn component(pointer: &str) -> Option<&str> {
    let rest = pointer.strip_prefix("/components/")?;
    let group = rest.find('/')?;
    let name = rest[group + 1..].find('/').unwrap_or(rest.len() - group - 1);
    Some(&pointer[.."/components/".len() + group + 1 + name])
}

/// How many references are followed inside one another; each is some calls on the stack.
const MAX_DEPTH: usize = 64;

/// Numbers that are equal for values that say the same, references followed.
struct Prints<'a> {
    root: &'a Value,
    known: HashMap<String, u64>,
}

impl Prints<'_> {
    fn of(&mut self, pointer: &str) -> u64 {
        self.target(pointer, &mut HashSet::new())
    }

    fn target(&mut self, pointer: &str, around: &mut HashSet<String>) -> u64 {
        if let Some(known) = self.known.get(pointer) {
            return *known;
        }
        // Recursion cannot be written out, and what is very deep is not: there only the name tells.
        let print = if around.len() < MAX_DEPTH && around.insert(pointer.to_owned()) {
            let root = self.root;
            let print = self.value(root.pointer(pointer).unwrap_or(&Value::Null), around);
            around.remove(pointer);
            print
        } else {
            return number(pointer);
        };
        self.known.insert(pointer.to_owned(), print);
        print
    }

    fn value(&mut self, value: &Value, around: &mut HashSet<String>) -> u64 {
        match value {
            Value::Array(items) => {
                let items: Vec<_> = items.iter().map(|item| self.value(item, around)).collect();
                number(items)
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
                number(members)
            }
            other => number(other.to_string()),
        }
    }
}

fn number(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
