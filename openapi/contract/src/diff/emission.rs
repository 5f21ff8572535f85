//! The limits of Dropshot's emission, and how a contract is compared with it nevertheless.
//!
//! - An emission has one success response, whose body is JSON or not described at all, and two classes
//!   of errors, `4XX` and `5XX`, without headers (see `responses`).
//! - An emission has no security. The stub reads the credentials in an extractor, which the emission
//!   shows as parameters (see `credentials`).
//! - An emission has no `deprecated` on parameters, headers and schemas, no defaults of parameters and
//!   of required properties, no `readOnly`, `writeOnly`, `discriminator` and `xml`, no serialisation styles,
//!   servers, links, callbacks, `x-pagination` or examples. It declares the tags of the operations.
//! - Dropshot rejects a list in a path or a query. The stub splits it itself, and the emission shows a
//!   string.
//! - An emission has an `operationId` for each operation, and each request body is required.
//! - Generated types are of one type. A schema that does not state its `type` has the type that its
//!   other keywords are about.
//! - An emission has bounds as `f64`, so those of the contract are rounded before they are compared.
//!
//! The generated types have what the emission cannot show. The freshness of the generated files proves
//! that they are the contract's, and the tests of the server prove that it uses them.

use serde_json::Value;

use super::part::Part;
use super::responses::error_class;
use crate::exact::nearest_float;
use crate::model::{Aspect, Child, Content, Fact, MediaType, Model, Operation, Parameter, Schema};
use crate::reader::is_json;

/// Returns true if an aspect that only one side states is no difference.
pub(super) fn is_one_sided(
    part: Part,
    aspect: Aspect,
    contract: Option<&Fact>,
    server: Option<&Fact>,
) -> bool {
    match (contract, server) {
        (Some(_), None) => match aspect {
            Aspect::Servers
            | Aspect::Links
            | Aspect::Pagination
            | Aspect::ReadOnly
            | Aspect::WriteOnly
            | Aspect::Discriminator
            | Aspect::Xml
            | Aspect::Encoding
            | Aspect::Style
            | Aspect::Explode
            | Aspect::AllowReserved
            | Aspect::AllowEmptyValue => true,
            Aspect::Default => part == Part::Parameter,
            Aspect::Deprecated => part != Part::Operation,
            _ => false,
        },
        (None, Some(_)) => match aspect {
            Aspect::OperationId => true,
            Aspect::Required => part == Part::RequestBody,
            _ => false,
        },
        _ => false,
    }
}

/// Returns true if the keywords of a schema without a `type` are about values of this type.
pub(super) fn implies_type(schema: &Schema, name: &Value) -> bool {
    let has = |aspects: &[Aspect]| aspects.iter().any(|one| schema.facts.contains_key(one));
    let has_child = |child: &Child| schema.children.contains_key(child);
    match name.as_str() {
        Some("object") => !schema.properties.is_empty() || has_child(&Child::AdditionalProperties),
        Some("array") => has_child(&Child::Items),
        Some("string") => {
            has(&[Aspect::Format, Aspect::Pattern, Aspect::MinLength, Aspect::MaxLength])
        }
        Some("number") => has(&[Aspect::Minimum, Aspect::Maximum, Aspect::MultipleOf]),
        _ => false,
    }
}

/// Returns true if a schema allows every value.
pub(super) fn allows_everything(schema: &Schema) -> bool {
    schema.facts.is_empty()
        && schema.properties.is_empty()
        && schema.children.is_empty()
        && schema.alternatives.is_empty()
}

/// Returns true if the emission shows a string in place of a list.
pub(super) fn is_list_as_text(contract: &Schema, server: &Schema) -> bool {
    let is = |schema: &Schema, name: &str| {
        schema.facts.get(&Aspect::Type).is_some_and(|fact| fact.value == name)
    };
    is(contract, "array") && is(server, "string") && server.facts.len() == 1
}

/// Returns the media type that the emission describes, on each side, and true if its schema can be
/// compared: a body that is not JSON is not described.
pub(super) fn media_types<'m>(
    server_model: &Model,
    contract: &'m Content,
    server: &'m Content,
) -> Option<([(&'m String, &'m MediaType); 2], bool)> {
    let mut emitted = server.iter();
    let (Some((name, media)), None) = (emitted.next(), emitted.next()) else { return None };
    let find = |matches: fn(&str) -> bool| contract.iter().find(|(name, _)| matches(name));
    let exact = || contract.get_key_value(name);
    let schema = media.schema.map(|id| &server_model.schemas[id]);
    let is_described = match name.as_str() {
        JSON | FORM => true,
        _ if schema.is_none_or(allows_everything) => false,
        _ => !schema.is_some_and(is_bytes),
    };
    let mine = match name.as_str() {
        JSON => exact().or_else(|| find(is_json)),
        _ if is_described => exact(),
        _ if find(is_json).is_some() => None,
        MULTIPART => exact(),
        _ => exact().or_else(|| find(|name| name != FORM)),
    }?;
    Some(([mine, (name, media)], is_described))
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

fn is_bytes(schema: &Schema) -> bool {
    let is = |aspect, value: &str| schema.facts.get(&aspect).is_some_and(|one| one.value == value);
    schema.facts.len() == 2 && is(Aspect::Type, "string") && is(Aspect::Format, "binary")
}

/// Returns true if the emission states the number of the contract, rounded: schemars holds each bound as
/// an `f64`.
pub(super) fn rounds_to(contract: &Value, server: &Value) -> bool {
    let bound = |value: &Value| value.get("exclusive").unwrap_or(value).clone();
    let exclusive = [contract, server].map(|value| value.get("exclusive").is_some());
    exclusive[0] == exclusive[1]
        && nearest_float(&bound(contract))
            .is_some_and(|float| Some(float) == nearest_float(&bound(server)))
}

/// Returns true if the emission declares a tag only because operations of the contract have it.
pub(super) fn declares_tag(contract: &Model, name: &str) -> bool {
    let has = |operation: &Operation| {
        let tags = operation.facts.get(&Aspect::Tags).and_then(|fact| fact.value.as_array());
        tags.is_some_and(|tags| tags.iter().any(|tag| tag == name))
    };
    !contract.tags.contains_key(name) && contract.operations.values().any(has)
}

/// Returns true if a document has the form of an emission: it has nothing that Dropshot cannot express,
/// and each operation has an `operationId`, and the two classes of errors that Dropshot emits as
/// components, or the `default` of an operation whose response has no fixed status.
pub(super) fn has_its_form(model: &Model) -> bool {
    let mut typed = 0;
    let no_security = model.schemes.is_empty();
    let operations = model.operations.values().all(|operation| {
        let classes = ["4XX", "5XX"].iter().all(|class| operation.responses.contains_key(*class));
        typed += usize::from(classes);
        let has_default = |parameter: &Parameter| {
            let schema = parameter.schema.map(|id| &model.schemas[id]);
            schema.is_some_and(|schema| schema.facts.contains_key(&Aspect::Default))
        };
        let plain = |parameter: &Parameter| {
            !parameter.facts.contains_key(&Aspect::Deprecated) && !has_default(parameter)
        };
        let responses = operation.responses.iter().all(|(status, response)| {
            let error = error_class(status);
            error.is_none_or(|class| class == status && response.headers.is_empty())
                && response.headers.values().all(plain)
        });
        let shared_errors = operation.responses.iter().all(|(status, response)| {
            error_class(status).is_none() || response.pointer.starts_with("/components/responses/")
        });
        (classes || operation.responses.contains_key("default"))
            && shared_errors
            && operation.facts.contains_key(&Aspect::OperationId)
            && operation.security.requirements.is_empty()
            && !operation.facts.contains_key(&Aspect::Servers)
            && operation.parameters.values().all(plain)
            && responses
    });
    no_security && operations && typed > 0
}
