//! Mutations that keep every keyword: references to another component, properties with swapped
//! schemas.

use serde_json::Map;

use super::sweep::Files;
use super::*;

/// The number of other components that each reference is changed to.
const OTHERS: usize = 2;

/// Returns a value without documentation.
fn plain(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(members) => {
            let told =
                |key: &str| !["description", "summary", "example", "examples"].contains(&key);
            let members = members.iter().filter(|(key, _)| told(key));
            members.map(|(key, value)| (key.clone(), plain(value))).collect::<Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

/// Collects the pointers of references and of their targets.
fn references(value: &Value, pointer: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                references(item, &format!("{pointer}/{number}"), found);
            }
        }
        Value::Object(members) => {
            if let Some(target) = members.get("$ref").and_then(Value::as_str) {
                found.push((pointer.to_owned(), target[1..].to_owned()));
            }
            for (key, value) in members {
                references(value, &agenthuman_contract::child(pointer, key), found);
            }
        }
        _ => {}
    }
}

fn mutants(document: &Value) -> Vec<(String, Value)> {
    let mut mutants = Vec::new();
    let mut all = Vec::new();
    references(document, "", &mut all);
    for (at, target) in all {
        let (group, name) = target.rsplit_once('/').unwrap();
        let components = document.pointer(group).unwrap().as_object().unwrap();
        let others = components.iter().filter(|(other, _)| *other != name);
        let different = others.filter(|(_, value)| plain(value) != plain(&components[name]));
        for (other, _) in different.take(OTHERS) {
            let to = Value::from(format!("#{group}/{other}"));
            let what = format!("{at} -> {other}");
            mutants.push((what, changed(document, &at, set("$ref", to))));
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let properties = schema["properties"].as_object().cloned().unwrap_or_default();
        let names: Vec<_> = properties.keys().collect();
        for (number, one) in names.iter().enumerate() {
            for other in &names[number + 1..] {
                if plain(&properties[*one]) == plain(&properties[*other]) {
                    continue;
                }
                let mut swapped = properties.clone();
                swapped[*one] = properties[*other].clone();
                swapped[*other] = properties[*one].clone();
                let at = format!("/components/schemas/{name}");
                let what = format!("{at} {one} <-> {other}");
                let mutant = changed(document, &at, set("properties", swapped.into()));
                mutants.push((what, mutant));
            }
        }
    }
    mutants
}

/// Each mutation is found in the emission, or in the generated files if the emission does not show it.
pub fn in_contract() -> Score {
    let contract = contract();
    let server = emitted();
    let mutants = mutants(contract.document());
    let all = mutants.len();
    let hidden: Vec<_> =
        mutants.into_iter().filter(|(_, mutant)| differences(mutant, server).is_empty()).collect();
    let files = Files::of(&contract);
    let missed: Vec<_> =
        hidden.iter().filter(|(_, mutant)| !files.differ(mutant)).map(|(what, _)| what).collect();
    let stale = hidden.len() - missed.len();
    println!(
        "rewired: {} of {all} found in the emission, {stale} in the files",
        all - hidden.len()
    );
    assert!(missed.is_empty(), "{missed:#?}");
    Score { found: all - missed.len(), all }
}
