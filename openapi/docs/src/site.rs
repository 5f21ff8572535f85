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

/// The host of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// An API server: samples and forms send their requests to this server.
    ApiServer,
    /// A folder, or any other web server.
    Static,
}

/// Returns the media type of a file, by its extension.
pub fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("xml") => "application/xml",
        // Browsers download `application/yaml` and `text/markdown`, and show plain text.
        _ => "text/plain; charset=utf-8",
    }
}
