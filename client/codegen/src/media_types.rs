//! The media types of bodies.

use agenthuman_contract::{Contract, child, essence, is_json};
use serde_json::{Map, Value, json};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const BYTES: &str = "application/octet-stream";

/// The body that the client sends with a media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    Json,
    Form,
    Text,
    Bytes,
}

impl Encoding {
    /// Returns `None` for a media type that the client cannot send: one of several parts, or a range
    /// such as `image/*`.
    fn of(name: &str) -> Option<Self> {
        match &*essence(name) {
            name if is_json(name) => Some(Encoding::Json),
            FORM => Some(Encoding::Form),
            "*/*" | BYTES => Some(Encoding::Bytes),
            name if name.starts_with("multipart/") || name.contains('*') => None,
            name if name.starts_with("text/") => Some(Encoding::Text),
            _ => Some(Encoding::Bytes),
        }
    }
}

/// Returns the key of the media type that the client sends, of those in a request body's `content`, and
/// the encoding of the body.
pub fn of_request(content: &Map<String, Value>) -> Option<(&str, Encoding)> {
    let supported = content.keys().filter_map(|name| Some((name.as_str(), Encoding::of(name)?)));
    // JSON without a suffix is preferred to others.
    supported.min_by_key(|(name, encoding)| (*encoding, essence(name) != JSON))
}

/// Returns the encoding of an operation's request body, and the value of `Content-Type` if it is not the
/// one that progenitor sends.
pub fn content_type(contract: &Contract, operation: &str) -> Option<(Encoding, Option<String>)> {
    let body = child(operation, "requestBody");
    contract.get(&body)?;
    let (_, body) = contract.resolve(&body).ok()?;
    let (name, encoding) = of_request(body["content"].as_object()?)?;
    let is_sent = [JSON, FORM, BYTES, "*/*"].contains(&&*essence(name));
    Some((encoding, (!is_sent).then(|| name.to_owned())))
}

/// Returns the key of the JSON body in the `content` of a response.
pub fn json_key(content: &Map<String, Value>) -> Option<&str> {
    let names = || content.keys().map(String::as_str);
    names().find(|name| essence(name) == JSON).or_else(|| names().find(|name| is_json(name)))
}

/// Rewrites the bodies in the copy of the contract that progenitor reads: a request body has one media
/// type that progenitor supports, JSON is called `application/json`, and each body has a schema.
pub fn prepare(document: &mut Value) {
    for (part, prepare) in [
        ("requestBodies", prepare_request as fn(&mut Value)),
        ("responses", prepare_response as fn(&mut Value)),
    ] {
        let components = document.get_mut("components").and_then(Value::as_object_mut);
        let bodies = components.and_then(|components| components.get_mut(part));
        let bodies = bodies.and_then(Value::as_object_mut).into_iter().flatten();
        bodies.for_each(|(_, body)| prepare(body));
    }
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let items = paths.into_iter().flatten().filter_map(|(_, item)| item.as_object_mut());
    for operation in items.flatten().filter_map(|(_, operation)| operation.as_object_mut()) {
        operation.get_mut("requestBody").into_iter().for_each(prepare_request);
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
        responses.into_iter().flatten().for_each(|(_, response)| prepare_response(response));
    }
}

fn prepare_request(body: &mut Value) {
    let Some(content) = body.get_mut("content").and_then(Value::as_object_mut) else { return };
    let Some((name, encoding)) = of_request(content) else { return };
    let mut media = content[name].clone();
    let (name, schema) = match encoding {
        Encoding::Json => (JSON, None),
        Encoding::Form => (FORM, None),
        Encoding::Text | Encoding::Bytes => {
            (BYTES, Some(json!({ "type": "string", "format": "binary" })))
        }
    };
    add_schema(&mut media, schema);
    *content = Map::from_iter([(name.to_owned(), media)]);
}

/// Leaves the JSON body of a response, if there is one. `encoding` has no meaning in a response, and
/// progenitor stops at it.
fn prepare_response(response: &mut Value) {
    let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) else { return };
    let Some(name) = json_key(content).map(str::to_owned) else { return };
    let Some(mut media) = content.remove(&name) else { return };
    add_schema(&mut media, None);
    if let Some(media) = media.as_object_mut() {
        media.remove("encoding");
    }
    *content = Map::from_iter([(JSON.to_owned(), media)]);
}

/// Replaces the schema of a body, or adds the one that allows anything if there is none.
fn add_schema(media: &mut Value, schema: Option<Value>) {
    if media.is_null() {
        *media = json!({});
    }
    let Some(media) = media.as_object_mut() else { return };
    match schema {
        Some(schema) => drop(media.insert("schema".to_owned(), schema)),
        None => drop(media.entry("schema").or_insert_with(|| json!({}))),
    }
}
