//! Accepted requests, and the errors for rejected ones.

use agenthuman_links_api::UpdateLinkPath;
use agenthuman_links_api::types::UpdateLinkRequest;
use agenthuman_server_runtime::json::{InvalidRequest, InvalidRequestKind, from_slice, from_texts};
use agenthuman_server_runtime::patch::Patch;
use serde::Deserialize;

fn error(body: &str) -> InvalidRequest {
    from_slice::<UpdateLinkRequest>(body.as_bytes()).unwrap_err()
}

#[test]
fn error_names_field_and_fix() {
    for (body, field, message, suggestion) in [
        (
            r#"{"expire_at": null}"#,
            Some("expire_at"),
            "unknown field `expire_at`",
            "Did you mean `expires_at`?",
        ),
        (
            r#"{"zzz": 1}"#,
            Some("zzz"),
            "unknown field `zzz`",
            "Leave it out, or send one of `name`, `status`, `expires_at`, `use_limit`",
        ),
        (
            r#"{"name": "a", "name": "b"}"#,
            Some("name"),
            "`name` appears more than once",
            "Send `name` once",
        ),
        (
            r#"{"status": null}"#,
            Some("status"),
            "`status` is null, not one of `active`, `paused`, `expired`",
            "Send one of `active`, `paused`, `expired`",
        ),
        (
            r#"{"status": "Active"}"#,
            Some("status"),
            r#"`status` is "Active", not one of `active`, `paused`, `expired`"#,
            "Send one of `active`, `paused`, `expired`",
        ),
        (
            r#"{"use_limit": 0}"#,
            Some("use_limit"),
            "`use_limit` is 0, not an integer from 1 to 9007199254740991",
            "Send an integer from 1 to 9007199254740991",
        ),
        (
            r#"{"use_limit": "100"}"#,
            Some("use_limit"),
            "`use_limit` is a string, not an integer from 1 to 9007199254740991",
            "Send an integer from 1 to 9007199254740991",
        ),
        ("[]", None, "the request body is an array, not a JSON object", "Send a JSON object"),
        ("7", None, "the request body is 7, not a JSON object", "Send a JSON object"),
        (" ", None, "the request has no body", "Send a JSON object"),
    ] {
        let error = error(body);
        assert_eq!(error.field.as_deref(), field, "{body}");
        assert_eq!(error.message, message, "{body}");
        assert_eq!(error.suggestion.as_deref(), Some(suggestion), "{body}");
    }
}

#[test]
fn malformed_json_is_rejected() {
    let deep = "[".repeat(10_000);
    for body in [r#"{"name": "#, r#"{"name": "a"} x"#, "{'name': 1}", &deep] {
        assert_eq!(error(body).kind, InvalidRequestKind::Body, "{body:.20}");
    }
    let error = from_slice::<UpdateLinkRequest>(b"{\"name\": \"\xff\"}").unwrap_err();
    assert_eq!(error.kind, InvalidRequestKind::Body);
}

#[test]
fn integer_with_zero_fraction_is_accepted() {
    for (body, limit) in [
        ("100.0", Some(100)),
        ("1e2", Some(100)),
        ("9007199254740991.0", Some(9_007_199_254_740_991)),
    ] {
        let update: UpdateLinkRequest =
            from_slice(format!(r#"{{"use_limit": {body}}}"#).as_bytes()).unwrap();
        let Patch::Value(found) = update.use_limit else { panic!("{body}") };
        assert_eq!(Some(*found), limit, "{body}");
    }
    for body in
        ["100.5", "-1", "9007199254740992", "9007199254740992.0", "1e999", "18446744073709551615"]
    {
        let error = error(&format!(r#"{{"use_limit": {body}}}"#));
        assert_eq!(error.field.as_deref(), Some("use_limit"), "{body}");
    }
}

#[test]
fn error_does_not_grow_with_request() {
    let error = error(&format!(r#"{{"expires_at": "{}"}}"#, "x".repeat(50_000)));
    assert!(error.message.len() < 300, "{}", error.message);
}

#[test]
fn parameters_are_read_as_text() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Page {
        limit: u32,
        newest: bool,
    }
    let texts = |texts: &[(&str, &str)]| {
        texts
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        from_texts(texts(&[("limit", "7"), ("newest", "true")])),
        Ok(Page { limit: 7, newest: true })
    );
    let error = from_texts::<Page>(texts(&[("limit", "x"), ("newest", "true")])).unwrap_err();
    assert_eq!(error.field.as_deref(), Some("limit"));
    let error = from_texts::<UpdateLinkPath>(texts(&[("link_id", "..")])).unwrap_err();
    assert_eq!(
        error.message,
        r#"`link_id` is "..", not a string that matches `^lnk_[0-9A-Za-z_-]{1,128}$`"#
    );
}
