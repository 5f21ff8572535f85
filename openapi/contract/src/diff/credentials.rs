//! The comparison of a contract's security with the parameters of Dropshot's emission.
//!
//! The stub reads the credentials of each required scheme in an extractor, which the emission shows as
//! a parameter. So each scheme must appear as exactly that parameter, and no parameter may look like a
//! scheme that the operation does not require. An emission cannot show a cookie.

use std::collections::BTreeMap;

use super::difference::Side;
use crate::model::{Aspect, Model, Operation, Parameter, Requirement, Scheme};

/// Returns the parameter as which a scheme appears in an emission.
fn parameter_of(scheme: &Scheme) -> Option<(String, String)> {
    match scheme {
        // Dropshot has no parameters in cookies.
        Scheme::ApiKey { location, .. } if location == "cookie" => None,
        Scheme::ApiKey { location, name } => Some((location.clone(), name.clone())),
        Scheme::Http { .. } | Scheme::Other { .. } => {
            Some(("header".to_owned(), "authorization".to_owned()))
        }
    }
}

/// Returns true if a declared scheme would appear as this parameter.
pub(super) fn shows_security(contract: &Model, parameter: &(String, String)) -> bool {
    contract.schemes.iter().any(|scheme| parameter_of(scheme).as_ref() == Some(parameter))
}

/// Returns true if a scheme of the operation is read from this parameter.
pub(super) fn reads(contract: &Operation, parameter: &(String, String)) -> bool {
    contract
        .security
        .schemes()
        .into_keys()
        .any(|scheme| parameter_of(scheme).as_ref() == Some(parameter))
}

/// Returns the differences between the security of an operation and the parameters that the server
/// reads, each with the edit to the contract that makes it agree.
pub(super) fn security(
    contract_model: &Model,
    server_model: &Model,
    contract: &Operation,
    server: &Operation,
) -> Vec<([Side; 2], String)> {
    let mut problems = Vec::new();
    let pointer = &contract.security.pointer;
    // Several schemes can be in the same header.
    let mut shown = BTreeMap::new();
    for (scheme, _) in contract.security.schemes() {
        let Some(key) = parameter_of(scheme) else { continue };
        let needs = |requirement: &Requirement| {
            requirement.keys().any(|scheme| parameter_of(scheme).as_ref() == Some(&key))
        };
        let needed = contract.security.requirements.iter().all(needs);
        shown.entry(key).or_insert((scheme, needed));
    }
    for (key, (scheme, needed)) in &shown {
        let requires = if *needed { "requires" } else { "offers" };
        let mine = Side::new(pointer, format!("{requires} {scheme}"));
        let (location, name) = key;
        match server.parameters.get(key) {
            None => {
                let text = format!("does not read the {location} parameter `{name}`");
                let edit = "remove the scheme from `security`".to_owned();
                problems.push(([mine, Side::new(&server.pointer, text)], edit));
            }
            Some(parameter) => {
                if let Some(text) = unlike_a_key(server_model, parameter, *needed) {
                    let text = format!("the {location} parameter `{name}` {text}");
                    let edit = "change `security`".to_owned();
                    problems.push(([mine, Side::new(&parameter.pointer, text)], edit));
                }
            }
        }
    }
    for (key, parameter) in &server.parameters {
        let undeclared = !shown.contains_key(key) && !contract.parameters.contains_key(key);
        if undeclared && shows_security(contract_model, key) {
            let (location, name) = key;
            let mine = Side::new(pointer, format!("the operation requires {}", contract.security));
            let text = format!("reads the {location} parameter `{name}`");
            let edit = "require the scheme in `security`".to_owned();
            problems.push(([mine, Side::new(&parameter.pointer, text)], edit));
        }
    }
    problems
}

/// Returns the reason why a parameter is no key: a key is an unconstrained string, required if `needed`.
fn unlike_a_key(model: &Model, parameter: &Parameter, needed: bool) -> Option<String> {
    if parameter.facts.contains_key(&Aspect::Required) != needed {
        return Some(if needed { "is not required" } else { "is required" }.to_owned());
    }
    let facts = parameter.schema.map(|id| &model.schemas[id].facts);
    let string = facts.is_some_and(|facts| {
        facts.len() == 1 && facts.get(&Aspect::Type).is_some_and(|fact| fact.value == "string")
    });
    (!string).then(|| "is not any string".to_owned())
}
