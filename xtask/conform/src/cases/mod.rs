//! The test cases of an operation: every documented example, then requests on both sides of each
//! constraint, then malformed requests.

mod body;
mod parameters;

#[cfg(test)]
mod tests;

pub(crate) use parameters::unknown_value;

use std::collections::{BTreeMap, BTreeSet};

use crate::case::{Case, Expectation};
use crate::request::{KeyChoice, Request};
use crate::target::Target;

/// Returns all test cases, in the order in which they are sent. No request occurs twice.
pub(crate) fn cases(target: &Target<'_>) -> Vec<Case> {
    let mut cases = Vec::new();
    if target.operation.body.is_none() {
        cases.push(Case {
            name: "the documented request".to_owned(),
            pointer: target.operation.pointer.clone(),
            request: target.request(None),
            expectation: Expectation::accepted(),
            body: None,
            is_example: false,
        });
    }
    cases.extend(body::cases(target));
    cases.extend(parameters::cases(target));
    cases.extend(key_cases(target));
    // `{}` can be an example, a body with the required properties only, and more.
    let mut sent = BTreeSet::new();
    cases.retain(|case| sent.insert(format!("{:?}", case.request)));
    cases
}

/// Returns the documented examples that cannot be sent, each with the reason.
pub(crate) fn unsendable_examples(target: &Target<'_>) -> Vec<String> {
    let mut examples = body::unsendable_examples(target);
    examples.extend(parameters::unsendable_examples(target));
    examples
}

/// Returns requests without the valid API key, if the operation needs one.
fn key_cases(target: &Target<'_>) -> Vec<Case> {
    let security = &target.operation.security;
    if target.credential.is_none() || security.requirements.iter().any(BTreeMap::is_empty) {
        return Vec::new();
    }
    let choices = [
        (KeyChoice::Missing, "no key"),
        (KeyChoice::Empty, "an empty key"),
        (KeyChoice::Wrong, "an unknown key"),
        (KeyChoice::Extended, "the key with a suffix"),
    ];
    let case = |(key, name): (KeyChoice, &str)| Case {
        name: name.to_owned(),
        pointer: security.pointer.clone(),
        request: Request { key, ..target.minimal_request() },
        expectation: target.rejected(&[401, 403]),
        body: None,
        is_example: false,
    };
    choices.map(case).into()
}
