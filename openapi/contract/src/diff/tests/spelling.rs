//! Names that differ only in capitals or parameters.

use serde_json::json;

use super::*;

fn document(response: &Value, others: &Value) -> Value {
    let mut responses = json!({ "200": response });
    for (status, other) in others.as_object().unwrap() {
        responses[status] = other.clone();
    }
    json!({ "openapi": "3.0.3", "paths": { "/a": { "get": { "responses": responses } } } })
}

fn content(types: &[(&str, &str)]) -> Value {
    let mut content = json!({});
    for (name, of_type) in types {
        content[*name] = json!({ "schema": { "type": of_type, "xml": { "name": of_type } } });
    }
    document(&json!({ "description": "", "content": content }), &json!({}))
}

fn pointers(old: &Value, new: &Value) -> Vec<String> {
    let found = compared(old, new, ComparisonMode::Documents);
    let inside = |pointer: String| pointer.replace("/paths/~1a/get/responses/200/content", "");
    found.into_iter().map(|(_, pointer, _)| inside(pointer)).collect()
}

#[test]
fn each_spelling_of_a_media_type_is_compared() {
    let spelling = "Application/JSON; charset=utf-8";
    for names in [["application/json", spelling], [spelling, "application/json"]] {
        let both = |types: [&str; 2]| content(&[(names[0], types[0]), (names[1], types[1])]);
        let old = both(["string", "integer"]);
        let pointer = |name: &str| format!("/{}/schema/type", name.replace('/', "~1"));
        assert_eq!(pointers(&old, &both(["boolean", "integer"])), [pointer(names[0])]);
        assert_eq!(pointers(&old, &both(["string", "boolean"])), [pointer(names[1])]);
    }
    // One spelling is the same as another.
    let one = content(&[(spelling, "string")]);
    assert_eq!(pointers(&one, &content(&[("application/json", "string")])), [] as [&str; 0]);
}

#[test]
fn duplicate_responses_and_headers_are_errors() {
    let headers = json!({ "X-A": { "schema": {} }, "x-a": { "schema": { "type": "string" } } });
    let response = json!({ "description": "" });
    for (document, pointer, message) in [
        (
            document(&json!({ "description": "", "headers": headers }), &json!({})),
            "/paths/~1a/get/responses/200/headers/x-a",
            "duplicate header `x-a`",
        ),
        (
            document(&response, &json!({ "4xx": response, "4XX": response })),
            "/paths/~1a/get/responses/4XX",
            "duplicate response `4XX`",
        ),
    ] {
        let errors = Model::read(&document).unwrap_err();
        let found: Vec<_> =
            errors.iter().map(|one| (one.pointer.as_str(), one.message.as_str())).collect();
        assert_eq!(found, [(pointer, message)]);
    }
}

#[test]
fn xml_is_compared_only_if_a_body_is_xml() {
    let named = |media: &str, name: &str| {
        let schema = json!({ "type": "string", "xml": { "name": name } });
        let content = json!({ media: { "schema": schema } });
        document(&json!({ "description": "", "content": content }), &json!({}))
    };
    let found = |media: &str| pointers(&named(media, "a"), &named(media, "b"));
    assert_eq!(found("application/json"), [] as [&str; 0]);
    assert_eq!(found("application/problem+xml"), ["/application~1problem+xml/schema/xml"]);
}
