//! The verbs of each operation: `client.update_link(id).name("x").clear_expires_at().send()`.
//!
//! They follow from what progenitor wrote: an argument of its method that must be there becomes an
//! argument of ours, an optional field of the body becomes a setter, and a clearable one gets its
//! `clear_…` beside it.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{
    Attribute, Field, File, FnArg, GenericArgument, Ident, ImplItem, ImplItemFn, Item, ItemStruct,
    Pat, PathArguments, ReturnType, Type,
};

use super::rewrite::{bounds, doc, optional, property_name};
use crate::reader::{Contract, ContractError, child, required};

/// The verbs of all operations; `objects` has the pointers of the structs that bodies are made of.
pub fn verbs(
    contract: &Contract,
    objects: &BTreeMap<String, String>,
    file: &File,
) -> Result<TokenStream, ContractError> {
    let generated = Generated { contract, objects, types: types(file) };
    let verbs: Result<TokenStream, _> =
        operations(file).map(|method| generated.operation(method)).collect();
    let verbs = verbs?;
    let names = generated.types.keys().map(|name| format_ident!("{name}"));
    let builders = operations(file).map(|method| builder(&method.sig.ident));
    let texts = generated
        .types
        .values()
        .flatten()
        .filter(|item| is_text(item))
        .map(|item| text(file, item));
    Ok(quote! {
        #verbs
        #(#texts)*

        /// What callers see of this.
        pub mod public {
            pub use super::types::{#(#names),*};
            pub use super::{#(#builders),*};
        }
    })
}

struct Generated<'a> {
    contract: &'a Contract,
    objects: &'a BTreeMap<String, String>,
    /// The types that progenitor wrote; of an enum there is nothing to know but its name.
    types: BTreeMap<String, Option<&'a ItemStruct>>,
}

fn types(file: &File) -> BTreeMap<String, Option<&ItemStruct>> {
    let modules = file.items.iter().filter_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
        _ => None,
    });
    let items = modules.flat_map(|(_, items)| items).filter_map(|item| match item {
        Item::Struct(item) => Some((item.ident.to_string(), Some(item))),
        Item::Enum(item) => Some((item.ident.to_string(), None)),
        _ => None,
    });
    items.collect()
}

/// The methods that progenitor wrote for operations.
fn operations(file: &File) -> impl Iterator<Item = &ImplItemFn> {
    let methods = file.items.iter().filter_map(|item| match item {
        Item::Impl(item) if item.trait_.is_none() => Some(&item.items),
        _ => None,
    });
    methods.flatten().filter_map(|item| match item {
        ImplItem::Fn(method) if method.sig.asyncness.is_some() => Some(method),
        _ => None,
    })
}

impl Generated<'_> {
    fn operation(&self, method: &ImplItemFn) -> Result<TokenStream, ContractError> {
        let name = &method.sig.ident;
        let unsupported = |what: &str| {
            self.contract.error("/paths", format!("the client cannot express `{name}`: {what}"))
        };
        let builder = builder(name);
        let summary: Vec<Attribute> = summary(method).into_iter().collect();

        let mut body = None;
        let mut arguments = Vec::new();
        for argument in &method.sig.inputs {
            let FnArg::Typed(argument) = argument else { continue };
            let (Pat::Ident(ident), Type::Reference(reference)) = (&*argument.pat, &*argument.ty)
            else {
                return Err(unsupported(
                    "only path parameters and a JSON body are supported so far",
                ));
            };
            if ident.ident == "body" {
                body = Some(&*reference.elem);
            } else {
                arguments.push((&ident.ident, owned(&reference.elem)));
            }
        }
        let body = body.ok_or_else(|| unsupported("it has no JSON body"))?;
        let body_struct =
            self.named(body).ok_or_else(|| unsupported("its body is not an object"))?;
        let pointer = self.objects.get(&body_struct.ident.to_string()).map_or("", String::as_str);
        let answer =
            self.answer(&method.sig.output).ok_or_else(|| unsupported("its answer has no type"))?;

        let mut taken = BTreeSet::from(["request", "send", "with_request"].map(str::to_owned));
        let (mut setters, mut checks) = (Vec::new(), Vec::new());
        for field in &body_struct.fields {
            let property = property_name(field);
            let place = child(&format!("{pointer}/properties"), &property);
            // progenitor makes an `Option` of a required property too, where it is nullable.
            let setter =
                self.setter(field).filter(|_| !required(self.contract, pointer, &property));
            let Some((names, setter)) = setter else {
                let message = "the client cannot express this: a field of a body is optional";
                return Err(self.contract.error(&place, message));
            };
            if let Some(name) = names.into_iter().find(|name| !taken.insert(name.clone())) {
                let message = format!("the client would have two methods called `{name}`");
                return Err(self.contract.error(&place, message));
            }
            setters.push(setter);
            checks.extend(self.check(&place, field));
        }
        let (names, types): (Vec<_>, Vec<_>) = arguments.into_iter().unzip();
        let texts: Vec<_> = names.iter().map(|name| name.to_string()).collect();
        let operation = name.to_string();
        let (answer_type, unwrap) = answer;
        let started = format!(
            " A call of `{operation}` that is being put together; [`Self::send`] sends it."
        );

        Ok(quote! {
            impl crate::Client {
                #(#summary)*
                ///
                /// An argument that the contract does not allow is reported by `send`.
                pub fn #name(&self, #(#names: impl crate::Argument<types::#types>),*) -> #builder<'_> {
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
                #(#names: crate::Result<types::#types>,)*
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
                pub async fn send(self) -> crate::Result<#answer_type> {
                    #(let #names = self.#names?;)*
                    self.invalid.first()?;
                    #(#checks)*
                    if self.body == Default::default() {
                        return Err(crate::Error::nothing_to_change());
                    }
                    let answer = self.client.generated().#name(#(&#names,)* &self.body).await;
                    Ok(answer.map_err(crate::Error::from_generated)?.into_inner()#unwrap)
                }
            }
        })
    }

    /// What sets one field of the body and what clears it, with their names; `None` where it must
    /// always be set.
    fn setter(&self, field: &Field) -> Option<(Vec<String>, TokenStream)> {
        let ident = field.ident.as_ref()?;
        let property = property_name(field);
        let (ty, clearable) = optional(&field.ty)?;
        let ty = self.outside(ty);
        let docs: Vec<_> =
            field.attrs.iter().filter(|attribute| attribute.path().is_ident("doc")).collect();
        let wrap = if clearable { quote!(crate::Patch::Value) } else { quote!(Some) };
        let set = quote! {
            #(#docs)*
            pub fn #ident(mut self, #ident: impl crate::Argument<#ty>) -> Self {
                let value = crate::operation::argument(#property, #ident);
                if let Some(value) = self.invalid.keep(#property, value) {
                    self.body.#ident = #wrap(value);
                }
                self
            }
        };
        if !clearable {
            return Some((vec![ident.to_string()], set));
        }
        let clear = format_ident!("clear_{}", ident.to_string().trim_start_matches("r#"));
        let text = format!(" Clears `{property}`: it is sent as `null`.");
        let clearing = quote! {
            #[doc = #text]
            pub fn #clear(mut self) -> Self {
                self.invalid.forget(#property);
                self.body.#ident = crate::Patch::Null;
                self
            }
        };
        Some((vec![ident.to_string(), clear.to_string()], quote!(#set #clearing)))
    }

    /// What holds a field to its contract before it is sent, as far as its type does not.
    fn check(&self, place: &str, field: &Field) -> Option<TokenStream> {
        let ident = field.ident.as_ref()?;
        let property = property_name(field);
        let (ty, clearable) = optional(&field.ty)?;
        let value = match clearable {
            true => quote!(self.body.#ident.value()),
            false => quote!(self.body.#ident.as_ref()),
        };
        let Type::Path(path) = ty else { return None };
        match &*path.path.segments.last()?.ident.to_string() {
            "DateTime" => Some(quote!(crate::operation::representable(#property, #value)?;)),
            "i64" => {
                let (minimum, maximum) = bounds(self.contract, place);
                let (minimum, maximum) = (minimum.unwrap_or(i64::MIN), maximum.unwrap_or(i64::MAX));
                let unbounded = (minimum, maximum) == (i64::MIN, i64::MAX);
                (!unbounded).then(
                    || quote!(crate::operation::within(#property, #value, #minimum..=#maximum)?;),
                )
            }
            _ => None,
        }
    }

    /// The type that `send` answers, and how it is taken out of the response.
    ///
    /// An envelope, `success` beside one other property, answers that property.
    fn answer(&self, output: &ReturnType) -> Option<(TokenStream, TokenStream)> {
        let ReturnType::Type(_, ty) = output else { return None };
        let value = first_argument(ty).and_then(first_argument)?;
        let fields = self
            .named(value)
            .map(|item| item.fields.iter().collect::<Vec<_>>())
            .unwrap_or_default();
        let is_success =
            |field: &&Field| field.ident.as_ref().is_some_and(|ident| ident == "success");
        let envelope = fields.len() == 2 && fields.iter().any(is_success);
        match fields.iter().find(|field| envelope && !is_success(field)) {
            Some(field) => {
                let ident = field.ident.as_ref()?;
                let ty = self.outside(&field.ty);
                Some((quote!(#ty), quote!(.#ident)))
            }
            None => Some((quote!(#value), quote!())),
        }
    }

    fn named(&self, ty: &Type) -> Option<&ItemStruct> {
        let Type::Path(path) = ty else { return None };
        self.types.get(&path.path.segments.last()?.ident.to_string()).copied().flatten()
    }

    /// A type of the module of types, as it is called outside of it.
    fn outside(&self, ty: &Type) -> TokenStream {
        let bare = matches!(ty, Type::Path(path)
            if path.path.get_ident().is_some_and(|ident| self.types.contains_key(&ident.to_string())));
        if bare { quote!(types::#ty) } else { quote!(#ty) }
    }
}

/// Whether a type is a string that the contract constrains.
fn is_text(item: &ItemStruct) -> bool {
    let mut fields = item.fields.iter();
    match (fields.next(), fields.next()) {
        (Some(Field { ident: None, ty: Type::Path(path), .. }), None) => {
            path.path.segments.last().is_some_and(|segment| segment.ident == "String")
        }
        _ => false,
    }
}

/// What callers expect of a string and progenitor leaves out.
fn text(file: &File, item: &ItemStruct) -> TokenStream {
    let ident = &item.ident;
    let display = (!implements(file, "Display", ident)).then(|| {
        quote! {
            impl ::std::fmt::Display for types::#ident {
                fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    formatter.write_str(self)
                }
            }
        }
    });
    quote! {
        #display

        impl AsRef<str> for types::#ident {
            fn as_ref(&self) -> &str {
                self
            }
        }
    }
}

/// Whether progenitor's module of types implements a trait for a type.
fn implements(file: &File, wanted: &str, ident: &Ident) -> bool {
    let modules = file.items.iter().filter_map(|item| match item {
        Item::Mod(module) => module.content.as_ref(),
        _ => None,
    });
    modules.flat_map(|(_, items)| items).any(|item| match item {
        Item::Impl(item) => {
            let implemented = item.trait_.as_ref().and_then(|(path, _)| path.segments.last());
            implemented.is_some_and(|segment| segment.ident == wanted)
                && matches!(&*item.self_ty, Type::Path(path) if path.path.is_ident(ident))
        }
        _ => false,
    })
}

/// The name of the struct that puts a call of an operation together.
fn builder(operation: &Ident) -> Ident {
    format_ident!("{}", operation.to_string().to_upper_camel_case())
}

/// The first generic argument of a type: `T` of `Result<T, _>`.
fn first_argument(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The name of a borrowed argument's type.
fn owned(ty: &Type) -> Ident {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.clone()),
        _ => None,
    }
    .unwrap_or_else(|| format_ident!("String"))
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
