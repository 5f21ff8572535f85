//! What is sent, for constraints that the real contract does not have.

use serde_json::json;

use super::*;

/// The bodies that are sent for a schema: value and whether it must be accepted.
fn bodies(schema: Value) -> Vec<(Value, bool)> {
    let content = json!({ "application/json": { "schema": schema } });
    let document = json!({
        "openapi": "3.0.3",
        "paths": { "/a": { "put": {
            "requestBody": { "content": content },
            "responses": { "200": { "description": "" }, "400": { "description": "" } },
        } } },
    });
    let contract = Contract::parse("a.json", &document.to_string()).unwrap();
    let model = Model::read(contract.document()).unwrap();
    let schemas = Schemas::new(contract.document());
    let prober = Prober { contract: &contract, model: &model, schemas: &schemas };
    let (key, operation) = model.operations.first_key_value().unwrap();
    let target = Target::new(prober, key, operation, &BTreeMap::new()).unwrap();
    let cases = target.cases().into_iter();
    cases.filter_map(|case| Some((case.body?, case.expect.success))).collect()
}

#[track_caller]
fn sends(schema: Value, inside: &[Value], outside: &[Value]) {
    let bodies = bodies(schema.clone());
    for (values, wanted) in [(inside, true), (outside, false)] {
        for value in values {
            let sent = bodies.iter().find(|(body, _)| body == value);
            assert_eq!(
                sent.map(|(_, inside)| *inside),
                Some(wanted),
                "{value} for {schema}: {bodies:?}"
            );
        }
    }
}

#[test]
fn both_sides_of_each_constraint_are_sent() {
    sends(
        json!({ "type": "integer", "minimum": 3, "maximum": 5 }),
        &[json!(3), json!(5)],
        &[json!(2), json!(6)],
    );
    sends(
        json!({ "type": "integer", "minimum": 3, "exclusiveMinimum": true }),
        &[json!(4)],
        &[json!(3), json!("10"), json!(10.5), Value::Null],
    );
    sends(
        json!({ "type": "integer", "format": "int32" }),
        &[json!(i32::MAX)],
        &[json!(2_147_483_648_i64)],
    );
    sends(json!({ "type": "number", "maximum": 1.5 }), &[json!(1.5)], &[json!(1.50146484375)]);
    sends(json!({ "type": "integer", "multipleOf": 4 }), &[json!(4)], &[json!(5)]);
    sends(
        json!({ "type": "string", "minLength": 2, "maxLength": 3 }),
        &[json!("aa"), json!("ééé")],
        &[json!("a"), json!("éééé"), json!("")],
    );
    sends(
        json!({ "type": "string", "pattern": "^[a-c]{2,4}$" }),
        &[json!("aa"), json!("aaaa")],
        &[json!("a"), json!("aaaaa"), json!("AA"), json!("aa!")],
    );
    sends(
        json!({ "type": "string", "enum": ["one", "two"] }),
        &[json!("one"), json!("two")],
        &[json!("ONE")],
    );
    sends(
        json!({ "type": "string", "format": "uuid", "nullable": true }),
        &[Value::Null],
        &[json!("not-a-uuid")],
    );
    sends(json!({ "type": "boolean" }), &[json!(true), json!(false)], &[json!(1), json!("true")]);
    sends(
        json!({ "type": "array", "items": { "type": "boolean" }, "minItems": 1, "maxItems": 2 }),
        &[json!([true]), json!([true, true])],
        &[json!([]), json!([true, true, true]), json!([1])],
    );
    sends(
        json!({ "type": "array", "items": { "type": "integer" }, "uniqueItems": true }),
        &[json!([10])],
        &[json!([10, 10])],
    );
}

#[test]
fn objects_are_sent_with_and_without_each_property() {
    let inner = json!({ "type": "object", "required": ["c"], "properties": { "c": { "type": "integer", "minimum": 0 } } });
    let schema = json!({
        "type": "object",
        "required": ["a"],
        "additionalProperties": false,
        "properties": { "a": { "type": "boolean" }, "b": inner },
    });
    sends(
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
fn a_schema_that_contains_itself_has_an_end() {
    let schema = json!({
        "type": "object",
        "properties": { "next": { "$ref": "#/paths/~1a/put/requestBody/content/application~1json/schema" } },
    });
    assert!(bodies(schema).len() < 1000);
}

#[test]
fn parameters_are_probed_as_text() {
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
    let prober = Prober { contract: &contract, model: &model, schemas: &schemas };
    let (key, operation) = model.operations.first_key_value().unwrap();
    let given = BTreeMap::from([("id".to_owned(), "a/ä".to_owned())]);
    let target = Target::new(prober, key, operation, &given).unwrap();
    let cases = target.cases();
    let sent = |end: &str| {
        let case = cases.iter().find(|case| case.request.target.ends_with(end));
        case.map(|case| case.expect.success)
    };
    assert_eq!(cases[0].request.target, "/a/a%2F%C3%A4?limit=20");
    for (text, wanted) in [("1", true), ("100", true), ("0", false), ("101", false)] {
        assert_eq!(sent(&format!("?limit={text}")), Some(wanted), "{text}: {cases:#?}");
    }
    assert_eq!(sent("/a/a%2F%C3%A4"), Some(false), "without what is required");
    let modes = cases.iter().filter_map(|case| {
        let mode = case.request.headers.iter().find(|(name, _)| name == "X-Mode")?;
        Some((mode.1.as_str(), case.expect.success))
    });
    let modes: BTreeMap<_, _> = modes.collect();
    assert_eq!(modes.get("fast"), Some(&true));
    assert_eq!(modes.get("FAST"), Some(&false));
}

#[test]
fn a_curl_line_repeats_the_request() {
    use super::super::request::{Body, Credential, CredentialPlace, Key, Request};
    let span = CredentialPlace::Header("x-api-key".to_owned());
    let credential = Some(Credential { span, prefix: String::new() });
    let line = |key: Key, body: Body| {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let (method, target) = ("PUT".to_owned(), "/a".to_owned());
        let request = Request { method, target, headers, named: BTreeMap::new(), key, body };
        request.curl("http://h", credential.as_ref(), "KEY")
    };
    let text = Body::Text("{\"a\":\"it's $HOME\"}".to_owned());
    assert_eq!(
        line(Key::Right, text),
        "curl -i -X PUT 'http://h/a' -H 'content-type: application/json' \
         -H \"x-api-key: $KEY\" --data-binary '{\"a\":\"it'\\''s $HOME\"}'"
    );
    assert_eq!(
        line(Key::Wrong, Body::Padded("{}".to_owned(), 10)),
        "{ printf %s '{}'; head -c 8 /dev/zero | tr '\\0' ' '; } | curl -i -X PUT 'http://h/a' \
         -H 'content-type: application/json' -H 'x-api-key: not-a-key' --data-binary @-"
    );
    assert!(!line(Key::Missing, Body::None).contains("x-api-key"));
}
