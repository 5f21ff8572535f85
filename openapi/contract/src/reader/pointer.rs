//! JSON pointers (RFC 6901).

/// Returns `pointer` extended by `key`, which is escaped.
pub fn child(pointer: &str, key: &str) -> String {
    if key.contains(['~', '/']) {
        format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
    } else {
        format!("{pointer}/{key}")
    }
}
