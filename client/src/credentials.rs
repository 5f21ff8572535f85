//! The credentials of a client: the API key, and other secrets that authenticate requests.

use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderName, HeaderValue, Method};
use reqwest::{Request, RequestBuilder, Url};

use crate::operation::{CredentialPlace, Operation, SecurityScheme};

/// The credentials of a client, by security scheme.
///
/// `Debug` shows none of the secrets: their header values are marked as sensitive.
#[derive(Clone, Debug, Default)]
pub(crate) struct Credentials {
    all: Vec<Credential>,
}

/// The secret for one security scheme.
#[derive(Clone, Debug)]
pub(crate) struct Credential {
    scheme: &'static str,
    place: CredentialPlace,
    secret: HeaderValue,
    /// The header that carries the secret, unless the query does.
    header: Option<(HeaderName, HeaderValue)>,
}

impl Credential {
    /// Returns `None` if the secret has characters that are not allowed in a header.
    pub(crate) fn new(scheme: &SecurityScheme, secret: &str) -> Option<Self> {
        let header = match scheme.place {
            CredentialPlace::Header(name) => {
                Some((HeaderName::from_static(name), HeaderValue::from_str(secret).ok()?))
            }
            CredentialPlace::Cookie(name) => {
                Some((COOKIE, HeaderValue::try_from(format!("{name}={secret}")).ok()?))
            }
            CredentialPlace::Bearer => {
                Some((AUTHORIZATION, HeaderValue::try_from(format!("Bearer {secret}")).ok()?))
            }
            CredentialPlace::Basic => Some((AUTHORIZATION, basic(secret)?)),
            CredentialPlace::Query(_) => None,
        };
        let sensitive = |mut value: HeaderValue| {
            value.set_sensitive(true);
            value
        };
        Some(Credential {
            scheme: scheme.name,
            place: scheme.place,
            secret: sensitive(HeaderValue::from_str(secret).ok()?),
            header: header.map(|(name, value)| (name, sensitive(value))),
        })
    }
}

impl Credentials {
    pub(crate) fn add(&mut self, credential: Credential) {
        self.all.push(credential);
    }

    /// Adds the credentials that the operation requires to a request.
    ///
    /// Of several alternatives, the first one applies for which the client has all credentials. If it
    /// has them for none, the request carries none, and the server rejects it.
    pub(crate) fn authorize(&self, operation: &Operation, request: &mut Request) {
        for credential in self.required_by(operation) {
            match (&credential.header, credential.place) {
                (Some((name, value)), CredentialPlace::Cookie(_)) => {
                    request.headers_mut().append(name, value.clone());
                }
                (Some((name, value)), _) => {
                    request.headers_mut().insert(name, value.clone());
                }
                (None, CredentialPlace::Query(name)) => {
                    let secret = credential.secret.to_str().unwrap_or_default();
                    request.url_mut().query_pairs_mut().append_pair(name, secret);
                }
                (None, _) => {}
            }
        }
    }

    /// Returns the headers that carry the credentials of an operation, with what precedes the secret.
    #[cfg(feature = "cli")]
    pub(crate) fn headers(
        &self,
        operation: &Operation,
    ) -> impl Iterator<Item = (String, &'static str)> {
        self.required_by(operation).filter_map(|credential| {
            let (name, _) = credential.header.as_ref()?;
            let prefix = match credential.place {
                CredentialPlace::Bearer => "Bearer ",
                CredentialPlace::Basic => "Basic ",
                _ => "",
            };
            Some((name.to_string(), prefix))
        })
    }

    /// Returns true if the header carries one of the credentials.
    pub(crate) fn are_carried_by(&self, header: &HeaderName) -> bool {
        self.all.iter().any(|one| one.header.as_ref().is_some_and(|(name, _)| name == header))
    }

    /// Returns the secrets, which no text may show.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &HeaderValue> {
        self.all.iter().map(|credential| &credential.secret)
    }

    fn required_by(&self, operation: &Operation) -> impl Iterator<Item = &Credential> {
        let find = |scheme: &&str| self.all.iter().find(|one| one.scheme == *scheme);
        let alternatives = operation.security.iter();
        let mut complete =
            alternatives.filter_map(|schemes| schemes.iter().map(find).collect::<Option<Vec<_>>>());
        complete.next().unwrap_or_default().into_iter()
    }
}

/// Returns the header of HTTP's basic authentication for `user:password`.
fn basic(secret: &str) -> Option<HeaderValue> {
    let (user, password) = match secret.split_once(':') {
        Some((user, password)) => (user, Some(password)),
        None => (secret, None),
    };
    let request = Request::new(Method::GET, Url::parse("http://localhost").ok()?);
    let request = RequestBuilder::from_parts(reqwest::Client::new(), request);
    request.basic_auth(user, password).build().ok()?.headers_mut().remove(AUTHORIZATION)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMES: [SecurityScheme; 5] = [
        SecurityScheme { name: "header", place: CredentialPlace::Header("x-key") },
        SecurityScheme { name: "bearer", place: CredentialPlace::Bearer },
        SecurityScheme { name: "basic", place: CredentialPlace::Basic },
        SecurityScheme { name: "query", place: CredentialPlace::Query("key") },
        SecurityScheme { name: "cookie", place: CredentialPlace::Cookie("session") },
    ];

    fn operation(security: &'static [&'static [&'static str]]) -> Operation {
        Operation { id: "o", method: "GET", path: "/", content_type: None, security }
    }

    /// Returns the query and the headers of a request for the operation.
    fn authorized(known: &[&str], security: &'static [&'static [&'static str]]) -> Vec<String> {
        let mut credentials = Credentials::default();
        for scheme in SCHEMES.iter().filter(|scheme| known.contains(&scheme.name)) {
            credentials.add(Credential::new(scheme, "user:pass word").unwrap());
        }
        assert!(!format!("{credentials:?}").contains("pass"), "{credentials:?}");
        let url = Url::parse("http://localhost/?a=b").unwrap();
        let mut request = Request::new(Method::GET, url);
        credentials.authorize(&operation(security), &mut request);
        let headers = request.headers().iter();
        let headers = headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()));
        [request.url().query().unwrap().to_owned()].into_iter().chain(headers).collect()
    }

    #[test]
    fn each_scheme_has_its_place_in_the_request() {
        for (scheme, security, expected) in [
            ("header", &["header"], ["a=b", "x-key: user:pass word"].as_slice()),
            ("bearer", &["bearer"], &["a=b", "authorization: Bearer user:pass word"]),
            ("basic", &["basic"], &["a=b", "authorization: Basic dXNlcjpwYXNzIHdvcmQ="]),
            ("query", &["query"], &["a=b&key=user%3Apass+word"]),
            ("cookie", &["cookie"], &["a=b", "cookie: session=user:pass word"]),
        ] {
            let security: &'static [&'static [&'static str]] = Box::leak(Box::new([&security[..]]));
            assert_eq!(authorized(&[scheme], security), expected);
        }
    }

    #[test]
    fn first_alternative_with_all_credentials_applies() {
        const BOTH: &[&[&str]] = &[&["header", "query"], &["bearer"]];
        let query = "a=b&key=user%3Apass+word";
        let bearer = "authorization: Bearer user:pass word";
        assert_eq!(authorized(&["header", "bearer"], BOTH), ["a=b", bearer]);
        assert_eq!(authorized(&["header", "query"], BOTH), [query, "x-key: user:pass word"]);
        assert_eq!(authorized(&["cookie"], BOTH), ["a=b"]);
        assert_eq!(authorized(&["header"], &[]), ["a=b"]);
    }
}
