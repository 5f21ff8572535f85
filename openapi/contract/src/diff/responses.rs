//! The pairs of responses that are compared between a contract and Dropshot's emission.
//!
//! An emission has one success status, or `default` if the status varies. It has two classes of errors,
//! `4XX` and `5XX`, with one schema and without headers. So each error status of the contract must have
//! the body of its class, and the emission cannot show the statuses themselves. If the errors of an
//! operation have different bodies, the stub emits a schema that allows everything.

use std::collections::BTreeSet;

use super::emission::allows_everything;
use crate::model::{Aspect, Model, Operation, Response};

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
pub(super) fn error_class(status: &str) -> Option<&'static str> {
    match status.as_bytes().first() {
        Some(b'4') => Some("4XX"),
        Some(b'5') => Some("5XX"),
        _ => None,
    }
}

fn is_success(status: &str) -> bool {
    status != DEFAULT && error_class(status).is_none()
}

const DEFAULT: &str = "default";

/// Returns the pairs of responses to compare.
pub(super) fn pairs<'m>(
    server_model: &Model,
    contract: &'m Operation,
    server: &'m Operation,
) -> Vec<Pair<'m>> {
    let has_fixed_status = contract.responses.keys().any(|one| is_success(one) && !is_range(one));
    if server.responses.keys().eq([DEFAULT]) && !has_fixed_status {
        return varying_status(server_model, contract, &server.responses[DEFAULT]);
    }
    let shown =
        contract.responses.keys().any(|one| server.responses.contains_key(one) && is_success(one));
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
            headers: class.is_none()
                && !server.is_some_and(|one| is_undescribed(server_model, one)),
        };
        if let Some((key, found)) = found {
            paired.insert(key.as_str());
            if class.is_none() || !is_undescribed(server_model, found) {
                pairs.push(pair(Some(found)));
            }
        } else if status == DEFAULT {
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
                if !is_undescribed(server_model, found) {
                    pairs.push(Pair { headers: false, ..pair(Some(found)) });
                }
            }
        } else {
            // An emission shows one success.
            if !(is_success(status) && shown) {
                pairs.push(pair(None));
            }
        }
    }
    for (status, response) in &server.responses {
        let is_expected = paired.contains(status.as_str())
            || is_other_half(status, contract, server)
            || error_class(status).is_some()
                && (is_own_error(server_model, response) || is_undescribed(server_model, response));
        if !is_expected {
            let (status, headers) = (status.clone(), false);
            pairs.push(Pair { status, contract: None, server: Some(response), headers });
        }
    }
    pairs
}

/// Returns the pair for an operation whose success has no fixed status. The emission shows `default`.
fn varying_status<'m>(
    server_model: &Model,
    contract: &'m Operation,
    server: &'m Response,
) -> Vec<Pair<'m>> {
    let success = contract.responses.iter().find(|(status, _)| is_success(status));
    let mine = success.or_else(|| contract.responses.get_key_value(DEFAULT));
    let pair = |(status, response): (&String, &'m Response)| Pair {
        status: status.clone(),
        contract: Some(response),
        server: Some(server),
        headers: !is_undescribed(server_model, server),
    };
    mine.map(pair).into_iter().collect()
}

fn is_range(status: &str) -> bool {
    status.ends_with("XX")
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
    let classes =
        contract.responses.keys().any(|status| error_class(status).is_some() && is_range(status));
    documented && !classes && body(status) == body(other)
}

/// Returns true if the body can be everything. Dropshot emits no headers with bytes.
fn is_undescribed(model: &Model, response: &Response) -> bool {
    let schema = response.content.values().next().and_then(|media| media.schema);
    schema.is_some_and(|id| allows_everything(&model.schemas[id]))
}

/// Returns true if the body is that of Dropshot's own errors, which every server sends where the
/// contract documents no other.
fn is_own_error(model: &Model, response: &Response) -> bool {
    let schema = response.content.values().next().and_then(|media| media.schema);
    let Some(schema) = schema.map(|id| &model.schemas[id]) else { return false };
    let names = ["error_code", "message", "request_id"];
    let is_text = |id: usize| {
        model.schemas[id].facts.get(&Aspect::Type).is_some_and(|fact| fact.value == "string")
    };
    schema.properties.keys().eq(names)
        && schema.properties.values().all(|property| property.schema.is_some_and(is_text))
}
