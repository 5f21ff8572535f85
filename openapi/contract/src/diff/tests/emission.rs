use serde_json::{Map, json};

use super::*;

fn response(body: &str) -> Value {
    let schema = json!({ "$ref": format!("#/components/schemas/{body}") });
    json!({ "description": "", "content": { "application/json": { "schema": schema } } })
}

fn document(responses: Value, parameters: Value, security: Value) -> Value {
    json!({
        "openapi": "3.0.3",
        "paths": { "/a": { "get": {
            "responses": responses, "parameters": parameters, "security": security,
        } } },
        "components": { "schemas": {
            "object": { "type": "object" },
            "string": { "type": "string" },
            "integer": { "type": "integer" },
            "anything": {},
            "own error": { "type": "object", "required": ["message", "request_id"], "properties": {
                "error_code": { "type": "string" },
                "message": { "type": "string" },
                "request_id": { "type": "string" },
            } },
        }, "securitySchemes": {
            "Key": { "type": "apiKey", "in": "header", "name": "X-Key" },
            "Query": { "type": "apiKey", "in": "query", "name": "key" },
            "Cookie": { "type": "apiKey", "in": "cookie", "name": "key" },
            "Bearer": { "type": "http", "scheme": "bearer" },
        } },
    })
}

fn statuses(contract: &[(&str, &str)], server: &[(&str, &str)]) -> Vec<String> {
    let document = |list: &[(&str, &str)]| {
        let all: Map<_, _> =
            list.iter().map(|(status, body)| ((*status).to_owned(), response(body))).collect();
        document(all.into(), json!([]), json!([]))
    };
    let found = compared(&document(contract), &document(server), ComparisonMode::Emission);
    found.into_iter().map(|(rule, ..)| rule).collect()
}

#[test]
fn compare_with_emission_matches_error_classes() {
    let emitted = [("200", "object"), ("4XX", "string"), ("5XX", "string")];
    let found = |contract: &[(&str, &str)]| statuses(contract, &emitted);
    let nothing: [&str; 0] = [];
    assert_eq!(found(&[("200", "object"), ("404", "string"), ("503", "string")]), nothing);
    assert_eq!(found(&[("200", "object"), ("4xx", "string"), ("5XX", "string")]), nothing);
    assert_eq!(found(&[("200", "object"), ("default", "string")]), nothing);
    // The other class has the only error schema.
    assert_eq!(found(&[("200", "object"), ("404", "string")]), nothing);
    // But not if the contract documents classes, or no error at all.
    assert_eq!(found(&[("200", "object"), ("4XX", "string")]), ["response"]);
    assert_eq!(found(&[("200", "object")]), ["response", "response"]);
    assert_eq!(
        found(&[("200", "object"), ("404", "integer"), ("503", "string")]),
        ["response-body-type"]
    );
    assert_eq!(found(&[("200", "object"), ("default", "integer")]), ["response-body-type"]);
    assert_eq!(found(&[("201", "object"), ("404", "string")]), ["response"; 2]);
    assert_eq!(
        statuses(&[("200", "object"), ("404", "string")], &[("200", "object")]),
        ["response"]
    );
    // Errors with different bodies are not described.
    let undescribed = [("200", "object"), ("4XX", "anything"), ("5XX", "anything")];
    let different =
        [("200", "object"), ("404", "string"), ("500", "integer"), ("default", "object")];
    assert_eq!(statuses(&different, &undescribed), nothing);
    assert_eq!(statuses(&[("200", "string")], &undescribed), ["response-body-type"]);
    // It shows one success of several, and that one is compared.
    let several = [("200", "object"), ("202", "string"), ("3XX", "string"), ("404", "string")];
    assert_eq!(found(&several), nothing);
    let several = [("200", "integer"), ("202", "string"), ("404", "string")];
    assert_eq!(found(&several), ["response-body-type"]);
    // `default` is a status that varies.
    let varying = |contract: &[(&str, &str)]| statuses(contract, &[("default", "object")]);
    assert_eq!(varying(&[("2XX", "object"), ("404", "string")]), nothing);
    assert_eq!(varying(&[("2XX", "string")]), ["response-body-type"]);
    assert_eq!(varying(&[("200", "object")]), ["response"; 2]);
    // Dropshot's own error needs no documentation, and no other error may have another body.
    let own = [("200", "object"), ("4XX", "own error"), ("5XX", "own error")];
    assert_eq!(statuses(&[("200", "object")], &own), nothing);
    assert_eq!(statuses(&[("200", "object"), ("404", "string")], &own), ["response-body-type"]);
}

#[test]
fn compare_with_emission_matches_security_and_parameters() {
    let ok = json!({ "200": { "description": "" } });
    let parameter = |span: &str, name: &str, required: bool, kind: &str| json!({ "in": span, "name": name, "required": required, "schema": { "type": kind } });
    let key = parameter("header", "x-key", true, "string");
    let found = |security: Value, parameters: Value| {
        let contract = document(ok.clone(), json!([]), security);
        let server = document(ok.clone(), parameters, json!([]));
        let found = compared(&contract, &server, ComparisonMode::Emission);
        found.into_iter().map(|(rule, pointer, _)| format!("{rule} {pointer}")).collect::<Vec<_>>()
    };
    let required = "operation-security /paths/~1a/get/security";
    let nothing: [&str; 0] = [];
    assert_eq!(found(json!([{ "Key": [] }]), json!([key])), nothing);
    assert_eq!(found(json!([]), json!([])), nothing);
    assert_eq!(found(json!([{ "Key": [] }]), json!([])), [required]);
    assert_eq!(found(json!([]), json!([key])), [required]);
    assert_eq!(
        found(json!([{ "Key": [] }]), json!([parameter("header", "x-key", false, "string")])),
        [required]
    );
    assert_eq!(
        found(json!([{ "Key": [] }]), json!([parameter("header", "x-key", true, "integer")])),
        [required]
    );
    assert_eq!(found(json!([{ "Query": [] }]), json!([key])), [required; 2]);
    assert_eq!(
        found(json!([{ "Query": [] }]), json!([parameter("query", "key", true, "string")])),
        nothing
    );
    // An emission cannot show a cookie.
    assert_eq!(found(json!([{ "Cookie": [] }]), json!([])), nothing);
    let authorization = parameter("header", "Authorization", true, "string");
    assert_eq!(found(json!([{ "Bearer": [] }]), json!([authorization])), nothing);
    // An optional key.
    let optional = parameter("header", "x-key", false, "string");
    assert_eq!(found(json!([{ "Key": [] }, {}]), json!([optional])), nothing);
    assert_eq!(found(json!([{ "Key": [] }, {}]), json!([key])), [required]);
    // A header that belongs to no scheme.
    let other = parameter("header", "x-other", true, "string");
    assert_eq!(found(json!([{ "Key": [] }]), json!([key, other])), ["parameter /paths/~1a/get"]);
}

#[test]
fn compare_of_documents_compares_security() {
    let ok = json!({ "200": { "description": "" } });
    let found = |one: Value, other: Value| {
        let (one, other) =
            (document(ok.clone(), json!([]), one), document(ok.clone(), json!([]), other));
        compared(&one, &other, ComparisonMode::Documents).len()
    };
    assert_eq!(
        found(json!([{ "Key": [] }, { "Bearer": [] }]), json!([{ "Bearer": [] }, { "Key": [] }])),
        0
    );
    assert_eq!(found(json!([{ "Key": [] }]), json!([{ "Bearer": [] }])), 1);
    assert_eq!(
        found(json!([{ "Key": [] }, { "Bearer": [] }]), json!([{ "Key": [], "Bearer": [] }])),
        1
    );
    assert_eq!(found(json!([{ "Key": [] }]), json!([{ "Key": [] }, {}])), 1);
}
