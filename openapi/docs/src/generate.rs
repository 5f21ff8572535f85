//! Generates the files of a site.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use agenthuman_contract::Contract;

use crate::assets::{self, Asset, Assets};
use crate::guides::Guides;
use crate::page::{Page, relocate, root_of};
use crate::product::CLIENT_LIBRARY;
use crate::samples::SampleText;
use crate::search::Index;
use crate::shell::{Group, Link, Shell};
use crate::site::{Host, Site, SiteFile, media_type};
use crate::{change_log, llms_txt, overview, reference, rustdoc, samples, sanitize};

/// The settings of a site for any web server.
#[derive(Clone, Copy, Debug, Default)]
pub struct StaticSite<'a> {
    /// The package whose Rust documentation is a part of the site.
    pub rustdoc: Option<&'a str>,
    /// The URL at which the site is published, with a slash at the end. With it the site has a site map,
    /// and its pages have canonical addresses.
    pub url: Option<&'a str>,
}

/// Generates a complete site, for a folder or for any web server.
///
/// `root` is the repository, to which the path of the contract is relative. `released` is the folder of
/// released contracts in it.
///
/// # Errors
///
/// A contract without something that the pages need, such as an example for a path parameter; a guide
/// that refers to something that does not exist; a file that cannot be read; a package that cannot be
/// documented.
pub fn static_site(
    contract: &Contract,
    root: &Path,
    released: &str,
    settings: StaticSite<'_>,
) -> Result<Site, Box<dyn Error>> {
    let StaticSite { rustdoc, url } = settings;
    let mut site = files(contract, root, released, Host::Static, settings)?;
    if let Some(package) = rustdoc {
        rustdoc::add(&mut site, root, package)?;
    }
    if let Some(url) = url {
        let pages = site.keys().filter(|name| name.ends_with(".html") && *name != "404.html");
        let pages = pages.map(|name| format!("<url><loc>{url}{name}</loc></url>\n"));
        let map = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{}</urlset>\n",
            pages.collect::<String>()
        );
        site.insert("sitemap.xml".to_owned(), SiteFile { bytes: map.into_bytes(), copy_of: None });
    }
    Ok(site)
}

/// Generates the files that the API server embeds: the pages, and `files.rs`, which lists them.
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
    let site = self::files(contract, root, released, Host::ApiServer, StaticSite::default())?;
    for (name, SiteFile { bytes, copy_of }) in site {
        let media_type = media_type(&name);
        let path = match copy_of {
            Some(file) => format!("{up}{file}"),
            None => {
                let page = format!("site/{}", without_hash(&name));
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

/// Returns the path at which a file is checked in: an asset has no hash in its name, so that a change of
/// its content does not leave the old file behind.
fn without_hash(name: &str) -> String {
    let parts: Vec<_> = name.split('.').collect();
    match parts.as_slice() {
        [stem, _, extension] if stem.starts_with(assets::FOLDER) => format!("{stem}.{extension}"),
        _ => name.to_owned(),
    }
}

/// Generates everything but the Rust documentation.
fn files(
    contract: &Contract,
    root: &Path,
    released: &str,
    host: Host,
    settings: StaticSite<'_>,
) -> Result<Site, Box<dyn Error>> {
    let releases = change_log::releases(root, released)?;
    let samples = samples::samples(&contract.normalized(), host)?;
    let document = contract.document();
    let text = |key: &str| document["info"][key].as_str().unwrap_or_default();
    let guides = Guides { contract, samples: &samples, host, root }.pages()?;
    let mut operations = Vec::new();
    for operation in contract.operations() {
        operations.push(reference::page(contract, &samples, &operation)?);
    }
    let mut site = Site::new();
    let mut add = |name: &str, text: String, copy_of: Option<String>| {
        site.insert(name.to_owned(), SiteFile { bytes: text.into_bytes(), copy_of });
    };
    let navigation = navigation(&guides, &operations, settings.rustdoc.is_some());
    let has_rustdoc = settings.rustdoc.is_some();
    let mut pages = vec![overview::page(contract, &samples, &guides, host, has_rustdoc)?];
    pages.extend(guides);
    pages.push(reference::index(contract));
    pages.extend(operations);
    let log = change_log::markdown(contract, &releases)?;
    let about_log = "The changes of each release of the API, and whom they break";
    pages.push(Page::of_markdown("changes", "Change log", about_log, log));
    add("llms.txt", llms_txt::page(contract, &samples, &pages)?, None);
    let index = Index::of(&pages);
    pages.push(index.names());
    pages.push(not_found());
    let assets = Assets::new(index.script());
    let marker = generated_marker(contract);
    let shell = Shell {
        title: text("title"),
        version: text("version"),
        marker: &marker,
        host,
        url: settings.url,
        assets: &assets,
        navigation: &navigation,
    };
    // The files that pages link to: pages, samples, contracts and the Rust documentation.
    let is_known = |target: &str| {
        let page = target.strip_suffix(".html");
        page.is_some_and(|path| pages.iter().any(|page| page.path == path))
            || ["openapi.yaml", "openapi.json", "llms.txt"].contains(&target)
            || ["released/", "samples/", rustdoc::FOLDER].iter().any(|one| target.starts_with(one))
    };
    for page in &pages {
        let root = root_of(&page.path);
        let html = |markdown: &str| relocate(markdown, &root, None, is_known);
        add(&format!("{}.html", page.path), shell.html(page, &html).0, None);
        let markdown = sanitize::markdown(&page.markdown());
        let markdown = relocate(&markdown, &root, Some("md"), is_known);
        add(&format!("{}.md", page.path), markdown, None);
    }
    add("openapi.json", format!("{document:#}\n"), None);
    let file = contract.file();
    let yaml = std::fs::read_to_string(root.join(file))
        .map_err(|error| format!("failed to read {file}: {error}"))?;
    add("openapi.yaml", yaml, Some(file.to_owned()));
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
    for Asset { path, bytes, copy_of } in assets.into_files() {
        site.insert(path, SiteFile { bytes, copy_of });
    }
    Ok(site)
}

/// Returns the links that every page shows.
fn navigation(guides: &[Page], operations: &[Page], has_rustdoc: bool) -> Vec<Group> {
    let link = |path: &str, text: &str| Link { path: path.to_owned(), text: text.to_owned() };
    let of_page = |page: &Page| link(&format!("{}.html", page.path), &page.title);
    let mut reference = vec![link("reference.html", "All operations")];
    reference.extend(operations.iter().map(of_page));
    let mut more = vec![link("changes.html", "Change log"), link("names.html", "Index")];
    if has_rustdoc {
        let path = format!("{}/{CLIENT_LIBRARY}/index.html", rustdoc::FOLDER);
        more.push(link(&path, "Rust documentation"));
    }
    let mut start = vec![link("index.html", "Overview")];
    start.extend(guides.iter().map(of_page));
    vec![
        Group { title: "Guides", links: start },
        Group { title: "Reference", links: reference },
        Group { title: "More", links: more },
    ]
}

/// Returns the page for paths that do not exist.
fn not_found() -> Page {
    let text = "# Page not found\n\nThere is no page at this address. Start at the \
                [overview](index.html), or look for a name in the [index](names.html).\n";
    Page::of_markdown("404", "Page not found", "There is no page at this address", text.to_owned())
}

/// Returns the first line of a generated file, without the comment's delimiters.
fn generated_marker(contract: &Contract) -> String {
    let file = contract.file();
    format!("@generated from {file} by `cargo xtask generate`. Do not edit: edit the contract.")
}
