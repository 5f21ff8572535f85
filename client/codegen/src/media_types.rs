//! The media types of bodies.

use serde_json::{Map, Value, json};

/// The media types of request bodies that progenitor supports (`BodyContentType::from_str`), the
/// preferred one first.
const REQUEST_MEDIA_TYPES: [&str; 5] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "text/x-markdown",
    "application/octet-stream",
];

/// Returns the key of the media type that the client sends, of those in a request body's `content`.
pub fn request_media_type(content: &Map<String, Value>) -> Option<&str> {
    REQUEST_MEDIA_TYPES.iter().find_map(|supported| {
        let found = content.keys().find(|name| essence(name) == *supported);
        found.map(String::as_str)
    })
}

/// Returns a media type without its parameters, in lower case.
pub fn essence(name: &str) -> String {
    name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Rewrites the bodies in the copy of the contract that progenitor reads: a request body has the media
/// type that the client sends, and each body has a schema.
pub fn prepare(document: &mut Value) {
    let components = document.get_mut("components").and_then(Value::as_object_mut);
    let requests = components.and_then(|components| components.get_mut("requestBodies"));
    let requests = requests.and_then(Value::as_object_mut).into_iter().flatten();
    requests.for_each(|(_, body)| prepare_request(body));
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let items = paths.into_iter().flatten().filter_map(|(_, item)| item.as_object_mut());
    for operation in items.flatten().filter_map(|(_, operation)| operation.as_object_mut()) {
        operation.get_mut("requestBody").into_iter().for_each(prepare_request);
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
        responses.into_iter().flatten().for_each(|(_, response)| prepare_response(response));
    }
    let responses = document.pointer_mut("/components/responses").and_then(Value::as_object_mut);
    responses.into_iter().flatten().for_each(|(_, response)| prepare_response(response));
}

fn prepare_request(body: &mut Value) {
    let Some(content) = body.get_mut("content").and_then(Value::as_object_mut) else { return };
    if let Some(name) = request_media_type(content).map(str::to_owned) {
        content.retain(|other, _| *other == name);
    }
    add_schemas(body);
}

/// `encoding` has no meaning in a response, and progenitor stops at it.
fn prepare_response(response: &mut Value) {
    add_schemas(response);
    let content = response.get_mut("content").and_then(Value::as_object_mut);
    for media in content.into_iter().flatten().filter_map(|(_, media)| media.as_object_mut()) {
        media.remove("encoding");
    }
}

/// Adds the schema that allows any body of a media type where there is none.
fn add_schemas(body: &mut Value) {
    let content = body.get_mut("content").and_then(Value::as_object_mut);
    for (name, media) in content.into_iter().flatten() {
        let schema = match &*essence(name) {
            "application/octet-stream" => json!({ "type": "string", "format": "binary" }),
            name if name.starts_with("text/") => json!({ "type": "string" }),
            _ => json!({}),
        };
        if let Some(media) = media.as_object_mut() {
            media.entry("schema").or_insert(schema);
        }
    }
}
