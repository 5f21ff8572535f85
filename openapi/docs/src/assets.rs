//! The files that pages load: style, scripts and pictures. Their names contain a hash of their content,
//! so that a browser can keep them for ever.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

/// The folder of the files in a site.
pub(crate) const FOLDER: &str = "assets/";

/// The folder of their sources, relative to the repository.
const SOURCES: &str = "openapi/docs/assets";

/// A file that pages load.
#[derive(Debug)]
pub(crate) struct Asset {
    pub path: String,
    pub bytes: Vec<u8>,
    /// The file in the repository with the same content; `None` if it is generated.
    pub copy_of: Option<String>,
}

/// The files that pages load, by name.
#[derive(Debug)]
pub(crate) struct Assets(BTreeMap<&'static str, Asset>);

impl Assets {
    /// Returns all files; `search` is the script with the index of the search.
    pub(crate) fn new(search: String) -> Self {
        let mut assets = BTreeMap::new();
        let files: [(&str, &[u8]); 5] = [
            ("style.css", include_bytes!("../assets/style.css")),
            ("site.js", include_bytes!("../assets/site.js")),
            ("theme.js", include_bytes!("../assets/theme.js")),
            ("icon.svg", include_bytes!("../assets/icon.svg")),
            ("card.png", include_bytes!("../assets/card.png")),
        ];
        for (name, bytes) in files {
            let copy_of = Some(format!("{SOURCES}/{name}"));
            assets.insert(name, Asset { path: path(name, bytes), bytes: bytes.to_vec(), copy_of });
        }
        let bytes = search.into_bytes();
        let path = path("search.js", &bytes);
        assets.insert("search.js", Asset { path, bytes, copy_of: None });
        Assets(assets)
    }

    /// Returns the path of a file in the site.
    pub(crate) fn path(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |asset| &asset.path)
    }

    pub(crate) fn into_files(self) -> impl Iterator<Item = Asset> {
        self.0.into_values()
    }
}

/// Returns the path of a file: its name with the beginning of its SHA-256 digest.
fn path(name: &str, bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let hash: String = digest.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    format!("{FOLDER}{stem}.{hash}.{extension}")
}
