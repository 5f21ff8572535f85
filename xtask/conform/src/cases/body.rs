//! Test cases for the body of a request.

use agenthuman_contract::model::Aspect;
use agenthuman_contract::{child, exact, is_json};
use serde_json::{Value, json};

use crate::case::{Case, Expectation};
use crate::examples::Example;
use crate::request::Body;
use crate::target::Target;

/// Size of an oversized body, in bytes: larger than the limit of any API that documents 413.
const OVERSIZED: usize = 1 << 20;

/// Returns the cases for the body: examples, values, malformed bodies, media types.
pub(super) fn cases(target: &Target<'_>) -> Vec<Case> {
    let mut cases = examples(target);
    cases.extend(values(target));
    cases.extend(malformed(target));
    cases.extend(media_types(target));
    cases
}

fn examples(target: &Target<'_>) -> Vec<Case> {
    target
        .all_examples()
        .into_iter()
        .filter_map(|(media, one)| example(target, media, one).ok())
        .collect()
}

/// Returns the documented examples that cannot be sent, each with the reason.
pub(super) fn unsendable_examples(target: &Target<'_>) -> Vec<String> {
    target
        .all_examples()
        .into_iter()
        .filter_map(|(media, one)| example(target, media, one).err())
        .collect()
}

/// Returns the request of a documented example, or the reason why it cannot be sent.
fn example(target: &Target<'_>, media: &str, example: Example<'_>) -> Result<Case, String> {
    let Example { name, pointer, value } = example;
    let name = format!("the documented example `{name}`");
    let Some(value) = value else {
        return Err(format!("{name}: the contract has only its address"));
    };
    let (request, body) = if is_json(media) {
        let value = target.with_set_values(value.clone());
        (target.request_as(media, exact::json(&value)), Some(value))
    } else {
        let text = value.as_str().filter(|_| !media.contains('*'));
        let text = text.ok_or_else(|| format!("{name}: cannot be encoded as {media}"))?;
        (target.request_as(media, text.to_owned()), None)
    };
    Ok(Case {
        name,
        pointer,
        request,
        expectation: Expectation::accepted(),
        body,
        is_example: true,
    })
}

fn values(target: &Target<'_>) -> Vec<Case> {
    let Some(id) = target.body_schema() else { return Vec::new() };
    let values = target.generator.test_values(id, &target.examples()).into_iter();
    values
        .map(|mut value| {
            value.value = target.with_set_values(value.value);
            let join = if target.generator.is_clause(id, &value) { "where" } else { "that is" };
            Case {
                name: format!("a body {join} {}", value.description),
                request: target.request(Some(&value.value)),
                expectation: if value.valid {
                    Expectation::accepted()
                } else {
                    target.rejected(&[400, 422])
                },
                pointer: value.pointer,
                body: Some(value.value),
                is_example: false,
            }
        })
        .collect()
}

/// Returns bodies that are malformed JSON, empty, ambiguous or too large.
fn malformed(target: &Target<'_>) -> Vec<Case> {
    let (Some(body), Some(minimal)) = (&target.operation.body, target.minimal_body()) else {
        return Vec::new();
    };
    let mut cases = Vec::new();
    let mut add = |name: &str, pointer: &str, body: Body, expectation: Expectation| {
        let (path, others) = (&target.path_parameters, &target.required_parameters);
        cases.push(Case {
            name: name.to_owned(),
            pointer: pointer.to_owned(),
            request: target.request_with(path, others, body),
            expectation,
            body: None,
            is_example: false,
        });
    };
    let text = |text: &str| Body::Text(text.to_owned());
    let rejected = target.rejected(&[400, 422]);
    let pointer = &body.pointer;
    add("a body that is not JSON", pointer, text("not JSON"), rejected.clone());
    add("a truncated body", pointer, text("{\"a\": "), rejected.clone());
    let trailing_comma = text(&with_trailing_comma(&minimal));
    add("a body with a trailing comma", pointer, trailing_comma, rejected.clone());
    let two_values = text(&format!("{minimal} {minimal}"));
    add("a body with trailing characters", pointer, two_values, rejected.clone());
    if body.facts.contains_key(&Aspect::Required) {
        let required = child(pointer, "required");
        add("an empty body", &required, text(""), rejected.clone());
    }
    if let Some((name, value)) = settable_property(target) {
        let name = Value::from(name);
        let duplicate = format!("{{{name}: {value}, {name}: {value}}}");
        add("a body with a duplicate key", pointer, text(&duplicate), rejected);
    }
    if target.operation.responses.contains_key("413") {
        let expectation = target.rejected(&[413]);
        let pointer = child(&child(&target.operation.pointer, "responses"), "413");
        let padded = Body::Padded(exact::json(&minimal), OVERSIZED);
        add("a body of 1 MiB, padded with spaces", &pointer, padded, expectation);
    }
    cases
}

/// Returns a property of the body that can be set alone, with a valid value.
fn settable_property(target: &Target<'_>) -> Option<(String, Value)> {
    let generator = target.generator;
    let schema = &generator.model.schemas[target.body_schema()?];
    schema.properties.iter().find_map(|(name, property)| {
        let sample = generator.sample(property.schema?, &[])?;
        let alone = json!({ name.as_str(): sample });
        let is_valid = generator.schemas.is_valid(&schema.pointer, &alone);
        is_valid.then(|| (name.clone(), sample))
    })
}

/// Returns a value as text that has a trailing comma, which JSON forbids.
fn with_trailing_comma(value: &Value) -> String {
    let text = exact::json(value);
    match text.strip_suffix('}') {
        Some(open) if open.len() > 1 => format!("{open},}}"),
        _ => "{\"a\": 1,}".to_owned(),
    }
}

/// Returns the minimal body with other media types, and with another spelling of the documented one.
fn media_types(target: &Target<'_>) -> Vec<Case> {
    let (Some(body), Some(minimal)) = (&target.operation.body, target.minimal_body()) else {
        return Vec::new();
    };
    let pointer = child(&body.pointer, "content");
    // If the contract documents the status for this very case, no other is accepted.
    let rejected = match target.operation.responses.contains_key("415") {
        true => target.rejected(&[415]),
        false => target.rejected(&[400, 422]),
    };
    let mut cases = Vec::new();
    for media in ["text/plain", "text/json", "application/x-www-form-urlencoded"] {
        if body.content.contains_key(media) || body.content.contains_key("*/*") {
            continue;
        }
        cases.push(Case {
            name: format!("a body with the media type {media}"),
            pointer: pointer.clone(),
            request: target.request_as(media, exact::json(&minimal)),
            expectation: rejected.clone(),
            body: None,
            is_example: false,
        });
    }
    // RFC 9110 §8.3.1: media types are case-insensitive and may have parameters.
    let mut request = target.request(Some(&minimal));
    for (_, value) in request.headers.iter_mut().filter(|(name, _)| name == "content-type") {
        if value == "application/json" {
            "Application/JSON; charset=utf-8".clone_into(value);
        }
    }
    cases.push(Case {
        name: "a media type with a parameter and in mixed case".to_owned(),
        pointer,
        request,
        expectation: Expectation::accepted(),
        body: Some(minimal),
        is_example: false,
    });
    cases
}
