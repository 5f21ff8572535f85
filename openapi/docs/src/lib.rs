//! Generates a documentation site from an OpenAPI 3.0 contract.
//!
//! A site is a set of files that load nothing from another host and also open from `file://`. All pages
//! are complete without a script, and each has a twin in Markdown. The same contract gives the same
//! bytes: no file contains a time or a local path. HTML in the texts of the contract is shown as text.
//!
//! The API server shows the same pages. The files that it embeds are checked in, like all other files
//! that are generated from the contract. Generating them in the server's build script was rejected: the
//! server would then depend on everything that reads contracts.
//!
//! # Example
//! ```no_run
//! use std::path::Path;
//!
//! use agenthuman_contract::Contract;
//! use agenthuman_docs::{StaticSite, static_site};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let root = Path::new(".");
//! let contract = Contract::read(root, "openapi/links.yaml")?;
//! let site = static_site(&contract, root, "openapi/released", StaticSite::default())?;
//! println!("{} bytes", site["index.html"].bytes.len());
//! # Ok(())
//! # }
//! ```

#![warn(missing_docs)]

mod assets;
mod case;
mod change_log;
mod error_codes;
mod field_states;
mod fields;
mod generate;
mod guides;
mod highlight;
mod html;
mod literal;
mod llms_txt;
mod operations;
mod overview;
mod page;
mod product;
mod reference;
mod rustdoc;
mod samples;
mod sanitize;
mod schema;
mod search;
#[cfg(feature = "serve")]
pub mod serve;
mod shell;
mod site;
mod try_it;

pub use change_log::ChangeLog;
pub use generate::{StaticSite, embedded, static_site};
pub use product::CLIENT_PACKAGE;
pub use site::{Site, SiteFile, media_type};
