//! `cargo xtask docs`: the contract as a site that can be put anywhere.
//!
//! The site is a folder of files that ask no other host for anything, and open from `file://`. All
//! pages but the reference are Markdown first, made here from the contract. The same contract gives
//! the same bytes: no file has a time or a path of this machine in it.
//!
//! `links-server` shows the same pages. Those it carries are checked in, as whatever is generated from
//! the contract, by `cargo xtask generate`; making them while the server is built was rejected, which
//! would have it depend on everything that reads contracts.

mod changes;
mod overview;
mod page;
mod reference;
mod rustdoc;
mod samples;
mod serve;
mod states;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::generate::{self, GeneratedFile, rustfmt};
use crate::reader::Contract;
use reference::Host;

/// Where the server's pages are checked in.
const SERVER: &str = "server/src/docs";

/// What to make of the site.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The folder to write it to; what is in it goes.
    #[arg(long, value_name = "DIR", default_value = "target/site")]
    out: PathBuf,
    /// Add what `cargo doc` says of the client.
    #[arg(long)]
    rustdoc: bool,
    /// Show it on a port of this machine.
    #[arg(long)]
    serve: bool,
}

/// All files, by their paths in the site.
type Site = BTreeMap<String, Vec<u8>>;

/// Writes the site.
pub fn run(
    options: &Options,
    contract: &Contract,
    root: &Path,
    out: &mut dyn Write,
) -> Result<(), Box<dyn Error>> {
    let mut site = site(contract, root, Host::Anybody, options.rustdoc)?;
    site.insert("scalar.js".to_owned(), renderer()?);
    if options.rustdoc {
        rustdoc::add(&mut site, root)?;
    }
    write(&site, &options.out)?;
    let size: usize = site.values().map(Vec::len).sum();
    let count = site.len();
    writeln!(out, "{}: {count} files, {} kB", options.out.display(), size / 1000)?;
    if options.serve {
        serve::serve(site)?;
    }
    Ok(())
}

/// Writes what the server carries; stdout is for findings.
pub fn generate(contract: &Contract, root: &Path) -> Result<(), Box<dyn Error>> {
    for path in generate::write(root, &for_server(contract, root)?)? {
        eprintln!("wrote {}", path.display());
    }
    Ok(())
}

/// What the server carries: the pages, the list of them, and the samples, which its tests run.
fn for_server(contract: &Contract, root: &Path) -> Result<Vec<GeneratedFile>, Box<dyn Error>> {
    let site = site(contract, root, Host::Server, false)?;
    let mut list = format!(
        "// {}\n\n/// The files of the docs: name, media type, content.\n\
         pub(super) const FILES: &[(&str, &str, &[u8])] = &[\n",
        generated(contract)
    );
    for name in site.keys() {
        let media_type = media_type(name);
        list.push_str(&format!(
            "    (\"{name}\", \"{media_type}\", include_bytes!(\"site/{name}\")),\n"
        ));
    }
    list.push_str("];\n");
    let text = rustfmt::format(&list)?;
    let mut files = vec![GeneratedFile { path: Path::new(SERVER).join("files.rs"), text }];
    for (name, bytes) in site {
        let path = Path::new(SERVER).join("site").join(name);
        files.push(GeneratedFile { path, text: String::from_utf8(bytes)? });
    }
    Ok(files)
}

/// Everything but the renderer.
fn site(
    contract: &Contract,
    root: &Path,
    host: Host,
    has_rustdoc: bool,
) -> Result<Site, Box<dyn Error>> {
    let releases = changes::releases(root)?;
    let samples = samples::samples(contract)?;
    let generated = generated(contract);
    let title = contract.document()["info"]["title"].as_str().unwrap_or_default();
    let overview = overview::markdown(contract, &samples, has_rustdoc)?;
    let log = changes::markdown(contract, &releases)?;
    let script = reference::script(contract, &samples)?;
    let mut site = Site::new();
    let mut add = |name: &str, text: String| drop(site.insert(name.to_owned(), text.into_bytes()));
    add("index.html", page::page(title, &generated, &overview));
    add("changes.html", page::page(&format!("{title} · Change log"), &generated, &log));
    add("reference.html", reference::page(contract, &generated, host));
    add("reference.js", format!("// {generated}\n{script}"));
    add("style.css", include_str!("../../docs/style.css").to_owned());
    add("licences.txt", include_str!("../../docs/licences.txt").to_owned());
    add("llms.txt", overview::for_models(contract, &samples)?);
    add("openapi.json", format!("{:#}\n", contract.document()));
    add("openapi.yaml", fs::read_to_string(root.join(contract.file()))?);
    for release in releases {
        add(&format!("released/{}.yaml", release.version), release.text);
    }
    for sample in samples {
        add(&format!("samples/{}.sh", sample.name), sample.curl);
        if let Some(rust) = sample.rust {
            add(&format!("samples/{}.rs", sample.name), rust);
        }
    }
    Ok(site)
}

/// The whole of Scalar, as its makers publish it on crates.io.
fn renderer() -> Result<Vec<u8>, &'static str> {
    scalar_api_reference::get_asset("scalar.js").ok_or("the crate of Scalar has no scalar.js")
}

/// Writes the files beside the folder first, so that it is never half there.
fn write(site: &Site, folder: &Path) -> std::io::Result<()> {
    let beside = folder.with_extension("new");
    if beside.exists() {
        fs::remove_dir_all(&beside)?;
    }
    for (name, bytes) in site {
        let path = beside.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, bytes)?;
    }
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::rename(beside, folder)
}

fn generated(contract: &Contract) -> String {
    let file = contract.file();
    format!("@generated from {file} by `cargo xtask generate`. Do not edit: edit the contract.")
}

fn media_type(name: &str) -> &'static str {
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests;
