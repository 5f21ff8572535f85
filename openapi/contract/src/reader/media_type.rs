//! Media types, compared by RFC 9110 §8.3.1.

/// Returns the canonical form of a media type, in which equal media types are equal strings: in lower
/// case, with `; ` before each parameter, and without the `charset` of JSON, which has none (RFC 8259
/// §11).
pub fn media_type(text: &str) -> String {
    let mut parts = text.split(';').map(str::trim);
    let mut canonical = parts.next().unwrap_or_default().to_ascii_lowercase();
    let is_json = canonical == "application/json" || canonical.ends_with("+json");
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
