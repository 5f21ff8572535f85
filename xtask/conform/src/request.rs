//! A request, and the `curl` command that repeats it.
//!
//! The command never contains the API key, only the name of the environment variable that holds it.

use std::collections::BTreeMap;
use std::fmt::Write;

use agenthuman_contract::model::{Scheme, Security};

/// A request, without the address of the server.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub method: String,
    /// Path and query, percent-encoded.
    pub target: String,
    pub headers: Vec<(String, String)>,
    /// The path parameters by name, before they are percent-encoded.
    pub path_parameters: BTreeMap<String, String>,
    pub key: KeyChoice,
    pub body: Body,
}

/// The API key that a request is sent with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyChoice {
    /// The key of the options.
    Valid,
    Missing,
    Empty,
    Wrong,
    /// The valid key with a suffix.
    Extended,
}

/// A key that no account has.
const WRONG_KEY: &str = "not-a-key";

/// The body of a request.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    None,
    Text(String),
    /// A text, padded with spaces to a size in bytes: large, but as valid as the text.
    Padded(String, usize),
}

impl Body {
    /// Returns the bytes to send; `None` if there is no body.
    pub(crate) fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Body::None => None,
            Body::Text(text) => Some(text.clone().into_bytes()),
            Body::Padded(text, size) => {
                let mut bytes = text.clone().into_bytes();
                bytes.resize((*size).max(bytes.len()), b' ');
                Some(bytes)
            }
        }
    }
}

/// The way in which an operation expects its API key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Credential {
    pub location: CredentialLocation,
    /// Text before the key, such as `Bearer `.
    pub prefix: String,
}

/// The part of a request that contains the API key, with the name it has there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CredentialLocation {
    Header(String),
    Query(String),
    Cookie(String),
}

impl Credential {
    /// Returns the first credential that a single key can provide; `None` if no key is needed.
    pub(crate) fn from_security(security: &Security) -> Option<Self> {
        let single = security.requirements.iter().find(|requirement| requirement.len() == 1);
        let scheme = single.or(security.requirements.iter().next())?.keys().next()?;
        Some(match scheme {
            Scheme::ApiKey { location, name } => {
                let location = match location.as_str() {
                    "query" => CredentialLocation::Query(name.clone()),
                    "cookie" => CredentialLocation::Cookie(name.clone()),
                    _ => CredentialLocation::Header(name.clone()),
                };
                Credential { location, prefix: String::new() }
            }
            // The variable then holds `user:password`, already in Base64.
            Scheme::Http { scheme } if scheme == "basic" => Credential::authorization("Basic "),
            Scheme::Http { .. } | Scheme::Other { .. } => Credential::authorization("Bearer "),
        })
    }

    fn authorization(prefix: &str) -> Self {
        let location = CredentialLocation::Header("authorization".to_owned());
        Credential { location, prefix: prefix.to_owned() }
    }
}

impl Request {
    /// Returns the target and the headers, with the key added to one of them.
    pub(crate) fn with_key(
        &self,
        credential: Option<&Credential>,
        key: &str,
    ) -> (String, Vec<(String, String)>) {
        let (mut target, mut headers) = (self.target.clone(), self.headers.clone());
        let key = match self.key {
            KeyChoice::Valid => key.to_owned(),
            // In a shell, `-` ends the name of the variable.
            KeyChoice::Extended => format!("{key}-more"),
            KeyChoice::Wrong => WRONG_KEY.to_owned(),
            KeyChoice::Empty => String::new(),
            KeyChoice::Missing => return (target, headers),
        };
        if let Some(Credential { location, prefix }) = credential {
            match location {
                CredentialLocation::Header(name) => {
                    headers.push((name.clone(), format!("{prefix}{key}")));
                }
                CredentialLocation::Cookie(name) => {
                    headers.push(("cookie".to_owned(), format!("{name}={key}")));
                }
                CredentialLocation::Query(name) => {
                    let separator = if target.contains('?') { '&' } else { '?' };
                    target = format!("{target}{separator}{}={key}", percent_encoded(name));
                }
            }
        }
        (target, headers)
    }

    /// Returns the request as a command for a POSIX shell. `variable` is the environment variable that
    /// holds the key.
    pub(crate) fn curl(
        &self,
        base: &str,
        credential: Option<&Credential>,
        variable: &str,
    ) -> String {
        let (target, headers) = self.with_key(credential, &format!("${variable}"));
        let mut line = String::new();
        if let Body::Padded(text, size) = &self.body {
            let spaces = size.saturating_sub(text.len());
            // Writing to a `String` cannot fail.
            let _ = write!(
                line,
                "{{ printf %s {}; head -c {spaces} /dev/zero | tr '\\0' ' '; }} | ",
                single_quoted(text)
            );
        }
        let _ = write!(
            line,
            "curl -i -X {} {}",
            self.method,
            shell_argument(&format!("{base}{target}"), self.key)
        );
        for (name, value) in headers {
            let _ = write!(line, " -H {}", shell_argument(&format!("{name}: {value}"), self.key));
        }
        let has_type = self.headers.iter().any(|(name, _)| name == "content-type");
        match &self.body {
            Body::None => {}
            Body::Text(text) => {
                let _ = write!(line, " --data-binary {}", single_quoted(text));
            }
            Body::Padded(..) => line.push_str(" --data-binary @-"),
        }
        if !has_type && !matches!(self.body, Body::None) {
            // Without this, curl declares the body to be a form.
            line.push_str(" -H 'content-type:'");
        }
        line
    }
}

/// Quotes an argument for the shell, in double quotes if the shell must expand the key's variable.
fn shell_argument(text: &str, key: KeyChoice) -> String {
    if matches!(key, KeyChoice::Valid | KeyChoice::Extended) && text.contains('$') {
        format!("\"{text}\"")
    } else {
        single_quoted(text)
    }
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Percent-encodes all characters except the unreserved ones (RFC 3986 §2.3).
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curl_command_repeats_the_request_without_the_key() {
        let location = CredentialLocation::Header("x-api-key".to_owned());
        let credential = Some(Credential { location, prefix: String::new() });
        let command = |key: KeyChoice, body: Body| {
            let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
            let (method, target) = ("PUT".to_owned(), "/a".to_owned());
            let request =
                Request { method, target, headers, path_parameters: BTreeMap::new(), key, body };
            request.curl("http://h", credential.as_ref(), "KEY")
        };
        let text = Body::Text("{\"a\":\"it's $HOME\"}".to_owned());
        assert_eq!(
            command(KeyChoice::Valid, text),
            "curl -i -X PUT 'http://h/a' -H 'content-type: application/json' \
             -H \"x-api-key: $KEY\" --data-binary '{\"a\":\"it'\\''s $HOME\"}'"
        );
        assert_eq!(
            command(KeyChoice::Wrong, Body::Padded("{}".to_owned(), 10)),
            "{ printf %s '{}'; head -c 8 /dev/zero | tr '\\0' ' '; } | curl -i -X PUT 'http://h/a' \
             -H 'content-type: application/json' -H 'x-api-key: not-a-key' --data-binary @-"
        );
        assert!(!command(KeyChoice::Missing, Body::None).contains("x-api-key"));
    }
}
