#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};

use super::*;

/// A document whose only operation takes a body of this schema.
fn document(schema: Value, components: Value) -> Value {
    let content = json!({ "application/json": { "schema": schema } });
    json!({
        "openapi": "3.0.3",
        "paths": { "/a": { "put": {
            "requestBody": { "content": content },
            "responses": { "204": { "description": "" } },
        } } },
        "components": { "schemas": components },
    })
}

fn errors(schema: Value, components: Value) -> Vec<(String, String)> {
    let errors = Model::read(&document(schema, components)).expect_err("not OpenAPI");
    errors.into_iter().map(|error| (error.pointer, error.message)).collect()
}

const BODY: &str = "/paths/~1a/put/requestBody/content/application~1json/schema";

#[test]
fn a_fact_remembers_where_it_stands() {
    let components = json!({ "S": { "type": "string", "maxLength": 5 } });
    let schema = json!({ "allOf": [{ "$ref": "#/components/schemas/S" }], "nullable": true });
    let model = Model::read(&document(schema, components)).unwrap();
    let facts: Vec<_> = model.schemas[0]
        .facts
        .iter()
        .map(|(aspect, fact)| (*aspect, fact.pointer.clone()))
        .collect();
    let expected = [
        (Aspect::Type, "/components/schemas/S/type".to_owned()),
        (Aspect::Nullable, format!("{BODY}/nullable")),
        (Aspect::MaxLength, "/components/schemas/S/maxLength".to_owned()),
    ];
    assert_eq!(facts, expected);
}

#[test]
fn a_schema_may_contain_itself() {
    let node = json!({
        "type": "object",
        "properties": { "next": { "$ref": "#/components/schemas/Node" } },
    });
    let components = json!({ "Node": node });
    let reference = json!({ "$ref": "#/components/schemas/Node" });
    assert_eq!(Model::read(&document(reference, components)).unwrap().schemas.len(), 1);
}

#[test]
fn a_long_chain_needs_no_depth() {
    let count = 20_000;
    let components: serde_json::Map<_, _> = (0..count)
        .map(|n| {
            let next = json!({ "$ref": format!("#/components/schemas/S{}", (n + 1) % count) });
            (format!("S{n}"), json!({ "type": "array", "items": next }))
        })
        .collect();
    let reference = json!({ "$ref": "#/components/schemas/S0" });
    assert_eq!(Model::read(&document(reference, components.into())).unwrap().schemas.len(), count);
}

#[test]
fn a_schema_that_is_only_itself_is_refused() {
    let components = json!({
        "A": { "allOf": [{ "$ref": "#/components/schemas/B" }] },
        "B": { "allOf": [{ "$ref": "#/components/schemas/A" }] },
        "C": { "$ref": "#/components/schemas/C" },
    });
    for name in ["A", "C"] {
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        let errors = errors(reference, components.clone());
        assert!(errors[0].0.starts_with("/components/schemas/"), "{errors:?}");
    }
}

#[test]
fn what_is_not_openapi_is_said_with_its_place() {
    for (schema, pointer, message) in [
        (json!({ "$ref": "#/components/schemas/Missing" }), "", "there is nothing at"),
        (json!({ "$ref": "other.yaml#/S" }), "", "must point into this document"),
        (json!({ "type": "null" }), "/type", "not a type"),
        (json!({ "type": ["string", "null"] }), "/type", "must be a string"),
        (json!({ "minimum": "1" }), "/minimum", "must be a number"),
        (json!({ "minimum": 1, "exclusiveMinimum": 1 }), "/exclusiveMinimum", "true or false"),
        (json!({ "required": true }), "/required", "must be a list"),
        (json!({ "required": [1] }), "/required", "a list of strings"),
        (json!({ "properties": [] }), "/properties", "must be an object"),
        (json!({ "properties": { "a": 1 } }), "/properties/a", "must be an object"),
        (json!("string"), "", "must be an object"),
    ] {
        let errors = errors(schema.clone(), json!({}));
        assert_eq!(errors[0].0, format!("{BODY}{pointer}"), "{schema}");
        assert!(errors[0].1.contains(message), "{schema}: {errors:?}");
    }
}

#[test]
fn all_errors_are_said_at_once() {
    let schema = json!({ "properties": { "a": { "type": "x" }, "b": { "enum": 1 } } });
    assert_eq!(errors(schema, json!({})).len(), 2);
}
