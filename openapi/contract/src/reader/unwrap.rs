//! A schema in an `allOf` of one is that schema: for those who read a contract member by member.

use serde_json::{Map, Value};

use super::Contract;

impl Contract {
    /// The same contract without an `allOf` around a single schema, as far as it can be said without:
    /// a `$ref` has nothing beside it, so one with a description stays where it is.
    pub fn unwrapped(&self) -> Contract {
        let mut document = self.document.clone();
        for part in ["paths", "components"] {
            unwrap(&mut document[part]);
        }
        Contract { file: self.file.clone(), document, spans: self.spans.clone() }
    }
}

fn unwrap(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(unwrap),
        Value::Object(members) => {
            // What an example or an enum holds is data.
            let inside = members.iter_mut().filter(|(key, _)| {
                !matches!(key.as_str(), "example" | "examples" | "enum" | "default")
            });
            inside.for_each(|(_, member)| unwrap(member));
            if let Some(only) = only_member(members) {
                members.remove("allOf");
                for (key, value) in only {
                    members.entry(key).or_insert(value);
                }
            }
        }
        _ => {}
    }
}

/// The one member of an `allOf` that can take the place of what is around it.
fn only_member(members: &Map<String, Value>) -> Option<Map<String, Value>> {
    let [Value::Object(only)] = members.get("allOf")?.as_array()?.as_slice() else { return None };
    // What both say, both ask for; only these are said a second time without another meaning.
    let said_twice = |key: &String| {
        only.get(key).is_some_and(|inner| {
            !matches!(key.as_str(), "description" | "title") && members.get(key) != Some(inner)
        })
    };
    let is_reference = only.contains_key("$ref") && members.len() > 1;
    (!is_reference && !members.keys().any(said_twice)).then(|| only.clone())
}
