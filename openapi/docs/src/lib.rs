//! Generates a documentation site from a contract.
//!
//! The site is a folder of files that request nothing from any other host and also open from
//! `file://`. All pages but the reference are Markdown first, made here from the contract. The same
//! contract gives the same bytes: no file contains a time or a path of this machine.
//!
//! A server shows the same pages. Those that it embeds are checked in, like everything else that is
//! generated from the contract. Generating them while the server is built was rejected: the server
//! would then depend on everything that reads contracts.

mod changes;
mod overview;
mod page;
mod reference;
mod samples;
mod states;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use agenthuman_contract::{Contract, ContractError};

pub use reference::Host;

/// The folder of the files that every site has, in the repository.
const ASSETS: &str = "openapi/docs/assets";

/// The files of a site, by their paths in it.
pub type Site = BTreeMap<String, Page>;

/// A file of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The content.
    pub bytes: Vec<u8>,
    /// The file of the repository that this is a copy of; `None` if it is generated.
    pub copy_of: Option<String>,
}

/// Generates everything but the renderer of the reference.
///
/// `root` is the repository, to which the name of the contract's file is relative, and `released`
/// the folder of released contracts in it.
///
/// # Errors
///
/// A contract without what the pages need, such as an example for a path parameter; a file that
/// cannot be read.
pub fn site(
    contract: &Contract,
    root: &Path,
    released: &str,
    host: Host,
    has_rustdoc: bool,
) -> Result<Site, Box<dyn Error>> {
    let releases = changes::releases(root, released)?;
    let samples = samples::samples(&contract.unwrapped())?;
    let generated = generated(contract);
    let title = contract.document()["info"]["title"].as_str().unwrap_or_default();
    let overview = overview::markdown(contract, &samples, has_rustdoc)?;
    let log = changes::markdown(contract, &releases)?;
    let script = reference::script(contract, &samples)?;
    let mut site = Site::new();
    let mut add = |name: &str, text: String, copy_of: Option<String>| {
        site.insert(name.to_owned(), Page { bytes: text.into_bytes(), copy_of });
    };
    add("index.html", page::page(title, &generated, &overview), None);
    add("changes.html", page::page(&format!("{title} · Change log"), &generated, &log), None);
    add("reference.html", reference::page(contract, &generated, host), None);
    add("reference.js", format!("// {generated}\n{script}"), None);
    for (name, text) in [
        ("style.css", include_str!("../assets/style.css")),
        ("licences.txt", include_str!("../assets/licences.txt")),
    ] {
        add(name, text.to_owned(), Some(format!("{ASSETS}/{name}")));
    }
    add("llms.txt", overview::for_models(contract, &samples)?, None);
    add("openapi.json", format!("{:#}\n", contract.document()), None);
    let file = contract.file();
    let text = std::fs::read_to_string(root.join(file)).map_err(|error| format!("{file}: {error}"));
    add("openapi.yaml", text?, Some(file.to_owned()));
    for release in releases {
        let name = format!("{}.yaml", release.version);
        let file = format!("{released}/{name}");
        add(&format!("released/{name}"), release.text, Some(file));
    }
    for sample in samples {
        add(&format!("samples/{}.sh", sample.name), sample.curl, None);
        if let Some(rust) = sample.rust {
            add(&format!("samples/{}.rs", sample.name), rust, None);
        }
    }
    Ok(site)
}

/// Generates the files that a server embeds: the pages, and `files.rs`, which lists them.
///
/// `folder` is the module of the server that embeds them, relative to the repository. Pages that are
/// copies of a file in the repository are embedded from there. `files.rs` is not formatted.
///
/// # Errors
///
/// As [`site`].
pub fn embedded(
    contract: &Contract,
    root: &Path,
    released: &str,
    folder: &str,
) -> Result<BTreeMap<PathBuf, String>, Box<dyn Error>> {
    let mut list = format!(
        "// {}\n\n/// The files of the documentation: name, media type, content.\n\
         pub(super) const FILES: &[(&str, &str, &[u8])] = &[\n",
        generated(contract)
    );
    let up = "../".repeat(Path::new(folder).components().count());
    let mut files = BTreeMap::new();
    for (name, Page { bytes, copy_of }) in site(contract, root, released, Host::Server, false)? {
        let media_type = media_type(&name);
        let path = match copy_of {
            Some(file) => format!("{up}{file}"),
            None => {
                let page = format!("site/{name}");
                files.insert(Path::new(folder).join(&page), String::from_utf8(bytes)?);
                page
            }
        };
        list.push_str(&format!("(\"{name}\", \"{media_type}\", include_bytes!(\"{path}\")),\n"));
    }
    list.push_str("];\n");
    files.insert(Path::new(folder).join("files.rs"), list);
    Ok(files)
}

/// Returns the renderer of the reference, as its makers publish it on crates.io: `scalar.js`.
pub fn renderer() -> Option<Vec<u8>> {
    scalar_api_reference::get_asset("scalar.js")
}

fn generated(contract: &Contract) -> String {
    let file = contract.file();
    format!("@generated from {file} by `cargo xtask generate`. Do not edit: edit the contract.")
}

/// Returns the media type of a file of the site, by the end of its name.
pub fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
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

/// Returns the table of the three states of an operation's fields, in Markdown; `None` for an
/// operation without such fields.
///
/// # Errors
///
/// A reference that cannot be resolved.
pub fn three_states(contract: &Contract, operation: &str) -> Result<Option<String>, ContractError> {
    states::table(contract, operation)
}
