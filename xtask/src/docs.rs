//! `cargo xtask docs`: writes the documentation site to a folder, and serves it.

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};

use agenthuman_docs::serve::SiteServer;
use agenthuman_docs::{CLIENT_PACKAGE, StaticSite, static_site};

use crate::{Outcome, RELEASED, output_folder, read_contract};

/// The options of the site.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Write the site to a folder: a new or an empty one, or one that this command wrote before
    /// [default: target/site in the repository]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Add the Rust documentation of the client
    #[arg(long)]
    rustdoc: bool,
    /// Set the URL at which the site will be published, for its site map and for links to its pages
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Serve the site on a free port of this machine until Ctrl-C
    #[arg(long)]
    serve: bool,
}

/// Writes the site, and serves it if requested.
///
/// # Errors
///
/// A contract that cannot be documented, a folder that must not be written, or a server that cannot be
/// started.
pub fn run(options: &Options, root: &Path, out: &mut dyn Write) -> Result<Outcome, Box<dyn Error>> {
    let contract = read_contract(None, root)?;
    let url = options.url.as_ref().map(|url| format!("{}/", url.trim_end_matches('/')));
    let url = url.as_deref();
    let rustdoc = options.rustdoc.then_some(CLIENT_PACKAGE);
    let site = static_site(&contract, root, RELEASED, StaticSite { rustdoc, url })?;
    let files = site.iter().map(|(name, page)| (PathBuf::from(name), page.bytes.clone())).collect();
    let folder = options.out.clone().unwrap_or_else(|| root.join("target/site"));
    output_folder::write(&folder, &files, root)?;
    let size: usize = files.values().map(Vec::len).sum();
    writeln!(out, "{}: {} files, {} kB", folder.display(), files.len(), size / 1000)?;
    if options.serve {
        tokio::runtime::Runtime::new()?.block_on(async {
            let server = SiteServer::bind(site).await?;
            writeln!(out, "{}", server.url())?;
            server.run().await
        })?;
    }
    Ok(Outcome::Clean)
}
