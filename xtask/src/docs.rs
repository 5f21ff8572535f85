//! `cargo xtask docs`: the documentation site as a folder.

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};

use agenthuman_docs::{Host, Page, renderer, site};

use crate::{Outcome, RELEASED, output_folder, read_contract, rustdoc, site_server};

/// Where and how to write the site.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Write the site to a folder: a new or an empty one, or one that this command wrote before
    /// [default: target/site in the repository]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Add the Rust documentation of the client
    #[arg(long)]
    rustdoc: bool,
    /// Serve the site on a free port of this machine until Ctrl-C
    #[arg(long)]
    serve: bool,
}

/// Writes the site.
///
/// # Errors
///
/// A contract that cannot be documented, or a folder that may not be written.
pub fn run(options: &Options, root: &Path, out: &mut dyn Write) -> Result<Outcome, Box<dyn Error>> {
    let contract = read_contract(None, root)?;
    let mut site = site(&contract, root, RELEASED, Host::Anybody, options.rustdoc)?;
    let bytes = renderer().ok_or("the crate `scalar_api_reference` has no scalar.js")?;
    site.insert("scalar.js".to_owned(), Page { bytes, copy_of: None });
    if options.rustdoc {
        rustdoc::add(&mut site, root)?;
    }
    let files = site.iter().map(|(name, page)| (PathBuf::from(name), page.bytes.clone())).collect();
    let folder = options.out.clone().unwrap_or_else(|| root.join("target/site"));
    output_folder::write(&folder, &files, root)?;
    let size: usize = files.values().map(Vec::len).sum();
    writeln!(out, "{}: {} files, {} kB", folder.display(), files.len(), size / 1000)?;
    if options.serve {
        site_server::serve(site)?;
    }
    Ok(Outcome::Clean)
}
