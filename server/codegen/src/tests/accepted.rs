//! Constructs that a stub supports although Dropshot has no word for them.

use std::path::Path;

use agenthuman_contract::Contract;

use super::{document, generated, types};

/// A contract with these responses of its only operation, and these components.
fn operations(responses: &str, components: &str) -> String {
    let text = format!(
        "openapi: 3.0.3
info: {{title: Test API, version: 1.0.0}}
paths:
  /things: {{get: {{responses: {responses}}}}}
components:
  schemas:
    Failure: {{type: object, required: [text], properties: {{text: {{type: string}}}}}}
    Other: {{type: string}}
{components}"
    );
    let mut files = generated(&Contract::parse("test.yaml", &text).unwrap()).unwrap();
    files.remove(Path::new("src/operations.rs")).unwrap()
}

#[test]
fn names_that_are_equal_in_rust_get_numbers() {
    let text = "openapi: 3.0.3
info: {title: Test API, version: 1.0.0}
paths:
  /things:
    get: {operationId: find-things, responses: {'200': {$ref: '#/components/responses/A'}}}
    put: {operationId: find_things, responses: {'200': {$ref: '#/components/responses/B'}}}
components:
  responses:
    A: {description: a, content: {application/json: {schema: {$ref: '#/components/schemas/a-thing'}}}}
    B: {description: b, content: {application/json: {schema: {$ref: '#/components/schemas/AThing'}}}}
  schemas:
    a-thing: {type: object, properties: {a: {type: string}}}
    AThing: {type: object, properties: {b: {type: string}}}
";
    let files = generated(&Contract::parse("test.yaml", text).unwrap()).unwrap();
    let (operations, types) =
        (&files[Path::new("src/operations.rs")], &files[Path::new("src/types.rs")]);
    for line in ["async fn find_things(", "async fn find_things2(", "body: AThing2,"] {
        assert!(operations.contains(line), "{line} in {operations}");
    }
    assert!(types.contains("pub struct AThing {") && types.contains("pub struct AThing2 {"));
}

#[test]
fn error_type_is_that_of_the_documented_failure() {
    let json = |schema: &str| {
        format!(
            "{{description: e, content: {{application/json: {{schema: {{$ref: '#/components/schemas/{schema}'}}}}}}}}"
        )
    };
    let (failure, other, empty) = (json("Failure"), json("Other"), "{description: e}".to_owned());
    let own = "    Error: {type: object, required: [message, request_id], properties: {message: {type: string}, \
               error_code: {type: string}, request_id: {type: string}}}\n";
    let foreign = "    Error: {type: object, properties: {code: {type: string}}}\n";
    for (responses, components, error) in [
        (String::new(), "", "HttpError"),
        (String::new(), own, "HttpError"),
        // Dropshot's own error would be emitted under the same name.
        (String::new(), foreign, "UndocumentedError"),
        (format!("'404': {}", json("Error")), own, "HttpError"),
        (format!("'404': {failure}"), "", "UndocumentedError"),
        (format!("'500': {empty}"), "", "UndocumentedError"),
        (format!("'404': {failure}, '500': {failure}"), "", "UnexpectedError"),
        (format!("'404': {other}, default: {failure}"), "", "UnexpectedError"),
    ] {
        let responses = format!("{{'200': {empty}, {responses}}}");
        let source = operations(&responses, components);
        let result = source.split("-> Result<").nth(1).unwrap().split(">;").next().unwrap();
        assert!(result.ends_with(&format!(", {error}")), "{responses}: {result}");
    }
    let source = operations(&format!("{{'200': {empty}, '404': {other}, '500': {failure}}}"), "");
    assert!(source.contains("undescribed pub struct UnexpectedError: Failure"), "{source}");
}

#[test]
fn members_of_all_of_are_merged() {
    let merged = types(
        "{allOf: [{type: object, required: [a], properties: {a: {type: string}}}, \
         {allOf: [{properties: {b: {type: boolean}}, required: [b]}]}], description: Both., \
         properties: {c: {type: integer, format: int64}}}",
    );
    for line in ["/// Both.", "pub a: String,", "pub b: bool,", "pub c: Option<"] {
        assert!(merged.contains(line), "{line} in {merged}");
    }
    assert_eq!(merged.matches("pub struct ").count(), 1 + merged.matches("inline pub").count());
    let stricter =
        types("{allOf: [{type: string, maxLength: 9, minLength: 1}, {maxLength: 5, pattern: x}]}");
    for line in ["min_length: Some(1),", "max_length: Some(5),", "pattern: Some(\"x\"),"] {
        assert!(stricter.contains(line), "{line} in {stricter}");
    }
    for contradiction in [
        "[{type: object, properties: {a: {type: string}}}, {properties: {a: {type: boolean}}}]",
        "[{type: object, additionalProperties: false}, {properties: {a: {type: boolean}}}]",
        "[{type: string, format: uuid}, {type: string, format: date}]",
    ] {
        let text = document(&format!("{{allOf: {contradiction}}}"));
        let errors = generated(&Contract::parse("test.yaml", &text).unwrap()).unwrap_err();
        assert!(errors[0].message.contains("members contradict each other"), "{errors:?}");
    }
}

#[test]
fn all_of_that_contains_itself_in_a_property_is_an_error() {
    let contract = super::with_components(
        "    A: {allOf: [{$ref: '#/components/schemas/B'}, {properties: {a: {$ref: '#/components/schemas/A'}}}]}
    B: {type: object, properties: {b: {allOf: [{$ref: '#/components/schemas/B'}, {minProperties: 0}]}}}\n",
    );
    let errors = generated(&contract).unwrap_err();
    assert!(errors[0].message.contains("contain themselves"), "{errors:?}");
}

#[test]
fn property_of_one_direction_is_optional_in_the_other() {
    let body = "{type: object, required: [id, key], properties: {id: {type: string, readOnly: true}, \
                key: {type: string, writeOnly: true}}}";
    let request = types(body);
    assert!(request.contains("pub id: Option<String>,"), "{request}");
    assert!(request.contains("pub key: String,"), "{request}");
    assert!(request.contains("/// Read-only: "), "{request}");
}

#[test]
fn unsupported_construct_says_whose_limit_it_is() {
    let good = document("{type: object}");
    for (from, to, message) in [
        ("/things/{id}", "/things/{id}.json", "Dropshot does not support a path segment"),
        ("in: path", "in: path, style: matrix", "this generator does not support the style"),
    ] {
        let changed = Contract::parse("test.yaml", &good.replace(from, to)).unwrap();
        let errors = generated(&changed).unwrap_err();
        assert!(errors.iter().any(|error| error.message.starts_with(message)), "{errors:?}");
    }
}
