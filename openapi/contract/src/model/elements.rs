//! The elements of an API: operations, parameters, bodies, responses, schemas.

use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Display, Formatter};

use super::fact::{Child, Combinator, Facts};
use super::references::References;
use super::security::{Scheme, Security};

/// The meaning of a document.
#[derive(Debug)]
pub struct Model {
    /// The operations of the paths.
    pub operations: BTreeMap<OperationKey, Operation>,
    /// The operations of the callbacks, under `PATH, callback NAME: URL`.
    pub callbacks: BTreeMap<OperationKey, Operation>,
    /// The declared tags, each with the pointer of its declaration.
    pub tags: BTreeMap<String, String>,
    /// The schemas that operations use, directly or through others.
    pub schemas: Vec<Schema>,
    /// The declared security schemes, required or not.
    pub schemes: Vec<Scheme>,
    /// The numbers that the document writes in another way than their facts, by pointer.
    pub(crate) numbers: HashMap<String, String>,
    /// The references of the document.
    pub(crate) references: References,
}

/// An index into `Model::schemas`.
pub type SchemaId = usize;

/// The identity of an operation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationKey {
    /// The path template.
    pub path: String,
    /// The method, in upper case.
    pub method: String,
}

impl Display for OperationKey {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.path)
    }
}

/// An operation.
#[derive(Debug)]
pub struct Operation {
    /// The pointer in the document.
    pub pointer: String,
    /// The facts, defaults left out.
    pub facts: Facts,
    /// The documentation: descriptions and examples.
    pub texts: Facts,
    /// The parameters by location (`path`, `query`, `header`, `cookie`) and name; header names are in
    /// lower case.
    pub parameters: BTreeMap<(String, String), Parameter>,
    /// The request body.
    pub body: Option<Body>,
    /// The responses by status (`200`, `4XX`, `default`).
    pub responses: BTreeMap<String, Response>,
    /// The security requirements.
    pub security: Security,
}

/// A parameter of a request or a header of a response.
#[derive(Debug)]
pub struct Parameter {
    /// The pointer in the document.
    pub pointer: String,
    /// The pointer where it is listed: that of the `$ref`, if there is one.
    pub(crate) site: String,
    /// The name as it is written.
    pub name: String,
    /// The facts, defaults left out.
    pub facts: Facts,
    /// The documentation: descriptions and examples.
    pub texts: Facts,
    /// The schema.
    pub schema: Option<SchemaId>,
    /// The media types of a parameter that has `content` instead of `schema`.
    pub content: Content,
}

/// The body of a request.
#[derive(Debug)]
pub struct Body {
    /// The pointer in the document.
    pub pointer: String,
    /// The pointer where it is listed: that of the `$ref`, if there is one.
    pub(crate) site: String,
    /// The facts, defaults left out.
    pub facts: Facts,
    /// The documentation: descriptions and examples.
    pub texts: Facts,
    /// The forms of the body.
    pub content: Content,
}

/// The forms of a body by canonical media type.
pub type Content = BTreeMap<String, MediaType>;

/// A form of a body.
#[derive(Debug)]
pub struct MediaType {
    /// The pointer in the document.
    pub pointer: String,
    /// The facts, defaults left out.
    pub facts: Facts,
    /// The documentation: descriptions and examples.
    pub texts: Facts,
    /// The schema.
    pub schema: Option<SchemaId>,
}

/// A response.
#[derive(Debug)]
pub struct Response {
    /// The pointer in the document.
    pub pointer: String,
    /// The pointer where it is listed: that of the `$ref`, if there is one.
    pub(crate) site: String,
    /// The facts, defaults left out.
    pub facts: Facts,
    /// The documentation: descriptions and examples.
    pub texts: Facts,
    /// The forms of the body.
    pub content: Content,
    /// The headers by name, in lower case.
    pub headers: BTreeMap<String, Parameter>,
}

/// A schema.
#[derive(Debug, Default)]
pub struct Schema {
    /// The pointer in the document.
    pub pointer: String,
    /// The facts, defaults left out.
    pub facts: Facts,
    /// The documentation: descriptions and examples.
    pub texts: Facts,
    /// The properties by name.
    pub properties: BTreeMap<String, Property>,
    /// The subschemas other than properties and alternatives.
    pub children: BTreeMap<Child, SchemaId>,
    /// The members of each combinator.
    pub alternatives: BTreeMap<Combinator, Vec<SchemaId>>,
    /// The pointers, before references are followed, of the members of `allOf` that are merged into this
    /// schema.
    pub(crate) merged_sites: Vec<String>,
    /// The pointer of each of `children` before references are followed.
    pub(crate) child_sites: BTreeMap<Child, String>,
    /// The pointer of each of `alternatives` before references are followed.
    pub(crate) alternative_sites: BTreeMap<Combinator, Vec<String>>,
}

/// A property of an object.
#[derive(Debug)]
pub struct Property {
    /// The pointer in the document.
    pub pointer: String,
    /// True if the object requires the property.
    pub required: bool,
    /// The pointer of the entry in `required`; the same as `pointer` if there is none.
    pub required_pointer: String,
    /// The schema; `None` if the property is required without being described.
    pub schema: Option<SchemaId>,
}
