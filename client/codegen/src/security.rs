//! The authentication of the generated client: security schemes, and what each operation requires.

use std::collections::BTreeSet;

use agenthuman_contract::{Contract, child};
use heck::ToSnakeCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value};
use syn::Ident;

use crate::unsupported::{Limit, Unsupported};

const RULE: &str = "client-service";
const SECURITY_SCHEMES: &str = "/components/securitySchemes";

/// The methods of `ClientBuilder` (`client/src/builder.rs`, `client/src/constructors.rs`).
pub const CLIENT_BUILDER_METHODS: [&str; 23] = [
    "allow_http",
    "api_key",
    "api_key_from",
    "attempt_timeout",
    "base_url",
    "base_url_from",
    "base_url_from_env",
    "build",
    "check_base_url",
    "clock",
    "connect_timeout",
    "credential",
    "credentials",
    "from_env",
    "http_client",
    "interceptor",
    "new",
    "rate_limit_timeout",
    "retry",
    "timeout",
    "user_agent",
    "user_agent_value",
    "wait_for_rate_limit",
];

/// The security schemes of a contract that the client supports, the one of the API key first.
pub struct SecuritySchemes {
    schemes: Vec<(String, Place)>,
    requires_credential: bool,
}

/// The part of a request that carries a credential.
#[derive(Clone, Debug)]
enum Place {
    Header(String),
    Bearer,
    Basic,
    Query(String),
    Cookie(String),
}

impl SecuritySchemes {
    /// Reads the security schemes of a contract.
    pub fn read(contract: &Contract) -> Self {
        let declared = declared(contract);
        let mut schemes: Vec<_> =
            declared.filter_map(|(name, scheme)| Some((name.clone(), place(scheme)?))).collect();
        // The API key is the credential that most operations require.
        let operations = contract.operations();
        let uses = |scheme: &str| {
            operations
                .iter()
                .filter(|one| requirements(contract, one).concat().contains(&scheme))
                .count()
        };
        schemes.sort_by_cached_key(|(name, _)| std::cmp::Reverse(uses(name)));
        let requires_credential = operations.iter().all(|operation| {
            let alternatives = requirements(contract, operation);
            !alternatives.is_empty() && alternatives.iter().all(|schemes| !schemes.is_empty())
        });
        SecuritySchemes { schemes, requires_credential }
    }

    /// Returns the value of the field `security_schemes` of the service.
    pub fn tokens(&self) -> TokenStream {
        let schemes = self.schemes.iter().map(|(name, place)| {
            let place = match place {
                Place::Header(name) => quote!(Header(#name)),
                Place::Bearer => quote!(Bearer),
                Place::Basic => quote!(Basic),
                Place::Query(name) => quote!(Query(#name)),
                Place::Cookie(name) => quote!(Cookie(#name)),
            };
            quote! {
                crate::operation::SecurityScheme {
                    name: #name,
                    place: crate::operation::CredentialPlace::#place,
                }
            }
        });
        quote!(&[#(#schemes),*])
    }

    /// Returns true if each operation requires a credential.
    pub fn requires_credential(&self) -> bool {
        self.requires_credential && !self.schemes.is_empty()
    }

    /// Returns the methods that set the secrets for other schemes than the first one.
    pub fn setters(&self) -> Option<TokenStream> {
        let mut taken = BTreeSet::from(CLIENT_BUILDER_METHODS.map(str::to_owned));
        let setters: Vec<_> = self
            .schemes
            .iter()
            .skip(1)
            .map(|(scheme, place)| {
                let mut name = scheme.to_snake_case();
                while syn::parse_str::<Ident>(&name).is_err() || !taken.insert(name.clone()) {
                    name.insert_str(0, "credential_");
                }
                let name = format_ident!("{name}");
                let what = match place {
                    Place::Header(_) | Place::Query(_) | Place::Cookie(_) => "API key",
                    Place::Bearer => "bearer token",
                    Place::Basic => "user and password, as `user:password`,",
                };
                let docs = format!(" Sets the {what} for the security scheme `{scheme}`.");
                quote! {
                    #[doc = #docs]
                    pub fn #name(self, secret: impl Into<::std::string::String>) -> Self {
                        self.credential(#scheme, secret.into())
                    }
                }
            })
            .collect();
        (!setters.is_empty()).then(|| {
            quote! {
                impl crate::ClientBuilder { #(#setters)* }
            }
        })
    }
}

/// Returns the alternatives of an operation, as the field `security` of its description.
pub fn alternatives(contract: &Contract, operation: &str) -> TokenStream {
    let alternatives = requirements(contract, operation);
    let alternatives = alternatives.iter().map(|schemes| quote!(&[#(#schemes),*]));
    quote!(&[#(#alternatives),*])
}

/// Returns the operations of which the client supports no alternative.
pub fn check(contract: &Contract) -> Vec<Unsupported> {
    let is_supported = |name: &&str| {
        let scheme = contract.get(&child(SECURITY_SCHEMES, name));
        scheme.is_none_or(|scheme| place(scheme).is_some())
    };
    let mut found = Vec::new();
    for operation in contract.operations() {
        let alternatives = requirements(contract, &operation);
        let supported = alternatives.iter().any(|schemes| schemes.iter().all(is_supported));
        if alternatives.is_empty() || supported {
            continue;
        }
        let schemes = alternatives.concat();
        let unsupported = schemes.iter().filter(|name| !is_supported(name));
        found.extend(unsupported.map(|name| {
            let pointer = child(SECURITY_SCHEMES, name);
            let message = Limit::Generator.message(format!(
                "the security scheme `{name}`, which is neither an API key, nor a bearer token, nor a \
                 user with a password"
            ));
            Unsupported::new(RULE, &pointer, "the service", message)
        }));
    }
    found
}

/// Returns the alternatives of an operation: the names of the schemes that it requires together.
fn requirements<'c>(contract: &'c Contract, operation: &str) -> Vec<Vec<&'c str>> {
    let own = contract.get(&child(operation, "security"));
    let list = own.or_else(|| contract.get("/security")).and_then(Value::as_array);
    let alternatives = list.into_iter().flatten().filter_map(Value::as_object);
    alternatives.map(|schemes| schemes.keys().map(String::as_str).collect()).collect()
}

fn declared(contract: &Contract) -> impl Iterator<Item = (&String, &Value)> {
    let schemes = contract.get(SECURITY_SCHEMES).and_then(Value::as_object);
    schemes.into_iter().flat_map(Map::iter)
}

/// Returns the place of a scheme's credential, if the client supports it.
fn place(scheme: &Value) -> Option<Place> {
    let text = |key: &str| scheme[key].as_str().unwrap_or_default();
    let name = text("name").to_owned();
    match (text("type"), text("in"), &*text("scheme").to_ascii_lowercase()) {
        ("apiKey", "header", _) => {
            let name = name.to_lowercase();
            http::HeaderName::from_lowercase(name.as_bytes()).is_ok().then_some(Place::Header(name))
        }
        ("apiKey", "query", _) => Some(Place::Query(name)),
        ("apiKey", "cookie", _) => {
            // A name of a cookie is a token, as a name of a header is.
            let is_token = http::HeaderName::from_bytes(name.as_bytes()).is_ok();
            is_token.then_some(Place::Cookie(name))
        }
        ("http", _, "bearer") | ("oauth2" | "openIdConnect", ..) => Some(Place::Bearer),
        ("http", _, "basic") => Some(Place::Basic),
        _ => None,
    }
}
