//! The documented responses of an operation, as the contract describes them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use super::generator::{HeaderStruct, JSON, OperationGenerator};
use crate::names::{free_name, type_name};
use crate::source::{documentation, literal};
use crate::types::unique_field_name;
use agenthuman_contract::{child, is_json, media_type};

/// The media type that Dropshot emits for a body of bytes, and for a response of any kind.
pub(super) const ANY_MEDIA_TYPE: &str = "*/*";

/// The key of the response for all statuses that have none.
pub(super) const DEFAULT: &str = "default";

/// The documented response for one status.
pub(super) struct DocumentedResponse {
    /// The status as the contract writes it, in upper case: `404`, `4XX` or `default`.
    pub(super) key: String,
    /// The variant of the response enum.
    pub(super) variant: String,
    pub(super) description: String,
    pub(super) body: ResponseBody,
    /// The struct of the headers.
    pub(super) headers: Option<String>,
}

/// The body of a documented response.
pub(super) enum ResponseBody {
    None,
    /// Bytes of this media type.
    Bytes(String),
    /// JSON of this media type.
    Json {
        media_type: String,
        json: JsonType,
    },
    /// One of several media types, as an enum.
    Choice {
        ty: String,
        /// The type of the first one that is JSON.
        json: Option<JsonType>,
    },
}

/// The type of a JSON body.
#[derive(Clone)]
pub(super) struct JsonType {
    pub(super) ty: String,
    /// The location of the schema, after following references; that of the media type if it has no
    /// schema.
    pub(super) schema: String,
}

impl DocumentedResponse {
    /// Returns the status, unless it is `default` or a range such as `4XX`.
    pub(super) fn status(&self) -> Option<u16> {
        self.key.parse().ok()
    }

    /// Returns true for a status below 400, or a range of them.
    pub(super) fn is_success(&self) -> bool {
        self.key.starts_with(['1', '2', '3'])
    }

    /// Returns true for an error status, or a range of them.
    pub(super) fn is_error(&self) -> bool {
        self.key.starts_with(['4', '5'])
    }

    /// Returns the type of the body if it is JSON.
    pub(super) fn json(&self) -> Option<&JsonType> {
        match &self.body {
            ResponseBody::Json { json, .. } => Some(json),
            ResponseBody::Choice { json, .. } => json.as_ref(),
            ResponseBody::None | ResponseBody::Bytes(_) => None,
        }
    }
}

impl OperationGenerator<'_, '_> {
    /// Reads the response for the status `key`, and generates the types that it needs.
    pub(super) fn documented_response(
        &mut self,
        here: &str,
        key: &str,
        prefix: &str,
    ) -> Option<DocumentedResponse> {
        let key = if key == DEFAULT { key.to_owned() } else { key.to_ascii_uppercase() };
        let known = key.parse().ok().and_then(|code: u16| http::StatusCode::from_u16(code).ok());
        let variant = match (known, key.as_str()) {
            (Some(known), _) => type_name(known.canonical_reason().unwrap_or(&key)),
            (None, "1XX") => "Informational".to_owned(),
            (None, "2XX") => "Success".to_owned(),
            (None, "3XX") => "Redirection".to_owned(),
            (None, "4XX") => "ClientError".to_owned(),
            (None, "5XX") => "ServerError".to_owned(),
            (None, DEFAULT) => "Default".to_owned(),
            _ => {
                let message = format!("invalid status `{key}`: not `404`, `4XX` or `default`");
                self.types.error(here, message);
                return None;
            }
        };
        let (pointer, response) = self.types.resolve(here)?;
        let known = ["description", "headers", "content", "links"];
        self.types.reject_other_keywords(&pointer, response, &known);
        let owner = match pointer.strip_prefix("/components/responses/") {
            Some(component) => type_name(component),
            None => format!("{prefix}{variant}"),
        };
        let body = self.response_body(&pointer, response, &owner)?;
        let headers = self.header_struct(&pointer, response, &owner);
        let description = response["description"].as_str().unwrap_or_default().to_owned();
        Some(DocumentedResponse { key, variant, description, body, headers })
    }

    fn response_body(
        &mut self,
        pointer: &str,
        response: &Value,
        owner: &str,
    ) -> Option<ResponseBody> {
        let content = child(pointer, "content");
        let Some(types) = response["content"].as_object().filter(|types| !types.is_empty()) else {
            return Some(ResponseBody::None);
        };
        if let [name] = types.keys().collect::<Vec<_>>()[..] {
            let location = child(&content, name);
            let media_type = media_type(name);
            return Some(
                match self.json_type(&location, &media_type, &format!("{owner}Body"))? {
                    Some(json) => ResponseBody::Json { media_type, json },
                    None => ResponseBody::Bytes(media_type),
                },
            );
        }
        self.choice(&content, types.keys(), owner)
    }

    /// Generates an enum of the media types of a body, unless the response has one.
    fn choice<'k>(
        &mut self,
        content: &str,
        names: impl Iterator<Item = &'k String>,
        owner: &str,
    ) -> Option<ResponseBody> {
        let known = self.choices.get(content).cloned();
        let (mut variants, mut arms) = (String::new(), String::new());
        let mut taken = BTreeSet::new();
        let mut first = None;
        for name in names {
            let location = child(content, name);
            let media_type = media_type(name);
            let variant = free_name(&type_name(&media_type), |name| taken.contains(name));
            taken.insert(variant.clone());
            let wanted = format!("{owner}Body{variant}");
            let json = self.json_type(&location, &media_type, &wanted)?;
            let sent = literal(sent_media_type(&media_type));
            let (ty, body) = match &json {
                Some(json) => (json.ty.as_str(), "json_content(&body)?"),
                None => ("Body", "body"),
            };
            variants += &format!("/// `{media_type}`\n{variant}({ty}),\n");
            arms += &format!("Self::{variant}(body) => ({sent}, {body}),\n");
            first = first.or(json);
        }
        if let Some(ty) = known {
            return Some(ResponseBody::Choice { ty, json: first });
        }
        let ty = self.types.claim_name(&format!("{content}#choice"), &format!("{owner}Body"));
        let _ = write!(
            self.items,
            "/// A response body, in one of the documented media types.
            #[derive(Debug)]
            pub enum {ty} {{ {variants} }}

            impl ResponseContent for {ty} {{
                fn into_content(self) -> Result<(&'static str, Body), HttpError> {{
                    Ok(match self {{ {arms} }})
                }}
            }}\n\n"
        );
        self.choices.insert(content.to_owned(), ty.clone());
        Some(ResponseBody::Choice { ty, json: first })
    }

    /// Returns the type of a body if the media type is JSON. The outer `None` is an error.
    pub(super) fn json_type(
        &mut self,
        location: &str,
        media_type: &str,
        wanted: &str,
    ) -> Option<Option<JsonType>> {
        let value = self.types.contract.get(location)?;
        let known = ["schema", "example", "examples"];
        self.types.reject_other_keywords(location, value, &known);
        if media_type.contains('*') && media_type != ANY_MEDIA_TYPE {
            let message =
                "this generator does not support a range of media types, except for `*/*`";
            self.types.error(location, message);
            return None;
        }
        if !is_json(media_type) {
            return Some(None);
        }
        if value.get("schema").is_none() {
            let ty = "serde_json::Value".to_owned();
            return Some(Some(JsonType { ty, schema: location.to_owned() }));
        }
        let schema = child(location, "schema");
        let ty = self.types.type_of(&schema, wanted)?;
        let (schema, _) = self.types.resolve(&schema)?;
        Some(Some(JsonType { ty, schema }))
    }

    /// Returns the struct of a response's headers. Equal sets of headers share a struct.
    fn header_struct(&mut self, response: &str, value: &Value, owner: &str) -> Option<String> {
        let headers = value["headers"].as_object().filter(|headers| !headers.is_empty())?;
        let location = child(response, "headers");
        let name = format!("{owner}Headers");
        let (mut fields, mut taken) = (String::new(), BTreeSet::new());
        // OpenAPI ignores this header: it is the media type.
        let names = headers.keys().filter(|name| !name.eq_ignore_ascii_case("content-type"));
        for header in names {
            let Some((pointer, value)) = self.types.resolve(&child(&location, header)) else {
                continue;
            };
            let known = [
                "description",
                "required",
                "schema",
                "example",
                "examples",
                "style",
                "explode",
                "deprecated",
            ];
            self.types.reject_other_keywords(&pointer, value, &known);
            let ty = self
                .types
                .type_of(&child(&pointer, "schema"), &format!("{name}{}", type_name(header)));
            let Some(ty) = ty else { continue };
            fields += &documentation(value);
            let (field, header) = (unique_field_name(header, &mut taken), literal(header));
            fields += &match value["required"] == Value::Bool(true) {
                true => format!("#[serde(rename = {header})]\npub {field}: {ty},\n"),
                false => format!(
                    "#[serde(rename = {header}, default, skip_serializing_if = \"Option::is_none\")]
                    #[schemars(with = \"{ty}\")]
                    pub {field}: Option<{ty}>,\n"
                ),
            };
        }
        let placeholder = format!("HeaderStruct{}_", self.header_structs.len());
        let header_struct = self.header_structs.entry(fields).or_insert_with(|| HeaderStruct {
            placeholder,
            location,
            owners: BTreeSet::new(),
        });
        header_struct.owners.insert(owner.to_owned());
        Some(header_struct.placeholder.clone())
    }

    /// Writes the structs of headers, and replaces their placeholders in `source` and in the items by
    /// their names: that of the only response with these headers, or `CommonHeaders`.
    pub(super) fn write_header_structs(&mut self, source: &mut String) {
        let mut structs = std::mem::take(&mut self.header_structs);
        let mut ordered: Vec<_> = structs.iter_mut().collect();
        ordered.sort_by_key(|(_, one)| one.placeholder.clone());
        let mut items = String::new();
        for (fields, HeaderStruct { placeholder, location, owners }) in ordered {
            let wanted = match (owners.len(), owners.first()) {
                (1, Some(owner)) => format!("{owner}Headers"),
                _ => "CommonHeaders".to_owned(),
            };
            let name = self.types.claim_name(location, &wanted);
            *source = source.replace(&*placeholder, &name);
            self.items = self.items.replace(&*placeholder, &name);
            let _ = write!(
                items,
                "/// Response headers.
                #[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
                pub struct {name} {{ {fields} }}\n\n"
            );
        }
        self.items += &items;
    }
}

/// Returns the media type that a response states.
pub(super) fn sent_media_type(media_type: &str) -> &str {
    if media_type == ANY_MEDIA_TYPE { "application/octet-stream" } else { media_type }
}

/// Returns the location and the value of the JSON media type in a response's `content`.
pub(super) fn json_content<'v>(pointer: &str, response: &'v Value) -> (String, &'v Value) {
    let content = child(pointer, "content");
    let types = response["content"].as_object();
    let found = types.into_iter().flatten().find(|(name, _)| is_json(name));
    found.map_or_else(
        || (child(&content, JSON), &Value::Null),
        |(name, value)| (child(&content, name), value),
    )
}
