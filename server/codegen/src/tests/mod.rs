mod accepted;

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

/// The keywords of the editions 2015 to 2024, with those that are reserved for the future.
const KEYWORDS: &str = "abstract as async await become box break const continue crate do dyn else enum \
    extern false final fn for gen if impl in let loop macro match mod move mut override priv pub ref \
    return self Self static struct super trait true try type typeof unsafe unsized use virtual where \
    while yield _";

#[test]
fn keywords_are_escaped_and_keep_their_names_on_the_wire() {
    let ok = |word: &str| {
        format!(
            "{{description: d, content: {{application/json: {{schema: {{$ref: '#/components/schemas/{word}'}}}}}}}}"
        )
    };
    let error =
        "{description: e, content: {application/json: {schema: {type: object}, example: {}}}}";
    let mut text = "openapi: 3.0.3\ninfo: {title: gen, version: 1.0.0}\npaths:\n".to_owned();
    // Operations and schemas cannot be called `self` and `Self` at the same time; properties can.
    let words = || KEYWORDS.split_whitespace().filter(|word| *word != "Self");
    for word in words() {
        let parameter = |part| format!("{{name: '{word}', in: {part}, schema: {{type: string}}}}");
        text += &format!(
            "  /x-{word}/{{id}}:
    get:
      operationId: '{word}'
      parameters:
        - {{name: id, in: path, required: true, schema: {{type: string}}}}
        - {}
        - {}
      responses: {{'200': {}, '500': {error}}}
",
            parameter("query"),
            parameter("header"),
            ok(word)
        );
    }
    text += "components:\n  schemas:\n";
    let properties =
        KEYWORDS.split_whitespace().map(|word| format!("'{word}': {{type: boolean}}, "));
    let properties: String = properties.collect();
    for word in words() {
        text += &format!("    '{word}': {{type: object, properties: {{{properties}}}}}\n");
    }
    let files = generated(&Contract::parse("test.yaml", &text).unwrap()).unwrap();
    let types = &files[Path::new("src/types.rs")];
    for line in ["pub r#gen: Option<bool>,", "pub r#async:", "pub self_:", "pub struct Self_ {"] {
        assert!(types.contains(line), "{line} in {types}");
    }
    for word in ["self", "Self", "super", "crate", "_"] {
        assert!(types.contains(&format!("rename = \"{word}\",")), "{word} in {types}");
    }
}

#[test]
fn enum_values_with_one_identifier_get_stable_names() {
    let variants = |values: &str| {
        let types = types(&format!("{{type: string, enum: [{values}]}}"));
        let lines: Vec<_> = types.lines().map(|line| line.trim().to_owned()).collect();
        let start = lines.iter().position(|line| line.starts_with("pub enum")).unwrap();
        let end = lines.iter().skip(start).position(|line| line == "}").unwrap();
        lines[start + 1..start + end].to_vec()
    };
    let before = variants("expired, Expired, EXPIRED, '+', '-'");
    assert_eq!(
        before[..4],
        [
            "#[serde(rename = \"expired\")]",
            "Expired,",
            "#[serde(rename = \"Expired\")]",
            "Expired2,",
        ]
    );
    assert_eq!(before.len(), 10);
    let after = variants("expired, Expired, EXPIRED, '+', '-', expired2, eXpired");
    assert_eq!(after[..10], before[..]);
    assert_eq!(after.len(), 14);
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
