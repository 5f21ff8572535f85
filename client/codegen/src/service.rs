//! The parts of the generated client that belong to no operation: the service, and the connection
//! between progenitor's client and the runtime.
//!
//! progenitor ignores `servers` and `securitySchemes`.

use agenthuman_contract::Contract;
use proc_macro2::TokenStream;
use quote::quote;

use crate::security::SecuritySchemes;

/// Returns the code for the service that a contract describes.
pub fn service(contract: &Contract) -> TokenStream {
    let base_url = match base_url(contract) {
        Some(url) => quote!(Some(#url)),
        None => quote!(None),
    };
    let security = SecuritySchemes::read(contract);
    let (schemes, requires_credential) = (security.tokens(), security.requires_credential());
    let setters = security.setters();
    quote! {
        /// The service of the contract.
        pub(crate) const SERVICE: crate::operation::Service = crate::operation::Service {
            base_url: #base_url,
            security_schemes: #schemes,
            requires_credential: #requires_credential,
        };

        #setters

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

/// Returns the URL of the first server, unless it is relative. Its variables have their defaults.
fn base_url(contract: &Contract) -> Option<String> {
    let server = contract.get("/servers/0")?;
    let mut url = server["url"].as_str()?.to_owned();
    for (name, variable) in server["variables"].as_object().into_iter().flatten() {
        url = url.replace(&format!("{{{name}}}"), variable["default"].as_str().unwrap_or_default());
    }
    url.contains("://").then_some(url)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn base_url_is_that_of_the_first_server() {
        for (server, expected) in [
            ("{url: 'https://a.test/v1'}", Some("https://a.test/v1")),
            ("{url: /v1}", None),
            (
                "{url: 'https://{region}.a.test', variables: {region: {default: eu}}}",
                Some("https://eu.a.test"),
            ),
        ] {
            let text = format!("openapi: 3.0.3\nservers: [{server}]\n");
            let contract = Contract::parse("c.yaml", &text).unwrap();
            assert_eq!(base_url(&contract).as_deref(), expected);
        }
    }
}
