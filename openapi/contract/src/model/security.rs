//! Security requirements, with their schemes resolved: the name of a scheme is only the name of a
//! component.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};

use serde_json::Value;

use super::document::{Document, Object, canonical};
use super::error::ModelError;

/// A way to authenticate a client.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// An API key.
    ApiKey {
        /// The location: `header`, `query` or `cookie`.
        location: String,
        /// The name; that of a header is in lower case.
        name: String,
    },
    /// HTTP authentication.
    Http {
        /// The scheme, in lower case: `basic`, `bearer`, ….
        scheme: String,
    },
    /// OAuth 2 or OpenID Connect.
    Other {
        /// `oauth2` or `openIdConnect`.
        kind: String,
        /// The rest of the declaration, in canonical form.
        details: String,
    },
}

/// The alternate form, `{:#}`, has the details.
impl Display for Scheme {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Scheme::ApiKey { location, name } => {
                write!(formatter, "an API key in the {location} `{name}`")
            }
            Scheme::Http { scheme } => write!(formatter, "HTTP `{scheme}` authentication"),
            Scheme::Other { kind, details } if formatter.alternate() => {
                write!(formatter, "`{kind}` by `{details}`")
            }
            Scheme::Other { kind, .. } => write!(formatter, "`{kind}`"),
        }
    }
}

/// Schemes that are required together, each with its scopes.
pub type Requirement = BTreeMap<Scheme, BTreeSet<String>>;

/// The alternatives of which a request must meet one; an operation without any is public.
#[derive(Clone, Debug, Default)]
pub struct Security {
    /// The alternatives.
    pub requirements: BTreeSet<Requirement>,
    /// The pointer of the requirements; that of the operation if there are none.
    pub pointer: String,
}

impl Security {
    /// Returns true if each request that `other` allows is allowed here too.
    pub fn allows_all_of(&self, other: &Security) -> bool {
        let enough = |shown: &Requirement| {
            self.requirements.iter().any(|needed| {
                needed.iter().all(|(scheme, scopes)| {
                    shown.get(scheme).is_some_and(|shown| scopes.is_subset(shown))
                })
            })
        };
        self.requirements.is_empty()
            || !other.requirements.is_empty() && other.requirements.iter().all(enough)
    }

    /// Returns the schemes, each with true if every request needs it.
    pub fn schemes(&self) -> BTreeMap<&Scheme, bool> {
        let mut schemes = BTreeMap::new();
        for requirement in &self.requirements {
            for scheme in requirement.keys() {
                let needed = self.requirements.iter().all(|other| other.contains_key(scheme));
                schemes.insert(scheme, needed);
            }
        }
        schemes
    }
}

/// The alternate form, `{:#}`, has the details of each scheme.
impl Display for Security {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        if self.requirements.is_empty() {
            return formatter.write_str("no security");
        }
        for (number, requirement) in self.requirements.iter().enumerate() {
            formatter.write_str(if number == 0 { "" } else { ", or " })?;
            if requirement.is_empty() {
                formatter.write_str("nothing")?;
            }
            for (number, (scheme, scopes)) in requirement.iter().enumerate() {
                formatter.write_str(if number == 0 { "" } else { " and " })?;
                match formatter.alternate() {
                    true => write!(formatter, "{scheme:#}")?,
                    false => write!(formatter, "{scheme}")?,
                }
                if !scopes.is_empty() {
                    let scopes: Vec<_> = scopes.iter().map(String::as_str).collect();
                    write!(formatter, " with the scopes {}", scopes.join(", "))?;
                }
            }
        }
        Ok(())
    }
}

/// Reads the declared schemes, by name.
pub(super) fn schemes(document: Document<'_>) -> Result<BTreeMap<String, Scheme>, ModelError> {
    let Ok(declared) = document.object("/components/securitySchemes") else {
        return Ok(BTreeMap::new());
    };
    let mut schemes = BTreeMap::new();
    for name in declared.members.keys() {
        schemes.insert(name.clone(), scheme(&document.object(&declared.child(name))?)?);
    }
    Ok(schemes)
}

fn scheme(object: &Object<'_>) -> Result<Scheme, ModelError> {
    let needed = |key| match object.string(key)? {
        Some(text) => Ok(text.to_owned()),
        None => Err(ModelError::new(&object.pointer, format!("a security scheme needs `{key}`"))),
    };
    let kind = needed("type")?;
    Ok(match kind.as_str() {
        "apiKey" => {
            let (location, name) = (needed("in")?, needed("name")?);
            let name = if location == "header" { name.to_ascii_lowercase() } else { name };
            Scheme::ApiKey { location, name }
        }
        "http" => Scheme::Http { scheme: needed("scheme")?.to_ascii_lowercase() },
        "oauth2" | "openIdConnect" => {
            let mut details = object.members.clone();
            details.retain(|key, _| key == "flows" || key == "openIdConnectUrl");
            // Requirements name the scopes that matter.
            let flows = details.get_mut("flows").and_then(Value::as_object_mut);
            for flow in flows.into_iter().flat_map(|flows| flows.values_mut()) {
                flow.as_object_mut().and_then(|flow| flow.remove("scopes"));
            }
            Scheme::Other { kind, details: canonical(&details.into()).to_string() }
        }
        other => {
            let message = format!("`{other}` is not a type of security scheme");
            return Err(ModelError::new(&object.child("type"), message));
        }
    })
}

/// Reads the requirements of an operation: its own, or else those of the document.
pub(super) fn requirements(
    root: &Object<'_>,
    operation: &Object<'_>,
    schemes: &BTreeMap<String, Scheme>,
) -> Result<Security, ModelError> {
    let owner = if operation.get("security").is_some() { operation } else { root };
    let Some(list) = owner.list("security")? else {
        return Ok(Security { pointer: operation.pointer.clone(), ..Security::default() });
    };
    let pointer = owner.child("security");
    let mut requirements = BTreeSet::new();
    for (number, item) in list.iter().enumerate() {
        let at = format!("{pointer}/{number}");
        let Some(members) = item.as_object() else {
            return Err(ModelError::new(&at, "a security requirement must be an object"));
        };
        let object = Object { pointer: at, members };
        let mut requirement = Requirement::new();
        for name in members.keys() {
            let Some(scheme) = schemes.get(name) else {
                let message = format!("undefined security scheme `{name}`");
                return Err(ModelError::new(&object.child(name), message));
            };
            let scopes = object.strings(name)?.into_iter().map(str::to_owned).collect();
            requirement.insert(scheme.clone(), scopes);
        }
        requirements.insert(requirement);
    }
    // An empty requirement alone is no requirement.
    if requirements.iter().all(BTreeMap::is_empty) {
        requirements.clear();
    }
    Ok(Security { requirements, pointer })
}
