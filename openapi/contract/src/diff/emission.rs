//! The limits of Dropshot's emission, and how a contract is compared with it nevertheless.
//!
//! - An emission has two classes of errors, `4XX` and `5XX`, without headers. Each error status of
//!   the contract must have the body of its class. The emission cannot show the statuses themselves
//!   and their headers. The generated response type has a variant per status, with its headers as a
//!   type: the freshness of the generated files proves that these are the contract's, and the tests of
//!   the server prove that it sends them.
//! - An emission has no security. The stub reads the key in an extractor, which the emission shows as
//!   a parameter. So each scheme must appear as exactly that parameter, and no parameter may look like
//!   a scheme that the operation does not require.
//! - An emission has no `deprecated` on parameters and headers, no defaults of parameters, no servers,
//!   links, `x-pagination` or examples. It declares the tags of the operations.
//! - An emission has bounds as `f64`, so those of the contract are rounded before they are compared.

use std::collections::BTreeSet;

use serde_json::Value;

use super::difference::Side;
use super::part::Part;
use crate::exact::nearest_float;
use crate::model::{Aspect, Model, Operation, Parameter, Response, Scheme};

/// Returns true if an emission never has this aspect of a part.
pub(super) fn cannot_express(part: Part, aspect: Aspect) -> bool {
    match aspect {
        Aspect::Servers | Aspect::Links | Aspect::Pagination => true,
        Aspect::Default => part == Part::Parameter,
        _ => false,
    }
}

/// Returns true if the emission states the number of the contract, rounded: schemars holds each bound as
/// an `f64`.
pub(super) fn rounds_to(contract: &Value, server: &Value) -> bool {
    let bound = |value: &Value| value.get("exclusive").unwrap_or(value).clone();
    let exclusive = [contract, server].map(|value| value.get("exclusive").is_some());
    exclusive[0] == exclusive[1]
        && nearest_float(&bound(contract))
            .is_some_and(|float| Some(float) == nearest_float(&bound(server)))
}

/// Returns true if the emission declares a tag only because operations of the contract have it.
pub(super) fn declares_tag(contract: &Model, name: &str) -> bool {
    let has = |operation: &Operation| {
        let tags = operation.facts.get(&Aspect::Tags).and_then(|fact| fact.value.as_array());
        tags.is_some_and(|tags| tags.iter().any(|tag| tag == name))
    };
    !contract.tags.contains_key(name) && contract.operations.values().any(has)
}

/// Responses of both sides that are compared.
pub(super) struct Pair<'m> {
    /// The status in the contract.
    pub status: String,
    pub contract: Option<&'m Response>,
    pub server: Option<&'m Response>,
    /// True if the headers can be compared.
    pub headers: bool,
}

/// Returns the class of an error status: `4XX` for `404`.
fn error_class(status: &str) -> Option<&'static str> {
    match status.as_bytes().first() {
        Some(b'4') => Some("4XX"),
        Some(b'5') => Some("5XX"),
        _ => None,
    }
}

/// Returns true if a document has the form of an emission: it has nothing that Dropshot cannot express,
/// and each operation has the two classes of errors that Dropshot emits, or the `default` of an
/// operation whose response has no type.
pub(super) fn has_its_form(model: &Model) -> bool {
    let mut typed = 0;
    let no_security = model.schemes.is_empty();
    let operations = model.operations.values().all(|operation| {
        let classes = ["4XX", "5XX"].iter().all(|class| operation.responses.contains_key(*class));
        typed += usize::from(classes);
        let has_default = |parameter: &Parameter| {
            let schema = parameter.schema.map(|id| &model.schemas[id]);
            schema.is_some_and(|schema| schema.facts.contains_key(&Aspect::Default))
        };
        let plain = |parameter: &Parameter| {
            !parameter.facts.contains_key(&Aspect::Deprecated) && !has_default(parameter)
        };
        let responses = operation.responses.iter().all(|(status, response)| {
            let error = error_class(status);
            error.is_none_or(|class| class == status && response.headers.is_empty())
                && response.headers.values().all(plain)
        });
        (classes || operation.responses.contains_key("default"))
            && operation.security.requirements.is_empty()
            && !operation.facts.contains_key(&Aspect::Servers)
            && operation.parameters.values().all(plain)
            && responses
    });
    no_security && operations && typed > 0
}

/// Returns the pairs of responses to compare.
pub(super) fn responses<'m>(contract: &'m Operation, server: &'m Operation) -> Vec<Pair<'m>> {
    let mut pairs = Vec::new();
    let mut paired = BTreeSet::new();
    for (status, response) in &contract.responses {
        let class = error_class(status);
        let mut candidates: Vec<&str> = vec![status];
        candidates.extend(class);
        let found = candidates.into_iter().find_map(|key| server.responses.get_key_value(key));
        let pair = |server: Option<&'m Response>| Pair {
            status: status.clone(),
            contract: Some(response),
            server,
            headers: class.is_none(),
        };
        if let Some((key, found)) = found {
            paired.insert(key.as_str());
            pairs.push(pair(Some(found)));
        } else if status == "default" {
            // Each class that the contract does not document itself.
            let classes: Vec<_> = server
                .responses
                .iter()
                .filter(|(key, _)| {
                    error_class(key).is_some() && !contract.responses.contains_key(*key)
                })
                .collect();
            if classes.is_empty() {
                pairs.push(pair(None));
            }
            for (key, found) in classes {
                paired.insert(key.as_str());
                pairs.push(Pair { headers: false, ..pair(Some(found)) });
            }
        } else {
            pairs.push(pair(None));
        }
    }
    for (status, response) in &server.responses {
        if !paired.contains(status.as_str()) && !is_other_half(status, contract, server) {
            let (status, headers) = (status.clone(), false);
            pairs.push(Pair { status, contract: None, server: Some(response), headers });
        }
    }
    pairs
}

/// Returns true if an undocumented error class is no difference. An emission always has both classes.
/// If the contract documents statuses of the other class, and both classes have the same body, that is
/// the API's only error schema. A contract that documents classes, or no error, must document both.
fn is_other_half(status: &str, contract: &Operation, server: &Operation) -> bool {
    let other = match status {
        "4XX" => "5XX",
        "5XX" => "4XX",
        _ => return false,
    };
    let body = |status: &str| {
        let content = &server.responses.get(status)?.content;
        Some(content.iter().map(|(name, media)| (name, media.schema)).collect::<Vec<_>>())
    };
    let documented = contract.responses.keys().any(|status| error_class(status) == Some(other));
    let classes = contract.responses.keys().any(|status| status.ends_with("XX"));
    documented && !classes && body(status) == body(other)
}

/// Returns the parameter as which a scheme appears in an emission.
fn parameter_of(scheme: &Scheme) -> Option<(String, String)> {
    match scheme {
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
    let mut shown = BTreeSet::new();
    for (scheme, needed) in contract.security.schemes() {
        let requires = if needed { "requires" } else { "offers" };
        let mine = Side::new(pointer, format!("{requires} {scheme}"));
        let Some(key) = parameter_of(scheme) else {
            let text = "Dropshot cannot show that it reads a cookie";
            let edit = "use a header or a query parameter".to_owned();
            problems.push(([mine, Side::new(&server.pointer, text)], edit));
            continue;
        };
        let (location, name) = &key;
        match server.parameters.get(&key) {
            None => {
                let text = format!("does not read the {location} parameter `{name}`");
                let edit = "remove the scheme from `security`".to_owned();
                problems.push(([mine, Side::new(&server.pointer, text)], edit));
            }
            Some(parameter) => {
                if let Some(text) = unlike_a_key(server_model, parameter, needed) {
                    let text = format!("the {location} parameter `{name}` {text}");
                    let edit = "change `security`".to_owned();
                    problems.push(([mine, Side::new(&parameter.pointer, text)], edit));
                }
            }
        }
        shown.insert(key);
    }
    for (key, parameter) in &server.parameters {
        let undeclared = !shown.contains(key) && !contract.parameters.contains_key(key);
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
