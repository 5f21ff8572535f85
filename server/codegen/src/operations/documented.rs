//! The documented responses of an operation, as the contract describes them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use super::generator::{HeaderStruct, JSON, OperationGenerator};
use crate::names::type_name;
use crate::source::{doc_comment, literal};
use crate::types::unique_field_name;
use agenthuman_contract::{child, media_type};

/// The media type that Dropshot emits for a body of bytes, and for a response of any kind.
pub(super) const ANY_MEDIA_TYPE: &str = "*/*";

/// The documented response for one status.
pub(super) struct DocumentedResponse {
    /// The status as the contract writes it: `404` or `4XX`.
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
    Bytes,
    Json {
        ty: String,
        /// The location of the schema, after following references.
        schema: String,
    },
}

impl DocumentedResponse {
    /// Returns the status, unless it is a range such as `4XX`.
    pub(super) fn status(&self) -> Option<u16> {
        self.key.parse().ok()
    }

    /// Returns true for a single status below 400.
    pub(super) fn is_success(&self) -> bool {
        self.status().is_some_and(|status| (200..400).contains(&status))
    }

    /// Returns the location of the body's schema; empty if the body is not JSON.
    pub(super) fn schema(&self) -> &str {
        match &self.body {
            ResponseBody::Json { schema, .. } => schema,
            _ => "",
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
        let known = key.parse().ok().and_then(|code: u16| http::StatusCode::from_u16(code).ok());
        let variant = match (known, key) {
            (Some(known), _) => type_name(known.canonical_reason().unwrap_or(key)),
            (None, "4XX") => "ClientError".to_owned(),
            (None, "5XX") => "ServerError".to_owned(),
            _ => {
                let message = "not supported: a status other than a number, `4XX` or `5XX`, or `default` beside others";
                self.types.error(here, message);
                return None;
            }
        };
        let (pointer, response) = self.types.resolve(here)?;
        self.types.reject_other_keywords(
            &pointer,
            response,
            &["description", "headers", "content"],
        );
        let owner = match pointer.strip_prefix("/components/responses/") {
            Some(component) => type_name(component),
            None => format!("{prefix}{variant}"),
        };
        let body = self.response_body(&pointer, response, &owner)?;
        let headers = self.header_struct(&pointer, response, &owner);
        let description = response["description"].as_str().unwrap_or_default().to_owned();
        Some(DocumentedResponse { key: key.to_owned(), variant, description, body, headers })
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
        let [name] = types.keys().collect::<Vec<_>>()[..] else {
            self.types
                .error(&content, "not supported: a response that has more than one media type");
            return None;
        };
        let location = child(&content, name);
        let value = &types[name.as_str()];
        self.types.reject_other_keywords(&location, value, &["schema", "example", "examples"]);
        match media_type(name).as_str() {
            JSON if value.get("schema").is_none() => {
                self.types.error(&location, "missing `schema`");
                None
            }
            JSON => {
                let schema = format!("{location}/schema");
                let ty = self.types.type_of(&schema, &format!("{owner}Body"))?;
                let (schema, _) = self.types.resolve(&schema)?;
                Some(ResponseBody::Json { ty, schema })
            }
            ANY_MEDIA_TYPE => Some(ResponseBody::Bytes),
            other => {
                let message = format!(
                    "not supported: a response of `{other}` (Dropshot emits bytes as `*/*`)"
                );
                self.types.error(&location, message);
                None
            }
        }
    }

    /// Returns the struct of a response's headers. Equal sets of headers share a struct.
    fn header_struct(&mut self, response: &str, value: &Value, owner: &str) -> Option<String> {
        let headers = value["headers"].as_object().filter(|headers| !headers.is_empty())?;
        let location = child(response, "headers");
        let name = format!("{owner}Headers");
        let (mut fields, mut taken) = (String::new(), BTreeSet::new());
        for header in headers.keys() {
            let Some((pointer, value)) = self.types.resolve(&child(&location, header)) else {
                continue;
            };
            let known =
                ["description", "required", "schema", "example", "examples", "style", "explode"];
            self.types.reject_other_keywords(&pointer, value, &known);
            self.check_style(&pointer, value, "simple");
            let ty = self
                .types
                .type_of(&child(&pointer, "schema"), &format!("{name}{}", type_name(header)));
            let Some(ty) = ty else { continue };
            fields += &doc_comment(value["description"].as_str().unwrap_or_default());
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

/// Returns the location and the value of the JSON media type in a response's `content`.
pub(super) fn json_content<'v>(pointer: &str, response: &'v Value) -> (String, &'v Value) {
    let content = child(pointer, "content");
    let types = response["content"].as_object();
    let found = types.into_iter().flatten().find(|(name, _)| media_type(name) == JSON);
    found.map_or_else(
        || (child(&content, JSON), &Value::Null),
        |(name, value)| (child(&content, name), value),
    )
}
