use serde_json::json;

use super::*;

const BODY: &str = "/paths/~1a/put/requestBody/content/application~1json/schema";

fn document(schema: &Value) -> Value {
    json!({
        "openapi": "3.0.3",
        "paths": { "/a": { "put": {
            "requestBody": { "content": { "application/json": { "schema": schema } } },
            "responses": { "204": { "description": "" } },
        } } },
        "components": { "schemas": {
            "Text": { "type": "string", "pattern": "^a" },
            "Colour": { "type": "string", "enum": ["red", "blue"] },
            "Maybe": { "type": "string", "nullable": true },
            "Any": { "description": "any" },
            "Node": node(json!({ "$ref": "#/components/schemas/Node" })),
            "Inlined": node(json!({ "$ref": "#/components/schemas/Node" })),
            "NullNode": node(json!({ "nullable": true, "allOf": [{ "$ref": "#/components/schemas/Node" }] })),
        } },
    })
}

fn node(next: Value) -> Value {
    json!({ "type": "object", "properties": { "next": next } })
}

fn differences(one: &Value, other: &Value) -> Found {
    let there = compared(&document(one), &document(other), ComparisonMode::Documents);
    let back = compared(&document(other), &document(one), ComparisonMode::Documents);
    assert_eq!(there.len(), back.len(), "{one} and {other}: {there:?}, {back:?}");
    there
}

#[test]
fn compare_of_equal_meanings_finds_nothing() {
    let text = json!({ "$ref": "#/components/schemas/Text" });
    for (one, other) in [
        (
            text.clone(),
            json!({ "type": "string", "pattern": "^a", "description": "x", "title": "T" }),
        ),
        (text.clone(), json!({ "allOf": [text], "description": "x" })),
        (text.clone(), json!({ "oneOf": [text] })),
        (text.clone(), json!({ "type": "string", "allOf": [{ "pattern": "^a" }] })),
        (
            json!({ "type": "string", "pattern": "^a", "nullable": true }),
            json!({ "allOf": [text], "nullable": true }),
        ),
        (
            json!({ "$ref": "#/components/schemas/Maybe" }),
            json!({ "type": "string", "nullable": true }),
        ),
        (
            json!({ "allOf": [{ "$ref": "#/components/schemas/Maybe" }] }),
            json!({ "type": "string", "nullable": true }),
        ),
        (
            json!({ "type": "string" }),
            json!({ "type": "string", "nullable": false, "minLength": 0 }),
        ),
        (json!({}), json!({ "nullable": true })),
        (
            json!({ "allOf": [{ "$ref": "#/components/schemas/Maybe" }], "nullable": false }),
            json!({ "$ref": "#/components/schemas/Maybe" }),
        ),
        (
            json!({ "enum": ["red", "blue"] }),
            json!({ "type": "string", "enum": ["blue", "red", "red"] }),
        ),
        (
            json!({ "$ref": "#/components/schemas/Colour" }),
            json!({ "oneOf": [
                { "description": "warm", "type": "string", "enum": ["red"] },
                { "description": "cold", "type": "string", "enum": ["blue"] },
            ] }),
        ),
        (
            json!({ "type": "string", "nullable": true, "enum": ["a", null] }),
            json!({ "type": "string", "nullable": true, "enum": ["a"] }),
        ),
        (
            json!({ "type": "integer", "minimum": 0, "exclusiveMinimum": true, "maximum": 9 }),
            json!({ "type": "integer", "minimum": 1.0, "maximum": 10, "exclusiveMaximum": true }),
        ),
        (
            json!({ "type": "object" }),
            json!({ "type": "object", "additionalProperties": true, "minProperties": 0 }),
        ),
        (
            json!({ "type": "object" }),
            json!({ "type": "object", "additionalProperties": { "$ref": "#/components/schemas/Any" } }),
        ),
        (
            json!({ "type": "array", "items": {} }),
            json!({ "type": "array", "items": { "description": "x" }, "uniqueItems": false }),
        ),
        (
            json!({ "allOf": [
                { "type": "object", "required": ["a"], "properties": { "a": { "type": "string" } } },
                { "type": "object", "required": ["b"], "properties": { "b": { "type": "string" } } },
            ] }),
            json!({ "type": "object", "required": ["b", "a"], "properties": {
                "b": { "type": "string" }, "a": { "type": "string" },
            } }),
        ),
        (
            json!({ "allOf": [
                { "type": "number", "minimum": 1, "maximum": 9, "exclusiveMaximum": true },
                { "type": "integer", "minimum": 2, "maximum": 9 },
            ] }),
            json!({ "type": "integer", "minimum": 2, "maximum": 8 }),
        ),
        (
            json!({ "type": "string", "minLength": 3, "maxLength": 5, "allOf": [
                { "minLength": 2, "maxLength": 9 }, { "minLength": 4 },
            ] }),
            json!({ "type": "string", "minLength": 4, "maxLength": 5 }),
        ),
        (
            json!({ "oneOf": [{ "type": "string" }, text, { "type": "object" }] }),
            json!({ "oneOf": [{ "type": "object" }, { "type": "string" }, text] }),
        ),
        (
            json!({ "$ref": "#/components/schemas/Node" }),
            json!({ "$ref": "#/components/schemas/Inlined" }),
        ),
        (
            json!({ "$ref": "#/components/schemas/Node" }),
            node(node(node(json!({ "$ref": "#/components/schemas/Inlined" })))),
        ),
    ] {
        assert_eq!(differences(&one, &other), [], "{one} and {other}");
    }
}

#[test]
fn compare_finds_each_keyword() {
    for (one, other, rule) in [
        (json!({ "type": "string" }), json!({}), "type"),
        (json!({ "type": "integer" }), json!({ "type": "number" }), "type"),
        (json!({ "type": "string" }), json!({ "type": "string", "nullable": true }), "nullable"),
        (
            json!({ "type": "integer", "format": "int64" }),
            json!({ "type": "integer", "format": "uint64" }),
            "format",
        ),
        (
            json!({ "type": "string", "enum": ["a"] }),
            json!({ "type": "string", "enum": ["a", "b"] }),
            "enum",
        ),
        (
            json!({ "type": "number", "minimum": 1 }),
            json!({ "type": "number", "minimum": 1, "exclusiveMinimum": true }),
            "minimum",
        ),
        (
            json!({ "type": "number", "maximum": 1 }),
            json!({ "type": "number", "maximum": 1.5 }),
            "maximum",
        ),
        (json!({ "type": "number", "multipleOf": 2 }), json!({ "type": "number" }), "multiple-of"),
        (json!({ "type": "string", "minLength": 1 }), json!({ "type": "string" }), "min-length"),
        (json!({ "type": "string", "maxLength": 1 }), json!({ "type": "string" }), "max-length"),
        (
            json!({ "type": "string", "pattern": "a" }),
            json!({ "type": "string", "pattern": "A" }),
            "pattern",
        ),
        (json!({ "type": "array", "minItems": 1 }), json!({ "type": "array" }), "min-items"),
        (json!({ "type": "array", "maxItems": 1 }), json!({ "type": "array" }), "max-items"),
        (
            json!({ "type": "array", "uniqueItems": true }),
            json!({ "type": "array" }),
            "unique-items",
        ),
        (
            json!({ "type": "array", "items": { "type": "string" } }),
            json!({ "type": "array" }),
            "items",
        ),
        (
            json!({ "type": "object", "minProperties": 1 }),
            json!({ "type": "object" }),
            "min-properties",
        ),
        (
            json!({ "type": "object", "maxProperties": 1 }),
            json!({ "type": "object" }),
            "max-properties",
        ),
        (
            json!({ "type": "object", "additionalProperties": false }),
            json!({ "type": "object" }),
            "additional-properties",
        ),
        (
            json!({ "type": "object", "additionalProperties": { "type": "string" } }),
            json!({ "type": "object" }),
            "additional-properties",
        ),
        (
            json!({ "type": "object", "additionalProperties": { "type": "string" } }),
            json!({ "type": "object", "additionalProperties": false }),
            "additional-properties",
        ),
        (json!({ "not": { "type": "string" } }), json!({}), "not"),
        (json!({ "oneOf": [{ "type": "string" }, { "type": "integer" }] }), json!({}), "one-of"),
        (
            json!({ "oneOf": [{ "type": "string" }, { "type": "integer" }] }),
            json!({ "oneOf": [{ "type": "string" }, { "type": "integer" }, { "type": "boolean" }] }),
            "one-of",
        ),
        (json!({ "type": "string", "default": "a" }), json!({ "type": "string" }), "default"),
        (json!({ "type": "string", "readOnly": true }), json!({ "type": "string" }), "read-only"),
        (json!({ "type": "string", "writeOnly": true }), json!({ "type": "string" }), "write-only"),
        (
            json!({ "type": "string", "deprecated": true }),
            json!({ "type": "string" }),
            "deprecated",
        ),
        (json!({ "discriminator": { "propertyName": "a" } }), json!({}), "discriminator"),
    ] {
        let found = differences(&one, &other);
        let rules: Vec<_> = found.iter().map(|(rule, ..)| rule.as_str()).collect();
        assert_eq!(rules, [format!("request-body-{rule}")], "{one} and {other}");
    }
}

#[test]
fn compare_finds_nested_difference_with_pointers() {
    let found = differences(
        &json!({ "oneOf": [{ "type": "array", "items": { "type": "string" } }, { "type": "integer" }] }),
        &json!({ "oneOf": [{ "type": "integer" }, { "type": "array", "items": { "type": "string", "format": "x" } }] }),
    );
    let expected = (
        "request-property-format".to_owned(),
        format!("{BODY}/oneOf/0/items"),
        format!("{BODY}/oneOf/1/items/format"),
    );
    assert_eq!(found, [expected]);
}

#[test]
fn compare_finds_difference_in_recursive_schema() {
    let found = differences(
        &json!({ "$ref": "#/components/schemas/Node" }),
        &json!({ "$ref": "#/components/schemas/NullNode" }),
    );
    assert_eq!(found[0].0, "request-property-nullable");
    assert_eq!(found[0].1, format!("{BODY}/$ref"));
}

#[test]
fn compare_finds_required_property() {
    let one = json!({ "type": "object", "required": ["a"], "properties": { "a": {} } });
    let other = json!({ "type": "object", "properties": { "a": {} } });
    let found = differences(&one, &other);
    assert_eq!(found[0].0, "request-property-required");
    assert_eq!(found[0].1, format!("{BODY}/required/0"));
    assert_eq!(found[0].2, format!("{BODY}/properties/a"));
    let none = json!({ "type": "object" });
    assert_eq!(differences(&other, &none)[0].0, "request-property");
}

#[test]
fn compare_of_unmergeable_all_of_compares_members() {
    let closed = |max: u64| {
        json!({ "allOf": [
            { "type": "object", "additionalProperties": false, "properties": { "a": { "type": "string", "maxLength": max } } },
            { "type": "object", "properties": { "b": {} } },
        ] })
    };
    assert_eq!(differences(&closed(1), &closed(1)), []);
    assert_eq!(differences(&closed(1), &closed(2))[0].0, "request-property-max-length");
}

/// The statements about `keyword` of both sides.
fn statements(one: &Value, other: &Value, keyword: &str) -> Vec<[String; 2]> {
    let [one, other] = [one, other].map(|schema| Model::read(&document(schema)).unwrap());
    let differences = compare(&one, &other, ComparisonMode::Documents).differences;
    let of_body =
        differences.into_iter().filter(|one| one.rule == format!("request-body-{keyword}"));
    of_body.map(|one| [one.contract.text, one.other.text]).collect()
}

#[test]
fn all_of_with_contradictory_members_has_type() {
    let bounds = json!({ "allOf": [
        { "type": "integer", "maximum": 5 }, { "maximum": 10, "minimum": 7 },
    ] });
    let plain = json!({ "type": "integer", "maximum": 5 });
    assert_eq!(statements(&bounds, &plain, "type"), [] as [[String; 2]; 0]);
    assert_eq!(statements(&bounds, &plain, "minimum"), [["`minimum: 7`", "no `minimum`"]]);
    assert_eq!(differences(&bounds, &plain).len(), 1);
    // Two patterns cannot be merged, but the type can.
    let patterns = json!({ "allOf": [
        { "type": "string", "pattern": "^a", "nullable": true },
        { "pattern": "b$", "nullable": true },
    ] });
    let plain = json!({ "type": "string", "nullable": true });
    assert_eq!(statements(&patterns, &plain, "type"), [] as [[String; 2]; 0]);
    assert_eq!(statements(&patterns, &plain, "nullable"), [] as [[String; 2]; 0]);
    assert_eq!(statements(&patterns, &plain, "all-of"), [["`allOf` of 2 schemas", "no `allOf`"]]);
    let types = json!({ "allOf": [{ "type": "string" }, { "type": "integer" }] });
    assert_eq!(statements(&types, &plain, "type"), [["any type", "`type: string`"]]);
}

#[test]
fn alternatives_with_nullable_member_are_nullable() {
    let maybe = json!({ "$ref": "#/components/schemas/Maybe" });
    let plain = json!({ "type": "string" });
    let integer = json!({ "type": "integer" });
    let nullable = |schema: Value, other: Value| statements(&schema, &other, "nullable");
    let nothing: [[String; 2]; 0] = [];
    for keyword in ["anyOf", "oneOf"] {
        let one = json!({ keyword: [integer, maybe] });
        let outside = json!({ keyword: [integer, plain], "nullable": true });
        let none = json!({ keyword: [integer, plain] });
        assert_eq!(nullable(one.clone(), outside), nothing);
        assert_eq!(nullable(one, none), [["`nullable: true`", "not nullable"]]);
    }
    // `null` matches two alternatives: `oneOf` rejects it.
    let two = |keyword: &str| json!({ keyword: [maybe, { "type": "integer", "nullable": true }] });
    let none = |keyword: &str| json!({ keyword: [plain, integer] });
    assert_eq!(nullable(two("oneOf"), none("oneOf")), nothing);
    assert_eq!(nullable(two("anyOf"), none("anyOf")), [["`nullable: true`", "not nullable"]]);
    // A type outside excludes `null`.
    let typed = json!({ "type": "string", "anyOf": [maybe, { "maxLength": 1 }] });
    let other = json!({ "type": "string", "anyOf": [plain, { "maxLength": 1 }] });
    assert_eq!(nullable(typed, other), nothing);
}

#[test]
fn schema_of_additional_properties_is_the_location() {
    let object = |extra: Value| json!({ "type": "object", "additionalProperties": extra });
    let [text, rejected] = [object(json!({ "type": "string" })), object(json!(false))];
    let at = format!("{BODY}/additionalProperties");
    let rule = "request-body-additional-properties".to_owned();
    let [rejects, has] =
        ["`additionalProperties: false`", "has a schema for `additionalProperties`"];
    assert_eq!(differences(&rejected, &text), [(rule.clone(), at.clone(), at.clone())]);
    assert_eq!(statements(&rejected, &text, "additional-properties"), [[rejects, has]]);
    assert_eq!(statements(&text, &rejected, "additional-properties"), [[has, rejects]]);
    assert_eq!(differences(&text, &json!({ "type": "object" })), [(rule, at, BODY.to_owned())]);
}
