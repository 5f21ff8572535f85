//! The request body of an operation.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::documented::ANY_MEDIA_TYPE;
use super::generator::{JSON, Operation, OperationGenerator};
use crate::names::{free_name, type_name};
use crate::source::literal;
use agenthuman_contract::{child, is_json, media_type};

const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";
const BYTES: &str = "application/octet-stream";

/// The argument for a body.
pub(super) struct BodyArgument {
    /// The type of the extractor.
    pub(super) ty: String,
    /// The media type that the endpoint must declare; empty for JSON.
    pub(super) media_type: &'static str,
}

impl<'b> OperationGenerator<'_, 'b> {
    /// Returns the argument for the body of an operation.
    pub(super) fn body_argument(&mut self, operation: &Operation<'b>) -> Option<BodyArgument> {
        let (pointer, body) = self.types.resolve(&child(&operation.location, "requestBody"))?;
        self.types.reject_other_keywords(&pointer, body, &["required", "description", "content"]);
        let content = child(&pointer, "content");
        let names = body["content"].as_object().into_iter().flat_map(Map::keys);
        let names: Vec<_> = names.map(String::as_str).collect();
        let mut argument = self.content_argument(operation, &content, &names)?;
        if body["required"] != Value::Bool(true) {
            argument.ty = format!("OptionalBody<{}>", argument.ty);
        }
        Some(argument)
    }

    fn content_argument(
        &mut self,
        operation: &Operation<'b>,
        content: &str,
        names: &[&str],
    ) -> Option<BodyArgument> {
        let bytes = || "dropshot::StreamingBody".to_owned();
        let argument = |ty: String, media_type| Some(BodyArgument { ty, media_type });
        let [name] = names else {
            return match names {
                [] => argument(bytes(), ""),
                _ => self.choice_argument(operation, content, names),
            };
        };
        let location = child(content, name);
        let wanted = format!("{}Body", operation.prefix);
        match media_type(name).as_str() {
            JSON => {
                let json = self.json_type(&location, JSON, &wanted)??;
                argument(format!("JsonBody<{}>", json.ty), "")
            }
            FORM => argument(format!("FormBody<{}>", self.form_type(&location, &wanted)?), FORM),
            BYTES | ANY_MEDIA_TYPE => {
                self.check_content(&location);
                argument(bytes(), "")
            }
            MULTIPART => {
                self.check_content(&location);
                argument("dropshot::MultipartBody".to_owned(), MULTIPART)
            }
            _ => self.choice_argument(operation, content, names),
        }
    }

    /// Returns the argument for a body in one of several media types, or in one that has no extractor of
    /// its own. Generates an enum with a variant for each.
    fn choice_argument(
        &mut self,
        operation: &Operation<'b>,
        content: &str,
        names: &[&str],
    ) -> Option<BodyArgument> {
        let wanted = format!("{}Body", operation.prefix);
        let known = self.choices.get(content).cloned();
        let ty = match &known {
            Some(ty) => ty.clone(),
            None => self.types.claim_name(&format!("{content}#choice"), &wanted),
        };
        let (mut variants, mut arms) = (String::new(), String::new());
        let (mut taken, mut seen) = (BTreeSet::new(), BTreeSet::new());
        let (mut json, mut form) = (None, None);
        let mut ordered: Vec<_> = names.iter().map(|name| (media_type(name), *name)).collect();
        // A range such as `text/*` is for the rest.
        ordered
            .sort_by_key(|(essence, _)| (essence.matches('*').count(), essence.starts_with("*/")));
        for (full, name) in ordered {
            let essence = full.split(';').next().unwrap_or_default().to_owned();
            if !seen.insert(essence.clone()) {
                continue;
            }
            let location = child(content, name);
            let variant = type_name(&essence.replace("*/*", "any").replace('*', "any"));
            let variant = free_name(&variant, |name| taken.contains(name));
            taken.insert(variant.clone());
            let wanted = format!("{wanted}{variant}");
            let (inner, read) = if is_json(&essence) {
                let inner = self.json_type(&location, &essence, &wanted)??.ty;
                json = json.or(Some(inner.clone()));
                (inner, "agenthuman_server_runtime::json::from_slice(&content.bytes)")
            } else if essence == FORM {
                let inner = self.form_type(&location, &wanted)?;
                form = Some(inner.clone());
                (inner, "agenthuman_server_runtime::json::from_form(&content.bytes)")
            } else {
                self.check_content(&location);
                ("RawContent".to_owned(), "Ok(content)")
            };
            let pattern = match essence.strip_suffix('*') {
                None => literal(&essence),
                Some("*/") => "_".to_owned(),
                Some(begin) => format!("sent if sent.starts_with({})", literal(begin)),
            };
            variants += &format!("/// `{full}`\n{variant}({inner}),\n");
            arms += &format!("{pattern} => {read}.map(Self::{variant}),\n");
        }
        if !seen.contains(ANY_MEDIA_TYPE) {
            arms += "_ => return None,\n";
        }
        let (emitted, media_type) = match (json, form) {
            (Some(json), _) => (format!("dropshot::TypedBody<{json}>"), ""),
            (None, Some(form)) => (format!("dropshot::TypedBody<{form}>"), FORM),
            (None, None) => ("dropshot::StreamingBody".to_owned(), ""),
        };
        if known.is_none() {
            let _ = write!(
                self.items,
                "/// A request body, in one of the documented media types.
                #[derive(Clone, Debug, PartialEq)]
                pub enum {ty} {{ {variants} }}

                impl RequestContent for {ty} {{
                    type Emitted = {emitted};

                    fn from_content(
                        media_type: &str,
                        content: RawContent,
                    ) -> Option<Result<Self, agenthuman_server_runtime::json::InvalidRequest>> {{
                        Some(match media_type {{ {arms} }})
                    }}
                }}\n\n"
            );
            self.choices.insert(content.to_owned(), ty.clone());
        }
        Some(BodyArgument { ty: format!("ContentBody<{ty}>"), media_type })
    }

    /// Returns the type of a form, whose fields are scalars or lists of scalars.
    fn form_type(&mut self, location: &str, wanted: &str) -> Option<String> {
        self.check_content(location);
        let schema = child(location, "schema");
        let (pointer, value) = self.types.resolve(&schema)?;
        let properties = child(&pointer, "properties");
        if value["type"] != "object" || value["properties"].as_object().is_none_or(Map::is_empty) {
            self.types.error(&pointer, "this generator does not support a form without fields");
            return None;
        }
        let names = value["properties"].as_object().into_iter().flat_map(Map::keys);
        let mut is_flat = true;
        for name in names {
            let field = child(&properties, name);
            let (target, value) = self.types.resolve(&field)?;
            let target = if value["type"] == "array" { child(&target, "items") } else { target };
            is_flat &= self.check_scalar(&target, "header");
        }
        if is_flat { self.types.type_of(&schema, wanted) } else { None }
    }

    /// Reports the keywords of a media type that are not supported.
    fn check_content(&mut self, location: &str) {
        let Some(value) = self.types.contract.get(location) else { return };
        let known = ["schema", "example", "examples", "encoding"];
        self.types.reject_other_keywords(location, value, &known);
    }
}
