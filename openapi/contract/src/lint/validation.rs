//! Validation of values against the schemas of a contract.

use agenthuman_server_runtime::timestamp::Timestamp;
use jsonschema::{Draft, Validator};
use serde_json::Value;

use super::exact_keywords::with_exact_keywords;
use super::json_schema::json_schema;
use crate::exact::without_prefixes;

/// Returns a validator of an object whose property `0` has the first of the schemas at `pointers`, and
/// so on.
///
/// Numbers are compared with all their digits, and a `date-time` is what the runtime of the stubs takes
/// for one. The document and the values are exact ones: see [`exact`](crate::exact).
///
/// # Errors
///
/// The reason why a schema is invalid.
pub fn validator(document: &Value, pointers: &[&str]) -> Result<Validator, String> {
    let options = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .with_format("date-time", |text: &str| Timestamp::read(text).is_some());
    with_exact_keywords(options)
        .build(&json_schema(document, pointers))
        .map_err(|error| without_prefixes(&error.to_string()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn time_is_what_the_runtime_reads() {
        let document = json!({ "a": { "type": "string", "format": "date-time" } });
        let validator = validator(&document, &["/a"]).unwrap();
        for (text, expected) in [
            ("2024-01-15T10:30:00Z", true),
            ("2016-12-31T23:59:60Z", true),
            ("2017-01-01T00:59:60+01:00", true),
            ("2026-06-30T12:00:60Z", false),
            ("9999-12-31T23:59:59-01:00", false),
            ("0000-01-01T00:00:00+01:00", false),
            ("2024-01-15 10:30:00Z", false),
            ("2024-01-15T10:30:00", false),
        ] {
            assert_eq!(validator.is_valid(&json!({ "0": text })), expected, "{text}");
        }
    }
}
