//! The parts of the generated client that belong to no operation: the service, its authentication,
//! and the connection between progenitor's client and the runtime.
//!
//! progenitor ignores `servers` and `securitySchemes`.

use agenthuman_contract::Contract;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use crate::unsupported::Unsupported;

const RULE: &str = "client-service";
const BASE_URL: &str = "/servers/0/url";
const SECURITY_SCHEMES: &str = "/components/securitySchemes";

/// The service that a contract describes.
pub struct Service {
    base_url: String,
    /// The name of the header that carries the API key, in lower case as reqwest needs it.
    api_key_header: String,
}

impl Service {
    /// Reads the service from a contract.
    pub fn read(contract: &Contract) -> Result<Self, Vec<Unsupported>> {
        match (base_url(contract), api_key_header(contract)) {
            (Ok(base_url), Ok(api_key_header)) => Ok(Service { base_url, api_key_header }),
            (base_url, header) => Err(base_url.err().into_iter().chain(header.err()).collect()),
        }
    }

    /// Returns the code for the service.
    pub fn tokens(&self) -> TokenStream {
        let Service { base_url, api_key_header } = self;
        quote! {
            /// The service of the contract.
            pub(crate) const SERVICE: crate::operation::Service = crate::operation::Service {
                base_url: #base_url,
                api_key_header: #api_key_header,
            };

            impl ClientHooks<crate::call::Call> for Client {
                async fn pre<E>(
                    &self,
                    _: &mut ::reqwest::Request,
                    _: &OperationInfo,
                ) -> Result<(), Error<E>> {
                    self.inner().acquire_permit().await
                }

                async fn exec(
                    &self,
                    request: ::reqwest::Request,
                    _: &OperationInfo,
                ) -> ::reqwest::Result<::reqwest::Response> {
                    self.inner().execute(self.client(), request).await
                }
            }

            /// Starts a call, and returns progenitor's client for it.
            fn start_call(
                client: &crate::Client,
                operation: &'static crate::operation::Operation,
            ) -> (Client, crate::call::Call) {
                let call = client.start_call(operation);
                let http = client.http_client();
                (Client::new_with_client(client.base_url(), http, call.clone()), call)
            }
        }
    }
}

fn base_url(contract: &Contract) -> Result<String, Unsupported> {
    let url = contract.get(BASE_URL).and_then(Value::as_str).map(str::to_owned);
    url.ok_or_else(|| {
        Unsupported::new(RULE, BASE_URL, "the service", "a contract without the URL of a server")
    })
}

fn api_key_header(contract: &Contract) -> Result<String, Unsupported> {
    let unsupported =
        |pointer: &str, message: &str| Unsupported::new(RULE, pointer, "the service", message);
    let schemes = contract.get(SECURITY_SCHEMES).and_then(Value::as_object);
    let scheme = schemes
        .into_iter()
        .flatten()
        .find(|(_, scheme)| scheme["type"] == "apiKey" && scheme["in"] == "header");
    let Some((_, scheme)) = scheme else {
        let message = "a contract without an API key in a header";
        return Err(unsupported(SECURITY_SCHEMES, message));
    };
    let header = scheme["name"].as_str().unwrap_or_default().to_lowercase();
    let is_valid = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if header.is_empty() || !header.bytes().all(is_valid) {
        let message = format!(
            "the API key header `{header}`; only letters, digits and hyphens are supported"
        );
        return Err(unsupported(SECURITY_SCHEMES, &message));
    }
    Ok(header)
}
