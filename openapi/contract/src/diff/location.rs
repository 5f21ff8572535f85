//! Where in an API something is, in words, and the part of a rule's name that comes from it.

use std::fmt::{self, Display, Formatter};

use crate::model::Aspect;

/// The part of an API that a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    Document,
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
    pub const ALL: [Part; 9] = [
        Part::Document,
        Part::Operation,
        Part::Parameter,
        Part::RequestBody,
        Part::RequestProperty,
        Part::Response,
        Part::ResponseBody,
        Part::ResponseProperty,
        Part::ResponseHeader,
    ];

    fn name(self) -> &'static str {
        match self {
            Part::Document => "document",
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

    /// The name of a rule about a keyword, `request-property-max-length`; of one about the part
    /// itself, without a keyword.
    pub fn rule(self, keyword: &str) -> String {
        let mut rule = self.name().to_owned();
        if keyword.is_empty() {
            return rule;
        }
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

/// Keywords that rules are about besides the aspects of the model.
const STRUCTURE: [&str; 9] =
    ["", "callbacks", "schema", "mediaType", "items", "not", "allOf", "anyOf", "oneOf"];

/// Aspects of an operation and of nothing inside of it.
const OF_OPERATIONS: [Aspect; 5] =
    [Aspect::OperationId, Aspect::Tags, Aspect::Extensions, Aspect::Security, Aspect::Servers];

/// Every rule that a difference can have: the part, the keyword (none for the part itself) and the
/// name. Some cannot happen (a response has no `maxLength` of its own), which does no harm.
pub fn rules() -> impl Iterator<Item = (Part, String, String)> {
    let rule = |part: Part, keyword: &str| (part, keyword.to_owned(), part.rule(keyword));
    Part::ALL.into_iter().flat_map(move |part| {
        let aspects = Aspect::ALL.iter().filter(move |aspect| match part {
            Part::Document => **aspect == Aspect::Tags,
            Part::Operation => OF_OPERATIONS.contains(aspect) || **aspect == Aspect::Deprecated,
            // What else a response says stands in its body and its headers.
            Part::Response => **aspect == Aspect::Links,
            _ => {
                let others = OF_OPERATIONS.contains(aspect) || **aspect == Aspect::Links;
                !others && !Aspect::TEXTS.contains(aspect)
            }
        });
        let structure = STRUCTURE.iter().copied().filter(move |keyword| match part {
            Part::Document => false,
            Part::Operation => ["", "callbacks"].contains(keyword),
            Part::Response => keyword.is_empty(),
            _ => *keyword != "callbacks",
        });
        let keywords = aspects.map(|aspect| aspect.keyword());
        keywords.chain(structure).map(move |keyword| rule(part, keyword))
    })
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
