//! One drift at a time, in the contract or in the server, each with its rule and its place.

use serde_json::json;

use super::*;

const OPERATION: &str = "/paths/~1v1~1links~1{link_id}/put";
const REQUEST: &str = "/components/schemas/UpdateLinkRequest";
const LINK: &str = "/components/schemas/Link";

/// The rules and pointers of all differences, without repetition.
fn found(contract: &Value, server: &Value) -> Vec<(String, String)> {
    let mut found: Vec<_> =
        drift(contract, server).into_iter().map(|one| (one.rule, one.contract.pointer)).collect();
    found.dedup();
    found
}

/// Changes the contract at `pointer`; the rules and places that must be reported.
fn in_contract(pointer: &str, change: impl FnOnce(&mut Value), expected: &[(&str, &str)]) {
    let contract = contract();
    let changed = changed(contract.document(), pointer, change);
    let expected: Vec<_> = expected
        .iter()
        .map(|(rule, pointer)| ((*rule).to_owned(), (*pointer).to_owned()))
        .collect();
    assert_eq!(found(&changed, emitted()), expected, "a change at {pointer}");
}

/// Changes what the server emits at `pointer`; the rule, and the place in the contract.
fn in_server(pointer: &str, change: impl FnOnce(&mut Value), rule: &str, span: &str) {
    let contract = contract();
    let changed = changed(emitted(), pointer, change);
    let expected = [(rule.to_owned(), span.to_owned())];
    assert_eq!(found(contract.document(), &changed), expected, "a change at {pointer}");
}

fn at(base: &str, rest: &str) -> String {
    format!("{base}{rest}")
}

#[test]
fn a_field_of_the_contract_made_nullable() {
    let status = at(REQUEST, "/properties/status");
    let pointer = at(&status, "/nullable");
    in_contract(&status, set("nullable", json!(true)), &[("request-property-nullable", &pointer)]);
    let uses = at(LINK, "/properties/uses");
    let pointer = at(&uses, "/nullable");
    in_contract(&uses, set("nullable", json!(true)), &[("response-property-nullable", &pointer)]);
}

#[test]
fn a_field_of_the_contract_that_is_not_nullable_any_more() {
    let limit = at(LINK, "/properties/use_limit");
    in_contract(&limit, remove("nullable"), &[("response-property-nullable", &limit)]);
    let name = at(REQUEST, "/properties/name");
    let pointer = at(&name, "");
    in_contract(&name, set("nullable", json!(false)), &[("request-property-nullable", &pointer)]);
}

#[test]
fn a_bound_of_the_server_changed() {
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
fn a_required_property() {
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
fn an_enum_member() {
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
fn a_pattern_a_format_and_additional_properties() {
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
fn properties_come_and_go() {
    let pointer = at(REQUEST, "/properties/status");
    in_server(&at(REQUEST, "/properties"), remove("status"), "request-property", &pointer);
    let properties = at(LINK, "/properties");
    in_server(&properties, set("new", json!({ "type": "string" })), "response-property", LINK);
}

#[test]
fn response_headers() {
    let headers = at(OPERATION, "/responses/200/headers");
    let response = at(OPERATION, "/responses/200");
    in_contract(&headers, remove("X-Request-Id"), &[("response-header", &response)]);
    let header = "/components/headers/X-RateLimit-Limit";
    in_contract(header, set("required", json!(false)), &[("response-header-required", header)]);
    in_server(
        &headers,
        remove("X-Request-Id"),
        "response-header",
        "/components/headers/X-Request-Id",
    );
    in_server(
        &at(&headers, "/X-Request-Id"),
        set("schema", json!({ "type": "string", "format": "uuid" })),
        "response-header-format",
        "/components/headers/X-Request-Id/schema",
    );
}

#[test]
fn security() {
    in_contract("", remove("security"), &[("operation-security", OPERATION)]);
    in_contract(
        OPERATION,
        set("security", json!([])),
        &[("operation-security", &at(OPERATION, "/security"))],
    );
    in_contract(
        "/components/securitySchemes/ApiKey",
        set("name", json!("x-key")),
        &[("operation-security", "/security"), ("parameter", OPERATION)],
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
fn statuses_and_bodies() {
    let responses = at(OPERATION, "/responses");
    in_contract(&responses, remove("200"), &[("response", &responses)]);
    in_contract(
        &responses,
        set("202", json!({ "description": "" })),
        &[("response", &at(&responses, "/202"))],
    );
    // Of errors the server has two classes; each documented status has the body of its class.
    let json = "/components/responses/NotFound/content/application~1json";
    let contract = contract();
    let other = json!({ "$ref": "#/components/schemas/ErrorDetail" });
    let changed = changed(contract.document(), json, set("schema", other));
    let found = drift(&changed, emitted());
    let subject = "PUT /v1/links/{link_id}, response 404, `error`";
    assert!(found.iter().any(|one| one.subject == subject), "{found:#?}");
    let content = "/components/responses/NotFound";
    in_contract(content, remove("content"), &[("response-body-media-type", content)]);
}

#[test]
fn the_operation_itself() {
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
    in_contract(&body, remove("required"), &[("request-body-required", &body)]);
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
