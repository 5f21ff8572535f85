//! The verbs of each operation: `client.update_link(id).name("x").clear_expires_at().send()`.
//!
//! They follow from what progenitor wrote: an argument of its method that must be there becomes an
//! argument of ours, an optional field of the body becomes a setter, and a clearable one gets its
//! `clear_…` beside it.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Attribute, Field, File, FnArg, Ident, ImplItemFn, Pat, ReturnType, Type};

use super::rewrite::{bounds, doc, optional, property_name};
use super::types::{Types, first_argument, last_segment, operations, unknown_variant};
use agenthuman_contract::{Contract, ContractError, child, required};

/// What the generators know of an operation.
pub struct Operation<'a> {
    /// The method of progenitor's client, and of ours.
    pub name: &'a Ident,
    /// The struct that puts a call together.
    pub builder: Ident,
    /// The constant that describes the operation.
    pub constant: Ident,
    /// Where the contract has it.
    pub pointer: String,
    pub method: String,
    pub path: String,
    /// What must be given: names and types, as they are called outside of the module of types.
    pub arguments: Vec<(&'a Ident, TokenStream)>,
    pub body: &'a Type,
    /// What may be given.
    pub fields: Vec<BodyField<'a>>,
    /// The type that `send` answers, and how it is taken out of the response.
    answer: (TokenStream, TokenStream),
    summary: Option<Attribute>,
}

/// A field of a body.
pub struct BodyField<'a> {
    pub field: &'a Field,
    pub ident: &'a Ident,
    pub property: String,
    /// Where the contract has it.
    pub pointer: String,
    pub ty: &'a Type,
    pub clearable: bool,
}

impl BodyField<'_> {
    /// The property as a part of a name; its own identifier may have been bent, `type_` for `type`.
    fn stem(&self) -> String {
        self.property.to_snake_case()
    }

    /// The method that clears it.
    pub fn clear(&self) -> Option<Ident> {
        self.clearable.then(|| format_ident!("clear_{}", self.stem()))
    }
}

/// All operations; `objects` has the pointers of the structs that bodies are made of.
pub fn read<'a>(
    contract: &Contract,
    objects: &BTreeMap<String, String>,
    types: &Types<'a>,
    file: &'a File,
) -> Result<Vec<Operation<'a>>, ContractError> {
    operations(file).map(|method| operation(contract, objects, types, method)).collect()
}

/// The verbs of all operations.
pub fn verbs(
    contract: &Contract,
    types: &Types<'_>,
    operations: &[Operation<'_>],
) -> Result<TokenStream, ContractError> {
    let verbs = Verbs { contract, types };
    let written: Result<TokenStream, _> =
        operations.iter().map(|operation| verbs.operation(operation)).collect();
    let written = written?;
    let roots = operations.iter().flat_map(|operation| {
        let arguments = operation.arguments.iter().map(|(_, ty)| ty);
        let tokens = arguments.chain([&operation.answer.0]).cloned().flatten();
        let body = last_segment(operation.body).map(Ident::to_string);
        tokens.map(|token| token.to_string()).chain(body).collect::<Vec<_>>()
    });
    let names = types.reached_from(roots);
    free_names(contract, &names, operations)?;
    let names = names.iter().map(|name| format_ident!("{name}"));
    let builders = operations.iter().map(|operation| &operation.builder);
    Ok(quote! {
        #written

        /// What callers see of this.
        pub mod public {
            pub use super::types::{#(#names),*};
            pub use super::types::error::ConversionError;
            pub use super::{#(#builders),*};
        }
    })
}

fn operation<'a>(
    contract: &Contract,
    objects: &BTreeMap<String, String>,
    types: &Types<'a>,
    method: &'a ImplItemFn,
) -> Result<Operation<'a>, ContractError> {
    let name = &method.sig.ident;
    let (pointer, verb, path) = span(contract, name).ok_or_else(|| {
        contract.error("/paths", format!("the client does not find `{name}` in the contract"))
    })?;
    let unsupported = |what: &str| {
        contract.error(&pointer, format!("the client cannot express `{name}`: {what}"))
    };
    let mut body = None;
    let mut arguments = Vec::new();
    for argument in &method.sig.inputs {
        let FnArg::Typed(argument) = argument else { continue };
        let (Pat::Ident(ident), Type::Reference(reference)) = (&*argument.pat, &*argument.ty)
        else {
            let what = "only path parameters and a JSON body are supported so far";
            return Err(unsupported(what));
        };
        if ident.ident == "body" {
            if body.replace(&*reference.elem).is_some() {
                return Err(unsupported("`body` is not free"));
            }
        } else {
            if INSIDE.iter().any(|taken| ident.ident == taken) {
                return Err(unsupported(&format!("`{}` is not free", ident.ident)));
            }
            let is_str = last_segment(&reference.elem).is_some_and(|ty| ty == "str");
            let ty = if is_str { quote!(String) } else { types.outside(&reference.elem) };
            arguments.push((&ident.ident, ty));
        }
    }
    let body = body.ok_or_else(|| unsupported("it has no JSON body"))?;
    let structure =
        types.structure(body).ok_or_else(|| unsupported("its body is not an object"))?;
    let object = objects.get(&structure.ident.to_string());
    let object = object.ok_or_else(|| unsupported("its body is not a schema in `components`"))?;
    let mut fields = Vec::new();
    for field in &structure.fields {
        let property = property_name(field);
        let span = child(&format!("{object}/properties"), &property);
        // progenitor makes an `Option` of a required property too, where it is nullable.
        let known = optional(&field.ty).filter(|_| !required(contract, object, &property));
        let (Some((ty, clearable)), Some(ident)) = (known, &field.ident) else {
            let message = "the client cannot express this: it takes bodies whose fields are optional \
                           and have no default";
            return Err(contract.error(&span, message));
        };
        fields.push(BodyField { field, ident, property, pointer: span, ty, clearable });
    }
    let answer = answer(types, &method.sig.output);
    let answer = answer.ok_or_else(|| unsupported("its answer has no type"))?;
    Ok(Operation {
        name,
        builder: format_ident!("{}", name.to_string().to_upper_camel_case()),
        constant: format_ident!("{}", name.to_string().to_shouty_snake_case()),
        pointer,
        method: verb.to_uppercase(),
        path,
        arguments,
        body,
        fields,
        answer,
        summary: summary(method),
    })
}

/// Where the contract has an operation: its pointer, its method and its path.
fn span(contract: &Contract, name: &Ident) -> Option<(String, String, String)> {
    let paths = contract.document()["paths"].as_object()?;
    paths.iter().find_map(|(path, item)| {
        let (method, _) = item.as_object()?.iter().find(|(_, operation)| {
            let id = operation.get("operationId").and_then(Value::as_str);
            id.is_some_and(|id| *name == id.to_snake_case())
        })?;
        let pointer = child(&child("/paths", path), method);
        Some((pointer, method.clone(), path.clone()))
    })
}

/// The type that `send` answers, and how it is taken out of the response.
///
/// An envelope, `success` beside one other property, answers that property.
fn answer(types: &Types<'_>, output: &ReturnType) -> Option<(TokenStream, TokenStream)> {
    let ReturnType::Type(_, ty) = output else { return None };
    let value = first_argument(ty).and_then(first_argument)?;
    let fields: Vec<_> = types
        .structure(value)
        .iter()
        .flat_map(|item| &item.fields)
        .filter(|field| field.ident.as_ref().is_some_and(|ident| ident != "unknown_fields"))
        .collect();
    let is_success = |field: &&Field| field.ident.as_ref().is_some_and(|ident| ident == "success");
    let envelope = fields.len() == 2 && fields.iter().any(is_success);
    match fields.iter().find(|field| envelope && !is_success(field)) {
        Some(field) => {
            let ident = field.ident.as_ref()?;
            Some((types.outside(&field.ty), quote!(.#ident)))
        }
        None => Some((quote!(#value), quote!())),
    }
}

/// Nothing of the contract may be called like something of the client's own.
fn free_names(
    contract: &Contract,
    types: &BTreeSet<String>,
    operations: &[Operation<'_>],
) -> Result<(), ContractError> {
    if let Some(name) = types.iter().find(|name| PUBLIC.contains(&name.as_str())) {
        let span = child("/components/schemas", name);
        return Err(contract.error(&span, format!("the client has a `{name}` of its own")));
    }
    for operation in operations {
        let (name, builder) = (operation.name.to_string(), operation.builder.to_string());
        let taken = METHODS.contains(&name.as_str()) || PUBLIC.contains(&builder.as_str());
        if taken || types.contains(&builder) {
            let message = format!("the client has a `{name}` or `{builder}` already");
            return Err(contract.error(&child(&operation.pointer, "operationId"), message));
        }
    }
    Ok(())
}

/// What the crate exports beside what is generated (`client/src/lib.rs`).
const PUBLIC: [&str; 15] = [
    "Argument",
    "Client",
    "ClientBuilder",
    "Clock",
    "ConversionError",
    "Error",
    "ErrorKind",
    "Option",
    "Patch",
    "RateLimit",
    "Response",
    "Result",
    "RetryPolicy",
    "Sleep",
    "String",
];

/// The methods of its client.
const METHODS: [&str; 9] = [
    "assemble",
    "base_url",
    "builder",
    "call",
    "clone",
    "from_env",
    "moment_in",
    "new",
    "rate_limit",
];

/// The fields of a builder.
const INSIDE: [&str; 3] = ["client", "body", "invalid"];

struct Verbs<'a> {
    contract: &'a Contract,
    types: &'a Types<'a>,
}

impl Verbs<'_> {
    fn operation(&self, operation: &Operation<'_>) -> Result<TokenStream, ContractError> {
        let Operation { name, builder, constant, method, path, body, summary, .. } = operation;
        let id = name.to_string();
        let described = format!(" `{method} {path}`");
        let started =
            format!(" A call of `{id}` that is being put together; [`Self::send`] sends it.");
        let mut taken = BTreeSet::from(
            ["checked", "request", "send", "send_with_response", "with_request"].map(str::to_owned),
        );
        let (mut setters, mut checks) = (Vec::new(), Vec::new());
        for field in &operation.fields {
            let (names, written) = self.setters(field);
            if let Some(name) = names.into_iter().find(|name| !taken.insert(name.clone())) {
                let message = format!("the client would have two methods called `{name}`");
                return Err(self.contract.error(&field.pointer, message));
            }
            setters.push(written);
            checks.extend(self.check(field));
        }
        let (names, types): (Vec<_>, Vec<_>) = operation.arguments.iter().cloned().unzip();
        let texts: Vec<_> = names.iter().map(|name| name.to_string()).collect();
        let (answer, unwrap) = &operation.answer;

        Ok(quote! {
            #[doc = #described]
            pub const #constant: crate::operation::Operation =
                crate::operation::Operation { id: #id, method: #method, path: #path };

            impl crate::Client {
                #summary
                ///
                /// An argument that the contract does not allow is reported by `send`.
                pub fn #name(&self, #(#names: impl crate::Argument<#types>),*) -> #builder<'_> {
                    #builder {
                        client: self,
                        #(#names: crate::operation::argument(#texts, #names),)*
                        body: Default::default(),
                        invalid: Default::default(),
                    }
                }
            }

            #[doc = #started]
            #[must_use = "nothing is sent before `send`"]
            #[derive(Debug)]
            pub struct #builder<'a> {
                client: &'a crate::Client,
                #(#names: crate::Result<#types>,)*
                body: #body,
                invalid: crate::operation::Invalid,
            }

            impl #builder<'_> {
                #(#setters)*

                /// The body that [`Self::send`] will send.
                pub fn request(&self) -> &#body {
                    &self.body
                }

                /// Replaces the whole body, for those who have it as data.
                pub fn with_request(mut self, request: #body) -> Self {
                    self.body = request;
                    self.invalid = Default::default();
                    self
                }

                /// Sends the request.
                ///
                /// # Errors
                ///
                /// An invalid argument, or a body without any field, is refused before anything is
                /// sent. See [`crate::Error`] for the rest.
                pub async fn send(self) -> crate::Result<#answer> {
                    self.send_with_response().await.map(crate::Response::into_value)
                }

                /// Sends the request; the answer comes with its status, its headers, its request id
                /// and the rate limit.
                ///
                /// # Errors
                ///
                /// As [`Self::send`].
                pub async fn send_with_response(self) -> crate::Result<crate::Response<#answer>> {
                    let client = self.client;
                    let (#(#names,)* body,) = self.checked()?;
                    let (generated, call) = client.call(&#constant);
                    let answer = generated.#name(#(&#names,)* &body).await;
                    Ok(call.finish(answer)?.map(|answer| answer #unwrap))
                }

                /// What is to be sent, if the contract allows it.
                fn checked(self) -> crate::Result<(#(#types,)* #body,)> {
                    #(let #names = self.#names?;)*
                    self.invalid.first()?;
                    #(#checks)*
                    if self.body == Default::default() {
                        return Err(crate::Error::nothing_to_change());
                    }
                    Ok((#(#names,)* self.body,))
                }
            }
        })
    }

    /// What sets one field of the body and what clears it, with their names.
    fn setters(&self, field: &BodyField<'_>) -> (Vec<String>, TokenStream) {
        let (stem, clear) = (field.stem(), field.clear());
        let BodyField { field, ident, property, ty, clearable, .. } = field;
        let outside = self.types.outside(ty);
        let docs: Vec<_> =
            field.attrs.iter().filter(|attribute| attribute.path().is_ident("doc")).collect();
        let wrap = if *clearable { quote!(crate::Patch::Value) } else { quote!(Some) };
        let keep = quote! {
            if let Some(value) = self.invalid.keep(#property, value) {
                self.body.#ident = #wrap(value);
            }
            self
        };
        let mut names = vec![ident.to_string()];
        let mut written = quote! {
            #(#docs)*
            pub fn #ident(mut self, #ident: impl crate::Argument<#outside>) -> Self {
                let value = crate::operation::argument(#property, #ident);
                #keep
            }
        };
        if last_segment(ty).is_some_and(|name| name == "DateTime") {
            let later = format_ident!("{}_in", stem.strip_suffix("_at").unwrap_or(&stem));
            let text = format!(" Sets `{property}` to the moment that is so far from now.");
            names.push(later.to_string());
            written.extend(quote! {
                #[doc = #text]
                ///
                /// The moment is reckoned once, here: another attempt sends the same.
                pub fn #later(mut self, duration: ::std::time::Duration) -> Self {
                    let value =
                        crate::operation::moment(#property, self.client.moment_in(duration));
                    #keep
                }
            });
        }
        if let Some(clear) = clear {
            let text = format!(" Clears `{property}`: it is sent as `null`.");
            names.push(clear.to_string());
            written.extend(quote! {
                #[doc = #text]
                pub fn #clear(mut self) -> Self {
                    self.invalid.forget(#property);
                    self.body.#ident = crate::Patch::Null;
                    self
                }
            });
        }
        (names, written)
    }

    /// What holds a field to its contract before it is sent, as far as its type does not.
    fn check(&self, field: &BodyField<'_>) -> Option<TokenStream> {
        let BodyField { ident, property, pointer, ty, clearable, .. } = field;
        let value = match clearable {
            true => quote!(self.body.#ident.value()),
            false => quote!(self.body.#ident.as_ref()),
        };
        if self.types.item(ty).is_some_and(|item| unknown_variant(item).is_some()) {
            return Some(quote! {
                crate::operation::known(#property, #value.is_some_and(|value| value.is_unknown()))?;
            });
        }
        match &*last_segment(ty)?.to_string() {
            "DateTime" => Some(quote!(crate::operation::representable(#property, #value)?;)),
            "i64" => {
                let (minimum, maximum) = bounds(self.contract, pointer);
                let (minimum, maximum) = (minimum.unwrap_or(i64::MIN), maximum.unwrap_or(i64::MAX));
                let unbounded = (minimum, maximum) == (i64::MIN, i64::MAX);
                (!unbounded).then(
                    || quote!(crate::operation::within(#property, #value, #minimum..=#maximum)?;),
                )
            }
            _ => None,
        }
    }
}

/// What progenitor says of an operation, without its list of positional arguments.
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
