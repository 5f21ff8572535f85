//! Facts of the contract that the generated code hands to the runtime.

/// The service that the contract describes.
#[derive(Debug)]
pub(crate) struct Service {
    /// The URL of the production server, if the contract names it.
    pub(crate) base_url: Option<&'static str>,
    /// The name of the header that carries the API key, in lower case, if there are API keys.
    pub(crate) api_key_header: Option<&'static str>,
}

/// One operation of the contract.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    /// The path template, with its parameters in braces.
    pub(crate) path: &'static str,
}
