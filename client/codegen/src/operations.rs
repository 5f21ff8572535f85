//! Operations as the client offers them, read from what progenitor wrote and from the contract.
//!
//! progenitor's method has one argument for each parameter, and one for the body. Here the body is
//! taken apart: whatever the contract requires becomes an argument of the client's method, whatever
//! is optional becomes a setter.

use std::collections::BTreeSet;

use agenthuman_contract::{Contract, ContractError, METHODS, child, required};
use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Value, json};
use syn::{Attribute, Field, File, FnArg, Ident, ImplItemFn, Pat, ReturnType, Type, parse_quote};

use crate::media_types::{self, Encoding};
use crate::parameters;
use crate::prepare::{DROPSHOT_PAGINATION, Objects};
use crate::reserved_names;
use crate::responses::{self, Responses};
use crate::rewrite::{argument, doc, optional, property_name};
use crate::types::{Types, first_argument, is_time, last_segment, operation_methods};
use crate::unsupported::Limit;

/// An operation of the contract.
pub struct Operation<'a> {
    /// The method of progenitor's client, and of ours.
    pub name: &'a Ident,
    /// The struct that collects the inputs of a call.
    pub builder: Ident,
    /// The constant that describes the operation.
    pub constant: Ident,
    /// The JSON pointer of the operation in the contract.
    pub pointer: String,
    /// The HTTP method, in capital letters.
    pub method: String,
    /// The path, with parameters in braces.
    pub path: String,
    /// The parameters, in the order of progenitor's arguments.
    pub parameters: Vec<Input>,
    /// The request body.
    pub body: Option<Body>,
    /// The type that `send` returns.
    pub output: TokenStream,
    /// The expression that follows the response body and yields that type: nothing, or `.field`.
    pub unwrap: TokenStream,
    /// The responses that progenitor cannot represent.
    pub responses: Responses,
    /// The pagination of the operation.
    pub pages: Option<Pages>,
    /// The summary and the description.
    pub summary: Option<Attribute>,
}

/// A parameter, or a field of the body.
pub struct Input {
    /// The name that progenitor gives it.
    pub ident: Ident,
    /// The argument or the setter.
    pub method: Ident,
    /// The field of the builder that holds it.
    pub slot: Ident,
    /// The name in the contract.
    pub name: String,
    /// The JSON pointer of its schema.
    pub schema: String,
    /// The type of the value, as it is called outside of the module of types.
    pub ty: Type,
    /// True if progenitor takes it by reference.
    pub by_reference: bool,
    /// The delimiter, if progenitor takes a list as a string.
    pub delimiter: Option<&'static str>,
    pub presence: Presence,
    pub location: Location,
    pub docs: Vec<Attribute>,
}

/// The states that an input can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Required,
    Optional,
    /// Optional, and `null` is another state than absent.
    Clearable,
}

/// The part of a request that an input belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    Path,
    Query,
    Header,
    Body,
}

/// The body of a request.
pub struct Body {
    /// Its type, as it is called outside of the module of types.
    pub ty: Type,
    /// True if progenitor takes it by reference.
    pub by_reference: bool,
    /// Its fields; `None` if it is not an object with fields, and is passed as a whole.
    pub fields: Option<Vec<Input>>,
}

/// The extension by which a contract marks an operation that answers page by page.
const PAGINATION: &str = "x-pagination";

/// The extension [`PAGINATION`]: the names of the query parameters and of the response's members.
pub struct Pages {
    /// The setter of the parameter that continues.
    pub cursor: Ident,
    /// The setter of the parameter that bounds a page, and its largest value.
    pub limit: Option<(Ident, i64)>,
    /// The member of the response that has the next cursor.
    pub next: Ident,
    /// The member of the response that has the items.
    pub items: Ident,
    /// The type of an item.
    pub item: TokenStream,
    /// The names in the contract of the members with the items and the next cursor.
    pub members: [String; 2],
}

impl Input {
    /// The method that clears it.
    pub fn clear(&self) -> Option<Ident> {
        (self.presence == Presence::Clearable).then(|| format_ident!("clear_{}", self.stem()))
    }

    /// The method that sets a time to one after a duration from now.
    pub fn later(&self) -> Option<Ident> {
        let stem = self.stem();
        is_time(&self.ty).then(|| format_ident!("{}_in", stem.strip_suffix("_at").unwrap_or(&stem)))
    }

    /// The method that sets it to an optional value.
    pub fn maybe(&self) -> Ident {
        format_ident!("maybe_{}", self.stem())
    }

    /// The names of all methods of the builder that belong to it.
    pub fn methods(&self) -> Vec<String> {
        let methods = [Some(self.method.clone()), Some(self.maybe()), self.later(), self.clear()];
        methods.into_iter().flatten().map(|method| method.to_string()).collect()
    }

    /// The name of the method as a part of other names; the method itself may differ, `type_` for
    /// `type`.
    fn stem(&self) -> String {
        if self.method == self.ident { self.name.to_snake_case() } else { self.method.to_string() }
    }

    /// Names the method after the part of the request too: `query_name`, `body_name`.
    fn qualify(&mut self) {
        let part = match self.location {
            Location::Path => "path",
            Location::Query => "query",
            Location::Header => "header",
            Location::Body => "body",
        };
        self.method = format_ident!("{part}_{}", self.name.to_snake_case());
    }
}

impl Operation<'_> {
    /// Returns all inputs: the parameters, then the fields of the body.
    pub fn inputs(&self) -> impl Iterator<Item = &Input> {
        let fields = self.body.iter().filter_map(|body| body.fields.as_ref()).flatten();
        self.parameters.iter().chain(fields)
    }

    /// Returns true if a request without any field of the body is a mistake: an update of nothing.
    pub fn rejects_empty_body(&self) -> bool {
        let fields = self.body.as_ref().and_then(|body| body.fields.as_ref());
        matches!(self.method.as_str(), "PUT" | "PATCH")
            && fields.is_some_and(|fields| {
                fields.iter().all(|field| field.presence != Presence::Required)
            })
    }
}

/// Reads all operations, or returns everything about them that is not supported.
pub fn read<'a>(
    contract: &Contract,
    objects: &Objects,
    types: &Types<'a>,
    file: &'a File,
) -> Result<Vec<Operation<'a>>, Vec<ContractError>> {
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for method in operation_methods(file) {
        match (Reader { contract, objects, types, method }).operation() {
            Ok(operation) => found.push(operation),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

/// Returns a name that does not begin with a digit: `X3dView` for `3dView`.
fn identifier(name: String) -> String {
    if name.starts_with(char::is_numeric) { format!("X{name}") } else { name }
}

struct Reader<'r, 'a> {
    contract: &'r Contract,
    objects: &'r Objects,
    types: &'r Types<'a>,
    method: &'a ImplItemFn,
}

impl<'a> Reader<'_, 'a> {
    fn operation(&self) -> Result<Operation<'a>, ContractError> {
        let name = &self.method.sig.ident;
        let (pointer, method, path) = self.position(name).ok_or_else(|| {
            self.contract.error("/paths", format!("`{name}` is not an operation of the contract"))
        })?;
        let unsupported =
            |what: &str| self.contract.error(&pointer, Limit::Generator.message(what));
        let (mut parameters, mut body) = (Vec::new(), None);
        for input in &self.method.sig.inputs {
            let FnArg::Typed(input) = input else { continue };
            let Pat::Ident(ident) = &*input.pat else { continue };
            let ident = &ident.ident;
            match self.parameter(&pointer, ident) {
                Some((at, parameter)) => {
                    parameters.push(self.input(ident, &input.ty, &at, &parameter));
                }
                None if ident == "body" => body = Some(self.body(&pointer, &input.ty)?),
                None => return Err(unsupported(&format!("the parameter `{ident}`"))),
            }
        }
        let ReturnType::Type(_, output) = &self.method.sig.output else {
            return Err(unsupported("a response without a type"));
        };
        let value = first_argument(output).and_then(first_argument);
        let value = value.ok_or_else(|| unsupported("a response without a type"))?;
        if last_segment(value).is_some_and(|name| name == "Upgraded") {
            return Err(unsupported("a WebSocket"));
        }
        let responses = responses::read(self.contract, &pointer);
        name_methods(&mut parameters, body.as_mut());
        let pages = self.pages(&pointer, value, &parameters)?;
        let (output, unwrap) = match &pages {
            Some(_) => (quote!(#value), quote!()),
            None => self.unwrapped(&pointer, value),
        };
        Ok(Operation {
            name,
            builder: self.builder(name),
            constant: format_ident!("{}", identifier(name.to_string().to_shouty_snake_case())),
            pointer,
            method: method.to_uppercase(),
            path,
            parameters,
            body,
            output,
            unwrap,
            responses,
            pages,
            summary: summary(self.method),
        })
    }

    /// Returns the name of the builder: that of the operation, unless a type is called so.
    fn builder(&self, name: &Ident) -> Ident {
        let wanted = identifier(name.to_string().to_upper_camel_case());
        let is_taken = self.types.has(&wanted) || reserved_names::is_public_item(&wanted);
        format_ident!("{wanted}{}", if is_taken { "Call" } else { "" })
    }

    /// Finds an operation in the contract: its pointer, its method and its path.
    fn position(&self, name: &Ident) -> Option<(String, String, String)> {
        let paths = self.contract.document()["paths"].as_object()?;
        paths.iter().find_map(|(path, item)| {
            let method = METHODS.into_iter().find(|method| {
                let id = item[*method]["operationId"].as_str();
                id.is_some_and(|id| is_called(name, id))
            })?;
            Some((child(&child("/paths", path), method), method.to_owned(), path.clone()))
        })
    }

    /// Finds the parameter that progenitor's argument stands for: its pointer and its definition.
    fn parameter(&self, operation: &str, ident: &Ident) -> Option<(String, Value)> {
        let around = operation.rsplit_once('/').map_or(operation, |(around, _)| around);
        [operation, around].into_iter().find_map(|owner| {
            let list = format!("{owner}/parameters");
            let count = self.contract.get(&list).and_then(Value::as_array).map_or(0, Vec::len);
            (0..count).find_map(|number| {
                let at = format!("{list}/{number}");
                let (at, parameter) = self.contract.resolve(&at).ok()?;
                let name = parameter["name"].as_str()?;
                is_called(ident, name).then(|| (at.into_owned(), parameter.clone()))
            })
        })
    }

    fn input(&self, ident: &Ident, ty: &Type, at: &str, parameter: &Value) -> Input {
        let (inner, presence) = match argument(ty, "Option") {
            Some(inner) => (inner, Presence::Optional),
            None => (ty, Presence::Required),
        };
        let docs = parameter["description"].as_str().map(doc);
        let (delimiter, schema) =
            (parameters::delimiter(self.contract, at), format!("{at}/schema"));
        let ty = match delimiter {
            Some(_) => parameters::list_type(self.contract, &schema),
            None => owned(inner),
        };
        Input {
            ident: ident.clone(),
            method: ident.clone(),
            slot: ident.clone(),
            name: parameter["name"].as_str().unwrap_or_default().to_owned(),
            schema,
            ty,
            by_reference: matches!(inner, Type::Reference(_)),
            delimiter,
            presence,
            location: match parameter["in"].as_str() {
                Some("path") => Location::Path,
                Some("query") => Location::Query,
                _ => Location::Header,
            },
            docs: docs.into_iter().collect(),
        }
    }

    fn body(&self, operation: &str, ty: &Type) -> Result<Body, ContractError> {
        let by_reference = matches!(ty, Type::Reference(_));
        let ty = match media_types::content_type(self.contract, operation) {
            Some((Encoding::Text, _)) => parse_quote!(::std::string::String),
            Some((Encoding::Bytes, _)) => parse_quote!(::bytes::Bytes),
            _ => owned(ty),
        };
        let object = self.types.structure(&ty).and_then(|structure| {
            let object = self.objects.get(&structure.ident.to_string())?;
            Some((structure, object))
        });
        let named =
            object.filter(|(item, _)| item.fields.iter().all(|field| field.ident.is_some()));
        let Some((structure, object)) = named else {
            return Ok(Body { ty, by_reference, fields: None });
        };
        let mut fields = Vec::new();
        for field in &structure.fields {
            fields.extend(self.field(object, field));
        }
        if fields.len() != structure.fields.len() {
            let message = Limit::Generator.message("a body with a field that is not a property");
            return Err(self.contract.error(&format!("{operation}/requestBody"), message));
        }
        Ok(Body { ty, by_reference, fields: Some(fields) })
    }

    fn field(&self, object: &str, field: &Field) -> Option<Input> {
        let ident = field.ident.clone()?;
        let name = property_name(field);
        let schema = child(&format!("{object}/properties"), &name);
        self.contract.get(&schema)?;
        let (ty, presence) = match optional(&field.ty) {
            // progenitor makes an `Option` of a required property too, if it is nullable.
            _ if required(self.contract, object, &name) => (&field.ty, Presence::Required),
            Some((ty, true)) => (ty, Presence::Clearable),
            Some((ty, false)) => (ty, Presence::Optional),
            None => (&field.ty, Presence::Required),
        };
        let docs = field.attrs.iter().filter(|attribute| attribute.path().is_ident("doc"));
        Some(Input {
            slot: format_ident!("body_{}", name.to_snake_case()),
            method: ident.clone(),
            ident,
            name,
            schema,
            ty: self.types.qualified(ty),
            by_reference: true,
            delimiter: None,
            presence,
            location: Location::Body,
            docs: docs.cloned().collect(),
        })
    }

    /// Returns the type that `send` returns, and the way to it.
    ///
    /// An envelope, one property beside constant ones, is unwrapped.
    fn unwrapped(&self, operation: &str, value: &Type) -> (TokenStream, TokenStream) {
        let constants = self.constants(operation);
        let fields: Vec<_> = self
            .types
            .structure(value)
            .iter()
            .flat_map(|item| &item.fields)
            .filter(|field| field.ident.as_ref().is_some_and(|ident| ident != "unknown_fields"))
            .collect();
        let (constant, other): (Vec<&Field>, Vec<&Field>) =
            fields.iter().partition(|field| constants.contains(&property_name(field)));
        match other.as_slice() {
            [field] if !constant.is_empty() => {
                let (ident, ty) = (&field.ident, self.types.qualified(&field.ty));
                (quote!(#ty), quote!(.#ident))
            }
            _ => (quote!(#value), quote!()),
        }
    }

    /// Returns the properties of the successful response that have the same value in each response: an
    /// `enum` of one value, or a boolean with the name `success`.
    fn constants(&self, operation: &str) -> BTreeSet<String> {
        let responses = child(operation, "responses");
        let statuses = self.contract.get(&responses).and_then(Value::as_object);
        let statuses = statuses.into_iter().flatten().map(|(status, _)| status);
        let properties = statuses.filter(|status| status.starts_with('2')).find_map(|status| {
            let response = child(&responses, status);
            let (at, _) = self.contract.resolve(&response).ok()?;
            let schema = format!("{at}/content/application~1json/schema");
            self.contract.resolve(&schema).ok()?.1["properties"].as_object().cloned()
        });
        let is_constant = |name: &str, schema: &Value| {
            let values = schema["enum"].as_array().map(Vec::len);
            values == Some(1) || name == "success" && schema["type"] == "boolean"
        };
        let constant = properties.into_iter().flatten();
        constant.filter(|(name, one)| is_constant(name, one)).map(|(name, _)| name).collect()
    }

    fn pages(
        &self,
        operation: &str,
        value: &Type,
        parameters: &[Input],
    ) -> Result<Option<Pages>, ContractError> {
        let mut pointer = child(operation, PAGINATION);
        let extension = match self.contract.get(&pointer) {
            Some(extension) => extension.clone(),
            None => {
                pointer = child(operation, DROPSHOT_PAGINATION);
                if self.contract.get(&pointer).is_none() {
                    return Ok(None);
                }
                json!({ "cursor": "page_token", "next": "next_page", "items": "items" })
            }
        };
        let wrong = |key: &str, what: &str| {
            self.contract.error(&child(&pointer, key), format!("`{key}` must name {what}"))
        };
        let parameter = |key: &str| {
            let name = extension[key].as_str();
            parameters.iter().find(|one| Some(one.name.as_str()) == name)
        };
        let cursor = parameter("cursor").ok_or_else(|| wrong("cursor", "a query parameter"))?;
        let limit = match extension.get("limit") {
            None => None,
            Some(_) => {
                let input =
                    parameter("limit").ok_or_else(|| wrong("limit", "a query parameter"))?;
                let schema = self.contract.resolve(&input.schema)?.1;
                let largest = schema["maximum"].as_i64();
                let what = "a parameter with a `maximum`";
                Some((input.ident.clone(), largest.ok_or_else(|| wrong("limit", what))?))
            }
        };
        let member = |key: &str| {
            let name = extension[key].as_str();
            let fields = self.types.structure(value).map(|item| &item.fields);
            let mut fields = fields.into_iter().flatten();
            fields.find(|field| Some(property_name(field).as_str()) == name)
        };
        let next = member("next").ok_or_else(|| wrong("next", "a property of the response"))?;
        let items = member("items").ok_or_else(|| wrong("items", "a property of the response"))?;
        let item = argument(&items.ty, "Vec").map(|ty| self.types.qualified(ty));
        let item = item.ok_or_else(|| wrong("items", "an array"))?;
        let ident = |field: &Field, key: &str| {
            field.ident.clone().ok_or_else(|| wrong(key, "a property of the response"))
        };
        Ok(Some(Pages {
            cursor: cursor.ident.clone(),
            limit,
            next: ident(next, "next")?,
            items: ident(items, "items")?,
            item: quote!(#item),
            members: [property_name(items), property_name(next)],
        }))
    }
}

/// Gives other names to the arguments and setters whose names are taken.
fn name_methods(parameters: &mut [Input], body: Option<&mut Body>) {
    let mut arguments = BTreeSet::new();
    let mut methods = BTreeSet::from(reserved_names::BUILDER_METHODS.map(str::to_owned));
    let mut fields = None;
    if let Some(body) = body {
        match &mut body.fields {
            Some(found) => fields = Some(found),
            None => drop(arguments.insert("body".to_owned())),
        }
    }
    for input in parameters.iter_mut().chain(fields.into_iter().flatten()) {
        let taken = match input.presence {
            Presence::Required => &mut arguments,
            Presence::Optional | Presence::Clearable => &mut methods,
        };
        let names = |input: &Input| match input.presence {
            Presence::Required => vec![input.method.to_string()],
            Presence::Optional | Presence::Clearable => input.methods(),
        };
        if names(input).iter().any(|name| taken.contains(name)) {
            input.qualify();
        }
        taken.extend(names(input));
    }
}

/// Returns true if progenitor calls `name` by this identifier.
fn is_called(ident: &Ident, name: &str) -> bool {
    let ident = ident.to_string();
    let ident = ident.trim_start_matches("r#");
    let mut snake = name.to_snake_case();
    // progenitor's name for a name without letters and digits, such as `_`.
    if snake.is_empty() {
        snake.push('x');
    }
    ident == snake || ident.trim_matches('_') == snake.trim_matches('_')
}

/// Returns the type of a value that progenitor takes by reference.
fn owned(ty: &Type) -> Type {
    let ty = match ty {
        Type::Reference(reference) => &*reference.elem,
        other => other,
    };
    if last_segment(ty).is_some_and(|name| name == "str") {
        parse_quote!(::std::string::String)
    } else {
        ty.clone()
    }
}

/// Returns progenitor's documentation of an operation, without its list of positional arguments.
fn summary(method: &ImplItemFn) -> Option<Attribute> {
    let text = method.attrs.iter().find_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    })?;
    let text = text.split("\n\nSends a `").next().unwrap_or_default();
    Some(doc(text))
}
