//! The responses of operations: a type for the successes of each, and one enum for the errors of all.
//!
//! A success is a struct if it is the only one of its operation, and otherwise a variant of an enum. All
//! operations share the error enum, so that a server converts its own errors to documented responses in
//! one place. Each variant is one response of the contract.

use std::fmt::Write as _;

use serde_json::Map;

use super::documented::{ANY_MEDIA_TYPE, DEFAULT, DocumentedResponse, ResponseBody, json_content};
use super::generator::{CURSOR_PAGINATION, ErrorVariant, Operation, OperationGenerator};
use super::variant::Variant;
use crate::names::free_name;
use crate::source::{doc_comment, literal};
use agenthuman_contract::child;

impl<'b> OperationGenerator<'_, 'b> {
    /// Returns the result type of the operation's function, and generates the types that it needs.
    pub(super) fn result_type(&mut self, operation: &Operation<'b>) -> Option<String> {
        let location = child(&operation.location, "responses");
        let responses = operation.value["responses"].as_object();
        let keys = responses.into_iter().flat_map(Map::keys).map(String::as_str);
        let keys: Vec<_> = keys.filter(|key| !key.starts_with("x-")).collect();
        if keys.is_empty() || keys == [DEFAULT] && self.is_freeform(&child(&location, DEFAULT)) {
            return Some("Result<Response<Body>, HttpError>".to_owned());
        }
        let mut documented = Vec::new();
        for key in &keys {
            let here = child(&location, key);
            documented
                .push((here.clone(), self.documented_response(&here, key, &operation.prefix)?));
        }
        documented.sort_by(|(_, one), (_, other)| one.key.cmp(&other.key));
        let has_success = documented.iter().any(|(_, response)| response.is_success());
        // Without another success, `default` is one.
        let (failures, successes): (Vec<_>, Vec<_>) =
            documented.iter().partition(|(_, response)| {
                response.is_error() || has_success && response.key == DEFAULT
            });
        let only = failures.iter().map(|(_, failure)| failure).collect::<Vec<_>>();
        let error = self.error_type(&location, &only);
        for (here, failure) in failures {
            self.add_error(operation, here, failure);
        }
        let successes: Vec<_> = successes.into_iter().map(|(_, success)| success).collect();
        let name = match successes.as_slice() {
            [] => "NoSuccess".to_owned(),
            [success] => self.write_success(operation, &location, success),
            successes => self.write_successes(operation, &location, successes),
        };
        let errors = if only.is_empty() { "NoError" } else { &self.errors_name };
        Some(format!("Result<Outcome<{name}, {errors}>, {error}>"))
    }

    /// Checks the responses of a channel, which Dropshot sends itself: an upgrade or its own error.
    pub(super) fn check_channel_responses(&mut self, operation: &Operation<'b>) {
        let location = child(&operation.location, "responses");
        let responses = operation.value["responses"].as_object();
        let mut keys: Vec<_> =
            responses.into_iter().flat_map(Map::keys).map(String::as_str).collect();
        keys.sort_unstable();
        if keys != ["101", "4XX", "5XX"] {
            self.types.error(
                &location,
                "Dropshot does not support responses of a channel other than 101, `4XX` and `5XX`",
            );
        }
        for key in keys.into_iter().filter(|key| *key != "101") {
            let here = child(&location, key);
            let Some((pointer, response)) = self.types.resolve(&here) else { continue };
            let schema = format!("{}/schema", json_content(&pointer, response).0);
            let Some((schema, _)) = self.types.resolve(&schema) else { continue };
            if !self.is_dropshot_error(&schema) {
                self.types.error(
                    &here,
                    "Dropshot does not support an error body of a channel other than Dropshot's own",
                );
            }
        }
    }

    /// Returns true for a response that can be anything.
    fn is_freeform(&mut self, location: &str) -> bool {
        let Some((_, response)) = self.types.resolve(location) else { return false };
        let schema = response["content"][ANY_MEDIA_TYPE]["schema"].as_object();
        schema.is_some_and(Map::is_empty)
    }

    /// Writes the struct of an only success and returns its name.
    fn write_success(
        &mut self,
        operation: &Operation<'b>,
        location: &str,
        success: &DocumentedResponse,
    ) -> String {
        let wanted = format!("{}{}", operation.prefix, success.variant);
        let name = self.types.claim_name(&format!("{location}#success"), &wanted);
        let is_streamed = is_streamed(operation);
        let Variant { documentation, fields, names, result, code, derives, .. } =
            Variant::new(success, &success.variant, is_streamed);
        let documentation = doc_comment(&documentation);
        let (definition, pattern) = match fields.is_empty() {
            true => (";".to_owned(), String::new()),
            false => {
                let fields: Vec<_> = fields.iter().map(|field| format!("pub {field}")).collect();
                let names = names.join(", ");
                (format!(" {{ {} }}", fields.join(", ")), format!("let Self {{ {names} }} = self;"))
            }
        };
        let metadata = metadata(success);
        let code = match success.status() {
            Some(_) => code,
            None => format!("self.{code}"),
        };
        let _ = write!(
            self.items,
            "{documentation}{derives}
            pub struct {name}{definition}

            impl HttpResponse for {name} {{
                fn to_result(self) -> Result<Response<Body>, HttpError> {{
                    {pattern}
                    {result}
                }}

                fn response_metadata() -> ApiEndpointResponse {{
                    {metadata}
                }}

                fn status_code(&self) -> StatusCode {{
                    {code}
                }}
            }}\n\n"
        );
        name
    }

    /// Writes the enum of several successes and returns its name. Dropshot emits the first of them.
    fn write_successes(
        &mut self,
        operation: &Operation<'b>,
        location: &str,
        successes: &[&DocumentedResponse],
    ) -> String {
        let wanted = format!("{}Response", operation.prefix);
        let name = self.types.claim_name(&format!("{location}#success"), &wanted);
        let is_streamed = is_streamed(operation);
        let variant =
            |success: &&DocumentedResponse| Variant::new(success, &success.variant, is_streamed);
        let variants: Vec<_> = successes.iter().map(variant).collect();
        let emitted = successes.iter().find(|success| success.status().is_some());
        let metadata = emitted.or(successes.first()).map(|one| metadata(one)).unwrap_or_default();
        let text = |part: fn(&Variant) -> String| -> String {
            variants.iter().map(part).collect::<Vec<_>>().join("\n")
        };
        let definitions = text(|variant| variant.definition(&variant.documentation));
        let (results, codes) = (text(Variant::result_arm), text(Variant::code_arm));
        let derives = Variant::shared_derives(variants.iter());
        let _ = write!(
            self.items,
            "/// The successes of `{}`.
            {derives}
            pub enum {name} {{ {definitions} }}

            impl HttpResponse for {name} {{
                fn to_result(self) -> Result<Response<Body>, HttpError> {{
                    match self {{ {results} }}
                }}

                fn response_metadata() -> ApiEndpointResponse {{
                    {metadata}
                }}

                fn status_code(&self) -> StatusCode {{
                    match self {{ {codes} }}
                }}
            }}\n\n",
            operation.function
        );
        name
    }

    /// Adds a variant to the enum of errors, unless it has the response already.
    fn add_error(
        &mut self,
        operation: &Operation<'b>,
        location: &str,
        failure: &DocumentedResponse,
    ) {
        let pointer = match self.types.contract.resolve(location) {
            Ok((pointer, _)) => pointer.into_owned(),
            Err(_) => location.to_owned(),
        };
        let function = operation.function.clone();
        let known =
            |error: &&mut ErrorVariant| (&error.key, &error.pointer) == (&failure.key, &pointer);
        if let Some(known) = self.errors.iter_mut().find(known) {
            known.functions.push(function);
            return;
        }
        let taken = |name: &str| self.errors.iter().any(|error| error.source.name == name);
        let variant = match taken(&failure.variant) {
            false => failure.variant.clone(),
            true => free_name(&format!("{}{}", operation.prefix, failure.variant), taken),
        };
        let source = Variant::new(failure, &variant, false);
        let key = failure.key.clone();
        self.errors.push(ErrorVariant { key, pointer, functions: vec![function], source });
    }

    /// Writes the enum of the errors of all operations.
    pub(super) fn write_errors(&mut self) {
        if self.errors.is_empty() {
            return;
        }
        self.errors.sort_by(|one, other| one.key.cmp(&other.key));
        let name = &self.errors_name;
        let text = |part: fn(&Variant) -> String| -> String {
            self.errors.iter().map(|error| part(&error.source)).collect::<Vec<_>>().join("\n")
        };
        let definition = |ErrorVariant { functions, source, .. }: &_| {
            let functions: Vec<_> = functions.iter().map(|name| format!("`{name}`")).collect();
            let sent = format!("Sent by {}.", functions.join(", "));
            source.definition(&format!("{}\n\n{sent}", source.documentation))
        };
        let definitions = self.errors.iter().map(definition).collect::<Vec<_>>().join("\n");
        let (results, codes) = (text(Variant::result_arm), text(Variant::code_arm));
        let derives = Variant::shared_derives(self.errors.iter().map(|error| &error.source));
        let _ = write!(
            self.items,
            "/// An error response that the contract documents. An operation sends only those that it
            /// documents itself.
            {derives}
            pub enum {name} {{ {definitions} }}

            impl HttpErrorResponse for {name} {{
                fn to_result(self) -> Result<Response<Body>, HttpError> {{
                    match self {{ {results} }}
                }}

                fn status_code(&self) -> StatusCode {{
                    match self {{ {codes} }}
                }}
            }}\n\n"
        );
    }
}

/// Returns true if the responses of an operation may be sent as a stream.
fn is_streamed(operation: &Operation<'_>) -> bool {
    operation.value.get(CURSOR_PAGINATION).is_some()
}

/// Returns the expression of a response's metadata, from which Dropshot emits it.
fn metadata(response: &DocumentedResponse) -> String {
    let body = match (response.json(), &response.body) {
        (Some(json), _) => format!("HttpResponseOk<{}>", json.ty),
        (None, ResponseBody::None) => "dropshot::HttpResponseUpdatedNoContent".to_owned(),
        (None, _) => "HttpResponseOk<dropshot::FreeformBody>".to_owned(),
    };
    let ty = match &response.headers {
        Some(headers) => format!("HttpResponseHeaders<{body}, {headers}>"),
        None => body,
    };
    let description = literal(response.description.trim());
    match response.status() {
        Some(status) => format!("metadata::<{ty}>({status}, {description})"),
        None => format!("varying_metadata::<{ty}>({description})"),
    }
}
