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
fn fact_has_pointer_of_its_keyword() {
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
fn recursive_schema_is_read_once() {
    let node = json!({
        "type": "object",
        "properties": { "next": { "$ref": "#/components/schemas/Node" } },
    });
    let components = json!({ "Node": node });
    let reference = json!({ "$ref": "#/components/schemas/Node" });
    assert_eq!(Model::read(&document(reference, components)).unwrap().schemas.len(), 1);
}

#[test]
fn long_chain_of_items_is_read() {
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
fn circular_all_of_is_rejected() {
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

/// A chain of `count` schemas, each made of the next one by `part`.
fn chain(count: usize, part: impl Fn(Value) -> Value) -> Value {
    let name = |n: usize| json!({ "$ref": format!("#/components/schemas/S{n}") });
    let schemas = (0..count).map(|n| (format!("S{n}"), part(name(n + 1))));
    let last = (format!("S{count}"), json!({ "type": "object" }));
    Value::Object(schemas.chain([last]).collect())
}

fn first() -> Value {
    json!({ "$ref": "#/components/schemas/S0" })
}

#[test]
fn shared_schema_is_read_once() {
    // Each of these reaches its end in more ways than can be counted.
    for part in [
        |next: Value| json!({ "allOf": [next, next] }),
        |next: Value| json!({ "allOf": [next, { "allOf": [next] }] }),
        |next: Value| json!({ "allOf": [next], "oneOf": [next] }),
    ] {
        let model = Model::read(&document(first(), chain(200, part))).unwrap();
        assert_eq!(model.schemas[0].facts[&Aspect::Type].value, "object");
        assert_eq!(model.schemas.len(), 1);
    }
    let alternatives = |next: Value| json!({ "oneOf": [next, next] });
    let model = Model::read(&document(first(), chain(200, alternatives))).unwrap();
    assert_eq!(model.schemas.len(), 201);
}

#[test]
fn long_chain_of_all_of_is_read() {
    let all_of = |next: Value| json!({ "allOf": [next] });
    let model = Model::read(&document(first(), chain(20_000, all_of))).unwrap();
    assert_eq!(model.schemas[0].facts[&Aspect::Type].value, "object");
    let one_of = |next: Value| json!({ "oneOf": [{ "type": "string" }, next] });
    let model = Model::read(&document(first(), chain(5_000, one_of))).unwrap();
    assert_eq!(model.schemas.len(), 10_001);
}

#[test]
fn growing_chain_of_all_of_is_merged_in_linear_time() {
    let mut components = chain(5_000, |next| json!({ "allOf": [next] }));
    for n in 0..5_000 {
        let name = format!("p{n}");
        components[format!("S{n}")]["properties"] = json!({ name.as_str(): { "type": "string" } });
        components[format!("S{n}")]["required"] = json!([name]);
    }
    let started = std::time::Instant::now();
    let model = Model::read(&document(first(), components)).unwrap();
    assert_eq!(model.schemas[0].properties.len(), 5_000);
    let property = &model.schemas[0].properties["p4999"];
    assert_eq!(property.pointer, "/components/schemas/S4999/properties/p4999");
    assert!(property.required);
    // Cloned in each step, this would be 25 million properties.
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}

#[test]
fn member_of_two_schemas_is_merged_into_both() {
    let many: Value = (0..100).map(|n| (format!("p{n}"), json!({ "type": "string" }))).collect();
    let schema = json!({ "allOf": [
        { "allOf": [{ "$ref": "#/components/schemas/Many" }] },
        { "allOf": [{ "$ref": "#/components/schemas/Many" }], "properties": { "q": {} } },
    ] });
    let components = json!({ "Many": { "type": "object", "properties": many } });
    let model = Model::read(&document(schema, components)).unwrap();
    assert_eq!(model.schemas[0].properties.len(), 101);
}

#[test]
fn read_of_invalid_openapi_fails_with_pointer() {
    for (schema, pointer, message) in [
        (json!({ "$ref": "#/components/schemas/Missing" }), "", "there is nothing at"),
        (json!({ "$ref": "other.yaml#/S" }), "", "out of this document is not supported"),
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
fn read_returns_all_errors() {
    let schema = json!({ "properties": { "a": { "type": "x" }, "b": { "enum": 1 } } });
    assert_eq!(errors(schema, json!({})).len(), 2);
}
