//! Operations as the client offers them, read from what progenitor wrote and from the contract.
//!
//! progenitor's method has one argument for each parameter, and one for the body. Here the body is
//! taken apart: whatever the contract requires becomes an argument of the client's method, whatever
//! is optional becomes a setter.

mod pages;
mod reader;
mod unwrapped;

use heck::ToSnakeCase;
use proc_macro2::TokenStream;
use quote::format_ident;
use syn::{Attribute, Ident, Type};

use crate::responses::Responses;
use crate::types::is_time;

pub use reader::read;

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

/// The extension `x-pagination`: the names of the query parameters and of the response's members.
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
