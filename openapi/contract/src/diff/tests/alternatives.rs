use serde_json::json;

use super::*;

fn document(schema: &Value) -> Value {
    let text =
        |name: &str| json!({ "type": "object", "properties": { name: { "type": "string" } } });
    json!({
        "openapi": "3.0.3",
        "paths": { "/a": { "put": {
            "requestBody": { "content": { "application/json": { "schema": schema } } },
            "responses": { "204": { "description": "" } },
        } } },
        "components": { "schemas": { "A": text("a"), "B": text("b"), "C": text("c") } },
    })
}

fn subjects(old: &Value, new: &Value) -> Vec<String> {
    let [old, new] = [old, new].map(|document| Model::read(document).unwrap());
    let differences = compare(&old, &new, ComparisonMode::Documents).differences;
    let inside = |subject: &str| subject.replace("PUT /a, request body", "");
    differences.iter().map(|one| format!("{}{}", one.rule, inside(&one.subject))).collect()
}

#[test]
fn alternative_is_named_by_its_index_in_the_contract() {
    let list = |first: &str| {
        let first = json!({ "type": "object", "properties": { "a": { "type": first } } });
        document(&json!({ "anyOf": [first, { "type": "string" }, { "type": "boolean" }] }))
    };
    let found = subjects(&list("integer"), &list("number"));
    assert_eq!(found, ["request-property-type, `(anyOf 1).a`"]);
}

#[test]
fn alternatives_are_paired_by_name_before_type() {
    let refer = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let old = document(&json!({ "oneOf": [refer("A"), refer("B"), refer("C")] }));
    let mut new = document(&json!({ "oneOf": [refer("C"), refer("A")] }));
    new["components"]["schemas"]["C"]["properties"]["c"] = json!({ "type": "boolean" });
    assert_eq!(
        subjects(&old, &new),
        ["request-body-one-of", "request-property-type, `(oneOf 3).c`"]
    );
}

#[test]
fn replaced_alternative_is_reported_beside_an_added_one() {
    let list = |types: &[&str]| {
        let members: Vec<_> = types.iter().map(|name| json!({ "type": name })).collect();
        document(&json!({ "oneOf": members }))
    };
    let found = subjects(&list(&["string", "integer"]), &list(&["boolean", "object", "string"]));
    assert_eq!(found, ["request-body-one-of", "request-property-type, `(oneOf 2)`"]);
}
