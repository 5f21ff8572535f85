//! Corrections of the types that progenitor writes.
//!
//! - progenitor writes `Option<…>` for an optional field of a request, unless it is a list or a map. A
//!   clearable field becomes `Patch<…>`, any other one `Option<…>`, of which `null` is an error when a
//!   request is deserialized.
//! - A later version of the service must not break today's clients: an enum gets a variant for unknown
//!   values, and an object of a response gets a field for unknown fields. So does an object of a request
//!   that overlaps with another alternative of a `oneOf`: it must not lose the other one's fields.

use std::collections::{BTreeMap, BTreeSet};

use agenthuman_contract::{Contract, child, required};
use quote::quote;
use syn::visit_mut::{
    VisitMut, visit_expr_method_call_mut, visit_expr_mut, visit_expr_struct_mut,
    visit_fields_named_mut, visit_item_mod_mut, visit_path_mut,
};
use syn::{
    Attribute, Expr, ExprField, ExprMatch, ExprMethodCall, ExprStruct, Field, Fields, FieldsNamed,
    File, GenericArgument, Ident, ImplItem, Item, ItemEnum, ItemImpl, ItemMod, ItemStruct, Member,
    Path, PathArguments, Stmt, Token, Type, parse_quote,
};

use crate::checks::overlapping_objects;
use crate::patterns::{regex_lite_path, without_position};

/// Corrects the types of a file. `objects` has the names and pointers of the structs that request
/// bodies consist of.
pub fn rewrite(contract: &Contract, objects: &BTreeMap<String, String>, file: &mut File) {
    let overlapping = overlapping_objects(contract);
    Rewrite { contract, objects, overlapping }.visit_file_mut(file);
}

struct Rewrite<'a> {
    contract: &'a Contract,
    objects: &'a BTreeMap<String, String>,
    /// The pointers of the objects that overlap with another alternative of a `oneOf` or `anyOf`.
    overlapping: BTreeSet<String>,
}

impl VisitMut for Rewrite<'_> {
    fn visit_path_mut(&mut self, path: &mut Path) {
        match regex_lite_path(path) {
            Some(replacement) => *path = replacement,
            None => visit_path_mut(self, path),
        }
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if let Some(replacement) = without_position(expression) {
            *expression = replacement;
        }
        visit_expr_mut(self, expression);
    }

    /// progenitor calls `options` and `trace` of `reqwest::Client`, which has no such methods.
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        let method = call.method.to_string();
        if matches!(method.as_str(), "options" | "trace") && is_http_client(&call.receiver) {
            let constant = Ident::new(&method.to_uppercase(), call.method.span());
            call.method = Ident::new("request", call.method.span());
            call.args.insert(0, parse_quote!(::reqwest::Method::#constant));
        }
        visit_expr_method_call_mut(self, call);
    }

    /// progenitor gives two properties such as `self` and `Self` the same name.
    fn visit_fields_named_mut(&mut self, fields: &mut FieldsNamed) {
        let properties: Vec<_> = fields.named.iter().map(property_name).collect();
        make_distinct(fields.named.iter_mut().filter_map(|field| field.ident.as_mut()));
        for (field, property) in fields.named.iter_mut().zip(properties) {
            if property_name(field) != property {
                field.attrs.push(parse_quote!(#[serde(rename = #property)]));
            }
        }
        visit_fields_named_mut(self, fields);
    }

    /// progenitor writes the fields of a value in the order of the struct.
    fn visit_expr_struct_mut(&mut self, value: &mut ExprStruct) {
        make_distinct(value.fields.iter_mut().filter_map(|field| match &mut field.member {
            Member::Named(name) => Some(name),
            Member::Unnamed(_) => None,
        }));
        visit_expr_struct_mut(self, value);
    }

    fn visit_item_mod_mut(&mut self, module: &mut ItemMod) {
        let Some((_, items)) = &mut module.content else { return };
        let mut opened = BTreeMap::new();
        let mut extended = BTreeSet::new();
        for item in items.iter_mut() {
            match item {
                Item::Struct(item) => extended.extend(self.structure(item)),
                Item::Enum(item) => opened.extend(open_enum(item)),
                _ => {}
            }
        }
        for item in items.iter_mut() {
            if let Item::Impl(item) = item
                && let Type::Path(path) = &*item.self_ty
                && let Some(name) = path.path.get_ident().cloned()
            {
                if let Some(variant) = opened.get(&name) {
                    display_unknown(item, variant);
                    list_values(item);
                }
                if extended.contains(&name) {
                    default_unknown_fields(item);
                }
            }
        }
        visit_item_mod_mut(self, module);
    }
}

impl Rewrite<'_> {
    /// Corrects a struct. Returns its name if it gets a field for unknown fields.
    fn structure(&self, item: &mut ItemStruct) -> Option<Ident> {
        let Fields::Named(fields) = &mut item.fields else { return None };
        item.attrs.push(parse_quote!(#[non_exhaustive]));
        let is_extended = match self.objects.get(&item.ident.to_string()) {
            Some(pointer) => {
                for field in &mut fields.named {
                    // progenitor makes an `Option` of a required property too, if it is nullable.
                    if !self.is_optional(pointer, field) {
                        continue;
                    }
                    // And it makes none of an optional list or map, of which it does not send an
                    // empty one.
                    if argument(&field.ty, "Option").is_none() {
                        let ty = &field.ty;
                        field.ty = parse_quote!(::std::option::Option<#ty>);
                    }
                    three_states(field);
                    self.describe(pointer, field);
                }
                self.overlapping.contains(pointer) && keep_unknown_fields(&item.attrs, fields)
            }
            None => keep_unknown_fields(&item.attrs, fields),
        };
        is_extended.then(|| item.ident.clone())
    }

    /// Returns true if a field is a property of an object that the object can lack.
    fn is_optional(&self, object: &str, field: &Field) -> bool {
        let name = property_name(field);
        self.contract.get(&child(&format!("{object}/properties"), &name)).is_some()
            && !required(self.contract, object, &name)
    }

    /// Adds the description of a property that refers to a component, which progenitor drops.
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

/// Adds a field for the fields that a type does not have, if the type allows them.
fn keep_unknown_fields(attributes: &[Attribute], fields: &mut FieldsNamed) -> bool {
    // The contract itself can have a field with this name.
    let is_added =
        !has_serde_word(attributes, "deny_unknown_fields") && !has_field(fields, "unknown_fields");
    if is_added {
        fields.named.push(parse_quote! {
            /// Fields that this version of the contract does not know.
            #[serde(flatten)]
            pub unknown_fields: ::serde_json::Map<::std::string::String, ::serde_json::Value>
        });
    }
    is_added
}

/// Adds the field for unknown fields to `Default`, which progenitor writes if a property has a default.
fn default_unknown_fields(item: &mut ItemImpl) {
    for method in &mut item.items {
        if let ImplItem::Fn(method) = method
            && method.sig.ident == "default"
            && let Some(Stmt::Expr(Expr::Struct(value), _)) = method.block.stmts.last_mut()
        {
            value.fields.push(parse_quote!(unknown_fields: Default::default()));
        }
    }
}

/// Appends a number to each name that an earlier one has too.
fn make_distinct<'n>(names: impl Iterator<Item = &'n mut Ident>) {
    let mut taken = BTreeSet::new();
    for name in names {
        let wanted = name.to_string();
        let mut number = 2;
        while !taken.insert(name.to_string()) {
            *name = Ident::new(&format!("{wanted}{number}"), name.span());
            number += 1;
        }
    }
}

/// Adds a variant for unknown values to a string enum, and returns the names of both.
fn open_enum(item: &mut ItemEnum) -> Option<(Ident, Ident)> {
    let is_text = |fields: &Fields| matches!(fields, Fields::Unit);
    if !item.variants.iter().all(|variant| is_text(&variant.fields)) {
        return None;
    }
    let names: Vec<_> = item.variants.iter().map(|variant| variant.ident.to_string()).collect();
    let name =
        ["Unknown", "Unlisted"].into_iter().find(|name| names.iter().all(|is| is != name))?;
    let name = Ident::new(name, item.ident.span());
    item.variants.push(parse_quote! {
        /// A value that this version of the contract does not know.
        #[serde(untagged)]
        #name(::std::string::String)
    });
    for attribute in &mut item.attrs {
        if attribute.path().is_ident("derive")
            && let Ok(traits) = attribute
                .parse_args_with(syn::punctuated::Punctuated::<Path, Token![,]>::parse_terminated)
        {
            let traits = traits.iter().filter(|path| !path.is_ident("Copy"));
            *attribute = parse_quote!(#[derive(#(#traits),*)]);
        }
    }
    item.attrs.push(parse_quote!(#[non_exhaustive]));
    Some((item.ident.clone(), name))
}

/// Adds the unknown variant to `Display`. `FromStr` still rejects unknown values, so that a client
/// sends only values of the contract.
fn display_unknown(item: &mut ItemImpl, variant: &Ident) {
    let is_display = item.trait_.as_ref().is_some_and(|(path, _)| {
        path.segments.last().is_some_and(|segment| segment.ident == "Display")
    });
    let methods = item.items.iter_mut().filter(|_| is_display);
    for method in methods {
        if let ImplItem::Fn(method) = method
            && let Some(Stmt::Expr(Expr::Match(ExprMatch { arms, .. }), _)) =
                method.block.stmts.last_mut()
        {
            arms.push(parse_quote!(Self::#variant(ref value) => f.write_str(value),));
        }
    }
}

/// Lists the possible values in the error of `FromStr`, which is "invalid value" for progenitor.
fn list_values(item: &mut ItemImpl) {
    let is_from_str = item
        .trait_
        .as_ref()
        .and_then(|(path, _)| path.segments.last())
        .is_some_and(|segment| segment.ident == "FromStr");
    for method in item.items.iter_mut().filter(|_| is_from_str) {
        if let ImplItem::Fn(method) = method
            && let Some(Stmt::Expr(Expr::Match(ExprMatch { arms, .. }), _)) =
                method.block.stmts.last_mut()
            && let Some(arm) = arms.last_mut()
        {
            *arm = parse_quote!(_ => Err(crate::argument::unlisted(value, Self::VALUES).into()),);
        }
    }
}

/// Returns true for the HTTP client of progenitor's client, `self.client`.
fn is_http_client(receiver: &Expr) -> bool {
    matches!(receiver, Expr::Field(ExprField { member: Member::Named(name), .. }) if name == "client")
}

fn has_field(fields: &FieldsNamed, name: &str) -> bool {
    fields.named.iter().any(|field| field.ident.as_ref().is_some_and(|ident| ident == name))
}

/// Returns true if a serde attribute contains this word, for example `untagged`.
pub fn has_serde_word(attributes: &[Attribute], word: &str) -> bool {
    let mut found = false;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // An error means that the attribute has other content, which does not matter here.
        let _ = attribute.parse_nested_meta(|meta| {
            found |= meta.path.is_ident(word);
            Ok(())
        });
    }
    found
}

/// Adds the attributes to an optional field that distinguish absent, `null` and a value.
fn three_states(field: &mut Field) {
    let rename = renamed(&field.attrs).map(|name| quote!(rename = #name,));
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
                deserialize_with = "crate::patch::deserialize_not_null",
                skip_serializing_if = "::std::option::Option::is_none"
            )]
        });
    }
}

/// Returns the type of an optional field, and whether the field is clearable.
pub fn optional(ty: &Type) -> Option<(&Type, bool)> {
    argument(ty, "Patch")
        .map(|ty| (ty, true))
        .or_else(|| argument(ty, "Option").map(|ty| (ty, false)))
}

/// Returns `T` of `wrapper<T>`.
pub fn argument<'a>(ty: &'a Type, wrapper: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(inner) if last.ident == wrapper => Some(inner),
        _ => None,
    }
}

/// Returns the name of a field in JSON.
pub fn property_name(field: &Field) -> String {
    let ident =
        || field.ident.as_ref().map(|ident| ident.to_string().trim_start_matches("r#").to_owned());
    renamed(&field.attrs).or_else(ident).unwrap_or_default()
}

/// Returns the name of a field or variant in a serde attribute `rename`.
pub fn renamed(attributes: &[Attribute]) -> Option<String> {
    let mut name = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // An error means that the attribute has other content, which does not matter here.
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

/// Returns a description as a doc comment.
pub fn doc(description: &str) -> Attribute {
    let text = format!(" {}", description.trim().replace('\n', "\n "));
    parse_quote!(#[doc = #text])
}

/// Returns the least and the greatest integer that the schema at `pointer` allows.
pub fn bounds(contract: &Contract, pointer: &str) -> (Option<i64>, Option<i64>) {
    let Ok((pointer, schema)) = contract.resolve(pointer) else { return (None, None) };
    let inner = format!("{pointer}/allOf/0");
    let schema = contract.resolve(&inner).map_or(schema, |(_, inner)| inner);
    let bound = |key: &str, exclusive: &str, inwards: i64| {
        let bound = schema[key].as_i64()?;
        let is_exclusive = schema[exclusive] == serde_json::Value::Bool(true);
        Some(if is_exclusive { bound.saturating_add(inwards) } else { bound })
    };
    (bound("minimum", "exclusiveMinimum", 1), bound("maximum", "exclusiveMaximum", -1))
}
