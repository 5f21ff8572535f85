//! Classes of changes in schemas, by who sends the value.

use serde_json::{Value, json};

use super::*;

/// The location of a schema in an operation.
#[derive(Clone, Copy, Debug)]
enum Place {
    Request,
    Response,
    CallbackRequest,
    CallbackResponse,
}

fn operation(request: Option<&Value>, response: Option<&Value>) -> Value {
    let content = |schema: &Value| json!({ "application/json": { "schema": schema } });
    let mut operation = json!({ "responses": { "200": { "description": "" } } });
    if let Some(schema) = request {
        operation["requestBody"] = json!({ "content": content(schema) });
    }
    if let Some(schema) = response {
        operation["responses"]["200"]["content"] = content(schema);
    }
    operation
}

fn document(operation: &Value) -> Value {
    json!({ "openapi": "3.0.3", "info": { "version": "1.0.0" }, "paths": { "/a": { "put": operation } } })
}

fn with_schema(place: Place, schema: &Value) -> Value {
    let callback = |inner: Value| {
        let mut outer = operation(None, None);
        outer["callbacks"] = json!({ "done": { "{$request.body#/url}": { "post": inner } } });
        outer
    };
    document(&match place {
        Place::Request => operation(Some(schema), None),
        Place::Response => operation(None, Some(schema)),
        Place::CallbackRequest => callback(operation(Some(schema), None)),
        Place::CallbackResponse => callback(operation(None, Some(schema))),
    })
}

fn worst(old: &Value, new: &Value) -> Option<Class> {
    let [old, new] = [old, new].map(|document| Model::read(document).unwrap());
    let found = diff::compare(&old, &new, ComparisonMode::Documents).differences;
    found.iter().map(classify_difference).max()
}

/// Checks the class of a change in each place: of a value that clients send, and one that servers send.
fn check_change(old: &Value, new: &Value, from_client: Class, from_server: Class) {
    for (place, class) in [
        (Place::Request, from_client),
        (Place::Response, from_server),
        (Place::CallbackRequest, from_server),
        (Place::CallbackResponse, from_client),
    ] {
        let [old, new] = [old, new].map(|schema| with_schema(place, schema));
        assert_eq!(worst(&old, &new), Some(class), "{place:?}: {old} to {new}");
    }
}

/// Checks that `wide` allows more values than `narrow`, in both directions.
fn check_wider(narrow: &Value, wide: &Value) {
    check_change(narrow, wide, BreakingForServers, BreakingForClients);
    check_change(wide, narrow, BreakingForClients, BreakingForServers);
}

#[test]
fn wider_schema_breaks_who_reads_the_value() {
    let object = |extra: Value| json!({ "type": "object", "additionalProperties": extra });
    let text = json!({ "type": "string" });
    for (narrow, wide) in [
        (
            json!({ "type": "integer", "multipleOf": 10 }),
            json!({ "type": "integer", "multipleOf": 5 }),
        ),
        (
            json!({ "type": "number", "multipleOf": 0.3 }),
            json!({ "type": "number", "multipleOf": 0.1 }),
        ),
        (
            json!({ "type": "integer", "format": "int32" }),
            json!({ "type": "integer", "format": "int64" }),
        ),
        (object(json!(false)), object(text.clone())),
        (object(text.clone()), object(json!(true))),
        (json!({ "type": "array", "items": text }), json!({ "type": "array" })),
        (
            json!({ "oneOf": [text, object(json!(true))] }),
            json!({ "oneOf": [
            object(json!(true)), { "type": "boolean" }, text,
        ] }),
        ),
    ] {
        check_wider(&narrow, &wide);
    }
}

#[test]
fn wider_schema_in_not_allows_fewer_values() {
    let not = |schema: Value| json!({ "not": schema });
    let maximum = |maximum: u32| json!({ "type": "integer", "maximum": maximum });
    for (narrow, wide) in [
        (maximum(5), maximum(10)),
        (
            json!({ "type": "string", "enum": ["a"] }),
            json!({ "type": "string", "enum": ["a", "b"] }),
        ),
        (json!({ "required": ["a", "b"] }), json!({ "required": ["a"] })),
        (json!({ "not": maximum(10) }), json!({ "not": maximum(5) })),
    ] {
        check_wider(&narrow, &wide);
        check_wider(&not(wide), &not(narrow));
    }
}

#[test]
fn change_without_order_breaks_clients() {
    for (old, new) in [
        (
            json!({ "type": "integer", "multipleOf": 4 }),
            json!({ "type": "integer", "multipleOf": 6 }),
        ),
        (
            json!({ "type": "integer", "format": "uint32" }),
            json!({ "type": "integer", "format": "int32" }),
        ),
        // An alternative is added, and another one is replaced.
        (
            json!({ "oneOf": [{ "type": "string" }, { "type": "integer" }] }),
            json!({ "oneOf": [{ "type": "string" }, { "type": "boolean" }, { "type": "object" }] }),
        ),
    ] {
        check_change(&old, &new, BreakingForClients, BreakingForClients);
        check_change(&new, &old, BreakingForClients, BreakingForClients);
    }
}

#[test]
fn property_breaks_clients_if_they_have_to_send_it_or_rely_on_it() {
    let object = |properties: Value, required: Value| json!({ "type": "object", "properties": properties, "required": required });
    let empty = object(json!({}), json!([]));
    let optional = object(json!({ "a": { "type": "string" } }), json!([]));
    let required = object(json!({ "a": { "type": "string" } }), json!(["a"]));
    check_change(&empty, &optional, Compatible, Compatible);
    check_change(&empty, &required, BreakingForClients, Compatible);
    check_change(&optional, &empty, BreakingForClients, BreakingForClients);
    check_change(&optional, &required, BreakingForClients, BreakingForServers);
}

#[test]
fn response_of_callback_breaks_clients_that_send_it() {
    let callback = |statuses: &[&str]| {
        let mut inner = operation(None, None);
        for status in statuses {
            inner["responses"][status] = json!({ "description": "" });
        }
        let mut outer = operation(None, None);
        outer["callbacks"] = json!({ "done": { "{$request.body#/url}": { "post": inner } } });
        document(&outer)
    };
    assert_eq!(worst(&callback(&[]), &callback(&["201"])), Some(Compatible));
    assert_eq!(worst(&callback(&["201"]), &callback(&[])), Some(BreakingForClients));
}

#[test]
fn parameter_with_media_type_instead_of_schema_breaks_clients() {
    let parameter = |form: &str, value: Value| {
        let mut outer = operation(None, None);
        outer["parameters"] = json!([{ "name": "p", "in": "query", form: value }]);
        document(&outer)
    };
    let schema = parameter("schema", json!({ "type": "string" }));
    let schema_of_json = json!({ "application/json": { "schema": { "type": "string" } } });
    let content = parameter("content", schema_of_json);
    assert_eq!(worst(&schema, &content), Some(BreakingForClients));
    assert_eq!(worst(&content, &schema), Some(BreakingForClients));
}

#[test]
fn scopes_that_nobody_requires_do_not_count() {
    let oauth = |token: &str, scopes: Value| {
        let mut outer = operation(None, None);
        outer["security"] = json!([{ "O": ["read"] }]);
        let mut document = document(&outer);
        let flow = json!({ "tokenUrl": token, "scopes": scopes });
        let scheme = json!({ "type": "oauth2", "flows": { "clientCredentials": flow } });
        document["components"] = json!({ "securitySchemes": { "O": scheme } });
        document
    };
    let old = oauth("https://a", json!({ "read": "" }));
    assert_eq!(worst(&old, &oauth("https://a", json!({ "read": "", "write": "" }))), None);
    let new = oauth("https://b", json!({ "read": "" }));
    assert_eq!(worst(&old, &new), Some(BreakingForClients));
    let [old, new] = [old, new].map(|document| Model::read(&document).unwrap());
    let found = diff::compare(&old, &new, ComparisonMode::Documents).differences;
    let texts = [&found[0].contract.text, &found[0].other.text];
    assert!(texts[0].contains("https://a") && texts[1].contains("https://b"), "{texts:?}");
}
