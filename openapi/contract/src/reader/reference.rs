//! References: where a `$ref` leads.

use std::borrow::Cow;
use std::collections::HashSet;

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// The JSON pointer that a reference means; `None` where it leads out of the document.
///
/// A reference is a URI, so it may be percent-encoded: `#/components/schemas/A%20B`.
pub fn target(reference: &str) -> Option<String> {
    reference.strip_prefix('#').map(percent_decoded)
}

/// Follows references from the value at `pointer`: the pointer of the value that is meant, and the
/// value; or the pointer at which it ends, and why.
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
        // A property may be called `$ref`; a reference is a string.
        let Some(Value::String(reference)) = value.get("$ref") else { return Ok((here, value)) };
        let Some(target) = target(reference) else {
            let message = "a `$ref` must point into this document: `#/…`";
            return Err((here.into_owned(), message.to_owned()));
        };
        from = here.into_owned();
        if !seen.insert(target.clone()) || target == from {
            return Err((from, "this `$ref` leads back to itself".to_owned()));
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
