//! Constructs that a stub does not support, and mistakes, each at its position.

use agenthuman_contract::Contract;

use super::{SCHEMA, contract, document, generated, with_components};

#[test]
fn alternatives_that_cannot_be_read_are_errors_at_their_position() {
    for (components, message) in [
        (
            "    A:\n      oneOf: [{type: string}, {$ref: '#/components/schemas/A'}]\n",
            "alternatives that contain themselves without an object or array",
        ),
        (
            "    A:\n      anyOf: [{$ref: '#/components/schemas/B'}]\n    B: {allOf: [{oneOf: [{$ref: '#/components/schemas/A'}]}]}\n",
            "alternatives that contain themselves without an object or array",
        ),
        (
            "    A:\n      oneOf: [{$ref: '#/components/schemas/B'}, {type: object}]\n    B: {oneOf: [{type: object, properties: {b: {type: string}}}]}\n",
            "overlapping alternatives, of which one has alternatives itself",
        ),
        (
            "    A:\n      oneOf: [{type: object, properties: {a: {$ref: '#/components/schemas/A'}}}]\n      type: object\n      properties: {n: {type: string}}\n",
            "an object that contains itself in its own `oneOf`",
        ),
    ] {
        let errors = generated(&with_components(components)).expect_err(components);
        let found = errors.iter().find(|error| error.message.contains(message));
        let error = found.unwrap_or_else(|| panic!("{components}: {errors:?}"));
        assert_eq!((error.span.unwrap().line, error.span.unwrap().column), (20, 7), "{components}");
    }
    for components in [
        "    A: {oneOf: [{type: string}, {type: array, items: {$ref: '#/components/schemas/A'}}]}\n",
        "    A: {oneOf: [{type: string}, {type: object, properties: {a: {$ref: '#/components/schemas/A'}}}]}\n",
    ] {
        generated(&with_components(components)).expect(components);
    }
}

#[test]
fn unsupported_schema_is_an_error_at_its_location() {
    for (schema, pointer, message) in [
        ("{type: object, minProperties: 1}", "/minProperties", "does not support `minProperties`"),
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
            "does not support a `maximum` that is not an integer within",
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
            "{allOf: [{type: object}, {type: string}]}",
            "/allOf",
            "an `allOf` whose members contradict each other",
        ),
        ("{oneOf: []}", "", "missing alternatives in `oneOf`"),
        (
            "{oneOf: [{type: string}, {type: string}], discriminator: {propertyName: a}}",
            "/discriminator",
            "a `discriminator` that alone decides",
        ),
        (
            "{type: object, required: [x], additionalProperties: false}",
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
            "a default that is not a value of its schema",
        ),
        (
            "{type: object, properties: {a: {type: string, pattern: '^b', default: a}}}",
            "/properties/a/default",
            "a default that is not a value of its schema",
        ),
        (
            "{type: object, properties: {a: {type: array, items: {type: integer}, default: [1, x]}}}",
            "/properties/a/default/1",
            "a default that is not a value of its schema",
        ),
        ("{not: {}}", "/not", "does not support `not`"),
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
        ("in: path", "in: query", "missing path parameter `id`"),
        ("in: path", "in: cookie", "does not support a parameter in `cookie`"),
        (
            "schema: {type: string}}",
            "schema: {type: array, items: {type: object}}}",
            "does not support a parameter that is an object",
        ),
        ("in: path", "in: path, style: label", "does not support the style `label`"),
        ("schema: {type: string}}", "schema: {}}", "a parameter without a type"),
        ("name: id", "name: other", "the path has no `{other}`"),
        (
            "      requestBody:",
            "        - {name: page, in: query, schema: {type: integer, default: '1'}}\n      requestBody:",
            "a default that is not a value of its schema",
        ),
        ("{description: ok", "{description: ok, headers: {X: {}}", "missing schema"),
        ("    put:\n", "    put:\n      security: [{Key: true}]\n", "`Key`: a boolean, not a list"),
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
            "paths:\n  /new: {get: {operationId: change_thing, responses: {}}}\n",
            "duplicate operation `change_thing`",
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
