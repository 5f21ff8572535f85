mod accepted;
mod names;
mod unsupported;

use std::path::Path;

use agenthuman_contract::{Contract, ContractError};

use crate::{Files, generate};

fn generated(contract: &Contract) -> Result<Files, Vec<ContractError>> {
    generate(contract, "stub", "test.yaml")
}

/// A contract with one operation, whose request body is `schema`.
fn contract(schema: &str) -> Contract {
    Contract::parse("test.yaml", &document(schema)).unwrap()
}

fn document(schema: &str) -> String {
    let error =
        "{description: e, content: {application/json: {schema: {type: object}, example: {}}}}";
    format!(
        "openapi: 3.0.3
info: {{title: Test API, version: 1.0.0}}
paths:
  /things/{{id}}:
    put:
      operationId: change_thing
      parameters:
        - {{name: id, in: path, required: true, schema: {{type: string}}}}
      requestBody:
        required: true
        content:
          application/json:
            schema: {schema}
      responses:
        '200': {{description: ok, content: {{application/json: {{schema: {{type: object}}}}}}}}
        '500': {error}
"
    )
}

/// The location of `schema` in that contract.
const SCHEMA: &str = "/paths/~1things~1{id}/put/requestBody/content/application~1json/schema";

fn types(schema: &str) -> String {
    let mut files = generated(&contract(schema)).unwrap();
    files.remove(Path::new("src/types.rs")).unwrap()
}

#[test]
fn required_and_nullable_give_four_kinds_of_field() {
    let types = types(
        "{type: object, required: [a, b], properties: {a: {type: boolean}, b: {type: boolean, nullable: true}, \
         c: {type: boolean}, d: {type: boolean, nullable: true}}}",
    );
    for field in ["a: bool,", "b: Option<bool>,", "c: Option<bool>,", "d: Patch<bool>,"] {
        assert!(types.contains(&format!("pub {field}")), "{field} in {types}");
    }
}

/// The contract with these components, of which `A` is the body.
fn with_components(components: &str) -> Contract {
    let document = document("{$ref: '#/components/schemas/A'}");
    let text = format!("{document}components:\n  schemas:\n{components}");
    Contract::parse("test.yaml", &text).unwrap()
}

#[test]
fn overlapping_objects_keep_unknown_fields() {
    let open = "    X: {type: object, required: [x], properties: {x: {type: integer, format: int64}}}
    Y: {type: object, required: [x, y], properties: {x: {type: integer, format: int64}, y: {type: boolean}}}
";
    let with = |list: &str, components: &str| {
        let components = format!(
            "    A: {{{list}: [{{$ref: '#/components/schemas/X'}}, {{$ref: '#/components/schemas/Y'}}]}}\n{components}"
        );
        let mut files = generated(&with_components(&components)).unwrap();
        files.remove(Path::new("src/types.rs")).unwrap()
    };
    for (list, rule) in [("oneOf", "one_of"), ("anyOf", "any_of")] {
        let types = with(list, open);
        for line in
            ["X(WithUnknownFields<X>),", &format!("{rule} A {{"), "1 => Y(WithUnknownFields<Y>),"]
        {
            assert!(types.contains(line), "{line} in {types}");
        }
    }
    let closed =
        open.replace("X: {type: object,", "X: {type: object, additionalProperties: false,");
    let tagged = open
        .replace("x: {type: integer, format: int64}}}", "x: {type: string, enum: [x]}}}")
        .replace("x: {type: integer, format: int64}, y", "x: {type: string, enum: [y]}, y");
    for components in [closed, tagged] {
        let types = with("oneOf", &components);
        assert!(types.contains("0 => X(X),") && types.contains("1 => Y(Y),"), "{types}");
    }
}

#[test]
fn minimal_error_value_that_is_too_large_is_not_sent() {
    let text = document("{type: object}").replace(
        "schema: {type: object}, example: {}",
        "schema: {$ref: '#/components/schemas/A0'}",
    );
    let of = |n: usize| format!("{{$ref: '#/components/schemas/A{}'}}", n + 1);
    let line = |n: usize| {
        format!(
            "    A{n}: {{type: object, required: [a, b], properties: {{a: {0}, b: {0}}}}}\n",
            of(n)
        )
    };
    let schemas: String = (0..60).map(line).collect();
    let text = format!("{text}components:\n  schemas:\n{schemas}    A60: {{type: string}}\n");
    let files = generated(&Contract::parse("test.yaml", &text).unwrap()).unwrap();
    assert!(files[Path::new("src/operations.rs")].contains(", UndocumentedError>;"));
}

#[test]
fn find_rust_item_returns_the_position_in_the_given_folder() {
    use agenthuman_contract::findings::Sources;

    let contract = contract("{type: object, properties: {title: {type: string}}}");
    let sources = Sources::new(Path::new("/nowhere"));
    for (path, text) in generated(&contract).unwrap() {
        sources.insert(&format!("some/stub/{}", path.display()), &text);
    }
    let find = |pointer| crate::find_rust_item(&contract, &sources, "some/stub", pointer);
    let item = find("/paths/~1things~1{id}/put/parameters/0").unwrap();
    assert_eq!((item.what, &*item.file), ("the server's field", "some/stub/src/operations.rs"));
    let lines = sources.lines(&item.file).unwrap();
    assert_eq!(lines[item.span.line - 1].trim(), "pub id: String,");
    assert!(find("/info/title").is_none());
}
