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

#[test]
fn names_that_are_no_identifiers_are_renamed() {
    let types = types(
        "{type: object, required: [type, camelCase, 1st], properties: {type: {type: boolean}, \
         camelCase: {type: boolean}, 1st: {type: string, enum: [a-b, '2']}}}",
    );
    for line in
        ["pub r#type: bool,", "rename = \"camelCase\"", "pub camel_case: bool,", "AB,", "_2,"]
    {
        assert!(types.contains(line), "{line} in {types}");
    }
}

#[test]
fn unsupported_schema_is_an_error_at_its_location() {
    for (schema, pointer, message) in [
        ("{type: object, minProperties: 1}", "/minProperties", "not supported: `minProperties`"),
        ("{type: string, pattern: '('}", "/pattern", "invalid regular expression"),
        ("{type: string, maxLength: -1}", "/maxLength", "not a whole number, 0 or more"),
        (
            "{type: string, format: date-time, maxLength: 9}",
            "/maxLength",
            "beside `format: date-time`",
        ),
        (
            "{type: integer, maximum: 9007199254740992}",
            "/maximum",
            "not supported: a `maximum` that is not an integer within",
        ),
        ("{type: integer, enum: [1.5]}", "/enum", "a member that is not an integer within"),
        ("{type: array}", "", "missing `items`"),
        ("true", "", "not an object"),
        ("{type: object, properties: {a: text}}", "/properties/a", "not an object"),
        ("{type: integer, multipleOf: 0}", "/multipleOf", "not a number above 0"),
        ("{type: string, minLength: 1.5}", "/minLength", "not a whole number"),
        ("{type: string, enum: []}", "", "missing members in `enum`"),
        ("{type: integer, enum: [null]}", "", "missing members in `enum`"),
        ("{type: array, items: {type: file}}", "/items/type", "invalid type `file`"),
        ("{type: string, enum: [1]}", "/enum/0", "not a string"),
        (
            "{allOf: [{type: object}, {type: object}]}",
            "/allOf",
            "not supported: `allOf` with more than one member",
        ),
        ("{oneOf: []}", "", "missing alternatives in `oneOf`"),
        (
            "{oneOf: [{type: string}], discriminator: {}}",
            "/discriminator",
            "not supported: `discriminator`",
        ),
        (
            "{type: object, required: [x], properties: {a: {type: boolean}}}",
            "/required",
            "undefined property `x` in `required`",
        ),
        (
            "{type: object, properties: {a: {$ref: '#/nowhere'}}}",
            "/properties/a",
            "there is nothing at",
        ),
        (
            "{type: object, properties: {a: {type: integer, maximum: 5, default: 7}}}",
            "/properties/a/default",
            "not supported: a default that is not a value of",
        ),
        ("{not: {}}", "/not", "not supported: `not`"),
    ] {
        let errors = generated(&contract(schema)).expect_err(schema);
        let found = errors.iter().find(|error| error.message.contains(message));
        let error = found.unwrap_or_else(|| panic!("{schema}: {errors:?}"));
        assert_eq!(error.pointer.as_deref(), Some(&*format!("{SCHEMA}{pointer}")), "{schema}");
        assert_eq!(error.span.unwrap().line, 13, "{schema}");
    }
}

#[test]
fn generate_reports_all_errors() {
    let schema = "{type: object, properties: {a: {type: file}, b: {type: array}, c: {not: {}}}}";
    assert_eq!(generated(&contract(schema)).unwrap_err().len(), 3);
}

#[test]
fn unsupported_operation_is_an_error() {
    let good = document("{type: object}");
    for (from, to, message) in [
        ("operationId: change_thing", "x-operation: change_thing", "missing `operationId`"),
        ("in: path", "in: query", "missing path parameter `id`"),
        ("in: path", "in: cookie", "not supported: a parameter in `cookie`"),
        (
            "schema: {type: string}}",
            "schema: {type: array, items: {}}}",
            "not supported: a parameter that is an array",
        ),
        ("version: 1.0.0", "version: one", "requires a semantic version"),
        (
            "application/json:\n            schema",
            "text/plain:\n            schema",
            "not supported: a request body of `text/plain`",
        ),
        ("'500'", "default", "or `default` beside others"),
        ("'500'", "'501'", "missing status 500"),
        ("'200'", "'404'", "without exactly one status of success"),
        (
            "schema: {type: object}, example: {}",
            "schema: {type: string, pattern: x}",
            "missing example",
        ),
        (
            "      requestBody:\n        required: true",
            "      requestBody:\n        required: false",
            "not supported: a request body without `required: true`",
        ),
        ("    put:\n", "    put:\n      callbacks: {c: {}}\n", "not supported: `callbacks`"),
        ("in: path", "in: path, explode: true", "not supported: an `explode` other than `false`"),
        ("schema: {type: object}\n", "example: {}\n", "missing schema"),
        ("{description: ok", "{description: ok, headers: {X: {}}", "missing schema"),
        ("    put:\n", "    put:\n      security: [{Key: true}]\n", "`Key`: a boolean, not a list"),
        (
            "{description: ok",
            "{description: ok, headers: {X: {style: form, schema: {}}}",
            "not supported: a `style` other than `simple`",
        ),
        ("/things/{id}", "/things/{id}.json", "neither a literal nor one `{name}`"),
        ("/things/{id}", "/things//{id}", "neither a literal nor one `{name}`"),
        ("/things/{id}", "/{id}/{id}", "duplicate path parameter `{id}`"),
        (
            "paths:\n",
            "paths:\n  /things/new: {get: {operationId: Change-Thing, responses: {}}}\n",
            "after `/things/`, where another path has a literal",
        ),
        (
            "paths:\n",
            "paths:\n  /new: {get: {operationId: Change-Thing, responses: {}}}\n",
            "same name in the stub as",
        ),
        ("    put:\n", "    put:\n      security: [{Key: []}]\n", "undefined security scheme"),
    ] {
        assert!(good.contains(from), "{from}");
        let changed = Contract::parse("test.yaml", &good.replace(from, to)).unwrap();
        let errors = generated(&changed).expect_err(to);
        assert!(errors.iter().any(|error| error.message.contains(message)), "{to}: {errors:?}");
    }
}

#[test]
fn values_that_are_not_objects_are_errors() {
    let text = "openapi: 3.0.3\ninfo: {title: T, version: 1.0.0}\npaths: null\n\
                components: {schemas: {A: true, B: [1], C: null}}\n";
    let errors = generated(&Contract::parse("test.yaml", text).unwrap()).unwrap_err();
    let pointers: Vec<_> = errors.iter().filter_map(|error| error.pointer.as_deref()).collect();
    let schemas = ["A", "B", "C"].map(|name| format!("/components/schemas/{name}"));
    assert_eq!(pointers, [&["/paths"][..], &schemas.each_ref().map(|text| &**text)].concat());
}

#[test]
fn minimal_error_value_that_is_too_large_is_an_error() {
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
    let errors = generated(&Contract::parse("test.yaml", &text).unwrap()).unwrap_err();
    assert!(errors[0].message.contains("missing example"), "{errors:?}");
}

#[test]
fn schema_that_contains_itself_without_object_is_an_error() {
    let with = |component: &str| {
        let document = document("{$ref: '#/components/schemas/A'}");
        let text = format!("{document}components:\n  schemas:\n{component}");
        generated(&Contract::parse("test.yaml", &text).unwrap())
    };
    for component in [
        "    A: {type: array, items: {$ref: '#/components/schemas/A'}}\n",
        "    A: {allOf: [{$ref: '#/components/schemas/A'}]}\n",
        "    A: {type: object, additionalProperties: {$ref: '#/components/schemas/A'}}\n",
    ] {
        let errors = with(component).expect_err(component);
        assert!(
            errors[0].message.contains("a schema that contains itself"),
            "{component}: {errors:?}"
        );
    }
    let schema = |name: usize| {
        format!(
            "    A{name}: {{type: object, properties: {{next: {{$ref: '#/components/schemas/A{}'}}}}}}\n",
            name + 1
        )
    };
    let chain: String = (0..2000).map(schema).collect();
    let chain =
        format!("    A: {{$ref: '#/components/schemas/A0'}}\n{chain}    A2000: {{type: object}}\n");
    let errors = with(&chain).expect_err("chain");
    assert!(errors[0].message.contains("nested more than 500 deep"), "{errors:?}");
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
