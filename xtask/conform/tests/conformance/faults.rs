//! Every deliberate fault, with the rule that finds it and the position in the contract.

use crate::server::{Fault, Limit, link};
use crate::{FaultRun, NO_LIMIT, run_with};

const RESPONSES: &str = "/paths/~1v1~1links~1{link_id}/put/responses";
const BODY: &str = "/paths/~1v1~1links~1{link_id}/put/requestBody";
const FIELDS: &str = "/components/schemas/UpdateLinkRequest/properties";
const LINK: &str = "/components/schemas/Link";

/// Fault, rule, beginning of the pointer.
const FAULTS: [(Fault, &str, &str); 55] = [
    ("201 for 200", "response-status-undocumented", RESPONSES),
    ("403 for a wrong key", "response-status-undocumented", RESPONSES),
    ("no X-Request-Id", "response-header-missing", "/components/headers/X-Request-Id"),
    (
        "no X-RateLimit-Reset with 404",
        "response-header-missing",
        "/components/headers/X-RateLimit-Reset",
    ),
    (
        "a header that is not a number",
        "response-header-invalid",
        "/components/headers/X-RateLimit-Remaining",
    ),
    ("a duplicate header", "response-header-invalid", "/components/headers/X-Request-Id"),
    ("errors in HTML", "response-media-type", "/components/responses/BadRequest/content"),
    ("no media type", "response-media-type", RESPONSES),
    ("another shape of errors", "response-body-invalid", "/components/schemas/ErrorResponse"),
    ("an extra property", "response-extra-property", "/components/schemas/Agent"),
    ("a property missing", "response-body-invalid", LINK),
    ("null omitted in responses", "response-body-invalid", LINK),
    ("a time in another format", "response-body-invalid", LINK),
    ("a number as text in responses", "response-body-invalid", LINK),
    ("null treated as absent", "update-not-applied", FIELDS),
    ("absent treated as null", "absent-property-changed", FIELDS),
    ("the offset dropped", "update-not-applied", FIELDS),
    ("fractions truncated", "update-not-applied", FIELDS),
    ("the empty name stored as null", "update-not-applied", FIELDS),
    ("a rejected update partly applied", "refusal-changed-object", BODY),
    ("the name trimmed", "update-not-applied", FIELDS),
    ("the name lowercased", "update-not-applied", FIELDS),
    ("a long name truncated", "update-not-applied", FIELDS),
    ("the name composed", "update-not-applied", FIELDS),
    ("another link in responses", "response-other-object", LINK),
    ("the old name rejected", "object-not-restored", "/paths/"),
    ("null rejected", "good-input-refused", FIELDS),
    ("the minimum rejected", "good-input-refused", FIELDS),
    ("the maximum rejected", "good-input-refused", FIELDS),
    ("status paused rejected", "good-input-refused", "/components/schemas/LinkStatus"),
    ("one above the maximum accepted", "bad-input-accepted", FIELDS),
    ("0 accepted", "bad-input-accepted", FIELDS),
    ("a fraction accepted", "bad-input-accepted", FIELDS),
    ("a number as text accepted", "bad-input-accepted", FIELDS),
    ("a date without a time accepted", "bad-input-accepted", FIELDS),
    ("U+0000 accepted", "bad-input-accepted", FIELDS),
    ("any case of status accepted", "bad-input-accepted", "/components/schemas/LinkStatus"),
    ("status null accepted", "bad-input-accepted", FIELDS),
    (
        "an unknown property accepted",
        "bad-input-accepted",
        "/components/schemas/UpdateLinkRequest/additionalProperties",
    ),
    ("a duplicate key accepted", "bad-input-accepted", BODY),
    ("trailing characters accepted", "bad-input-accepted", BODY),
    ("an array accepted", "bad-input-accepted", "/components/schemas/UpdateLinkRequest/type"),
    ("an empty body accepted", "bad-input-accepted", BODY),
    ("the media type ignored", "bad-input-accepted", BODY),
    ("400 for another media type", "refusal-status", BODY),
    ("a body of 1 MiB accepted", "bad-input-accepted", RESPONSES),
    ("no key accepted", "bad-input-accepted", "/security"),
    ("an empty key accepted", "bad-input-accepted", "/security"),
    ("a longer key accepted", "bad-input-accepted", "/security"),
    ("a wrong key accepted", "bad-input-accepted", "/security"),
    ("any link_id accepted", "bad-input-accepted", RESPONSES),
    ("404 for a malformed link_id", "refusal-status", "/components/schemas/LinkId"),
    ("a longer link_id accepted", "refusal-status", "/components/schemas/LinkId/pattern"),
    ("500 for malformed JSON", "server-error", "/paths/"),
    ("no response to malformed JSON", "no-answer", BODY),
];

#[test]
fn each_fault_is_found_by_its_rule() {
    let mut missed = Vec::new();
    for (fault, rule, pointer) in FAULTS {
        let FaultRun { found, .. } = run_with(fault, link(), NO_LIMIT);
        if !found.iter().any(|(is, at)| is == rule && at.starts_with(pointer)) {
            missed.push(format!("{fault}: {rule} at {pointer} is not among {found:#?}"));
        }
    }
    println!("conform: {} of {} faults found", FAULTS.len() - missed.len(), FAULTS.len());
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn fault_with_one_effect_gives_one_finding() {
    for (fault, rule) in [
        ("one above the maximum accepted", "bad-input-accepted"),
        ("the minimum rejected", "good-input-refused"),
        ("no X-Request-Id", "response-header-missing"),
        ("an extra property", "response-extra-property"),
        ("500 for malformed JSON", "server-error"),
        ("fractions truncated", "update-not-applied"),
        ("status null accepted", "bad-input-accepted"),
        ("no key accepted", "bad-input-accepted"),
        ("another link in responses", "response-other-object"),
        ("the name trimmed", "update-not-applied"),
    ] {
        let FaultRun { found, .. } = run_with(fault, link(), NO_LIMIT);
        let rules: Vec<_> = found.iter().map(|(rule, _)| rule.as_str()).collect();
        assert_eq!(rules, [rule], "{fault}: {found:?}");
    }
}

#[test]
fn exceeded_rate_limit_without_429_is_found() {
    let limit = Limit { requests: 300, seconds: 600 };
    let FaultRun { found, .. } = run_with("the rate limit not enforced", link(), limit);
    assert_eq!(found, [("limit-not-kept".to_owned(), format!("{RESPONSES}/429"))]);
}

#[test]
fn missing_retry_after_with_429_is_found() {
    let limit = Limit { requests: 300, seconds: 600 };
    let FaultRun { found, .. } = run_with("no Retry-After", link(), limit);
    let pointer = "/components/headers/Retry-After".to_owned();
    assert_eq!(found, [("response-header-missing".to_owned(), pointer)]);
}
