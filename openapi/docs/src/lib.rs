//! Generates a documentation site from an OpenAPI 3.0 contract.
//!
//! A site is a set of files that send no request to another host and also open from `file://`. All
//! pages except the reference are generated as Markdown first. The same contract gives the same bytes:
//! no file contains a time or a local path. HTML in the texts of the contract is shown as text.
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
//! use agenthuman_docs::static_site;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let root = Path::new(".");
//! let contract = Contract::read(root, "openapi/links.yaml")?;
//! let site = static_site(&contract, root, "openapi/released", None)?;
//! println!("{} bytes", site["index.html"].bytes.len());
//! # Ok(())
//! # }
//! ```

#![warn(missing_docs)]

mod change_log;
mod error_codes;
mod field_states;
mod generate;
mod html;
mod literal;
mod llms_txt;
mod operations;
mod overview;
mod product;
mod reference;
mod rustdoc;
mod samples;
mod sanitize;
mod schema;
#[cfg(feature = "serve")]
pub mod serve;
mod site;

pub use change_log::ChangeLog;
pub use generate::{embedded, static_site};
pub use product::CLIENT_PACKAGE;
pub use site::{Site, SiteFile, media_type};
