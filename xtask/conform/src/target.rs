//! An operation under test, with the values that its requests need.
//!
//! A contract lists the statuses of an operation, but not which of them rejects what. That is taken
//! from HTTP: 400 or 422 for invalid input, 401 or 403 for an invalid key, and so on, if they are
//! documented. If none of them is, any documented 4xx is accepted.

use std::collections::BTreeMap;

use agenthuman_contract::model::{Aspect, MediaType, Operation, OperationKey, SchemaId};
use agenthuman_contract::{exact, is_json};
use serde_json::Value;

use crate::case::Expectation;
use crate::examples::Example;
use crate::request::{Body, Credential, KeyChoice, Request, percent_encoded};
use crate::values::ValueGenerator;

/// An operation under test.
pub(crate) struct Target<'a> {
    pub generator: ValueGenerator<'a>,
    pub key: &'a OperationKey,
    pub operation: &'a Operation,
    pub credential: Option<Credential>,
    /// The values of the path parameters.
    pub path_parameters: BTreeMap<String, String>,
    /// The values of the required query, header and cookie parameters.
    pub required_parameters: Vec<ParameterValue>,
    /// Values of properties of the body that cannot be invented, such as the identifier of another
    /// object that must exist.
    pub set_values: BTreeMap<String, Value>,
}

/// The value of a query, header or cookie parameter.
#[derive(Clone, Debug)]
pub(crate) struct ParameterValue {
    /// Part of the request: `query`, `header` or `cookie`.
    pub location: String,
    pub name: String,
    pub text: String,
}

impl<'a> Target<'a> {
    /// Finds a value for every required parameter. The error is the reason why the operation cannot
    /// be tested.
    pub(crate) fn new(
        generator: ValueGenerator<'a>,
        key: &'a OperationKey,
        operation: &'a Operation,
        given: &BTreeMap<String, String>,
    ) -> Result<Self, String> {
        let mut path_parameters = BTreeMap::new();
        let mut required_parameters = Vec::new();
        for ((location, name), parameter) in &operation.parameters {
            if location == "path" {
                let Some(value) = given.get(name) else {
                    return Err(format!("{key}: set it with `--path-parameter {name}=VALUE`"));
                };
                path_parameters.insert(name.clone(), value.clone());
            } else if parameter.facts.contains_key(&Aspect::Required)
                && !(location == "header" && name == "authorization")
            {
                let sample = parameter.schema.and_then(|id| generator.sample(id, &[]));
                let Some(text) = sample.as_ref().and_then(parameter_text) else {
                    let reason = format!("{key}: no value for the {location} parameter `{name}`");
                    return Err(reason);
                };
                let (location, name) = (location.clone(), parameter.name.clone());
                required_parameters.push(ParameterValue { location, name, text });
            }
        }
        let credential = Credential::from_security(&operation.security);
        Ok(Target {
            generator,
            key,
            operation,
            credential,
            path_parameters,
            required_parameters,
            set_values: BTreeMap::new(),
        })
    }

    /// Returns the media type of the body and its description, preferring JSON.
    fn media(&self) -> Option<(&'a str, &'a MediaType)> {
        let content = &self.operation.body.as_ref()?.content;
        let (name, media) = content.get_key_value("application/json").or(content.iter().next())?;
        Some((name.as_str(), media))
    }

    /// Returns the schema of the body; `None` if the body is not JSON.
    pub(crate) fn body_schema(&self) -> Option<SchemaId> {
        let (name, media) = self.media()?;
        if is_json(name) { media.schema } else { None }
    }

    /// Returns a request with this body, with valid parameters and a valid key.
    pub(crate) fn request(&self, body: Option<&Value>) -> Request {
        let body = body.map_or(Body::None, |value| Body::Text(exact::json(value)));
        self.request_with(&self.path_parameters, &self.required_parameters, body)
    }

    /// Returns a request with this text as a body of a media type.
    pub(crate) fn request_as(&self, media: &str, text: String) -> Request {
        let body = Body::Text(text);
        let mut request = self.request_with(&self.path_parameters, &self.required_parameters, body);
        request.headers.retain(|(name, _)| name != "content-type");
        request.headers.push(("content-type".to_owned(), media.to_owned()));
        request
    }

    /// Returns a request with the smallest valid body, with valid parameters and a valid key.
    pub(crate) fn minimal_request(&self) -> Request {
        self.request(self.minimal_body().as_ref())
    }

    /// Returns a request with these parameters and this body, and a valid key.
    pub(crate) fn request_with(
        &self,
        path_parameters: &BTreeMap<String, String>,
        parameters: &[ParameterValue],
        body: Body,
    ) -> Request {
        let mut target = self.key.path.clone();
        for (name, value) in path_parameters {
            target = target.replace(&format!("{{{name}}}"), &percent_encoded(value));
        }
        let mut headers = Vec::new();
        for ParameterValue { location, name, text } in parameters {
            match location.as_str() {
                "query" => {
                    target.push(if target.contains('?') { '&' } else { '?' });
                    target.push_str(&format!(
                        "{}={}",
                        percent_encoded(name),
                        percent_encoded(text)
                    ));
                }
                "cookie" => headers.push(("cookie".to_owned(), format!("{name}={text}"))),
                _ => headers.push((name.clone(), text.clone())),
            }
        }
        if let (Some((media, _)), false) = (self.media(), matches!(body, Body::None)) {
            headers.push(("content-type".to_owned(), media.to_owned()));
        }
        let (method, path_parameters) = (self.key.method.clone(), path_parameters.clone());
        Request { method, target, headers, path_parameters, key: KeyChoice::Valid, body }
    }

    /// Replaces each valid value of a property that cannot be invented.
    pub(crate) fn with_set_values(&self, mut body: Value) -> Value {
        let schema = self.body_schema().map(|id| &self.generator.model.schemas[id]);
        let (Some(schema), Some(members)) = (schema, body.as_object_mut()) else { return body };
        for (name, value) in &self.set_values {
            let Some(id) = schema.properties.get(name).and_then(|one| one.schema) else { continue };
            let pointer = &self.generator.model.schemas[id].pointer;
            if let Some(is) = members.get_mut(name)
                && self.generator.schemas.is_valid(pointer, is)
            {
                is.clone_from(value);
            }
        }
        body
    }

    /// Returns a small valid body: `{}` if it is valid, else one with the required properties only.
    pub(crate) fn minimal_body(&self) -> Option<Value> {
        self.invented_body().map(|body| self.with_set_values(body))
    }

    /// Returns the properties of the smallest valid body.
    pub(crate) fn required_properties(&self) -> Vec<String> {
        let body = self.invented_body();
        let members = body.as_ref().and_then(Value::as_object).into_iter().flatten();
        members.map(|(name, _)| name.clone()).collect()
    }

    fn invented_body(&self) -> Option<Value> {
        let id = self.body_schema()?;
        let pointer = &self.generator.model.schemas[id].pointer;
        let is_valid = |body: &Value| self.generator.schemas.is_valid(pointer, body);
        let empty = Value::Object(serde_json::Map::new());
        if is_valid(&empty) {
            return Some(empty);
        }
        let mut body = self.generator.sample(id, &self.examples())?;
        let members = body.as_object().into_iter().flatten();
        for name in members.map(|(name, _)| name.clone()).collect::<Vec<_>>() {
            let mut smaller = body.clone();
            if let Some(members) = smaller.as_object_mut() {
                members.remove(&name);
            }
            if is_valid(&smaller) {
                body = smaller;
            }
        }
        Some(body)
    }

    /// Returns the documented examples of the body in its preferred media type.
    pub(crate) fn examples(&self) -> Vec<&'a Value> {
        let Some((_, media)) = self.media() else { return Vec::new() };
        let examples = Example::all_at(self.generator.contract, &media.pointer).into_iter();
        examples.filter_map(|example| example.value).collect()
    }

    /// Returns the documented examples of the body with their media types, the preferred one first.
    pub(crate) fn all_examples(&self) -> Vec<(&'a str, Example<'a>)> {
        let preferred = self.media();
        let others = self.operation.body.iter().flat_map(|body| &body.content);
        let others = others.map(|(name, media)| (name.as_str(), media));
        let others = others.filter(|(name, _)| preferred.is_none_or(|(other, _)| *name != other));
        preferred
            .into_iter()
            .chain(others)
            .flat_map(|(name, media)| {
                let examples = Example::all_at(self.generator.contract, &media.pointer);
                examples.into_iter().map(move |example| (name, example))
            })
            .collect()
    }

    /// Returns the expectation that the server rejects a request with one of the `preferred` statuses
    /// that are documented.
    pub(crate) fn rejected(&self, preferred: &[u16]) -> Expectation {
        let documented: Vec<u16> =
            self.operation.responses.keys().filter_map(|status| status.parse().ok()).collect();
        let is_documented = |status: &u16| documented.contains(status);
        let mut rejections: Vec<u16> = preferred.iter().copied().filter(is_documented).collect();
        if rejections.is_empty() {
            let is_input_error = |status: &u16| {
                (400..500).contains(status) && ![401, 403, 404, 429].contains(status)
            };
            rejections = documented.into_iter().filter(is_input_error).collect();
        }
        if rejections.is_empty() {
            rejections = preferred.to_vec();
        }
        Expectation { success: false, rejections }
    }
}

/// Returns a value as the text of a parameter; `None` for arrays, objects and `null`.
pub(crate) fn parameter_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}
