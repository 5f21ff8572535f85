//! The objects of OpenAPI 3.0.3 and their keywords, from the tables of the specification
//! (<https://spec.openapis.org/oas/v3.0.3>).
//!
//! The JSON Schema of the specification was rejected: for a misspelt keyword it reports each
//! alternative that did not match, and does not suggest the nearest keyword.

use Object::*;
use Shape::*;

/// An object of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Object {
    Document,
    Info,
    Contact,
    License,
    Server,
    ServerVariable,
    Components,
    PathItem,
    Operation,
    ExternalDocs,
    Parameter,
    RequestBody,
    MediaType,
    Encoding,
    Response,
    Example,
    Link,
    Header,
    Tag,
    Schema,
    Discriminator,
    Xml,
    SecurityScheme,
    OauthFlows,
    OauthFlow,
}

/// The type of the value of a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Anything,
    Text,
    Flag,
    Number,
    /// An integer of at least 0.
    Count,
    /// A number above 0.
    Positive,
    Anythings,
    Texts,
    TextMap,
    One(Object),
    List(Object),
    Map(Object),
    /// `additionalProperties`.
    SchemaOrFlag,
    /// Paths, or the expressions of a callback.
    Paths,
    Callbacks,
    /// Responses by status.
    Responses,
    /// Security requirements.
    Requirements,
}

/// A keyword, the type of its value, and true if it is required.
pub(super) type Keyword = (&'static str, Shape, bool);

impl Object {
    /// Returns the keywords of the object, without `x-…`.
    pub fn keywords(self) -> &'static [Keyword] {
        match self {
            Document => &[
                ("openapi", Text, true),
                ("info", One(Info), true),
                ("servers", List(Server), false),
                ("paths", Paths, true),
                ("components", One(Components), false),
                ("security", Requirements, false),
                ("tags", List(Tag), false),
                ("externalDocs", One(ExternalDocs), false),
            ],
            Info => &[
                ("title", Text, true),
                ("description", Text, false),
                ("termsOfService", Text, false),
                ("contact", One(Contact), false),
                ("license", One(License), false),
                ("version", Text, true),
            ],
            Contact => &[("name", Text, false), ("url", Text, false), ("email", Text, false)],
            License => &[("name", Text, true), ("url", Text, false)],
            Server => &[
                ("url", Text, true),
                ("description", Text, false),
                ("variables", Map(ServerVariable), false),
            ],
            ServerVariable => {
                &[("enum", Texts, false), ("default", Text, true), ("description", Text, false)]
            }
            Components => &[
                ("schemas", Map(Schema), false),
                ("responses", Map(Response), false),
                ("parameters", Map(Parameter), false),
                ("examples", Map(Example), false),
                ("requestBodies", Map(RequestBody), false),
                ("headers", Map(Header), false),
                ("securitySchemes", Map(SecurityScheme), false),
                ("links", Map(Link), false),
                ("callbacks", Callbacks, false),
            ],
            PathItem => &[
                ("$ref", Text, false),
                ("summary", Text, false),
                ("description", Text, false),
                ("get", One(Operation), false),
                ("put", One(Operation), false),
                ("post", One(Operation), false),
                ("delete", One(Operation), false),
                ("options", One(Operation), false),
                ("head", One(Operation), false),
                ("patch", One(Operation), false),
                ("trace", One(Operation), false),
                ("servers", List(Server), false),
                ("parameters", List(Parameter), false),
            ],
            Operation => &[
                ("tags", Texts, false),
                ("summary", Text, false),
                ("description", Text, false),
                ("externalDocs", One(ExternalDocs), false),
                ("operationId", Text, false),
                ("parameters", List(Parameter), false),
                ("requestBody", One(RequestBody), false),
                ("responses", Responses, true),
                ("callbacks", Callbacks, false),
                ("deprecated", Flag, false),
                ("security", Requirements, false),
                ("servers", List(Server), false),
            ],
            ExternalDocs => &[("description", Text, false), ("url", Text, true)],
            Parameter => PARAMETER,
            // The same without `name` and `in`.
            Header => PARAMETER.split_at(2).1,
            RequestBody => &[
                ("description", Text, false),
                ("content", Map(MediaType), true),
                ("required", Flag, false),
            ],
            MediaType => &[
                ("schema", One(Schema), false),
                ("example", Anything, false),
                ("examples", Map(Example), false),
                ("encoding", Map(Encoding), false),
            ],
            Encoding => &[
                ("contentType", Text, false),
                ("headers", Map(Header), false),
                ("style", Text, false),
                ("explode", Flag, false),
                ("allowReserved", Flag, false),
            ],
            Response => &[
                ("description", Text, true),
                ("headers", Map(Header), false),
                ("content", Map(MediaType), false),
                ("links", Map(Link), false),
            ],
            Example => &[
                ("summary", Text, false),
                ("description", Text, false),
                ("value", Anything, false),
                ("externalValue", Text, false),
            ],
            Link => &[
                ("operationRef", Text, false),
                ("operationId", Text, false),
                ("parameters", Anything, false),
                ("requestBody", Anything, false),
                ("description", Text, false),
                ("server", One(Server), false),
            ],
            Tag => &[
                ("name", Text, true),
                ("description", Text, false),
                ("externalDocs", One(ExternalDocs), false),
            ],
            Schema => SCHEMA,
            Discriminator => &[("propertyName", Text, true), ("mapping", TextMap, false)],
            Xml => &[
                ("name", Text, false),
                ("namespace", Text, false),
                ("prefix", Text, false),
                ("attribute", Flag, false),
                ("wrapped", Flag, false),
            ],
            SecurityScheme => &[
                ("type", Text, true),
                ("description", Text, false),
                ("name", Text, false),
                ("in", Text, false),
                ("scheme", Text, false),
                ("bearerFormat", Text, false),
                ("flows", One(OauthFlows), false),
                ("openIdConnectUrl", Text, false),
            ],
            OauthFlows => &[
                ("implicit", One(OauthFlow), false),
                ("password", One(OauthFlow), false),
                ("clientCredentials", One(OauthFlow), false),
                ("authorizationCode", One(OauthFlow), false),
            ],
            OauthFlow => &[
                ("authorizationUrl", Text, false),
                ("tokenUrl", Text, false),
                ("refreshUrl", Text, false),
                ("scopes", TextMap, true),
            ],
        }
    }

    /// Returns true if a `$ref` can replace the object.
    pub fn by_reference(self) -> bool {
        matches!(
            self,
            Parameter | RequestBody | Response | Example | Link | Header | Schema | SecurityScheme
        )
    }
}

const PARAMETER: &[Keyword] = &[
    ("name", Text, true),
    ("in", Text, true),
    ("description", Text, false),
    ("required", Flag, false),
    ("deprecated", Flag, false),
    ("allowEmptyValue", Flag, false),
    ("style", Text, false),
    ("explode", Flag, false),
    ("allowReserved", Flag, false),
    ("schema", One(Schema), false),
    ("example", Anything, false),
    ("examples", Map(Example), false),
    ("content", Map(MediaType), false),
];

const SCHEMA: &[Keyword] = &[
    ("title", Text, false),
    ("multipleOf", Positive, false),
    ("maximum", Number, false),
    ("exclusiveMaximum", Flag, false),
    ("minimum", Number, false),
    ("exclusiveMinimum", Flag, false),
    ("maxLength", Count, false),
    ("minLength", Count, false),
    ("pattern", Text, false),
    ("maxItems", Count, false),
    ("minItems", Count, false),
    ("uniqueItems", Flag, false),
    ("maxProperties", Count, false),
    ("minProperties", Count, false),
    ("required", Texts, false),
    ("enum", Anythings, false),
    ("type", Text, false),
    ("allOf", List(Schema), false),
    ("oneOf", List(Schema), false),
    ("anyOf", List(Schema), false),
    ("not", One(Schema), false),
    ("items", One(Schema), false),
    ("properties", Map(Schema), false),
    ("additionalProperties", SchemaOrFlag, false),
    ("description", Text, false),
    ("format", Text, false),
    ("default", Anything, false),
    ("nullable", Flag, false),
    ("discriminator", One(Discriminator), false),
    ("readOnly", Flag, false),
    ("writeOnly", Flag, false),
    ("xml", One(Xml), false),
    ("externalDocs", One(ExternalDocs), false),
    ("example", Anything, false),
    ("deprecated", Flag, false),
];
