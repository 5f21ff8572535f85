//! Mutations of the generated Rust stub.

use serde_json::json;

use super::files::folder;
use super::*;

const TYPES: &str = "server/api/src/types.rs";
const OPERATIONS: &str = "server/api/src/operations.rs";

/// The file, the text to replace, and its replacement. Each mutation compiles, or nearly, and has another
/// meaning.
const EDITS: [(&str, &str, &str); 30] = [
    (TYPES, r"{1,128}$", r"{1,64}$"),
    (TYPES, r#"#[serde(rename = "paused")]"#, r#"#[serde(rename = "stopped")]"#),
    (TYPES, "    #[serde(rename = \"expired\")]\n    Expired,\n", ""),
    (TYPES, "#[serde(deny_unknown_fields)]\n", ""),
    (TYPES, "pub name: Patch<UpdateLinkRequestName>", "pub name: Option<UpdateLinkRequestName>"),
    (TYPES, "pub name: Patch<UpdateLinkRequestName>", "pub name: Patch<String>"),
    (TYPES, "pub expires_at: Patch<Timestamp>", "pub expires_at: Patch<String>"),
    (
        TYPES,
        "pub use_limit: Patch<UpdateLinkRequestUseLimit>",
        "pub use_limits: Patch<UpdateLinkRequestUseLimit>",
    ),
    (TYPES, "minimum: Some(1),", "minimum: Some(0),"),
    (TYPES, "maximum: Some(9_007_199_254_740_991),", ""),
    (TYPES, r#"format: Some("int64")"#, r#"format: Some("int32")"#),
    (TYPES, "pub status: LinkStatus", "pub status: String"),
    (TYPES, "pub name: Option<String>", "pub name: String"),
    (TYPES, "    pub url: String,\n", ""),
    (TYPES, "pub success: bool", "pub success: Option<bool>"),
    (TYPES, "#[serde(untagged)]\n", ""),
    (
        TYPES,
        "with = \"agenthuman_server_runtime::patch::present\"",
        "with = \"Option::deserialize\"",
    ),
    (OPERATIONS, "method = PUT", "method = PATCH"),
    (OPERATIONS, "/v1/links/{link_id}", "/v2/links/{link_id}"),
    (OPERATIONS, "operation_id = \"update_link\"", "operation_id = \"put_link\""),
    (OPERATIONS, "tags = [\"links\"]", "tags = []"),
    (OPERATIONS, "        api_key: ApiKey,\n", ""),
    (OPERATIONS, "\"x-api-key\"", "\"x-key\""),
    (OPERATIONS, "#[serde(rename = \"X-Request-Id\")]", "#[serde(rename = \"Request-Id\")]"),
    (OPERATIONS, "json_response(404,", "json_response(410,"),
    (OPERATIONS, "json_response(201,", "json_response(200,"),
    (OPERATIONS, "#[serde(default = \"ListLinksQuery::default_status\")]\n", ""),
    (OPERATIONS, r##"default(r#""all""#)"##, r##"default(r#""active""#)"##),
    (TYPES, "maximum: Some(1_000),", "maximum: Some(100),"),
    (
        OPERATIONS,
        "NotFound { body: ErrorResponse, headers: CommonHeaders }",
        "NotFound { body: ErrorResponse, headers: UnauthorizedHeaders }",
    ),
];

/// Each mutation is found with its file and line.
pub fn in_files() -> Score {
    let files = stub_and_client(&contract()).files;
    let folder = folder(&files);
    let mut missed = Vec::new();
    for (path, from, to) in EDITS {
        let text = &files[Path::new(path)];
        assert!(text.contains(from), "{path} has no {from}");
        let edited = text.replacen(from, to, 1);
        std::fs::write(folder.path().join(path), &edited).unwrap();
        let line = text.lines().zip(edited.lines()).position(|(one, other)| one != other);
        let found = generated::compare(&files, folder.path());
        std::fs::write(folder.path().join(path), text).unwrap();
        let right = |one: &Finding| {
            one.rule == "stale-generated-file"
                && one.file == path
                && one.span.map(|span| span.line - 1) == line
        };
        if !matches!(&found[..], [one] if right(one)) {
            missed.push((from, found));
        }
    }
    println!("edits of the stub: {} of {} found", EDITS.len() - missed.len(), EDITS.len());
    assert!(missed.is_empty(), "{missed:#?}");
    Score { found: EDITS.len(), all: EDITS.len() }
}

/// The effects of some of these mutations on the emission: a generator with the same fault leaves no file
/// stale. Each must be found as a difference with this rule and pointer.
pub fn in_types() -> Score {
    const OPERATION: &str = "/paths/~1v1~1links~1{link_id}/put";
    const REQUEST: &str = "/components/schemas/UpdateLinkRequest";
    let contract = contract();
    let server = emitted();
    type Edit = (&'static str, Box<dyn Fn(&mut Value)>, &'static str, &'static str);
    let edit = |pointer, change: fn(&mut Value), rule, expected| -> Edit {
        (pointer, Box::new(change), rule, expected)
    };
    let edits: Vec<Edit> = vec![
        edit(
            REQUEST,
            |one| one["properties"]["name"]["nullable"] = json!(false),
            "request-property-nullable",
            "/components/schemas/UpdateLinkRequest/properties/name",
        ),
        edit(
            REQUEST,
            |one| drop(one.as_object_mut().unwrap().remove("additionalProperties")),
            "request-body-additional-properties",
            REQUEST,
        ),
        edit(
            "/components/schemas/Link",
            |one| {
                one["properties"].as_object_mut().unwrap().remove("url");
                one["required"].as_array_mut().unwrap().retain(|name| name != "url");
            },
            "response-property",
            "/components/schemas/Link/properties/url",
        ),
        edit(
            "/components/schemas/Link",
            |one| one["properties"]["status"] = json!({ "type": "string" }),
            "response-property-enum",
            "/components/schemas/LinkStatus/enum",
        ),
        edit(
            "/components/schemas/LinkStatus",
            |one| one["enum"][1] = json!("stopped"),
            "request-property-enum",
            "/components/schemas/LinkStatus/enum",
        ),
        edit(OPERATION, |one| one["operationId"] = json!("put_link"), "operation-id", OPERATION),
        edit(OPERATION, |one| one["tags"] = json!([]), "operation-tags", OPERATION),
        edit(
            OPERATION,
            |one| one["parameters"][0]["name"] = json!("x-key"),
            "operation-security",
            "/security",
        ),
    ];
    let all = edits.len();
    let mut missed = Vec::new();
    for (pointer, change, rule, expected) in edits {
        let mutant = changed(server, pointer, change);
        let found = differences(contract.document(), &mutant);
        let right =
            |one: &Difference| one.rule == rule && one.contract.pointer.starts_with(expected);
        if !found.iter().any(right) {
            missed.push((rule, found));
        }
    }
    println!("the same in the emission: {} of {all} found", all - missed.len());
    assert!(missed.is_empty(), "{missed:#?}");
    Score { found: all, all }
}
