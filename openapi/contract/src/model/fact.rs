//! Facts: what a document states about one element.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

/// The facts about an element, defaults left out.
///
/// A map of a few entries takes the memory of eleven: with the facts inside, this would be the largest part
/// of a model.
pub type Facts = BTreeMap<Aspect, Arc<Fact>>;

/// A fact, with its position.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The value in canonical form: values with the same meaning are equal.
    pub value: Value,
    /// The pointer in its document.
    pub pointer: String,
}

impl Fact {
    pub(super) fn new(value: impl Into<Value>, pointer: impl Into<String>) -> Arc<Self> {
        Arc::new(Fact { value: value.into(), pointer: pointer.into() })
    }
}

macro_rules! aspects {
    ($($aspect:ident = $keyword:literal, $absent:literal;)*) => {
        /// The subject of a fact.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Aspect {
            $(
                #[doc = concat!("`", $keyword, "`.")]
                $aspect,
            )*
        }

        impl Aspect {
            /// All aspects.
            pub const ALL: &[Aspect] = &[$(Aspect::$aspect,)*];

            /// Returns the keyword.
            pub fn keyword(self) -> &'static str {
                match self { $(Aspect::$aspect => $keyword,)* }
            }

            /// Returns the meaning of an absent keyword.
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
    Pagination = "x-pagination", "no pagination";
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
    Xml = "xml", "no `xml`";
    Summary = "summary", "no `summary`";
    Title = "title", "no `title`";
    Description = "description", "no `description`";
    Example = "example", "no `example`";
    Examples = "examples", "no `examples`";
}

impl Aspect {
    /// The aspects that only people read.
    pub const TEXTS: [Aspect; 5] =
        [Aspect::Summary, Aspect::Title, Aspect::Description, Aspect::Example, Aspect::Examples];
}

/// The relation of a subschema to the schema that contains it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Child {
    /// `items`.
    Items,
    /// `additionalProperties`.
    AdditionalProperties,
    /// `not`.
    Not,
    /// The schema for a value of the discriminator.
    Mapping(String),
}

/// A keyword that combines schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::enum_variant_names, reason = "the keywords are called so")]
pub enum Combinator {
    /// `allOf`, if it cannot be merged into one schema.
    AllOf,
    /// `anyOf`.
    AnyOf,
    /// `oneOf`.
    OneOf,
}

impl Combinator {
    /// Returns the keyword.
    pub fn keyword(self) -> &'static str {
        match self {
            Combinator::AllOf => "allOf",
            Combinator::AnyOf => "anyOf",
            Combinator::OneOf => "oneOf",
        }
    }
}
