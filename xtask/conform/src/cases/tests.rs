//! The requests for constraints that the real contract does not have.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use agenthuman_contract::model::Model;
use agenthuman_contract::{Contract, exact};
use serde_json::{Value, json};

use super::{cases, unsendable_examples};
use crate::schemas::Schemas;
use crate::target::Target;
use crate::values::ValueGenerator;

/// Returns the bodies for a schema: the value, and true if the server must accept it.
fn bodies(schema: &str) -> Vec<(Value, bool)> {
    let document = format!(
        r#"{{
            "openapi": "3.0.3",
            "paths": {{ "/a": {{ "put": {{
                "requestBody": {{ "content": {{ "application/json": {{ "schema": {schema} }} }} }},
                "responses": {{ "200": {{ "description": "" }}, "400": {{ "description": "" }} }}
            }} }} }}
        }}"#
    );
    let contract = Contract::parse("a.json", &document).unwrap();
    let contract = contract.with_document(exact::exact_document(&contract).into_owned());
    let model = Model::read(contract.document()).unwrap();
    let schemas = Schemas::new(contract.document());
    let generator = ValueGenerator { contract: &contract, model: &model, schemas: &schemas };
    let (key, operation) = model.operations.first_key_value().unwrap();
    let target = Target::new(generator, key, operation, &BTreeMap::new()).unwrap();
    let cases = cases(&target).into_iter();
    cases.filter_map(|case| Some((case.body?, case.expectation.success))).collect()
}

#[track_caller]
fn assert_sent(schema: Value, valid: &[Value], invalid: &[Value]) {
    let bodies = bodies(&schema.to_string());
    for (values, wanted) in [(valid, true), (invalid, false)] {
        for value in values {
            let sent = bodies.iter().find(|(body, _)| body == value);
            assert_eq!(
                sent.map(|(_, valid)| *valid),
                Some(wanted),
                "{value} for {schema}: {bodies:?}"
            );
        }
    }
}

#[test]
fn bound_is_tested_with_all_its_digits() {
    for (schema, text, wanted) in [
        (r#"{"type": "integer", "maximum": 18446744073709551617}"#, "18446744073709551617", true),
        (r#"{"type": "integer", "maximum": 18446744073709551617}"#, "18446744073709551618", false),
        (r#"{"type": "number", "multipleOf": 0.1, "minimum": 0.2}"#, "0.3", true),
        (r#"{"type": "number", "multipleOf": 0.1, "minimum": 0.2}"#, "0.3001", false),
    ] {
        let value = exact::from_json(text).unwrap();
        let bodies = bodies(schema);
        let sent = bodies.iter().find(|(body, _)| *body == value);
        assert_eq!(sent.map(|(_, valid)| *valid), Some(wanted), "{text}: {bodies:?}");
    }
}

#[test]
fn constraint_gives_values_on_both_sides() {
    assert_sent(
        json!({ "type": "integer", "minimum": 3, "maximum": 5 }),
        &[json!(3), json!(5)],
        &[json!(2), json!(6)],
    );
    assert_sent(
        json!({ "type": "integer", "minimum": 3, "exclusiveMinimum": true }),
        &[json!(4)],
        &[json!(3), json!("10"), json!(10.5), Value::Null],
    );
    assert_sent(
        json!({ "type": "integer", "format": "int32" }),
        &[json!(i32::MAX)],
        &[json!(2_147_483_648_i64)],
    );
    assert_sent(json!({ "type": "number", "maximum": 1.5 }), &[json!(1.5)], &[json!(1.5001)]);
    assert_sent(json!({ "type": "integer", "multipleOf": 4 }), &[json!(4)], &[json!(5)]);
    assert_sent(
        json!({ "type": "string", "minLength": 2, "maxLength": 3 }),
        &[json!("aa"), json!("ééé")],
        &[json!("a"), json!("éééé"), json!("")],
    );
    assert_sent(
        json!({ "type": "string", "pattern": "^[a-c]{2,4}$" }),
        &[json!("aa"), json!("aaaa")],
        &[json!("a"), json!("aaaaa"), json!("AA"), json!("aa!")],
    );
    assert_sent(
        json!({ "type": "string", "enum": ["one", "two"] }),
        &[json!("one"), json!("two")],
        &[json!("ONE")],
    );
    assert_sent(
        json!({ "type": "string", "format": "uuid", "nullable": true }),
        &[Value::Null],
        &[json!("not-a-uuid")],
    );
    assert_sent(
        json!({ "type": "boolean" }),
        &[json!(true), json!(false)],
        &[json!(1), json!("true")],
    );
    assert_sent(
        json!({ "type": "array", "items": { "type": "boolean" }, "minItems": 1, "maxItems": 2 }),
        &[json!([true]), json!([true, true])],
        &[json!([]), json!([true, true, true]), json!([1])],
    );
    assert_sent(
        json!({ "type": "array", "items": { "type": "integer" }, "uniqueItems": true }),
        &[json!([10])],
        &[json!([10, 10])],
    );
}

#[test]
fn object_gives_bodies_with_and_without_each_property() {
    let inner = json!({ "type": "object", "required": ["c"], "properties": { "c": { "type": "integer", "minimum": 0 } } });
    let schema = json!({
        "type": "object",
        "required": ["a"],
        "additionalProperties": false,
        "properties": { "a": { "type": "boolean" }, "b": inner },
    });
    assert_sent(
        schema,
        &[json!({ "a": true }), json!({ "a": true, "b": { "c": 0 } })],
        &[
            json!({ "b": { "c": 10 } }),
            json!({ "a": true, "b": {} }),
            json!({ "a": true, "b": { "c": -1 } }),
            json!({ "a": true, "no_such_property": true }),
            json!({ "a": true, "A": true }),
        ],
    );
}

#[test]
fn recursive_schema_gives_finitely_many_bodies() {
    let schema = json!({
        "type": "object",
        "properties": { "next": { "$ref": "#/paths/~1a/put/requestBody/content/application~1json/schema" } },
    });
    assert!(bodies(&schema.to_string()).len() < 1000);
}

#[test]
fn parameter_values_are_sent_as_text() {
    let limit = json!({ "name": "limit", "in": "query", "required": true,
        "schema": { "type": "integer", "minimum": 1, "maximum": 100, "example": 20 } });
    let mode = json!({ "name": "X-Mode", "in": "header",
        "schema": { "type": "string", "enum": ["fast", "slow"] } });
    let document = json!({
        "openapi": "3.0.3",
        "paths": { "/a/{id}": { "get": {
            "parameters": [limit, mode,
                { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
            "responses": { "200": { "description": "" }, "4XX": { "description": "" } },
        } } },
    });
    let contract = Contract::parse("a.json", &document.to_string()).unwrap();
    let model = Model::read(contract.document()).unwrap();
    let schemas = Schemas::new(contract.document());
    let generator = ValueGenerator { contract: &contract, model: &model, schemas: &schemas };
    let (key, operation) = model.operations.first_key_value().unwrap();
    let given = BTreeMap::from([("id".to_owned(), "a/ä".to_owned())]);
    let target = Target::new(generator, key, operation, &given).unwrap();
    let cases = cases(&target);
    let sent = |end: &str| {
        let case = cases.iter().find(|case| case.request.target.ends_with(end));
        case.map(|case| case.expectation.success)
    };
    assert_eq!(cases[0].request.target, "/a/a%2F%C3%A4?limit=20");
    for (text, wanted) in [("1", true), ("100", true), ("0", false), ("101", false)] {
        assert_eq!(sent(&format!("?limit={text}")), Some(wanted), "{text}: {cases:#?}");
    }
    assert_eq!(sent("/a/a%2F%C3%A4"), Some(false), "without the required parameter");
    let modes = cases.iter().filter_map(|case| {
        let mode = case.request.headers.iter().find(|(name, _)| name == "X-Mode")?;
        Some((mode.1.as_str(), case.expectation.success))
    });
    let modes: BTreeMap<_, _> = modes.collect();
    assert_eq!(modes.get("fast"), Some(&true));
    assert_eq!(modes.get("FAST"), Some(&false));
}

#[test]
fn every_documented_example_is_sent_or_reported() {
    let schema =
        json!({ "type": "object", "properties": { "a": { "type": "integer", "example": 77 } } });
    let query = json!({ "name": "q", "in": "query", "schema": { "type": "string" },
        "examples": { "one": { "value": "x y" }, "two": { "$ref": "#/components/examples/Two" } } });
    let header = json!({ "name": "X-Tag", "in": "header", "schema": { "type": "string" },
        "examples": { "none": { "value": " padded" } } });
    let document = json!({
        "openapi": "3.0.3",
        "paths": { "/a": { "put": {
            "parameters": [query, header],
            "requestBody": { "content": {
                "text/plain": { "example": "plain", "schema": { "type": "string" } },
                "application/json": { "schema": schema, "examples": {
                    "five": { "value": { "a": 5 } },
                    "far": { "externalValue": "https://example.com/far.json" },
                } },
                "application/merge-patch+json": { "example": { "a": 6 } },
                "image/png": { "example": { "a": 7 } },
            } },
            "responses": { "200": { "description": "" }, "400": { "description": "" } },
        } } },
        "components": { "examples": { "Two": { "value": "second" } } },
    });
    let contract = Contract::parse("a.json", &document.to_string()).unwrap();
    let model = Model::read(contract.document()).unwrap();
    let schemas = Schemas::new(contract.document());
    let generator = ValueGenerator { contract: &contract, model: &model, schemas: &schemas };
    let (key, operation) = model.operations.first_key_value().unwrap();
    let target = Target::new(generator, key, operation, &BTreeMap::new()).unwrap();
    let cases = cases(&target);
    let sent = |media: &str, text: &str| {
        cases.iter().any(|case| {
            let is_type =
                |(name, value): &(String, String)| name == "content-type" && value == media;
            let body = case.request.body.bytes().unwrap_or_default();
            case.expectation.success
                && case.request.headers.iter().any(is_type)
                && body == text.as_bytes()
        })
    };
    for (media, text) in [
        ("application/json", "{\"a\":5}"),
        ("application/json", "{\"a\":77}"),
        ("application/merge-patch+json", "{\"a\":6}"),
        ("text/plain", "plain"),
    ] {
        assert!(sent(media, text), "{media} {text}: {cases:#?}");
    }
    for end in ["/a?q=x%20y", "/a?q=second"] {
        let case = cases.iter().find(|case| case.request.target.ends_with(end)).unwrap();
        assert!(case.expectation.success && case.is_example, "{case:?}");
    }
    let mut unsendable = unsendable_examples(&target);
    unsendable.sort();
    assert_eq!(
        unsendable,
        [
            "the documented example `example`: cannot be encoded as image/png",
            "the documented example `far`: the contract has only its address",
            "the documented example `none` of the header parameter `X-Tag`: cannot be sent as text",
        ]
    );
}
