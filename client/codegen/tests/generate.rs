//! Generation of the client for the real contract and for edited copies of it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use agenthuman_client_codegen::generate;
use agenthuman_contract::Contract;

/// Returns the source of the client, or the first error.
fn source(contract: &Contract) -> Result<String, String> {
    generate(contract, contract.file()).map_err(|errors| errors[0].to_string())
}

fn text() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/links.yaml");
    std::fs::read_to_string(file).unwrap()
}

fn contract(text: &str) -> Contract {
    Contract::parse("openapi/links.yaml", text).unwrap()
}

#[test]
fn new_field_gets_methods_and_flags() {
    let text = text();
    let before = "      properties:\n        name:\n";
    let field = "      properties:\n        nickname:\n          type: string\n          nullable: true\n          description: The nickname.\n        name:\n";
    let edited = text.replacen(before, field, 1);
    assert_ne!(edited, text);
    let [old, new] = [&text, &edited].map(|text| source(&contract(text)).unwrap());
    for line in ["pub fn nickname(", "pub fn clear_nickname(", "name: \"nickname\","] {
        assert!(new.contains(line) && !old.contains(line), "{line}");
    }
}

#[test]
fn all_of_with_one_schema_generates_the_same_source() {
    let text = text();
    let plain = contract(&text);
    let mut wrapped = plain.document().clone();
    let body = "/components/schemas/UpdateLinkRequest";
    for pointer in [format!("{body}/properties/name"), body.to_owned()] {
        let schema = wrapped.pointer_mut(&pointer).unwrap();
        *schema = serde_json::json!({ "allOf": [schema.take()] });
    }
    let wrapped = contract(&wrapped.to_string());
    assert_eq!(source(&wrapped).unwrap(), source(&plain).unwrap());
}

#[test]
fn ambiguous_pattern_is_left_to_the_server() {
    let text = text();
    let pattern = "^lnk_[0-9A-Za-z_-]{1,128}$";
    for (other, is_checked) in [("^lnk_\\d{1,128}$", true), ("^lnk_.*$", false)] {
        let source = source(&contract(&text.replace(pattern, other))).unwrap();
        assert_eq!(source.contains(&format!("Regex::new({other:?})")), is_checked, "{other}");
    }
}

#[test]
fn field_names_and_types_are_generated() {
    let text = text();
    let before = "      properties:\n        name:\n";
    for (field, written) in [
        ("type: {type: string, nullable: true}", "pub fn clear_type("),
        ("x-y: {type: string, nullable: true}", "pub x_y: crate::Patch<"),
        ("e: {type: string, nullable: true, enum: [a, null]}", "pub fn clear_e("),
        ("u: {type: string, nullable: true, format: uuid}", "pub u: crate::Patch<"),
        ("o: {type: object, properties: {a: {type: string}}}", "cli::command::parse_json::<"),
        ("n: {type: integer, minimum: 0, exclusiveMinimum: true}", "1i64..="),
        ("unknown_fields: {type: string}", "pub fn unknown_fields("),
        ("send: {type: string}", "pub fn body_send("),
        ("check: {type: string, nullable: true}", "pub fn clear_body_check("),
        ("d: {type: boolean, default: true}", "pub d: ::std::option::Option<bool>"),
    ] {
        let edited = text.replacen(
            before,
            &format!("      properties:\n        {field}\n        name:\n"),
            1,
        );
        let file = source(&contract(&edited)).unwrap();
        assert!(file.contains(written), "{field}");
    }
}

#[test]
fn operation_names_are_generated_or_rejected() {
    for (operation, expected) in [
        ("new", Err("`new`")),
        ("link", Ok("pub struct LinkCall {")),
        ("client", Ok("pub struct ClientCall {")),
        ("getLink", Err("`get_link`")),
    ] {
        let text = text().replace("operationId: update_link", &format!("operationId: {operation}"));
        match (source(&contract(&text)), expected) {
            (Ok(file), Ok(written)) => assert!(file.contains(written), "{operation}"),
            (Err(error), Err(said)) => assert!(error.contains(said), "{error}"),
            (file, _) => panic!("{operation}: {:?}", file.map(|_| "generated")),
        }
    }
}

#[test]
fn all_unsupported_constructs_are_reported_at_once() {
    let text = text()
        .replacen("in: path\n", "in: path\n          style: label\n", 1)
        .replace("name: x-api-key", "name: x api key")
        .replacen("'#/components/schemas/Agent'", "'#/components/schemas/Missing'", 1)
        .replace("operationId: update_link", "operationId: get_link");
    let errors = generate(&contract(&text), "openapi/links.yaml").unwrap_err();
    let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
    for expected in ["`label`", "`ApiKey`", "Missing", "the name `get_link`"] {
        let found = errors.iter().filter(|error| error.contains(expected)).count();
        assert_eq!(found, 1, "{expected}: {errors:#?}");
    }
    let of_generator = errors.iter().filter(|error| error.contains("this generator does not"));
    let of_progenitor = errors.iter().filter(|error| error.contains("progenitor does not support"));
    assert_eq!((of_generator.count(), of_progenitor.count()), (2, 1), "{errors:#?}");
}

#[test]
fn contract_without_server_and_key_has_neither() {
    let real = contract(&text());
    let mut document = real.document().clone();
    document["servers"] = serde_json::json!([]);
    document["components"]["securitySchemes"] = serde_json::json!({});
    let source = source(&contract(&document.to_string())).unwrap();
    for constant in ["base_url: None", "security_schemes: &[]"] {
        assert!(source.contains(constant), "{constant}");
    }
}

#[test]
fn authentication_that_the_client_lacks_is_rejected() {
    for (scheme, is_supported) in [
        (serde_json::json!({ "type": "http", "scheme": "Bearer" }), true),
        (serde_json::json!({ "type": "http", "scheme": "digest" }), false),
    ] {
        let mut document = contract(&text()).document().clone();
        document["components"]["securitySchemes"] = serde_json::json!({ "ApiKey": scheme });
        let errors = generate(&contract(&document.to_string()), "openapi/links.yaml").err();
        let errors: Vec<_> = errors.iter().flatten().map(ToString::to_string).collect();
        assert_eq!(errors.is_empty(), is_supported, "{errors:#?}");
        assert!(errors.iter().all(|error| error.contains("the security scheme `ApiKey`")));
    }
}

#[test]
fn unresolvable_reference_in_an_example_is_ignored() {
    let before = "      properties:\n        name:\n";
    let field = "      properties:\n        name:\n          example: {$ref: '#/nowhere'}\n";
    let edited = text().replacen(before, field, 1);
    assert_ne!(edited, text());
    source(&contract(&edited)).unwrap();
}

#[test]
fn names_of_the_program_get_a_prefix() {
    let before = "      properties:\n        name:\n";
    let fields = "      properties:\n        json: {type: string, nullable: true}\n        name:\n";
    for (operation, expected) in [
        ("help", "name: \"call-help\""),
        ("help_me", "name: \"call-help\""),
        ("completions", "name: \"call-completions\""),
        ("help_link", "name: \"call-help\""),
        ("pause_link", "name: \"pause\""),
        ("delete_all_links", "name: \"delete-all-links\""),
    ] {
        let text = text()
            .replace("operationId: update_link", &format!("operationId: {operation}"))
            .replacen(before, fields, 1);
        let file = source(&contract(&text)).unwrap();
        assert!(file.contains(expected), "{operation}");
        assert!(file.contains("flag: \"set-json\",\n"), "{operation}");
        assert!(file.contains("clear_flag: Some(\"clear-json\"),\n"), "{operation}");
    }
}

#[test]
fn duplicate_commands_and_flags_are_errors_at_their_position() {
    let text = text();
    let operation = |text: &str, from: &str, to: &str| {
        text.replace(&format!("operationId: {from}"), &format!("operationId: {to}"))
    };
    let commands = operation(&text, "update_link", "help");
    let commands = operation(&commands, "delete_link", "call_help");
    let commands = operation(&commands, "get_link", "call_me");
    let before = "      properties:\n        name:\n";
    let fields = before.replace(
        "        name:",
        "        json: {type: string}\n        set_json: {type: string}\n        name:",
    );
    for (edited, position, message) in [
        (commands, "operationId: call_help", "two commands with the name `call-help`; `help`"),
        (
            text.replacen(before, &fields, 1),
            "set_json: {",
            "two flags with the name `--set-json`; `json`",
        ),
    ] {
        let line = 1 + edited[..edited.find(position).unwrap()].matches('\n').count();
        let error = source(&contract(&edited)).unwrap_err();
        assert!(error.starts_with(&format!("openapi/links.yaml:{line}:")), "{error}");
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn help_texts_name_flags_and_arguments() {
    let before = "      properties:\n        name:\n";
    for (field, expected) in [
        (
            "{type: string, nullable: true, description: 'Like `name`. `null` removes it,\n            for `link_id` and `uses`.'}",
            "Like `--name`. `--clear-json` removes it, for `<LINK_ID>` and `uses`.",
        ),
        ("{type: string, description: 'It cannot be `null`.'}", "It cannot be `null`."),
        (
            "{type: string, nullable: true, description: D., x-cli-description: 'Not `null`, `name`.'}",
            "Not `null`, `name`.",
        ),
    ] {
        // The first object with these lines is the one of the update.
        let text = text();
        let edited = text.replacen(
            before,
            &before.replace("        name:", &format!("        json: {field}\n        name:")),
            1,
        );
        assert_ne!(edited, text);
        let file = source(&contract(&edited)).unwrap();
        assert!(file.contains(&format!("help: {expected:?},\n")), "{expected}");
    }
}

#[test]
fn pagination_uses_the_names_of_the_contract() {
    let text = text()
        .replace("cursor: cursor\n", "cursor: pageToken\n")
        .replace("name: cursor\n", "name: pageToken\n")
        .replace("        limit: limit\n", "");
    let file = source(&contract(&text)).unwrap();
    for line in ["cursor: \"pageToken\",\n", "limit: None,\n", "flag: \"page-token\",\n"] {
        assert!(file.contains(line), "{line}");
    }
}

#[test]
fn enum_values_with_one_identifier_get_distinct_variants() {
    let before = "      properties:\n        name:\n";
    let field = "      properties:\n        sort: {type: string, enum: [up, Up, '+', '-', '', up, \
                 value, value_2b], default: '+'}\n        name:\n";
    let edited = text().replacen(before, field, 1);
    assert_ne!(edited, text());
    let source = source(&contract(&edited)).unwrap();
    for value in ["up", "Up", "+", "-", "", "value_2b"] {
        let renamed = format!("#[serde(rename = \"{value}\")]");
        let parsed = format!("\"{value}\" => Ok(Self::");
        assert!(source.contains(&renamed) && source.contains(&parsed), "{value}");
    }
    let literals = source.matches("\"value_").count();
    assert_eq!(literals, source.matches("\"value_2b\"").count(), "a placeholder is left");
    assert!(source.contains("\"up\" => Ok(Self::Up)"), "the first value has the plain name");
}

#[test]
fn operation_id_may_begin_with_a_digit() {
    let edited = text().replace("operationId: get_link", "operationId: 3d-view");
    let source = source(&contract(&edited)).unwrap();
    assert!(source.contains("pub struct X3dView {"));
}

#[test]
fn overlapping_alternatives_of_a_request_keep_unknown_fields() {
    let before = "      properties:\n        name:\n";
    let field =
        "      properties:\n        either: {$ref: '#/components/schemas/Either'}\n        name:\n";
    let schemas = "components:\n  schemas:
    Either: {oneOf: [{$ref: '#/components/schemas/One'}, {$ref: '#/components/schemas/Two'}]}
    One: {type: object, required: [a], properties: {a: {type: string}}}
    Two: {type: object, required: [a, b], properties: {a: {type: string}, b: {type: string}}}
";
    let mut document = contract(&text().replacen(before, field, 1)).document().clone();
    let added = contract(&format!("openapi: 3.0.3\n{schemas}"));
    for (name, schema) in added.document()["components"]["schemas"].as_object().unwrap() {
        document["components"]["schemas"][name] = schema.clone();
    }
    let source = source(&contract(&document.to_string())).unwrap();
    for name in ["One", "Two"] {
        let start = source.find(&format!("pub struct {name} {{")).unwrap();
        let end = start + source[start..].find("\n    }").unwrap();
        assert!(source[start..end].contains("pub unknown_fields:"), "{}", &source[start..end]);
    }
}

#[test]
fn properties_of_a_response_with_one_identifier_get_distinct_fields() {
    let text = "openapi: 3.0.3
info: {title: T, version: 1.0.0}
paths:
  /a:
    get:
      operationId: get_a
      responses:
        '200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/R'}}}}
components:
  schemas:
    R: {type: object, properties: {self: {type: string, default: a}, Self: {type: string}, self_: {type: string}}}
";
    let source = source(&contract(text)).unwrap();
    for (property, field) in [("Self", "self_"), ("self", "self_2"), ("self_", "self_3")] {
        let start = source.find(&format!("rename = \"{property}\"")).unwrap();
        let line = source[start..].lines().find(|line| line.contains("pub ")).unwrap();
        assert!(line.trim().starts_with(&format!("pub {field}:")), "{property}: {line}");
    }
    let default = &source[source.find("Default for R {").unwrap()..];
    let value = default.split('{').nth(3).unwrap().split('}').next().unwrap();
    let fields: Vec<_> =
        value.split(',').filter_map(|field| field.trim().split(':').next()).collect();
    assert_eq!(fields, ["self_", "self_2", "self_3", "unknown_fields", ""]);
}

#[test]
fn components_with_one_type_name_are_reported_at_the_second_one() {
    let text = "openapi: 3.0.3
info: {title: T, version: 1.0.0}
paths:
  /a: {get: {responses: {'200': {description: d, content: {application/json: {schema: {type: object, properties: {
    x: {$ref: '#/components/schemas/FooBar'}, y: {$ref: '#/components/schemas/foo_bar'}}}}}}}}}
components:
  schemas:
    FooBar: {type: object, properties: {a: {type: string}}}
    foo_bar: {type: object, properties: {b: {type: string}}}
";
    let error = source(&contract(text)).unwrap_err();
    let expected = "openapi/links.yaml:9:5: progenitor does not support two schemas that become the \
                    type `FooBar`: rename the component";
    assert!(error.starts_with(expected), "{error}");
}
