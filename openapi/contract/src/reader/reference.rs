//! References: the targets of `$ref`.

use std::borrow::Cow;
use std::collections::HashSet;

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// Returns the JSON pointer of a reference, or `None` if the reference leads out of the document.
///
/// A reference is a URI, so it can be percent-encoded: `#/components/schemas/A%20B`.
pub fn target(reference: &str) -> Option<String> {
    reference.strip_prefix('#').map(percent_decoded)
}

/// Follows references from the value at `pointer`. Returns the target and its pointer.
///
/// # Errors
///
/// The pointer of the reference that cannot be followed, and the reason.
pub fn follow<'v, 'p>(
    root: &'v Value,
    pointer: &'p str,
) -> Result<(Cow<'p, str>, &'v Value), (String, String)> {
    let mut seen = HashSet::new();
    let mut from = pointer.to_owned();
    let mut here = Cow::Borrowed(pointer);
    loop {
        let Some(value) = root.pointer(&here) else {
            return Err((from, format!("there is nothing at `#{here}`")));
        };
        // A property can be called `$ref`; a reference is a string.
        let Some(Value::String(reference)) = value.get("$ref") else { return Ok((here, value)) };
        let Some(target) = target(reference) else {
            let message = "a `$ref` out of this document is not supported: write `#/…`";
            return Err((here.into_owned(), message.to_owned()));
        };
        from = here.into_owned();
        if !seen.insert(target.clone()) || target == from {
            return Err((from, "circular `$ref`".to_owned()));
        }
        here = Cow::Owned(target);
    }
}

/// Decodes `%XX`; returns the text unchanged if the decoded bytes are not UTF-8.
fn percent_decoded(text: &str) -> String {
    percent_decode_str(text)
        .decode_utf8()
        .map_or_else(|_| text.to_owned(), |decoded| decoded.into_owned())
}
