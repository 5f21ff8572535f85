//! What progenitor wrote, with the three states put right.
//!
//! An optional field comes out of progenitor as `Option<…>`. Where it is clearable it becomes
//! `Patch<…>`; where it is not, `null` must not pass for absent when a request is read. Responses are
//! read in a way that loses nothing of them.

use std::collections::BTreeMap;

use quote::quote;
use syn::visit_mut::{VisitMut, visit_item_struct_mut};
use syn::{
    Attribute, ExprPath, Field, File, GenericArgument, ItemStruct, PathArguments, Type, parse_quote,
};

use crate::reader::{Contract, child};

/// Rewrites the structs that requests are made of: `objects` has their names and pointers.
pub fn rewrite(contract: &Contract, objects: &BTreeMap<String, String>, file: &mut File) {
    Rewrite { contract, objects }.visit_file_mut(file);
}

struct Rewrite<'a> {
    contract: &'a Contract,
    objects: &'a BTreeMap<String, String>,
}

impl VisitMut for Rewrite<'_> {
    /// progenitor throws away the status and the headers of an answer whose body it cannot read.
    fn visit_expr_path_mut(&mut self, expression: &mut ExprPath) {
        let segments: Vec<_> =
            expression.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments == ["ResponseValue", "from_response"] {
            *expression = parse_quote!(crate::response::read);
        }
    }

    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        if let Some(pointer) = self.objects.get(&item.ident.to_string()) {
            for field in &mut item.fields {
                if argument(&field.ty, "Option").is_some() {
                    three_states(field);
                    self.describe(pointer, field);
                }
            }
        }
        visit_item_struct_mut(self, item);
    }
}

impl Rewrite<'_> {
    /// progenitor loses the description of a property that refers to a component.
    fn describe(&self, object: &str, field: &mut Field) {
        let property = property_name(field);
        let pointer = child(&format!("{object}/properties"), &property);
        let description =
            self.contract.get(&pointer).and_then(|schema| schema["description"].as_str());
        if let Some(description) = description {
            field.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
            field.attrs.insert(0, doc(description));
        }
    }
}

/// Gives an optional field the attributes that keep absent, `null` and a value apart.
fn three_states(field: &mut Field) {
    let rename = renamed(field).map(|name| quote!(rename = #name,));
    let Some(inner) = argument(&field.ty, "Option").cloned() else { return };
    field.attrs.retain(|attribute| !attribute.path().is_ident("serde"));
    if argument(&inner, "Patch").is_some() {
        field.attrs.push(parse_quote! {
            #[serde(#rename default, skip_serializing_if = "crate::Patch::is_absent")]
        });
        field.ty = inner;
    } else {
        field.attrs.push(parse_quote! {
            #[serde(
                #rename default,
                deserialize_with = "crate::patch::present",
                skip_serializing_if = "::std::option::Option::is_none"
            )]
        });
    }
}

/// A field that need not be set: its type, and whether it can be cleared.
pub fn optional(ty: &Type) -> Option<(&Type, bool)> {
    argument(ty, "Patch")
        .map(|ty| (ty, true))
        .or_else(|| argument(ty, "Option").map(|ty| (ty, false)))
}

/// `T` of `wrapper<T>`.
fn argument<'a>(ty: &'a Type, wrapper: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(inner) if last.ident == wrapper => Some(inner),
        _ => None,
    }
}

/// The name that a field has in JSON.
pub fn property_name(field: &Field) -> String {
    let ident =
        || field.ident.as_ref().map(|ident| ident.to_string().trim_start_matches("r#").to_owned());
    renamed(field).or_else(ident).unwrap_or_default()
}

fn renamed(field: &Field) -> Option<String> {
    let mut name = None;
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // What is not `rename = "…"` is of no interest here.
        let _ = attribute.parse_nested_meta(|meta| {
            if let Ok(value) = meta.value() {
                let literal: syn::LitStr = value.parse()?;
                if meta.path.is_ident("rename") {
                    name = Some(literal.value());
                }
            }
            Ok(())
        });
    }
    name
}

/// A description as a doc comment.
pub fn doc(description: &str) -> Attribute {
    let text = format!(" {}", description.trim().replace('\n', "\n "));
    parse_quote!(#[doc = #text])
}

/// The bounds of an integer, as far as the contract has them.
pub fn bounds(contract: &Contract, place: &str) -> (Option<i64>, Option<i64>) {
    let Ok((pointer, schema)) = contract.resolve(place) else { return (None, None) };
    let inner = format!("{pointer}/allOf/0");
    match contract.resolve(&inner) {
        Ok((_, inner)) => (inner["minimum"].as_i64(), inner["maximum"].as_i64()),
        Err(_) => (schema["minimum"].as_i64(), schema["maximum"].as_i64()),
    }
}
