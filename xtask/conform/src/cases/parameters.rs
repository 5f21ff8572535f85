//! Test cases for parameters in the path, the query and the headers.
//!
//! A parameter is text. It is parsed according to its schema before it is validated: for a string
//! parameter, `1` is not a value of the wrong type.

use agenthuman_contract::child;
use agenthuman_contract::model::{Aspect, Parameter};
use serde_json::Value;

use crate::case::{Case, Expectation};
use crate::examples::Example;
use crate::excerpt::quoted_excerpt;
use crate::request::Body;
use crate::schemas::parse_text;
use crate::target::{ParameterValue, Target, parameter_text};

/// Returns the cases for all parameters. Their body is the smallest valid one.
pub(super) fn cases(target: &Target<'_>) -> Vec<Case> {
    let minimal = target.minimal_body();
    let case = |name: String, pointer: String, path: &_, others: &[_], expectation| {
        let text = minimal.as_ref().map(Value::to_string);
        let request = target.request_with(path, others, text.map_or(Body::None, Body::Text));
        let body = minimal.clone();
        Case { name, pointer, request, expectation, body, is_example: false }
    };
    let pagination = child(&target.operation.pointer, "x-pagination");
    let pagination = target.generator.contract.get(&pagination);
    let cursor = pagination.and_then(|value| value.get("cursor")).and_then(Value::as_str);
    let mut cases = Vec::new();
    for ((location, name), parameter) in &target.operation.parameters {
        let given = target.path_parameters.get(name).filter(|_| location == "path");
        let others = || {
            let mut others = target.required_parameters.clone();
            others.retain(|one| (&one.location, &one.name) != (location, &parameter.name));
            others
        };
        let examples = examples(target, location, parameter).into_iter().filter_map(Result::ok);
        let mut texts: Vec<_> = examples.collect();
        add_test_texts(target, parameter, given, &mut texts);
        for TestText { description, pointer, text, valid, is_example } in texts {
            // A cursor is opaque: only the server knows which texts are valid.
            if valid && cursor == Some(name.as_str()) {
                continue;
            }
            let mut path = target.path_parameters.clone();
            let mut others = others();
            let expectation = match (location.as_str(), valid) {
                // An object with a valid id need not exist.
                ("path", true) => Expectation { success: true, ..target.rejected(&[404]) },
                (_, true) => Expectation::accepted(),
                (_, false) => target.rejected(&[400, 422]),
            };
            if location == "path" {
                if !fits_path(&text) {
                    continue;
                }
                path.insert(parameter.name.clone(), text);
            } else {
                let (location, name) = (location.clone(), parameter.name.clone());
                others.push(ParameterValue { location, name, text });
            }
            let name = format!("the {location} parameter `{name}` is {description}");
            let mut case = case(name, pointer, &path, &others, expectation);
            // An example of an identifier need not be that of an object.
            case.is_example = is_example && location != "path";
            cases.push(case);
        }
        if let (Some(given), true) = (given, target.operation.responses.contains_key("404"))
            && let Some(unknown) = unknown_value(target, parameter, given)
        {
            let description = format!("{}, which does not exist", quoted_excerpt(&unknown));
            let name = format!("the path parameter `{name}` is {description}");
            let mut path = target.path_parameters.clone();
            path.insert(parameter.name.clone(), unknown);
            let pointer = child(&child(&target.operation.pointer, "responses"), "404");
            let expectation = target.rejected(&[404]);
            cases.push(case(name, pointer, &path, &target.required_parameters, expectation));
        } else if location != "path" && parameter.facts.contains_key(&Aspect::Required) {
            let name = format!("no {location} parameter `{name}`");
            let pointer = child(&parameter.pointer, "required");
            let expectation = target.rejected(&[400, 422]);
            cases.push(case(name, pointer, &target.path_parameters, &others(), expectation));
        }
    }
    cases
}

/// A text for a parameter.
struct TestText {
    description: String,
    /// Position of the constraint in the contract.
    pointer: String,
    text: String,
    /// True if it is valid against the parameter's schema.
    valid: bool,
    /// True if it is a documented example.
    is_example: bool,
}

/// Returns the documented examples of parameters that cannot be sent, each with the reason.
pub(super) fn unsendable_examples(target: &Target<'_>) -> Vec<String> {
    let parameters = target.operation.parameters.iter();
    let examples =
        parameters.flat_map(|((location, _), parameter)| examples(target, location, parameter));
    examples.filter_map(Result::err).collect()
}

/// Returns the documented examples of a parameter, each as text or as the reason why it cannot be sent.
fn examples(
    target: &Target<'_>,
    location: &str,
    parameter: &Parameter,
) -> Vec<Result<TestText, String>> {
    let text_of = |Example { name, pointer, value }: Example<'_>| {
        let text = value.and_then(parameter_text).filter(|text| match location {
            "path" => fits_path(text),
            "query" => true,
            _ => fits_header(text),
        });
        let Some(text) = text else {
            let parameter = &parameter.name;
            return Err(format!(
                "the documented example `{name}` of the {location} parameter `{parameter}`: \
                 cannot be sent as text"
            ));
        };
        let description = format!("{}, the documented example `{name}`", quoted_excerpt(&text));
        Ok(TestText { description, pointer, text, valid: true, is_example: true })
    };
    let examples = Example::all_at(target.generator.contract, &parameter.pointer);
    examples.into_iter().map(text_of).collect()
}

/// Returns true if a text can be a segment of a path.
fn fits_path(text: &str) -> bool {
    !text.is_empty() && text != "." && text != ".." && !text.contains('/')
}

/// Returns true if a text can be the value of a header.
fn fits_header(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..0x7f).contains(&byte)) && text.trim() == text
}

/// Adds texts on both sides of each constraint; `given` is the value of the parameter in the options.
fn add_test_texts(
    target: &Target<'_>,
    parameter: &Parameter,
    given: Option<&String>,
    texts: &mut Vec<TestText>,
) {
    let Some(id) = parameter.schema else { return };
    let generator = target.generator;
    let schema = &generator.model.schemas[id];
    let known = given.map(|text| parse_text(Some(schema), text));
    let known: Vec<&Value> = known.iter().collect();
    for value in generator.test_values(id, &known) {
        let Some(text) = parameter_text(&value.value) else { continue };
        // As text, a value can be valid that was not valid as JSON: `1` for a string.
        let parsed = parse_text(Some(schema), &text);
        let is_confirmed = generator.schemas.is_valid(&schema.pointer, &parsed) == value.valid;
        let is_duplicate = texts.iter().any(|other| other.text == text);
        if is_confirmed && (given.is_some() || fits_header(&text)) && !is_duplicate {
            let (description, pointer, valid) = (value.description, value.pointer, value.valid);
            texts.push(TestText { description, pointer, text, valid, is_example: false });
        }
    }
}

/// Returns a valid value of the same form that presumably names nothing; `None` if none can be made.
pub(crate) fn unknown_value(
    target: &Target<'_>,
    parameter: &Parameter,
    given: &str,
) -> Option<String> {
    let schema = &target.generator.model.schemas[parameter.schema?];
    let next = |c: char| match c {
        '0'..='8' | 'a'..='y' | 'A'..='Y' => char::from(c as u8 + 1),
        '9' => '0',
        'z' => 'a',
        'Z' => 'A',
        other => other,
    };
    // Only the second half changes: the first half can contain a prefix for the kind of object.
    let kept = given.chars().count() / 2;
    let changed: String = given
        .chars()
        .enumerate()
        .map(|(position, c)| if position < kept { c } else { next(c) })
        .collect();
    let parsed = parse_text(Some(schema), &changed);
    let is_valid = target.generator.schemas.is_valid(&schema.pointer, &parsed);
    (is_valid && changed != given).then_some(changed)
}
