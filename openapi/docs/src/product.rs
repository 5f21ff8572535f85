//! Names of this product that the pages and samples show. Everything else comes from the contract.

/// The package of the Rust client.
pub const CLIENT_PACKAGE: &str = "agenthuman-links";

/// The library of the Rust client, as programs import it.
pub(crate) const CLIENT_LIBRARY: &str = "agenthuman_links";

/// The package of the server.
pub(crate) const SERVER_PACKAGE: &str = "agenthuman-links-server";

/// The program of the client's package.
pub(crate) const BINARY: &str = "links";

/// The repository that the client is installed from.
pub(crate) const REPOSITORY: &str = "https://github.com/agenthuman/agenthuman-links";

/// The environment variable for the API key.
pub(crate) const KEY_VARIABLE: &str = "AGENTHUMAN_API_KEY";

/// The environment variable for the base URL.
pub(crate) const BASE_URL_VARIABLE: &str = "AGENTHUMAN_BASE_URL";

/// The advice for a reader whose server does not allow requests from the page.
pub(crate) const CROSS_ORIGIN_HINT: &str = "A browser sends this request only if the server allows the \
     origin of this page. A links-server allows it if the setting cors_origins contains that origin. If \
     the server does not, use the shown command in a terminal.";
