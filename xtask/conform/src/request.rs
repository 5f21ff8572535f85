//! One request of a conformance run, and the `curl` line that repeats it.
//!
//! The line never has the key: it has the name of the environment variable that holds it.

use std::collections::BTreeMap;
use std::fmt::Write;

use agenthuman_contract::model::{Scheme, Security};

/// One request, without the server's address.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub method: String,
    /// Path and query, percent-encoded.
    pub target: String,
    pub headers: Vec<(String, String)>,
    /// The path parameters, as they are before they are encoded.
    pub named: BTreeMap<String, String>,
    pub key: Key,
    pub body: Body,
}

/// With which key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Right,
    Missing,
    Empty,
    Wrong,
    /// The right one, and more.
    Longer,
}

/// What is no key of anybody.
pub(super) const WRONG_KEY: &str = "not-a-key";

#[derive(Clone, Debug)]
pub(super) enum Body {
    None,
    Text(String),
    /// The text, then spaces up to so many bytes: large, and valid where the text is.
    Padded(String, usize),
}

impl Body {
    pub fn bytes(&self) -> Option<Vec<u8>> {
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

/// How a key is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Credential {
    pub span: CredentialPlace,
    /// What stands before the key: `Bearer `.
    pub prefix: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CredentialPlace {
    Header(String),
    Query(String),
    Cookie(String),
}

impl Credential {
    /// The first requirement that one key can meet; `None` where nobody needs a key.
    pub fn of(security: &Security) -> Option<Self> {
        let single = security.requirements.iter().find(|requirement| requirement.len() == 1);
        let scheme = single.or(security.requirements.iter().next())?.keys().next()?;
        Some(match scheme {
            Scheme::ApiKey { location, name } => {
                let span = match location.as_str() {
                    "query" => CredentialPlace::Query(name.clone()),
                    "cookie" => CredentialPlace::Cookie(name.clone()),
                    _ => CredentialPlace::Header(name.clone()),
                };
                Credential { span, prefix: String::new() }
            }
            // `user:password` is what the variable holds then, already in base64.
            Scheme::Http { scheme } if scheme == "basic" => Credential::authorization("Basic "),
            Scheme::Http { .. } | Scheme::Other { .. } => Credential::authorization("Bearer "),
        })
    }

    fn authorization(prefix: &str) -> Self {
        let span = CredentialPlace::Header("authorization".to_owned());
        Credential { span, prefix: prefix.to_owned() }
    }
}

impl Request {
    /// The target and the headers with the key in them.
    pub fn with_key(
        &self,
        credential: Option<&Credential>,
        key: &str,
    ) -> (String, Vec<(String, String)>) {
        let (mut target, mut headers) = (self.target.clone(), self.headers.clone());
        let key = match self.key {
            Key::Right => key.to_owned(),
            // A shell takes the `-` for the end of the variable's name.
            Key::Longer => format!("{key}-more"),
            Key::Wrong => WRONG_KEY.to_owned(),
            Key::Empty => String::new(),
            Key::Missing => return (target, headers),
        };
        if let Some(Credential { span, prefix }) = credential {
            match span {
                CredentialPlace::Header(name) => {
                    headers.push((name.clone(), format!("{prefix}{key}")));
                }
                CredentialPlace::Cookie(name) => {
                    headers.push(("cookie".to_owned(), format!("{name}={key}")));
                }
                CredentialPlace::Query(name) => {
                    let separator = if target.contains('?') { '&' } else { '?' };
                    target = format!("{target}{separator}{}={key}", percent_encoded(name));
                }
            }
        }
        (target, headers)
    }

    /// A line for a POSIX shell; `variable` is the environment variable that holds the key.
    pub fn curl(&self, base: &str, credential: Option<&Credential>, variable: &str) -> String {
        let (target, headers) = self.with_key(credential, &format!("${variable}"));
        let mut line = String::new();
        if let Body::Padded(text, size) = &self.body {
            let spaces = size.saturating_sub(text.len());
            // writing to a String cannot fail
            let _ = write!(
                line,
                "{{ printf %s {}; head -c {spaces} /dev/zero | tr '\\0' ' '; }} | ",
                quoted(text)
            );
        }
        let _ = write!(
            line,
            "curl -i -X {} {}",
            self.method,
            shell(&format!("{base}{target}"), self.key)
        );
        for (name, value) in headers {
            let _ = write!(line, " -H {}", shell(&format!("{name}: {value}"), self.key));
        }
        let has_type = self.headers.iter().any(|(name, _)| name == "content-type");
        match &self.body {
            Body::None => {}
            Body::Text(text) => {
                let _ = write!(line, " --data-binary {}", quoted(text));
            }
            Body::Padded(..) => line.push_str(" --data-binary @-"),
        }
        if !has_type && !matches!(self.body, Body::None) {
            // curl would say that it is a form
            line.push_str(" -H 'content-type:'");
        }
        line
    }
}

/// In double quotes where the shell must put the key in.
fn shell(text: &str, key: Key) -> String {
    if matches!(key, Key::Right | Key::Longer) && text.contains('$') {
        format!("\"{text}\"")
    } else {
        quoted(text)
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Everything but the unreserved characters of RFC 3986 as `%XX`.
pub(super) fn percent_encoded(text: &str) -> String {
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
