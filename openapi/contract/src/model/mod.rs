//! What an OpenAPI 3.0 document *means*: the facts that a caller or a server can notice.
//!
//! Two documents mean the same if their models are equal. What may differ without a difference in
//! meaning is gone from the model: the order of keys, of `required`, of `enum` and of alternatives,
//! `$ref` or inline, the names of components, an `allOf` of one, defaults that are stated
//! (`style: simple`, `nullable: false`, `minLength: 0`). What only people read (descriptions,
//! examples) is kept apart, in `texts`: it belongs to a release, and to no other comparison.
//!
//! A schema is a node of a graph, and a property leads to another node. A flat list of facts, each
//! under its full path, was rejected: a schema that contains itself has no end, and one that many
//! operations share would be spelt out for each of them.
//!
//! Nothing in here knows who emitted a document; what Dropshot cannot say is the business of
//! `drift::emission`.

mod document;
mod flatten;
mod keywords;
mod operation;
mod schema;
mod security;

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use serde_json::Value;

pub use document::ModelError;
pub use security::{Scheme, Security};

/// What a document means.
#[derive(Debug)]
pub struct Model {
    pub operations: BTreeMap<OperationKey, Operation>,
    /// What the server calls: the operations of the callbacks, under `PATH, callback NAME: URL`.
    pub callbacks: BTreeMap<OperationKey, Operation>,
    /// The tags that are declared, and where.
    pub tags: BTreeMap<String, String>,
    /// The schemas that operations lead to.
    pub schemas: Vec<Schema>,
    /// The security schemes that are declared, required or not.
    pub schemes: Vec<Scheme>,
}

/// An index into `Model::schemas`.
pub type SchemaId = usize;

impl Model {
    /// Reads a document; every error is one place that is not OpenAPI 3.0.
    pub fn read(document: &Value) -> Result<Model, Vec<ModelError>> {
        operation::read(document)
    }
}

/// What tells one operation from another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OperationKey {
    pub path: String,
    /// In capitals.
    pub method: String,
}

impl Display for OperationKey {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.path)
    }
}

/// What is said about one thing, defaults left out.
pub type Facts = BTreeMap<Aspect, Fact>;

/// One thing that is said, and where.
#[derive(Clone, Debug)]
pub struct Fact {
    /// In one form, so that equal values mean the same.
    pub value: Value,
    /// Where it stands in its own document.
    pub pointer: String,
}

/// One operation.
#[derive(Debug)]
pub struct Operation {
    pub pointer: String,
    pub facts: Facts,
    pub texts: Facts,
    /// By place (`path`, `query`, `header`, `cookie`) and name, header names in small letters.
    pub parameters: BTreeMap<(String, String), Parameter>,
    pub body: Option<Body>,
    /// By status (`200`, `4XX`, `default`).
    pub responses: BTreeMap<String, Response>,
    pub security: Security,
}

/// A parameter of a request or a header of a response.
#[derive(Debug)]
pub struct Parameter {
    pub pointer: String,
    /// As it is written.
    pub name: String,
    pub facts: Facts,
    pub texts: Facts,
    pub schema: Option<SchemaId>,
    /// For the few parameters that have a media type instead of a schema.
    pub content: Content,
}

/// The body of a request.
#[derive(Debug)]
pub struct Body {
    pub pointer: String,
    pub facts: Facts,
    pub texts: Facts,
    pub content: Content,
}

/// By media type, in small letters.
pub type Content = BTreeMap<String, MediaType>;

/// One form of a body.
#[derive(Debug)]
pub struct MediaType {
    pub pointer: String,
    pub facts: Facts,
    pub texts: Facts,
    pub schema: Option<SchemaId>,
}

/// One response.
#[derive(Debug)]
pub struct Response {
    pub pointer: String,
    pub facts: Facts,
    pub texts: Facts,
    pub content: Content,
    /// By name in small letters.
    pub headers: BTreeMap<String, Parameter>,
}

/// One schema.
#[derive(Debug, Default)]
pub struct Schema {
    pub pointer: String,
    pub facts: Facts,
    pub texts: Facts,
    pub properties: BTreeMap<String, Property>,
    /// The schemas below this one, apart from properties and alternatives.
    pub children: BTreeMap<Child, SchemaId>,
    pub alternatives: BTreeMap<Combinator, Vec<SchemaId>>,
}

/// A property of an object.
#[derive(Debug)]
pub struct Property {
    pub pointer: String,
    pub required: bool,
    /// Where it is said that it is required; else as `pointer`.
    pub required_pointer: String,
    /// `None` where the property is required without being described.
    pub schema: Option<SchemaId>,
}

/// How one schema leads to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Child {
    Items,
    AdditionalProperties,
    Not,
    /// What this value of the discriminator stands for.
    Mapping(String),
}

/// What several schemas mean together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::enum_variant_names, reason = "the keywords are called so")]
pub enum Combinator {
    /// Only where it cannot be merged into one schema.
    AllOf,
    AnyOf,
    OneOf,
}

impl Combinator {
    /// The keyword in a document.
    pub fn keyword(self) -> &'static str {
        match self {
            Combinator::AllOf => "allOf",
            Combinator::AnyOf => "anyOf",
            Combinator::OneOf => "oneOf",
        }
    }
}

macro_rules! aspects {
    ($($aspect:ident = $keyword:literal, $absent:literal;)*) => {
        /// What a fact is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Aspect { $($aspect,)* }

        impl Aspect {
            pub const ALL: &[Aspect] = &[$(Aspect::$aspect,)*];

            /// The keyword in a document.
            pub fn keyword(self) -> &'static str {
                match self { $(Aspect::$aspect => $keyword,)* }
            }

            /// What it means that nothing is said.
            pub fn absent(self) -> &'static str {
                match self { $(Aspect::$aspect => $absent,)* }
            }
        }
    };
}

aspects! {
    OperationId = "operationId", "no `operationId`";
    Tags = "tags", "no tags";
    Deprecated = "deprecated", "not deprecated";
    Servers = "servers", "the server `/`";
    Extensions = "extensions", "no extensions";
    Security = "security", "no security";
    Required = "required", "not required";
    Style = "style", "the default style";
    Explode = "explode", "the default `explode`";
    AllowReserved = "allowReserved", "reserved characters are escaped";
    AllowEmptyValue = "allowEmptyValue", "no empty value";
    Encoding = "encoding", "the default encoding";
    Links = "links", "no links";
    Type = "type", "any type";
    Format = "format", "no `format`";
    Nullable = "nullable", "not nullable";
    Enum = "enum", "no `enum`";
    Minimum = "minimum", "no `minimum`";
    Maximum = "maximum", "no `maximum`";
    MultipleOf = "multipleOf", "no `multipleOf`";
    MinLength = "minLength", "no `minLength`";
    MaxLength = "maxLength", "no `maxLength`";
    Pattern = "pattern", "no `pattern`";
    MinItems = "minItems", "no `minItems`";
    MaxItems = "maxItems", "no `maxItems`";
    UniqueItems = "uniqueItems", "items may repeat";
    MinProperties = "minProperties", "no `minProperties`";
    MaxProperties = "maxProperties", "no `maxProperties`";
    AdditionalProperties = "additionalProperties", "any additional properties";
    Default = "default", "no `default`";
    ReadOnly = "readOnly", "not read-only";
    WriteOnly = "writeOnly", "not write-only";
    Discriminator = "discriminator", "no `discriminator`";
    Summary = "summary", "no `summary`";
    Title = "title", "no `title`";
    Description = "description", "no `description`";
    Example = "example", "no `example`";
    Examples = "examples", "no `examples`";
}

impl Aspect {
    /// What only people read.
    pub const TEXTS: [Aspect; 5] =
        [Aspect::Summary, Aspect::Title, Aspect::Description, Aspect::Example, Aspect::Examples];
}

#[cfg(test)]
mod tests;
