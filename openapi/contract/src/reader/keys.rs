//! The keys of a document: keywords of OpenAPI, or names that the contract chooses.

/// Members that are data of the API: their own members are no part of OpenAPI.
const DATA: [&str; 4] = ["default", "enum", "example", "examples"];

/// Members whose own keys are names.
const NAMED: [&str; 15] = [
    "callbacks",
    "content",
    "encoding",
    "headers",
    "links",
    "mapping",
    "parameters",
    "paths",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "scopes",
    "securitySchemes",
    "variables",
];

/// The meaning of the keys of an object. A walk through a document starts with keywords, and so does each
/// item of a list.
///
/// ```
/// use agenthuman_contract::Keys;
///
/// // The response `default` is a part of the contract, and the default of a schema is data.
/// let responses = Keys::Keywords.inside("responses");
/// assert_eq!(responses, Some(Keys::Names));
/// assert_eq!(Keys::Names.inside("default"), Some(Keys::Keywords));
/// assert_eq!(Keys::Keywords.inside("default"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// Keywords of OpenAPI, such as those of a schema.
    Keywords,
    /// Names that the contract chooses, such as those of properties.
    Names,
}

impl Keys {
    /// Returns the meaning of the keys in a member, or `None` if the member is data.
    pub fn inside(self, key: &str) -> Option<Keys> {
        match self {
            Keys::Names => Some(Keys::Keywords),
            Keys::Keywords if DATA.contains(&key) => None,
            Keys::Keywords if NAMED.contains(&key) => Some(Keys::Names),
            Keys::Keywords => Some(Keys::Keywords),
        }
    }
}
