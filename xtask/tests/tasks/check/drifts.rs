//! Single differences, in the contract or in the emission, with their rules and pointers.

use std::collections::BTreeSet;

use serde_json::json;

use super::*;

const OPERATION: &str = "/paths/~1v1~1links~1{link_id}/put";
const REQUEST: &str = "/components/schemas/UpdateLinkRequest";
const LINK: &str = "/components/schemas/Link";

/// Returns the distinct rules and pointers of all differences.
fn found(contract: &Value, server: &Value) -> BTreeSet<(String, String)> {
    differences(contract, server).into_iter().map(|one| (one.rule, one.contract.pointer)).collect()
}

/// Changes the contract at `pointer`, and checks the rules and pointers of the differences.
fn in_contract(pointer: &str, change: impl FnOnce(&mut Value), expected: &[(&str, &str)]) {
    let contract = contract();
    let changed = changed(contract.document(), pointer, change);
    let expected: BTreeSet<_> = expected
        .iter()
        .map(|(rule, pointer)| ((*rule).to_owned(), (*pointer).to_owned()))
        .collect();
    assert_eq!(found(&changed, emitted()), expected, "a change at {pointer}");
}

/// Changes the emission at `pointer`, and checks the rule and the pointer of the difference.
fn in_server(pointer: &str, change: impl FnOnce(&mut Value), rule: &str, expected: &str) {
    let contract = contract();
    let changed = changed(emitted(), pointer, change);
    let expected = BTreeSet::from([(rule.to_owned(), expected.to_owned())]);
    assert_eq!(found(contract.document(), &changed), expected, "a change at {pointer}");
}

fn at(base: &str, rest: &str) -> String {
    format!("{base}{rest}")
}

#[test]
fn nullable_field_in_contract_is_found() {
    let status = at(REQUEST, "/properties/status");
    let pointer = at(&status, "/nullable");
    in_contract(&status, set("nullable", json!(true)), &[("request-property-nullable", &pointer)]);
    let uses = at(LINK, "/properties/uses");
    let pointer = at(&uses, "/nullable");
    in_contract(&uses, set("nullable", json!(true)), &[("response-property-nullable", &pointer)]);
}

#[test]
fn non_nullable_field_in_contract_is_found() {
    let limit = at(LINK, "/properties/use_limit");
    in_contract(&limit, remove("nullable"), &[("response-property-nullable", &limit)]);
    let name = at(REQUEST, "/properties/name");
    let pointer = at(&name, "");
    in_contract(&name, set("nullable", json!(false)), &[("request-property-nullable", &pointer)]);
}

#[test]
fn changed_bound_in_emission_is_found() {
    let limit = at(REQUEST, "/properties/use_limit");
    for (key, change) in [("minimum", Some(json!(0))), ("maximum", None)] {
        in_server(
            &limit,
            |schema| match change {
                Some(value) => set(key, value)(schema),
                None => remove(key)(schema),
            },
            &format!("request-property-{key}"),
            &at(&limit, &format!("/{key}")),
        );
    }
}

#[test]
fn changed_required_is_found() {
    let required = at(LINK, "/required");
    let name = at(LINK, "/properties/name");
    in_contract(
        LINK,
        |link| link["required"].as_array_mut().unwrap().retain(|one| one != "name"),
        &[("response-property-required", &name)],
    );
    let pointer = at(REQUEST, "/required/0");
    in_contract(
        REQUEST,
        set("required", json!(["status"])),
        &[("request-property-required", &pointer)],
    );
    in_server(
        LINK,
        |link| link["required"].as_array_mut().unwrap().retain(|one| one != "link_id"),
        "response-property-required",
        &at(&required, "/0"),
    );
}

#[test]
fn changed_enum_is_found() {
    let pointer = "/components/schemas/LinkStatus/enum";
    in_contract(
        pointer,
        |members| members.as_array_mut().unwrap().push(json!("archived")),
        &[("request-property-enum", pointer), ("response-property-enum", pointer)],
    );
    let pointer = "/components/schemas/AuthMethod/enum";
    in_server(
        pointer,
        |members| drop(members.as_array_mut().unwrap().pop()),
        "response-property-enum",
        pointer,
    );
}

#[test]
fn changed_pattern_format_and_additional_properties_are_found() {
    let link_id = "/components/schemas/LinkId";
    let pointer = at(link_id, "/pattern");
    in_contract(
        link_id,
        set("pattern", json!("^lnk_")),
        &[("parameter-pattern", &pointer), ("response-property-pattern", &pointer)],
    );
    let expires = at(REQUEST, "/properties/expires_at");
    let pointer = at(&expires, "/format");
    in_contract(&expires, set("format", json!("date")), &[("request-property-format", &pointer)]);
    in_contract(
        REQUEST,
        remove("additionalProperties"),
        &[("request-body-additional-properties", REQUEST)],
    );
    in_server(
        REQUEST,
        remove("additionalProperties"),
        "request-body-additional-properties",
        &at(REQUEST, "/additionalProperties"),
    );
}

#[test]
fn added_and_removed_properties_are_found() {
    let pointer = at(REQUEST, "/properties/status");
    in_server(&at(REQUEST, "/properties"), remove("status"), "request-property", &pointer);
    let properties = at(LINK, "/properties");
    in_server(&properties, set("new", json!({ "type": "string" })), "response-property", LINK);
}

#[test]
fn changed_response_headers_are_found() {
    let headers = at(OPERATION, "/responses/200/headers");
    let response = at(OPERATION, "/responses/200");
    in_contract(&headers, remove("X-Request-Id"), &[("response-header", &response)]);
    let header = "/components/headers/X-RateLimit-Limit";
    in_contract(header, set("required", json!(false)), &[("response-header-required", header)]);
    in_server(&headers, remove("X-Request-Id"), "response-header", &at(&headers, "/X-Request-Id"));
    in_server(
        &at(&headers, "/X-Request-Id"),
        set("schema", json!({ "type": "string", "format": "uuid" })),
        "response-header-format",
        "/components/headers/X-Request-Id/schema",
    );
}

#[test]
fn changed_security_is_found() {
    let contract = contract();
    let operations = operations(contract.document());
    let each = |rule: &'static str| operations.iter().map(move |pointer| (rule, &**pointer));
    let security: Vec<_> = each("operation-security").collect();
    in_contract("", remove("security"), &security);
    in_contract(
        OPERATION,
        set("security", json!([])),
        &[("operation-security", &at(OPERATION, "/security"))],
    );
    in_contract(
        "/components/securitySchemes/ApiKey",
        set("name", json!("x-key")),
        &each("parameter").chain([("operation-security", "/security")]).collect::<Vec<_>>(),
    );
    let parameters = at(OPERATION, "/parameters");
    in_server(
        &parameters,
        |parameters| drop(parameters.as_array_mut().unwrap().remove(0)),
        "operation-security",
        "/security",
    );
    in_server(
        &at(&parameters, "/0"),
        set("required", json!(false)),
        "operation-security",
        "/security",
    );
}

#[test]
fn changed_statuses_and_bodies_are_found() {
    let responses = at(OPERATION, "/responses");
    in_contract(&responses, remove("200"), &[("response", &responses)]);
    in_contract(
        &responses,
        set("404", json!({ "description": "" })),
        &[("response-body-media-type", &at(&responses, "/404"))],
    );
    // An emission shows one success of several; the generated files have the other ones.
    in_contract(&responses, set("202", json!({ "description": "" })), &[]);
    // An emission has two error classes; each documented status must have the body of its class.
    let json = "/components/responses/NotFound/content/application~1json";
    let contract = contract();
    let other = json!({ "$ref": "#/components/schemas/ErrorDetail" });
    let changed = changed(contract.document(), json, set("schema", other));
    let found = differences(&changed, emitted());
    let subject = ", response 404, `error`";
    assert!(found.iter().any(|one| one.subject.ends_with(subject)), "{found:#?}");
    let content = "/components/responses/NotFound";
    in_contract(content, remove("content"), &[("response-body-media-type", content)]);
}

#[test]
fn changed_operation_is_found() {
    let id = at(OPERATION, "/operationId");
    in_contract(OPERATION, set("operationId", json!("put_link")), &[("operation-id", &id)]);
    let deprecated = at(OPERATION, "/deprecated");
    in_contract(
        OPERATION,
        set("deprecated", json!(true)),
        &[("operation-deprecated", &deprecated)],
    );
    in_contract(OPERATION, remove("tags"), &[("operation-tags", OPERATION)]);
    let body = at(OPERATION, "/requestBody");
    // An emission cannot show that a body is optional; the generated files do.
    in_contract(&body, remove("required"), &[]);
    let path = "/paths/~1v1~1links~1{link_id}";
    in_contract(
        path,
        |item| {
            let put = item.as_object_mut().unwrap().remove("put").unwrap();
            item["patch"] = put;
        },
        &[("operation", &at(path, "/patch")), ("operation", "/paths")],
    );
}
