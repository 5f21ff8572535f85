use serde_json::json;

use super::*;

/// A document with components `A` and `B`, in which `C` and `D` contain a reference.
fn document(body: &Value, response: &str, inside: &str) -> Value {
    let to = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    json!({
        "openapi": "3.0.3",
        "paths": { "/a": { "put": {
            "parameters": [{ "$ref": "#/components/parameters/P" }],
            "requestBody": { "content": { "application/json": { "schema": body } } },
            "responses": {
                "200": { "$ref": format!("#/components/responses/{response}") },
                "201": { "description": "", "content": { "application/json": { "schema": to("C") } } },
            },
        } } },
        "components": {
            "parameters": { "P": { "name": "p", "in": "query", "schema": { "type": "string" } } },
            "responses": {
                "One": { "description": "", "content": { "application/json": { "schema": to("A") } } },
                "Two": { "description": "", "content": { "application/json": { "schema": to("B") } } },
            },
            "schemas": {
                "A": { "type": "object", "properties": { "x": { "type": "string" }, "s": to("S") } },
                "B": { "type": "object", "properties": { "x": { "type": "integer" }, "s": to("S") } },
                "S": { "type": "string", "maxLength": 5 },
                "C": { "type": "object", "properties": {
                    "one": to(inside),
                    "list": { "type": "array", "items": to(inside) },
                    "some": { "oneOf": [{ "type": "string" }, to(inside)] },
                } },
            },
        },
    })
}

fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Pointer and target on both sides of each difference.
fn found(old: &Value, new: &Value) -> Vec<[(String, Option<String>); 2]> {
    let [old, new] = [old, new].map(|document| Model::read(document).unwrap());
    let differences = compare(&old, &new, ComparisonMode::Documents).differences;
    let side = |side: Side| (side.pointer, side.target);
    differences.into_iter().map(|one| [side(one.contract), side(one.other)]).collect()
}

const BODY: &str = "/paths/~1a/put/requestBody/content/application~1json/schema";

#[test]
fn retargeted_reference_is_the_location() {
    let old = document(&schema("A"), "One", "A");
    let in_a = Some("/components/schemas/A/properties/x/type".to_owned());
    let in_b = Some("/components/schemas/B/properties/x/type".to_owned());
    let both =
        |pointer: &str| [(pointer.to_owned(), in_a.clone()), (pointer.to_owned(), in_b.clone())];
    assert_eq!(found(&old, &document(&schema("B"), "One", "A")), [both(&format!("{BODY}/$ref"))]);
    let response = "/paths/~1a/put/responses/200/$ref";
    assert_eq!(found(&old, &document(&schema("A"), "Two", "A")), [both(response)]);
    // Each of several references to the same component.
    let properties = "/components/schemas/C/properties";
    let expected = [
        both(&format!("{properties}/one/$ref")),
        both(&format!("{properties}/list/items/$ref")),
        both(&format!("{properties}/some/oneOf/1/$ref")),
    ];
    let mut all = found(&old, &document(&schema("A"), "One", "B"));
    all.sort_by_key(|[(pointer, _), _]| expected.iter().position(|[one, _]| one.0 == *pointer));
    assert_eq!(all, expected);
}

#[test]
fn retargeted_reference_is_the_statement_and_the_edit() {
    let [old, new] =
        ["A", "B"].map(|name| Model::read(&document(&schema(name), "One", "A")).unwrap());
    let differences = compare(&old, &new, ComparisonMode::Documents).differences;
    let [one] = &differences[..] else { panic!("{differences:?}") };
    assert_eq!(one.rule, "request-property-type");
    assert_eq!(one.contract.text, "`type: string`, by `$ref: '#/components/schemas/A'`");
    assert_eq!(one.other.text, "`type: integer`, by `$ref: '#/components/schemas/B'`");
    assert_eq!(one.edit, "write `$ref: '#/components/schemas/B'`");
}

#[test]
fn schema_in_place_of_reference_is_the_location() {
    let inline = json!({ "type": "object", "properties": { "x": {}, "s": schema("S") } });
    let old = document(&schema("A"), "One", "A");
    let expected = [
        (format!("{BODY}/$ref"), Some("/components/schemas/A/properties/x/type".to_owned())),
        (format!("{BODY}/properties/x"), None),
    ];
    assert_eq!(found(&old, &document(&inline, "One", "A")), [expected]);
}

#[test]
fn component_that_changes_or_is_renamed_is_the_location() {
    let old = document(&schema("A"), "One", "A");
    // In a shared component behind another one.
    let mut changed = document(&schema("B"), "One", "A");
    changed["components"]["schemas"]["S"]["maxLength"] = json!(6);
    let at = "/components/schemas/S/maxLength".to_owned();
    let all = found(&old, &changed);
    assert!(all.contains(&[(at.clone(), None), (at.clone(), None)]), "{all:?}");
    assert!(all.iter().flatten().all(|(_, target)| target.as_ref() != Some(&at)), "{all:?}");
    // In a component that has another name too.
    let text = old.to_string().replace("/A\"", "/New\"").replace("\"A\":", "\"New\":");
    let mut renamed: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(found(&old, &renamed).len(), 0);
    renamed["components"]["schemas"]["New"]["properties"]["x"]["type"] = json!("boolean");
    let at = |name: &str| (format!("/components/schemas/{name}/properties/x/type"), None);
    let found = found(&old, &renamed);
    assert!(!found.is_empty() && found.iter().all(|one| *one == [at("A"), at("New")]), "{found:?}");
}

#[test]
fn removed_reference_is_the_location() {
    let old = document(&schema("A"), "One", "A");
    let mut new = old.clone();
    new["paths"]["/a"]["put"]["parameters"] = json!([]);
    new["paths"]["/a"]["put"]["responses"].as_object_mut().unwrap().remove("200");
    let pointers: Vec<_> = found(&old, &new).into_iter().map(|[old, _]| old.0).collect();
    assert_eq!(pointers, ["/paths/~1a/put/parameters/0", "/paths/~1a/put/responses/200"]);
}

#[test]
fn retargeted_reference_in_all_of_is_the_location() {
    let all_of = |name: &str, limit: u8| json!({ "allOf": [schema(name)], "maxProperties": limit });
    let old = document(&all_of("A", 5), "One", "A");
    let new = document(&all_of("B", 6), "One", "A");
    let side = |name: &str| {
        let inside = format!("/components/schemas/{name}/properties/x/type");
        (format!("{BODY}/allOf/0/$ref"), Some(inside))
    };
    let inline = |name: &str| json!({ "allOf": [schema(name)], "properties": { "y": { "properties": { "z": schema(name) } } } });
    let z = format!("{BODY}/properties/y/properties/z/$ref");
    let pointers: Vec<_> =
        found(&document(&inline("A"), "One", "A"), &document(&inline("B"), "One", "A"))
            .into_iter()
            .map(|[(pointer, _), _]| pointer)
            .collect();
    assert_eq!(pointers, [format!("{BODY}/allOf/0/$ref"), z]);
    // What is stated beside the `allOf` has its own location.
    let own = (format!("{BODY}/maxProperties"), None);
    assert_eq!(found(&old, &new), [[own.clone(), own], [side("A"), side("B")]]);
}

#[test]
fn retargeted_reference_in_an_all_of_of_an_all_of_is_the_location() {
    let nested = |name: &str| json!({ "allOf": [{ "properties": { "y": {} } }, { "allOf": [schema(name)] }] });
    let old = document(&nested("A"), "One", "A");
    let new = document(&nested("B"), "One", "A");
    let side = |name: &str| {
        let inside = format!("/components/schemas/{name}/properties/x/type");
        (format!("{BODY}/allOf/1/allOf/0/$ref"), Some(inside))
    };
    assert_eq!(found(&old, &new), [[side("A"), side("B")]]);
}
