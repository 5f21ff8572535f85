//! What Dropshot cannot say in the document that it emits, and how the contract is held against it
//! nevertheless.
//!
//! - Of errors it knows two classes, `4XX` and `5XX`. Each error status of the contract must have
//!   the body of its class. Which statuses there are, and the headers of each, cannot be seen: the
//!   emission has no headers on errors at all. The generated response type has one variant for each
//!   status, with its headers as a type; so that these are the contract's is proven by the
//!   freshness of the generated files, and that the server answers so by its tests.
//! - It has no security. The stub reads the key in an extractor, which shows in the emission as a
//!   parameter; so each scheme must show as exactly that parameter, and no parameter may look like
//!   a scheme that the operation does not require.
//! - It never says `deprecated` of a parameter or header, has no defaults of parameters, no servers,
//!   links or examples. It declares the tags that operations have.

use std::collections::BTreeSet;

use super::{Part, Said};
use crate::model::{Aspect, Model, Operation, Parameter, Response, Scheme};

/// What the emission never says of a part.
pub(super) fn cannot_say(part: Part, aspect: Aspect) -> bool {
    match aspect {
        Aspect::Servers | Aspect::Links => true,
        Aspect::Default => part == Part::Parameter,
        _ => false,
    }
}

/// Whether the emission declares a tag of which the contract only says that operations have it.
pub(super) fn declares_tag(contract: &Model, name: &str) -> bool {
    let has = |operation: &Operation| {
        let tags = operation.facts.get(&Aspect::Tags).and_then(|fact| fact.value.as_array());
        tags.is_some_and(|tags| tags.iter().any(|tag| tag == name))
    };
    !contract.tags.contains_key(name) && contract.operations.values().any(has)
}

/// Responses of both sides that must mean the same.
pub(super) struct Pair<'m> {
    /// As the contract calls it.
    pub status: String,
    pub contract: Option<&'m Response>,
    pub server: Option<&'m Response>,
    /// Whether the headers can be compared.
    pub headers: bool,
}

/// The class of an error status: `4XX` of `404`.
fn error_class(status: &str) -> Option<&'static str> {
    match status.as_bytes().first() {
        Some(b'4') => Some("4XX"),
        Some(b'5') => Some("5XX"),
        _ => None,
    }
}

/// Whether a document could be an emission: it says nothing that Dropshot cannot say and that is
/// forgiven in what follows, and each operation has the two classes of errors that Dropshot gives
/// it, or the `default` of one whose response has no type.
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

/// Which response of the emission answers for which of the contract.
pub(super) fn responses<'m>(contract: &'m Operation, server: &'m Operation) -> Vec<Pair<'m>> {
    let mut pairs = Vec::new();
    let mut answered = BTreeSet::new();
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
            answered.insert(key.as_str());
            pairs.push(pair(Some(found)));
        } else if status == "default" {
            // Every class that the contract does not name as such.
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
                answered.insert(key.as_str());
                pairs.push(Pair { headers: false, ..pair(Some(found)) });
            }
        } else {
            pairs.push(pair(None));
        }
    }
    for (status, response) in &server.responses {
        if !answered.contains(status.as_str()) && !is_other_half(status, contract, server) {
            let (status, headers) = (status.clone(), false);
            pairs.push(Pair { status, contract: None, server: Some(response), headers });
        }
    }
    pairs
}

/// The emission always has both classes. One that the contract is silent about is no news where
/// the other class is documented status by status and both have the same body: that is the API's
/// one shape of error. A contract that itself speaks of classes, or of no error, must name both.
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

/// The parameter in which a scheme shows.
fn parameter_of(scheme: &Scheme) -> Option<(String, String)> {
    match scheme {
        Scheme::ApiKey { span, .. } if span == "cookie" => None,
        Scheme::ApiKey { span, name } => Some((span.clone(), name.clone())),
        Scheme::Http { .. } | Scheme::Other { .. } => {
            Some(("header".to_owned(), "authorization".to_owned()))
        }
    }
}

/// Whether a parameter is how a declared scheme would show.
pub(super) fn shows_security(contract: &Model, parameter: &(String, String)) -> bool {
    contract.schemes.iter().any(|scheme| parameter_of(scheme).as_ref() == Some(parameter))
}

/// Where the security of an operation and what the server reads differ, and what to do to the
/// contract to make it agree.
pub(super) fn security(
    contract_model: &Model,
    server_model: &Model,
    contract: &Operation,
    server: &Operation,
) -> Vec<([Said; 2], String)> {
    let mut problems = Vec::new();
    let pointer = &contract.security.pointer;
    let mut shown = BTreeSet::new();
    for (scheme, needed) in contract.security.schemes() {
        let requires = if needed { "requires" } else { "offers" };
        let mine = Said::new(pointer, format!("{requires} {scheme}"));
        let Some(key) = parameter_of(scheme) else {
            let text = "Dropshot cannot show that it reads a cookie";
            let edit = "use a header or a query parameter".to_owned();
            problems.push(([mine, Said::new(&server.pointer, text)], edit));
            continue;
        };
        let (span, name) = &key;
        match server.parameters.get(&key) {
            None => {
                let text = format!("does not read the {span} parameter `{name}`");
                let edit = "remove the scheme from `security`".to_owned();
                problems.push(([mine, Said::new(&server.pointer, text)], edit));
            }
            Some(parameter) => {
                if let Some(text) = unlike_a_key(server_model, parameter, needed) {
                    let text = format!("the {span} parameter `{name}` {text}");
                    let edit = "change `security`".to_owned();
                    problems.push(([mine, Said::new(&parameter.pointer, text)], edit));
                }
            }
        }
        shown.insert(key);
    }
    for (key, parameter) in &server.parameters {
        let undeclared = !shown.contains(key) && !contract.parameters.contains_key(key);
        if undeclared && shows_security(contract_model, key) {
            let (span, name) = key;
            let mine = Said::new(pointer, format!("the operation requires {}", contract.security));
            let text = format!("reads the {span} parameter `{name}`");
            let edit = "require the scheme in `security`".to_owned();
            problems.push(([mine, Said::new(&parameter.pointer, text)], edit));
        }
    }
    problems
}

/// A key is any string, and must be there if it is needed.
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
