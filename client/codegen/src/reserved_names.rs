//! Names that a contract must not use, because the client already has items with these names.

/// The public items of the crate, apart from the generated ones (`client/src/lib.rs`), and the types
/// of the prelude that the generated code uses.
const PUBLIC_ITEMS: [&str; 15] = [
    "Argument",
    "Client",
    "ClientBuilder",
    "Clock",
    "ConversionError",
    "Error",
    "ErrorKind",
    "Option",
    "Patch",
    "RateLimit",
    "Response",
    "Result",
    "RetryPolicy",
    "Sleep",
    "String",
];

/// The methods of `Client` (`client/src/client.rs`, `client/src/constructors.rs`).
const CLIENT_METHODS: [&str; 11] = [
    "base_url",
    "builder",
    "clone",
    "credential_headers",
    "from_env",
    "from_parts",
    "http_client",
    "new",
    "rate_limit",
    "start_call",
    "time_after",
];

/// The methods of a request builder that do not belong to an input.
pub const BUILDER_METHODS: [&str; 6] =
    ["check", "request", "send", "send_with_response", "stream", "with_request"];

/// The fields of a request builder that do not belong to an input.
pub const BUILDER_FIELDS: [&str; 2] = ["client", "invalid"];

/// Returns true if a public item of the crate has this name, so that no generated type can have it.
pub fn is_public_item(name: &str) -> bool {
    PUBLIC_ITEMS.contains(&name)
}

/// Returns true if `Client` has a method of this name, so that no operation can have it.
pub fn is_client_method(name: &str) -> bool {
    CLIENT_METHODS.contains(&name)
}
