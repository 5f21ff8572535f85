//! Responses whose bodies depend on the status.
//!
//! progenitor has one type for all successful responses of an operation, and one for all errors. It
//! stops at an assertion if the contract documents more, and it returns anything but JSON as a stream.
//! For such an operation progenitor gets responses without a body, and the client reads the body
//! itself, by the status: as a value of an enum that has a variant for each documented response, or as
//! the body's own type if the contract documents only one.

use agenthuman_contract::{Contract, child};
use heck::ToUpperCamelCase;
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::{Map, Value, json};
use syn::Ident;

use crate::media_types::json_key;
use crate::prepare::{component_type, type_name};

/// The documented responses of an operation that progenitor cannot represent.
#[derive(Debug, Default)]
pub struct Responses {
    /// The successful ones, if progenitor cannot represent them.
    pub successes: Option<Vec<Response>>,
    /// The errors, if progenitor cannot represent them.
    pub errors: Option<Vec<Response>>,
}

/// A documented response.
#[derive(Debug)]
pub struct Response {
    /// The status as the contract writes it: `200`, `4XX` or `default`.
    status: String,
    description: String,
    body: Body,
}

/// The body of a documented response.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Body {
    None,
    /// Anything but JSON.
    Bytes,
    Json {
        /// The name of the type.
        ty: String,
        /// Equal for bodies that are the same type for progenitor.
        key: String,
    },
}

impl Body {
    /// Equal for bodies that are the same type for progenitor.
    fn key(&self) -> &str {
        match self {
            Body::None => "",
            Body::Bytes => "bytes",
            Body::Json { key, .. } => key,
        }
    }
}

/// Returns the responses of an operation that progenitor cannot represent.
pub fn read(contract: &Contract, operation: &str) -> Responses {
    let list = child(operation, "responses");
    let Some(documented) = contract.get(&list).and_then(Value::as_object) else {
        return Responses::default();
    };
    if is_channel(contract, operation) {
        return Responses::default();
    }
    let id = contract.operation_id(operation);
    let group = |statuses: &dyn Fn(&str) -> bool| -> Vec<Response> {
        let statuses = documented.keys().filter(|status| statuses(status));
        let mut found: Vec<_> = statuses
            .filter_map(|status| Response::read(contract, &child(&list, status), &id, status))
            .collect();
        // A single status comes before its class, and a class before `default`.
        found.sort_by_key(|response| specificity(&response.status));
        found
    };
    let successes = group(&|status| is_success(documented, status));
    let errors = group(&|status| is_error(status));
    let is_same =
        |group: &[Response]| group.windows(2).all(|two| two[0].body.key() == two[1].body.key());
    let is_plain = |group: &[Response]| group.iter().all(|one| one.body != Body::Bytes);
    let only_2xx = successes.iter().all(|one| !one.status.starts_with('3'));
    Responses {
        successes: (!is_same(&successes) || !is_plain(&successes) || !only_2xx)
            .then_some(successes),
        errors: (!is_same(&errors) || !is_plain(&errors)).then_some(errors),
    }
}

/// Rewrites the responses of all operations in the copy of the contract that progenitor reads. Returns
/// the components that the client reads itself.
pub fn prepare(contract: &Contract, document: &mut Value) -> Vec<String> {
    let mut components = Vec::new();
    for operation in contract.operations() {
        prepare_operation(contract, &operation, document, &mut components);
    }
    components
}

fn prepare_operation(
    contract: &Contract,
    operation: &str,
    document: &mut Value,
    components: &mut Vec<String>,
) {
    let list = child(operation, "responses");
    let Some(documented) = contract.get(&list).and_then(Value::as_object) else { return };
    if is_channel(contract, operation) {
        return;
    }
    let found = read(contract, operation);
    let id = contract.operation_id(operation);
    let mut responses = Map::new();
    for (status, response) in documented {
        let (success, error) = (is_success(documented, status), is_error(status));
        let is_varied = success && found.successes.is_some() || error && found.errors.is_some();
        if is_varied
            && let Some(body) = JsonBody::read(contract, &child(&list, status), &id, status)
        {
            if let Some(schema) = body.schema {
                document["components"]["schemas"][&body.component] = schema;
            }
            components.push(body.component);
        }
        // For progenitor, `default` is a success and an error.
        let keys: &[&str] = match (&**status, success, error) {
            ("default", true, _) => &["2XX", "4XX", "5XX"],
            ("default", ..) => &["4XX", "5XX"],
            (status, ..) => &[status],
        };
        for key in keys.iter().filter(|key| *key == status || !documented.contains_key(**key)) {
            responses.insert((*key).to_owned(), response.clone());
        }
    }
    let varied = [("23", &found.successes, &["200"][..]), ("45", &found.errors, &["4XX", "5XX"])];
    for (classes, group, placeholders) in varied {
        if group.is_some() {
            responses.retain(|status, _| !status.starts_with(|first| classes.contains(first)));
            let none = || json!({ "description": "" });
            responses.extend(placeholders.iter().map(|status| ((*status).to_owned(), none())));
        }
    }
    // Without a documented success, progenitor returns a stream.
    if !responses.keys().any(|status| status.starts_with('2')) {
        responses.insert("2XX".to_owned(), json!({ "description": "" }));
    }
    if let Some(place) = document.pointer_mut(&list) {
        *place = Value::Object(responses);
    }
}

/// The JSON body of a response.
struct JsonBody {
    /// The name of its type.
    ty: String,
    /// The component that becomes the type.
    component: String,
    /// Equal for bodies that are the same type for progenitor.
    key: String,
    /// The schema of the component, unless the contract has it already.
    schema: Option<Value>,
}

impl JsonBody {
    fn read(contract: &Contract, response: &str, id: &str, status: &str) -> Option<Self> {
        let (at, response) = contract.resolve(response).ok()?;
        let content = response["content"].as_object()?;
        let key = json_key(content)?.to_owned();
        let pointer = format!("{}/schema", child(&child(&at, "content"), &key));
        let owner = at.strip_prefix("/components/responses/");
        let name =
            owner.map_or_else(|| format!("{id}_{status}_body"), |owner| format!("{owner}_body"));
        let own = JsonBody {
            component: type_name(&name),
            ty: type_name(&name),
            key: pointer.clone(),
            schema: Some(content[&key].get("schema").cloned().unwrap_or_else(|| json!({}))),
        };
        let Ok((target, schema)) = contract.resolve(&pointer) else { return Some(own) };
        if let Some(component) = target.strip_prefix("/components/schemas/")
            && !component.contains('/')
        {
            return Some(JsonBody {
                ty: component_type(component),
                component: component.to_owned(),
                key: target.into(),
                schema: None,
            });
        }
        let key = scalar(schema).unwrap_or_else(|| target.into_owned());
        Some(JsonBody { key, schema: Some(schema.clone()), ..own })
    }
}

/// Returns a description of a scalar type, which progenitor writes as a type without a name.
fn scalar(schema: &Value) -> Option<String> {
    let members = schema.as_object()?;
    let known = ["type", "description", "title", "format"];
    let text = |key| members.get(key).and_then(Value::as_str).unwrap_or_default();
    let is_scalar = members.keys().all(|key| known.contains(&key.as_str()))
        && !matches!(text("type"), "" | "object" | "array");
    is_scalar.then(|| format!("{} {}", text("type"), text("format")))
}

impl Response {
    fn read(contract: &Contract, pointer: &str, id: &str, status: &str) -> Option<Self> {
        let (_, response) = contract.resolve(pointer).ok()?;
        let content = response["content"].as_object();
        let body = match content {
            Some(content) if json_key(content).is_some() => {
                let JsonBody { ty, key, .. } = JsonBody::read(contract, pointer, id, status)?;
                Body::Json { ty, key }
            }
            Some(content) if !content.is_empty() => Body::Bytes,
            _ => Body::None,
        };
        let description = response["description"].as_str().unwrap_or_default().to_owned();
        Some(Response { status: status.to_owned(), description, body })
    }

    /// Returns the name of the variant that stands for the response.
    fn variant(&self) -> Ident {
        let known =
            self.status.parse().ok().and_then(|code: u16| http::StatusCode::from_u16(code).ok());
        let name = match (known.and_then(|known| known.canonical_reason()), &*self.status) {
            (Some(reason), _) => reason.to_upper_camel_case(),
            (None, "default") => "Other".to_owned(),
            (None, status) => format!("Status{}", status.to_uppercase()),
        };
        format_ident!("{name}")
    }

    /// Returns the type of the body, if there is one.
    fn ty(&self) -> Option<TokenStream> {
        match &self.body {
            Body::None => None,
            Body::Bytes => Some(quote!(::bytes::Bytes)),
            Body::Json { ty: name, .. } => {
                let name = format_ident!("{name}");
                Some(quote!(types::#name))
            }
        }
    }

    /// Returns the pattern of the status in a `match` of its number.
    fn pattern(&self) -> TokenStream {
        if let Ok(code) = self.status.parse::<u16>() {
            let code = Literal::u16_suffixed(code);
            return quote!(#code);
        }
        match self.status.as_bytes().first() {
            Some(class @ b'1'..=b'5') => {
                let first = Literal::u16_suffixed(u16::from(class - b'0') * 100);
                let last = Literal::u16_suffixed(u16::from(class - b'0') * 100 + 99);
                quote!(#first..=#last)
            }
            _ => quote!(_),
        }
    }

    /// Returns the expression of a result with the value of `wrap`, read from `body`.
    fn value(&self, wrap: &TokenStream) -> TokenStream {
        match &self.body {
            Body::None => quote!(Ok(#wrap)),
            Body::Bytes => quote!(Ok(#wrap(body.clone()))),
            Body::Json { .. } => quote!(crate::json_integers::from_slice(body).map(#wrap)),
        }
    }
}

/// The type of the value that stands for a group of responses, and the code that defines it.
pub struct Outcome {
    /// The type.
    pub ty: TokenStream,
    /// The enum, if there is one.
    pub name: Option<Ident>,
    /// The definition of the enum, and the function that reads a value.
    pub items: TokenStream,
    /// The name of that function.
    pub read: Ident,
}

/// Returns the code for the responses of an operation. `name` is that of the enum, and `read` that of the
/// function.
pub fn outcome(responses: &[Response], name: Ident, read: Ident, docs: &str) -> Outcome {
    let (ty, is_enum) = match responses {
        [one] => (one.ty().unwrap_or_else(|| quote!(())), false),
        _ => (quote!(#name), true),
    };
    let variants: Vec<_> = responses.iter().map(Response::variant).collect();
    let definitions = responses.iter().zip(&variants).map(|(response, variant)| {
        let docs = format!(" {}: {}", response.status, one_line(&response.description));
        let payload = response.ty().map(|ty| quote!((#ty)));
        quote!(#[doc = #docs] #variant #payload,)
    });
    let definition = is_enum.then(|| {
        quote! {
            #[doc = #docs]
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub enum #name { #(#definitions)* }
        }
    });
    let arms = responses.iter().zip(&variants).map(|(response, variant)| {
        let wrap = match (is_enum, &response.body) {
            (true, _) => quote!(#name::#variant),
            (false, Body::None) => quote!(()),
            (false, _) => quote!(::std::convert::identity),
        };
        let (pattern, value) = (response.pattern(), response.value(&wrap));
        quote!(#pattern => #value,)
    });
    let rest =
        responses.iter().all(|one| one.status != "default").then(|| quote!(_ => return None,));
    let items = quote! {
        #definition

        fn #read(
            status: u16,
            body: &::bytes::Bytes,
        ) -> ::std::option::Option<::serde_json::Result<#ty>> {
            Some(match status { #(#arms)* #rest })
        }
    };
    Outcome { ty, name: is_enum.then_some(name), items, read }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns true if a response with this status is a success: `2XX`, `3XX`, and `default` if there is no
/// other one.
fn is_success(documented: &Map<String, Value>, status: &str) -> bool {
    let is_listed = |status: &str| status.starts_with(['2', '3']);
    is_listed(status) || status == "default" && !documented.keys().any(|other| is_listed(other))
}

/// Returns true if a response with this status is an error: `4XX`, `5XX` and `default`.
fn is_error(status: &str) -> bool {
    status.starts_with(['4', '5']) || status == "default"
}

fn specificity(status: &str) -> u8 {
    match status {
        "default" => 2,
        status if status.parse::<u16>().is_err() => 1,
        _ => 0,
    }
}

fn is_channel(contract: &Contract, operation: &str) -> bool {
    contract.get(&child(operation, "x-dropshot-websocket")).is_some()
}
