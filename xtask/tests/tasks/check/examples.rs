use serde_json::json;

use super::*;

/// Returns the rule, the pointer and the message of each finding.
fn found(document: &Value) -> Vec<(String, String, String)> {
    let (findings, _) = agenthuman_contract::lint::examples::check(&parse(document));
    let found = |finding: Finding| {
        (finding.rule, finding.pointer.unwrap(), finding.statements[0].text.clone())
    };
    findings.into_iter().map(found).collect()
}

#[test]
fn invalid_example_is_found() {
    let contract = contract();
    let request =
        "/paths/~1v1~1links~1{link_id}/put/requestBody/content/application~1json/examples";
    let response =
        "/components/responses/NotFound/content/application~1json/examples/not_found/value";
    let (set_all, clear) = (format!("{request}/set/value"), format!("{request}/clear/value"));
    for (span, key, value) in [
        (set_all.as_str(), "use_limit", json!(0)),
        (&set_all, "use_limit", json!(9_007_199_254_740_992_u64)),
        (&set_all, "use_limit", json!(1.5)),
        (&set_all, "expires_at", json!("tomorrow")),
        (&set_all, "expires_at", json!("2030-06-30")),
        (&set_all, "status", json!("Active")),
        (&set_all, "name", json!("a\u{0}b")),
        (&clear, "status", json!(null)),
        (response, "error", json!({ "code": "NO_MESSAGE" })),
        (response, "success", json!("no")),
    ] {
        let changed = changed(contract.document(), span, set(key, value.clone()));
        let found = found(&changed);
        assert_eq!(found.len(), 1, "{key}: {value}: {found:?}");
        assert_eq!(found[0].0, "invalid-example");
        assert_eq!(found[0].1, format!("{span}/{key}"));
    }
    let unknown = changed(contract.document(), &set_all, set("expire_at", json!(null)));
    assert_eq!(found(&unknown)[0].1, set_all);
    let schema =
        changed(contract.document(), "/components/schemas/LinkId", set("example", json!("link")));
    assert_eq!(found(&schema)[0].1, "/components/schemas/LinkId/example");
}

/// Returns true if a value is valid by a schema of OpenAPI 3.0.
fn valid(schema: &Value, value: &Value) -> bool {
    let document = json!({
        "openapi": "3.0.3",
        "paths": {},
        "components": {
            "schemas": {
                "Text": { "type": "string" },
                "Tree": { "type": "object", "additionalProperties": false, "properties": {
                    "child": { "nullable": true, "allOf": [{ "$ref": "#/components/schemas/Tree" }] },
                } },
            },
            "parameters": { "P": { "schema": schema, "example": value } },
        },
    });
    found(&document).is_empty()
}

#[test]
fn validation_follows_openapi() {
    let text = json!({ "$ref": "#/components/schemas/Text" });
    let tree = json!({ "$ref": "#/components/schemas/Tree" });
    for (schema, good, bad) in [
        (json!({ "type": "string" }), json!("a"), json!(null)),
        (json!({ "type": "string", "nullable": true }), json!(null), json!(1)),
        (json!({ "type": "string", "nullable": true, "enum": ["a"] }), json!(null), json!("b")),
        (json!({ "nullable": true, "allOf": [text] }), json!(null), json!(1)),
        (
            json!({ "nullable": true, "oneOf": [text, { "type": "integer" }] }),
            json!(null),
            json!(true),
        ),
        (json!({ "type": "number", "minimum": 1, "exclusiveMinimum": true }), json!(1.1), json!(1)),
        (
            json!({ "type": "number", "maximum": 1, "exclusiveMaximum": false }),
            json!(1),
            json!(1.1),
        ),
        (
            json!({ "type": "integer", "format": "int32" }),
            json!(2_147_483_647),
            json!(2_147_483_648_u64),
        ),
        (
            json!({ "type": "integer", "format": "uint8", "nullable": true }),
            json!(null),
            json!(256),
        ),
        (
            json!({ "type": "string", "format": "date-time" }),
            json!("2030-06-30T18:00:00+02:00"),
            json!("2030"),
        ),
        (
            json!({ "type": "string", "format": "uuid" }),
            json!("123e4567-e89b-12d3-a456-426614174000"),
            json!("x"),
        ),
        (json!({ "type": "string", "pattern": "^[^\\u0000]*$" }), json!("é"), json!("\u{0}")),
        (json!({ "type": "array", "items": text }), json!(["a"]), json!([1])),
        (
            json!({ "type": "object", "additionalProperties": text }),
            json!({ "a": "b" }),
            json!({ "a": 1 }),
        ),
        (
            tree,
            json!({ "child": { "child": { "child": null } } }),
            json!({ "child": { "chidl": null } }),
        ),
        (json!({ "not": text }), json!(1), json!("a")),
    ] {
        assert!(valid(&schema, &good), "{schema} must accept {good}");
        assert!(!valid(&schema, &bad), "{schema} must refuse {bad}");
    }
}

#[test]
fn examples_in_every_object_are_validated() {
    let media = json!({ "schema": { "type": "integer" }, "examples": {
        "own": { "value": "x" },
        "shared": { "$ref": "#/components/examples/Shared" },
        "elsewhere": { "externalValue": "https://example.com" },
    } });
    let header = json!({ "schema": { "type": "integer", "default": "x" }, "example": "x" });
    let found = found(&json!({
        "openapi": "3.0.3",
        "paths": { "/a": {
            "parameters": [{ "name": "a", "in": "query", "schema": { "type": "integer" }, "example": "x" }],
            "get": { "responses": { "200": { "description": "", "headers": { "H": header }, "content": { "a/b": media } } } },
        } },
        "components": { "examples": { "Shared": { "value": "x" } } },
    }));
    let pointers: Vec<_> =
        found.iter().map(|(rule, pointer, _)| format!("{rule} {pointer}")).collect();
    assert_eq!(
        pointers,
        [
            "invalid-example /paths/~1a/parameters/0/example",
            "invalid-default /paths/~1a/get/responses/200/headers/H/schema/default",
            "invalid-example /paths/~1a/get/responses/200/headers/H/example",
            "invalid-example /paths/~1a/get/responses/200/content/a~1b/examples/own/value",
            "invalid-example /components/examples/Shared/value",
        ]
    );
}

#[test]
fn unusable_schema_is_found() {
    let found = found(&json!({
        "openapi": "3.0.3",
        "paths": {},
        "components": { "schemas": { "S": { "type": "string", "pattern": "(", "example": "a" } } },
    }));
    assert_eq!(found[0].0, "unusable-schema");
    assert_eq!(found[0].1, "/components/schemas/S");
}
