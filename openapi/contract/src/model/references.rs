//! The references of a document: where they are, and what they point to.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::reader::{child, target};

/// The references and the components of a document.
#[derive(Debug, Default)]
pub(crate) struct References {
    /// The pointer of each object with a `$ref`, and the target.
    targets: HashMap<String, String>,
    /// The pointers of the components.
    components: HashSet<String>,
}

impl References {
    /// Collects those of a document.
    pub fn of(document: &Value) -> Self {
        let mut references = References::default();
        references.collect(document, &mut Vec::new());
        for (kind, components) in document["components"].as_object().into_iter().flatten() {
            let at = child("/components", kind);
            let names = components.as_object().into_iter().flat_map(|all| all.keys());
            references.components.extend(names.map(|name| child(&at, name)));
        }
        references
    }

    /// Returns the target of the `$ref` in the object at `pointer`.
    pub fn target(&self, pointer: &str) -> Option<&str> {
        self.targets.get(pointer).map(String::as_str)
    }

    /// Returns true if the document has a component at `pointer`.
    pub fn has_component(&self, pointer: &str) -> bool {
        self.components.contains(pointer)
    }

    /// Collects the references in a value; `path` leads to it.
    fn collect<'a>(&mut self, value: &'a Value, path: &mut Vec<Step<'a>>) {
        match value {
            Value::Array(items) => {
                for (number, item) in items.iter().enumerate() {
                    path.push(Step::Item(number));
                    self.collect(item, path);
                    path.pop();
                }
            }
            Value::Object(members) => {
                if let Some(target) = members.get("$ref").and_then(Value::as_str).and_then(target) {
                    let pointer = path.iter().fold(String::new(), |pointer, step| match step {
                        Step::Item(number) => format!("{pointer}/{number}"),
                        Step::Member(key) => child(&pointer, key),
                    });
                    self.targets.insert(pointer, target);
                }
                for (key, member) in members {
                    path.push(Step::Member(key));
                    self.collect(member, path);
                    path.pop();
                }
            }
            _ => {}
        }
    }
}

/// A step of a JSON pointer. Pointers are written only where there is a reference.
enum Step<'a> {
    Item(usize),
    Member(&'a str),
}
