use std::path::Path;

use super::*;

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

/// The place of `schema` in that contract.
const SCHEMA: &str = "/paths/~1things~1{id}/put/requestBody/content/application~1json/schema";

fn types(schema: &str) -> String {
    let mut files = generated(&contract(schema)).unwrap();
    files.remove(Path::new("src/types.rs")).unwrap()
}

#[test]
fn the_four_kinds_of_field() {
    let types = types(
        "{type: object, required: [a, b], properties: {a: {type: boolean}, b: {type: boolean, nullable: true}, \
         c: {type: boolean}, d: {type: boolean, nullable: true}}}",
    );
    for field in ["a: bool,", "b: Option<bool>,", "c: Option<bool>,", "d: Patch<bool>,"] {
        assert!(types.contains(&format!("pub {field}")), "{field} in {types}");
    }
}

#[test]
fn names_that_rust_does_not_take() {
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
fn what_cannot_be_expressed_is_said_with_its_place() {
    for (schema, pointer, message) in [
        ("{type: object, minProperties: 1}", "/minProperties", "`minProperties` is not supported"),
        ("{type: string, pattern: '('}", "/pattern", "not a regular expression"),
        ("{type: string, maxLength: -1}", "/maxLength", "not a whole number, 0 or more"),
        (
            "{type: string, format: date-time, maxLength: 9}",
            "/maxLength",
            "beside `format: date-time`",
        ),
        ("{type: integer, maximum: 9007199254740992}", "/maximum", "must be a whole number within"),
        ("{type: integer, enum: [1.5]}", "/enum", "a member must be a whole number"),
        ("{type: array}", "", "needs `items`"),
        ("true", "", "not an object"),
        ("{type: object, properties: {a: text}}", "/properties/a", "not an object"),
        ("{type: integer, multipleOf: 0}", "/multipleOf", "not a number above 0"),
        ("{type: string, minLength: 1.5}", "/minLength", "not a whole number"),
        ("{type: string, enum: []}", "", "needs a member"),
        ("{type: integer, enum: [null]}", "", "needs a member"),
        ("{type: array, items: {type: file}}", "/items/type", "`file` is not a type"),
        ("{type: string, enum: [1]}", "/enum/0", "must be a string"),
        ("{allOf: [{type: object}, {type: object}]}", "/allOf", "with one member only"),
        ("{oneOf: []}", "", "`oneOf` needs alternatives"),
        (
            "{oneOf: [{type: string}], discriminator: {}}",
            "/discriminator",
            "`discriminator` is not supported",
        ),
        (
            "{type: object, required: [x], properties: {a: {type: boolean}}}",
            "/required",
            "`x` is required",
        ),
        (
            "{type: object, properties: {a: {$ref: '#/nowhere'}}}",
            "/properties/a",
            "there is nothing at",
        ),
        (
            "{type: object, properties: {a: {type: integer, maximum: 5, default: 7}}}",
            "/properties/a/default",
            "not a value of",
        ),
        ("{not: {}}", "/not", "`not` is not supported"),
    ] {
        let errors = generated(&contract(schema)).expect_err(schema);
        let found = errors.iter().find(|error| error.message.contains(message));
        let error = found.unwrap_or_else(|| panic!("{schema}: {errors:?}"));
        assert_eq!(error.pointer.as_deref(), Some(&*format!("{SCHEMA}{pointer}")), "{schema}");
        assert_eq!(error.span.unwrap().line, 13, "{schema}");
    }
}

#[test]
fn every_problem_is_said_in_one_run() {
    let schema = "{type: object, properties: {a: {type: file}, b: {type: array}, c: {not: {}}}}";
    assert_eq!(generated(&contract(schema)).unwrap_err().len(), 3);
}

#[test]
fn operations_outside_of_the_subset_are_refused() {
    let good = document("{type: object}");
    for (from, to, message) in [
        ("operationId: change_thing", "x-operation: change_thing", "needs an `operationId`"),
        ("in: path", "in: query", "`{id}` has no path parameter"),
        ("in: path", "in: cookie", "a parameter in \"cookie\" is not supported"),
        (
            "schema: {type: string}}",
            "schema: {type: array, items: {}}}",
            "a parameter is one value",
        ),
        ("version: 1.0.0", "version: one", "must be a semantic version"),
        (
            "application/json:\n            schema",
            "text/plain:\n            schema",
            "a request body of `text/plain`",
        ),
        ("'500'", "default", "`default` is not supported beside others"),
        ("'500'", "'501'", "the status 500 must be documented"),
        ("'200'", "'404'", "exactly one status of success"),
        (
            "schema: {type: object}, example: {}",
            "schema: {type: string, pattern: x}",
            "needs an example",
        ),
        (
            "      requestBody:\n        required: true",
            "      requestBody:\n        required: false",
            "`required: true` only",
        ),
        ("    put:\n", "    put:\n      callbacks: {c: {}}\n", "`callbacks` is not supported"),
        ("in: path", "in: path, explode: true", "only `explode: false`"),
        ("schema: {type: object}\n", "example: {}\n", "a schema is needed here"),
        ("{description: ok", "{description: ok, headers: {X: {}}", "a schema is needed here"),
        ("    put:\n", "    put:\n      security: [{Key: true}]\n", "`Key`: a boolean, not a list"),
        (
            "{description: ok",
            "{description: ok, headers: {X: {style: form, schema: {}}}",
            "only `style: simple`",
        ),
        ("/things/{id}", "/things/{id}.json", "either a text or one `{name}`"),
        ("/things/{id}", "/things//{id}", "either a text or one `{name}`"),
        ("/things/{id}", "/{id}/{id}", "`{id}` is there twice"),
        (
            "paths:\n",
            "paths:\n  /things/new: {get: {operationId: Change-Thing, responses: {}}}\n",
            "after `/things/` another path has a text",
        ),
        (
            "paths:\n",
            "paths:\n  /new: {get: {operationId: Change-Thing, responses: {}}}\n",
            "would call this as it does",
        ),
        ("    put:\n", "    put:\n      security: [{Key: []}]\n", "there is no security scheme"),
    ] {
        assert!(good.contains(from), "{from}");
        let changed = Contract::parse("test.yaml", &good.replace(from, to)).unwrap();
        let errors = generated(&changed).expect_err(to);
        assert!(errors.iter().any(|error| error.message.contains(message)), "{to}: {errors:?}");
    }
}

#[test]
fn what_is_no_object_is_refused_in_one_run() {
    let text = "openapi: 3.0.3\ninfo: {title: T, version: 1.0.0}\npaths: null\n\
                components: {schemas: {A: true, B: [1], C: null}}\n";
    let errors = generated(&Contract::parse("test.yaml", text).unwrap()).unwrap_err();
    let pointers: Vec<_> = errors.iter().filter_map(|error| error.pointer.as_deref()).collect();
    let schemas = ["A", "B", "C"].map(|name| format!("/components/schemas/{name}"));
    assert_eq!(pointers, [&["/paths"][..], &schemas.each_ref().map(|text| &**text)].concat());
}

#[test]
fn an_error_without_an_example_has_an_end() {
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
    assert!(errors[0].message.contains("needs an example"), "{errors:?}");
}

#[test]
fn schemas_without_an_end_are_refused() {
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
        assert!(errors[0].message.contains("contains itself"), "{component}: {errors:?}");
    }
    let link = |name: usize| {
        format!(
            "    A{name}: {{type: object, properties: {{next: {{$ref: '#/components/schemas/A{}'}}}}}}\n",
            name + 1
        )
    };
    let chain: String = (0..2000).map(link).collect();
    let chain =
        format!("    A: {{$ref: '#/components/schemas/A0'}}\n{chain}    A2000: {{type: object}}\n");
    let errors = with(&chain).expect_err("chain");
    assert!(errors[0].message.contains("more than 500 deep"), "{errors:?}");
}
