//! Where in an API something is, in words, and the part of a rule's name that comes from it.

use std::fmt::{self, Display, Formatter};

/// The part of an API that a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    Operation,
    Parameter,
    RequestBody,
    RequestProperty,
    Response,
    ResponseBody,
    ResponseProperty,
    ResponseHeader,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Part::Operation => "operation",
            Part::Parameter => "parameter",
            Part::RequestBody => "request-body",
            Part::RequestProperty => "request-property",
            Part::Response => "response",
            Part::ResponseBody => "response-body",
            Part::ResponseProperty => "response-property",
            Part::ResponseHeader => "response-header",
        }
    }

    /// The part of what is inside of it.
    fn inside(self) -> Part {
        match self {
            Part::RequestBody => Part::RequestProperty,
            Part::ResponseBody => Part::ResponseProperty,
            other => other,
        }
    }

    /// The name of a rule about a keyword, `request-property-max-length`.
    pub fn rule(self, keyword: &str) -> String {
        let mut rule = self.name().to_owned();
        // `operationId` needs no second `operation`.
        let keyword =
            if self == Part::Operation { keyword.trim_start_matches("operation") } else { keyword };
        rule.push('-');
        for letter in keyword.chars() {
            if letter.is_ascii_uppercase() && !rule.ends_with('-') {
                rule.push('-');
            }
            rule.push(letter.to_ascii_lowercase());
        }
        rule
    }

    /// What is inside of it has the same use wherever it is.
    pub fn family(self) -> Part {
        self.inside()
    }
}

/// Where something is.
#[derive(Clone, Debug)]
pub(super) struct Location {
    pub part: Part,
    /// The operation, and where in it.
    within: String,
    /// The way through its schema: `agent.name`, `links[]`.
    path: String,
}

impl Location {
    pub fn new(operation: String, part: Part) -> Self {
        Location { part, within: operation, path: String::new() }
    }

    /// A part of an operation: `request body`, `response 200`.
    pub fn part(&self, part: Part, name: &str) -> Self {
        Location { part, within: format!("{}, {name}", self.within), path: String::new() }
    }

    pub fn property(&self, name: &str) -> Self {
        let path =
            if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        Location { part: self.part.inside(), path, within: self.within.clone() }
    }

    /// What is inside without being a property; `step` is written as `path[]` or `path(oneOf 2)`.
    pub fn step(&self, step: &str) -> Self {
        let path = format!("{}{step}", self.path);
        Location { part: self.part.inside(), path, within: self.within.clone() }
    }
}

impl Display for Location {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.within)?;
        if self.path.is_empty() { Ok(()) } else { write!(formatter, ", `{}`", self.path) }
    }
}
