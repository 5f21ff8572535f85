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
    /// The URL of the first server, if there is one.
    base_url: Option<String>,
    /// The name of the header that carries the API key, in lower case as reqwest needs it, if there are
    /// API keys.
    api_key_header: Option<String>,
}

impl Service {
    /// Reads the service from a contract.
    pub fn read(contract: &Contract) -> Result<Self, Unsupported> {
        let base_url = contract.get(BASE_URL).and_then(Value::as_str).map(str::to_owned);
        Ok(Service { base_url, api_key_header: api_key_header(contract)? })
    }

    /// Returns the code for the service.
    pub fn tokens(&self) -> TokenStream {
        let base_url = option(self.base_url.as_deref());
        let api_key_header = option(self.api_key_header.as_deref());
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

fn option(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote!(Some(#text)),
        None => quote!(None),
    }
}

fn api_key_header(contract: &Contract) -> Result<Option<String>, Unsupported> {
    let unsupported =
        |pointer: &str, message: &str| Unsupported::new(RULE, pointer, "the service", message);
    let schemes = contract.get(SECURITY_SCHEMES).and_then(Value::as_object);
    let Some(schemes) = schemes.filter(|schemes| !schemes.is_empty()) else { return Ok(None) };
    let scheme =
        schemes.iter().find(|(_, scheme)| scheme["type"] == "apiKey" && scheme["in"] == "header");
    let Some((_, scheme)) = scheme else {
        let message = "authentication by anything else than an API key in a header";
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
    Ok(Some(header))
}
