//! Generates the files of a site.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use agenthuman_contract::Contract;

use crate::reference::Host;
use crate::samples::SampleText;
use crate::site::{Site, SiteFile, media_type};
use crate::{change_log, html, llms_txt, overview, reference, rustdoc, samples};

/// The folder of the files that every site has, relative to the repository.
const ASSETS: &str = "openapi/docs/assets";

/// Generates a complete site, for a folder or for any web server.
///
/// `root` is the repository, to which the path of the contract is relative. `released` is the folder of
/// released contracts in it. If `rustdoc` names a package of the repository, the site includes its Rust
/// documentation.
///
/// # Errors
///
/// A contract without something that the pages need, such as an example for a path parameter; a file
/// that cannot be read; a package that cannot be documented.
pub fn static_site(
    contract: &Contract,
    root: &Path,
    released: &str,
    rustdoc: Option<&str>,
) -> Result<Site, Box<dyn Error>> {
    let mut site = pages(contract, root, released, Host::Static, rustdoc.is_some())?;
    let bytes = scalar_api_reference::get_asset(reference::RENDERER)
        .ok_or("the crate `scalar_api_reference` does not contain its script")?;
    site.insert(reference::RENDERER.to_owned(), SiteFile { bytes, copy_of: None });
    if let Some(package) = rustdoc {
        rustdoc::add(&mut site, root, package)?;
    }
    Ok(site)
}

/// Generates the files that the API server embeds: the pages, and `files.rs`, which lists them. The
/// renderer of the reference is not among them: the server takes it from `scalar_api_reference`.
///
/// `folder` is the module of the server that embeds them, relative to the repository. A page that is a
/// copy of a file in the repository is embedded from there. `files.rs` is not formatted.
///
/// # Errors
///
/// The same as for [`static_site`].
pub fn embedded(
    contract: &Contract,
    root: &Path,
    released: &str,
    folder: &str,
) -> Result<BTreeMap<PathBuf, String>, Box<dyn Error>> {
    let mut list = format!(
        "// {}\n\n/// The files of the documentation: path, media type, content.\n\
         pub(super) const FILES: &[(&str, &str, &[u8])] = &[\n",
        generated_marker(contract)
    );
    let up = "../".repeat(Path::new(folder).components().count());
    let mut files = BTreeMap::new();
    let pages = pages(contract, root, released, Host::ApiServer, false)?;
    for (name, SiteFile { bytes, copy_of }) in pages {
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

/// Generates everything but the renderer of the reference and the Rust documentation.
fn pages(
    contract: &Contract,
    root: &Path,
    released: &str,
    host: Host,
    has_rustdoc: bool,
) -> Result<Site, Box<dyn Error>> {
    let releases = change_log::releases(root, released)?;
    let samples = samples::samples(&contract.normalized())?;
    let marker = generated_marker(contract);
    let title = contract.document()["info"]["title"].as_str().unwrap_or_default();
    let overview = overview::markdown(contract, &samples, has_rustdoc)?;
    let log = change_log::markdown(contract, &releases)?;
    let script = reference::script(contract, &samples)?;
    let mut site = Site::new();
    let mut add = |name: &str, text: String, copy_of: Option<String>| {
        site.insert(name.to_owned(), SiteFile { bytes: text.into_bytes(), copy_of });
    };
    add("index.html", html::page(title, &marker, &overview), None);
    add("changes.html", html::page(&format!("{title} · Change log"), &marker, &log), None);
    add("reference.html", reference::page(contract, &marker, host), None);
    add("reference.js", format!("// {marker}\n{script}"), None);
    for (name, text) in [
        ("style.css", include_str!("../assets/style.css")),
        ("licences.txt", include_str!("../assets/licences.txt")),
    ] {
        add(name, text.to_owned(), Some(format!("{ASSETS}/{name}")));
    }
    add("llms.txt", llms_txt::markdown(contract, &samples)?, None);
    add("openapi.json", format!("{:#}\n", contract.document()), None);
    let file = contract.file();
    let text = std::fs::read_to_string(root.join(file))
        .map_err(|error| format!("failed to read {file}: {error}"))?;
    add("openapi.yaml", text, Some(file.to_owned()));
    for release in releases {
        let name = format!("{}.yaml", release.version);
        let file = format!("{released}/{name}");
        add(&format!("released/{name}"), release.text, Some(file));
    }
    for sample in samples {
        for SampleText { language, text } in &sample.texts {
            add(&sample.file(*language), text.clone(), None);
        }
    }
    Ok(site)
}

/// Returns the first line of a generated file, without the comment's delimiters.
fn generated_marker(contract: &Contract) -> String {
    let file = contract.file();
    format!("@generated from {file} by `cargo xtask generate`. Do not edit: edit the contract.")
}
