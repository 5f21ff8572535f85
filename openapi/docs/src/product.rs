//! Names of this product that the pages and samples show. Everything else comes from the contract.

/// The package of the Rust client.
pub const CLIENT_PACKAGE: &str = "agenthuman-links";

/// The library of the Rust client, as programs import it.
pub(crate) const CLIENT_LIBRARY: &str = "agenthuman_links";

/// The program of the client's package.
pub(crate) const BINARY: &str = "links";

/// The repository that the client is installed from.
pub(crate) const REPOSITORY: &str = "https://github.com/agenthuman/agenthuman-links";

/// The environment variable for the API key.
pub(crate) const KEY_VARIABLE: &str = "AGENTHUMAN_API_KEY";

/// The environment variable for the base URL.
pub(crate) const BASE_URL_VARIABLE: &str = "AGENTHUMAN_BASE_URL";
