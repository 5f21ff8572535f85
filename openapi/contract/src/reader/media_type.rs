//! Media types, compared by RFC 9110 §8.3.1.

/// Returns the canonical form of a media type, in which equal media types are equal strings: in lower
/// case, with `; ` before each parameter, and without the `charset` of JSON, which has none (RFC 8259
/// §11).
pub fn media_type(text: &str) -> String {
    let mut parts = text.split(';').map(str::trim);
    let mut canonical = parts.next().unwrap_or_default().to_ascii_lowercase();
    let is_json = is_json(&canonical);
    for part in parts.filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let name = name.trim().to_ascii_lowercase();
        let value = value.trim().trim_matches('"');
        match name.as_str() {
            "charset" if is_json => {}
            // The only parameter that is known to be case-insensitive.
            "charset" => canonical += &format!("; charset={}", value.to_ascii_lowercase()),
            _ => canonical += &format!("; {name}={value}"),
        }
    }
    canonical
}

/// Returns a media type in lower case, without its parameters.
pub fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Returns true for the media types of JSON: `application/json`, `text/json` and each `+json`.
///
/// ```
/// use agenthuman_contract::is_json;
///
/// assert!(is_json("application/problem+json; charset=utf-8"));
/// assert!(!is_json("application/json-seq"));
/// ```
pub fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    essence.ends_with("/json") || essence.ends_with("+json")
}
