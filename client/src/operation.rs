//! Facts of the contract that the generated code hands to the runtime.

/// The service that the contract describes.
#[derive(Debug)]
pub(crate) struct Service {
    /// The URL of the production server, if the contract names it.
    pub(crate) base_url: Option<&'static str>,
    /// The security schemes. The API key of the client is the secret for the first one.
    pub(crate) security_schemes: &'static [SecurityScheme],
    /// True if each operation requires a credential.
    pub(crate) requires_credential: bool,
}

/// A way to authenticate requests.
#[derive(Debug)]
pub(crate) struct SecurityScheme {
    /// The name in the contract.
    pub(crate) name: &'static str,
    pub(crate) place: CredentialPlace,
}

/// The part of a request that carries a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "the contract decides which ones are used")]
pub(crate) enum CredentialPlace {
    /// A header with this name, in lower case.
    Header(&'static str),
    /// The header `Authorization`, as a bearer token.
    Bearer,
    /// The header `Authorization`, as user and password with a colon in between.
    Basic,
    /// A query parameter with this name.
    Query(&'static str),
    /// A cookie with this name.
    Cookie(&'static str),
}

/// One operation of the contract.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    /// The path template, with its parameters in braces.
    pub(crate) path: &'static str,
    /// The media type of the request body, if it is not the usual one of its kind.
    pub(crate) content_type: Option<&'static str>,
    /// The alternative sets of security schemes that authenticate a request.
    pub(crate) security: &'static [&'static [&'static str]],
}
