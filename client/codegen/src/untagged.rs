//! Reading of untagged enums, to which typify converts `oneOf` and `anyOf`.
//!
//! The implementation that serde derives tries one variant after the other. The one here chooses by the
//! shapes of the variants first; see the runtime's `alternatives`.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{
    Attribute, Field, Fields, File, Item, ItemEnum, Path, Token, Type, Variant, parse_quote,
};

use crate::rewrite::{argument, has_serde_word, property_name, renamed};
use crate::types::{Types, last_segment, unknown_variant};

/// The depth of newtypes, boxes and references between types that is followed.
const MAX_DEPTH: usize = 16;

/// Replaces the derived implementations in a file.
pub fn rewrite(file: &mut File) {
    let written: BTreeMap<String, Item> = {
        let types = Types::of(file);
        let enums = types.iter().filter_map(|item| match item {
            Item::Enum(item) if has_serde_word(&item.attrs, "untagged") => Some(item),
            _ => None,
        });
        enums.map(|item| (item.ident.to_string(), implementation(&types, item))).collect()
    };
    let modules = file.items.iter_mut().filter_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_mut(),
        _ => None,
    });
    for (_, items) in modules {
        for item in items.iter_mut() {
            if let Item::Enum(item) = item
                && written.contains_key(&item.ident.to_string())
            {
                item.attrs.iter_mut().for_each(remove_deserialize);
            }
        }
        items.extend(written.values().cloned());
    }
}

/// Removes `Deserialize` from a `derive`.
fn remove_deserialize(attribute: &mut Attribute) {
    if !attribute.path().is_ident("derive") {
        return;
    }
    let parser = syn::punctuated::Punctuated::<Path, Token![,]>::parse_terminated;
    if let Ok(traits) = attribute.parse_args_with(parser) {
        let is_other = |path: &&Path| {
            path.segments.last().is_none_or(|segment| segment.ident != "Deserialize")
        };
        let others = traits.iter().filter(is_other);
        *attribute = parse_quote!(#[derive(#(#others),*)]);
    }
}

fn implementation(types: &Types<'_>, item: &ItemEnum) -> Item {
    let name = &item.ident;
    let is_closed = has_serde_word(&item.attrs, "deny_unknown_fields");
    let shapes = item.variants.iter().map(|variant| shape(types, variant, is_closed));
    let arms = item.variants.iter().enumerate().map(|(number, variant)| {
        let value = read(variant, is_closed);
        quote!(#number => #value,)
    });
    let message = format!("data did not match any variant of `{name}`");
    parse_quote! {
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                const SHAPES: &[crate::alternatives::Shape] = &[#(#shapes),*];
                let value = <::serde_json::Value as ::serde::Deserialize>::deserialize(deserializer)?;
                for number in crate::alternatives::candidates(SHAPES, &value) {
                    let read: ::serde_json::Result<Self> = match number {
                        #(#arms)*
                        _ => continue,
                    };
                    if let Ok(read) = read {
                        return Ok(read);
                    }
                }
                Err(<D::Error as ::serde::de::Error>::custom(#message))
            }
        }
    }
}

/// Returns the expression that reads a variant from `value`.
fn read(variant: &Variant, is_closed: bool) -> TokenStream {
    let name = &variant.ident;
    match &variant.fields {
        Fields::Unit => quote!(Ok(Self::#name)),
        Fields::Unnamed(fields) => {
            let types: Vec<_> = fields.unnamed.iter().map(|field| &field.ty).collect();
            let names: Vec<_> = (0..types.len()).map(|number| format_ident!("v{number}")).collect();
            match &types[..] {
                [ty] => quote!(<#ty as ::serde::Deserialize>::deserialize(&value).map(Self::#name)),
                _ => quote! {
                    <(#(#types,)*) as ::serde::Deserialize>::deserialize(&value)
                        .map(|(#(#names,)*)| Self::#name(#(#names),*))
                },
            }
        }
        Fields::Named(fields) => {
            let names: Vec<_> = fields.named.iter().map(|field| &field.ident).collect();
            let fields = fields.named.iter().map(|field| {
                let (name, ty) = (&field.ident, &field.ty);
                let attributes = field.attrs.iter().filter(|one| one.path().is_ident("serde"));
                quote!(#(#attributes)* #name: #ty,)
            });
            let closed = is_closed.then(|| quote!(#[serde(deny_unknown_fields)]));
            quote! {{
                #[derive(::serde::Deserialize)]
                #closed
                struct Fields { #(#fields)* }
                <Fields as ::serde::Deserialize>::deserialize(&value)
                    .map(|Fields { #(#names),* }| Self::#name { #(#names),* })
            }}
        }
    }
}

/// Returns the shape of a variant.
fn shape(types: &Types<'_>, variant: &Variant, is_closed: bool) -> TokenStream {
    match &variant.fields {
        Fields::Unit => quote!(crate::alternatives::Shape::Null),
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            shape_of(types, &fields.unnamed[0].ty, MAX_DEPTH)
        }
        Fields::Unnamed(_) => quote!(crate::alternatives::Shape::Array),
        Fields::Named(fields) => object(types, fields.named.iter(), is_closed),
    }
}

/// Returns the shape of a type.
fn shape_of(types: &Types<'_>, ty: &Type, depth: usize) -> TokenStream {
    let any = quote!(crate::alternatives::Shape::Any);
    if depth == 0 {
        return any;
    }
    if let Some(inner) = argument(ty, "Box") {
        return shape_of(types, inner, depth - 1);
    }
    match types.item(ty) {
        Some(Item::Struct(item)) => match &item.fields {
            Fields::Named(fields) => {
                let is_closed = has_serde_word(&item.attrs, "deny_unknown_fields");
                object(types, fields.named.iter(), is_closed)
            }
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                shape_of(types, &fields.unnamed[0].ty, depth - 1)
            }
            _ => any,
        },
        Some(item @ Item::Enum(_)) => match known_values(item) {
            Some(values) => quote!(crate::alternatives::Shape::Text(&[#(#values),*])),
            None => any,
        },
        _ => match last_segment(ty).map(ToString::to_string).as_deref() {
            Some("String" | "DateTime" | "NaiveDate") => {
                quote!(crate::alternatives::Shape::Text(&[]))
            }
            Some("i64") => quote!(crate::alternatives::Shape::Integer),
            Some("f64") => quote!(crate::alternatives::Shape::Number),
            Some("bool") => quote!(crate::alternatives::Shape::Boolean),
            Some("Vec") => quote!(crate::alternatives::Shape::Array),
            Some("HashMap" | "Map") => quote! {
                crate::alternatives::Shape::Object { required: &[], closed: None, values: &[] }
            },
            _ => any,
        },
    }
}

fn object<'f>(
    types: &Types<'_>,
    fields: impl Iterator<Item = &'f Field>,
    is_closed: bool,
) -> TokenStream {
    let fields: Vec<_> = fields.filter(|field| !has_serde_word(&field.attrs, "flatten")).collect();
    let is_required =
        |field: &&&Field| argument(&field.ty, "Option").is_none() && !has_default(&field.attrs);
    let required = fields.iter().filter(is_required).map(|field| property_name(field));
    let names = fields.iter().map(|field| property_name(field));
    let closed = match is_closed {
        true => quote!(Some(&[#(#names),*])),
        false => quote!(None),
    };
    let values = fields.iter().filter_map(|field| {
        let ty = argument(&field.ty, "Option").unwrap_or(&field.ty);
        let values = known_values(types.item(ty)?)?;
        let name = property_name(field);
        Some(quote!((#name, &[#(#values),*])))
    });
    quote! {
        crate::alternatives::Shape::Object {
            required: &[#(#required),*],
            closed: #closed,
            values: &[#(#values),*],
        }
    }
}

/// Returns the values of an enum of texts.
fn known_values(item: &Item) -> Option<Vec<String>> {
    let unknown = unknown_variant(item)?;
    let Item::Enum(item) = item else { return None };
    let known = item.variants.iter().filter(|variant| variant.ident != *unknown);
    Some(known.map(|one| renamed(&one.attrs).unwrap_or_else(|| one.ident.to_string())).collect())
}

/// Returns true for `default` and `default = "…"` in a serde attribute.
fn has_default(attributes: &[Attribute]) -> bool {
    attributes.iter().filter(|one| one.path().is_ident("serde")).any(|attribute| {
        let tokens = quote!(#attribute).to_string();
        tokens.split(|one: char| !one.is_alphanumeric() && one != '_').any(|word| word == "default")
    })
}
