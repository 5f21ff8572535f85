//! The files of a site.

use std::collections::BTreeMap;

/// The files of a site, by path.
pub type Site = BTreeMap<String, SiteFile>;

/// A file of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteFile {
    /// The content.
    pub bytes: Vec<u8>,
    /// The file in the repository that this one is a copy of; `None` if it is generated.
    pub copy_of: Option<String>,
}

/// Returns the media type of a file, by its extension.
pub fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("yaml") => "application/yaml",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "text/plain; charset=utf-8",
    }
}
