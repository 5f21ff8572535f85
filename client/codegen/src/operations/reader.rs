//! Reads the operations from what progenitor wrote and from the contract.

use std::collections::BTreeSet;

use agenthuman_contract::{Contract, ContractError, METHODS, child, required};
use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Attribute, Field, File, FnArg, Ident, ImplItemFn, Pat, ReturnType, Type, parse_quote};

use crate::media_types::{self, Encoding};
use crate::parameters;
use crate::prepare::Objects;
use crate::reserved_names;
use crate::responses;
use crate::rewrite::{argument, doc, optional, property_name};
use crate::types::{Types, first_argument, last_segment, operation_methods};
use crate::unsupported::Limit;

use super::{Body, Input, Location, Operation, Presence};

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

pub(super) struct Reader<'r, 'a> {
    pub(super) contract: &'r Contract,
    objects: &'r Objects,
    pub(super) types: &'r Types<'a>,
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
