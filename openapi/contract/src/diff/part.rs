//! The parts of an API, and the names of the rules about them.

use crate::model::Aspect;

/// The part of an API that a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The document as a whole.
    Document,
    /// An operation.
    Operation,
    /// A parameter of a request.
    Parameter,
    /// The body of a request.
    RequestBody,
    /// A value in the body of a request.
    RequestProperty,
    /// A response.
    Response,
    /// The body of a response.
    ResponseBody,
    /// A value in the body of a response.
    ResponseProperty,
    /// A header of a response.
    ResponseHeader,
}

impl Part {
    /// All parts.
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

    /// Returns the part of its contents, which is the same however deep they are nested.
    pub fn contents(self) -> Part {
        match self {
            Part::RequestBody => Part::RequestProperty,
            Part::ResponseBody => Part::ResponseProperty,
            other => other,
        }
    }

    /// Returns the name of the rule about a keyword (`request-property-max-length`), or about the part
    /// itself if `keyword` is empty.
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
}

/// The keywords of rules besides the aspects of the model.
const STRUCTURE: [&str; 10] =
    ["", "callbacks", "name", "schema", "mediaType", "items", "not", "allOf", "anyOf", "oneOf"];

/// The aspects that only operations have.
const OF_OPERATIONS: [Aspect; 6] = [
    Aspect::OperationId,
    Aspect::Tags,
    Aspect::Extensions,
    Aspect::Pagination,
    Aspect::Security,
    Aspect::Servers,
];

/// Returns the rule of each possible difference: the part, the keyword (empty for the part itself) and
/// the name. Some cannot occur, for example a `maxLength` of a response.
pub fn rules() -> impl Iterator<Item = (Part, String, String)> {
    let rule = |part: Part, keyword: &str| (part, keyword.to_owned(), part.rule(keyword));
    Part::ALL.into_iter().flat_map(move |part| {
        let aspects = Aspect::ALL.iter().filter(move |aspect| match part {
            Part::Document => **aspect == Aspect::Tags,
            Part::Operation => OF_OPERATIONS.contains(aspect) || **aspect == Aspect::Deprecated,
            // All other aspects of a response are in its body and its headers.
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
            Part::Parameter => *keyword != "callbacks",
            _ => !["callbacks", "name"].contains(keyword),
        });
        let keywords = aspects.map(|aspect| aspect.keyword());
        keywords.chain(structure).map(move |keyword| rule(part, keyword))
    })
}
