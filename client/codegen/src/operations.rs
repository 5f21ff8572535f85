//! The operations of a contract, as progenitor's methods have them.

use std::collections::BTreeMap;

use agenthuman_contract::{Contract, ContractError, child, required};
use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Attribute, Field, File, FnArg, Ident, ImplItemFn, ItemStruct, Pat, ReturnType, Type};

use crate::reserved_names;
use crate::rewrite::{doc, optional, property_name};
use crate::types::{Types, first_argument, last_segment, operation_methods};

/// An operation.
pub struct Operation<'a> {
    /// The name of the method, in progenitor's client and in ours.
    pub name: &'a Ident,
    /// The name of the request builder.
    pub builder: Ident,
    /// The name of the constant that describes the operation.
    pub constant: Ident,
    /// The pointer of the operation in the contract.
    pub pointer: String,
    /// The HTTP method in upper case.
    pub method: String,
    pub path: String,
    /// The required arguments. Their types are valid outside of the module of types.
    pub arguments: Arguments<'a>,
    /// The type of the request body.
    pub body: &'a Type,
    /// The optional fields of the request body.
    pub fields: Vec<BodyField<'a>>,
    pub output: Output,
    /// The doc comment of the method.
    pub summary: Option<Attribute>,
}

/// The names and types of required arguments.
type Arguments<'a> = Vec<(&'a Ident, TokenStream)>;

/// The value that a request builder returns.
pub struct Output {
    pub ty: TokenStream,
    /// The expression that follows the response body and yields the value: nothing, or `.field`.
    pub access: TokenStream,
}

/// A field of a request body.
pub struct BodyField<'a> {
    pub field: &'a Field,
    pub ident: &'a Ident,
    /// The name of the property in the contract.
    pub property: String,
    /// The pointer of the property in the contract.
    pub pointer: String,
    pub ty: &'a Type,
    pub clearable: bool,
}

impl BodyField<'_> {
    /// Returns the property as a part of a method name. The identifier is not suitable, because it
    /// can be escaped: `type_` for `type`.
    pub fn stem(&self) -> String {
        self.property.to_snake_case()
    }

    /// Returns the name of the method that clears the field, if the field is clearable.
    pub fn clear_method(&self) -> Option<Ident> {
        self.clearable.then(|| format_ident!("clear_{}", self.stem()))
    }
}

/// Reads all operations from progenitor's methods. `objects` has the pointers of the structs that
/// request bodies consist of.
///
/// # Errors
///
/// Everything in the operations that is not supported.
pub fn read<'a>(
    contract: &Contract,
    objects: &BTreeMap<String, String>,
    types: &Types<'a>,
    file: &'a File,
) -> Result<Vec<Operation<'a>>, Vec<ContractError>> {
    let reader = Reader { contract, objects, types };
    let mut operations = Vec::new();
    let mut errors = Vec::new();
    for method in operation_methods(file) {
        match reader.operation(method) {
            Ok(operation) => operations.push(operation),
            Err(found) => errors.extend(found),
        }
    }
    if errors.is_empty() { Ok(operations) } else { Err(errors) }
}

struct Reader<'r, 'a> {
    contract: &'r Contract,
    objects: &'r BTreeMap<String, String>,
    types: &'r Types<'a>,
}

impl<'a> Reader<'_, 'a> {
    fn operation(&self, method: &'a ImplItemFn) -> Result<Operation<'a>, Vec<ContractError>> {
        let name = &method.sig.ident;
        let Some((pointer, verb, path)) = self.find(name) else {
            let message = format!("no operation for the generated method `{name}`");
            return Err(vec![self.contract.error("/paths", message)]);
        };
        let unsupported = |construct: String| {
            vec![self.contract.error(&pointer, format!("not supported: {construct}"))]
        };
        let (arguments, body) = self.arguments(method).map_err(unsupported)?;
        let (structure, object) = self.body(body).map_err(unsupported)?;
        let fields = self.fields(structure, object)?;
        let output = self.output(&method.sig.output);
        let output = output.ok_or_else(|| unsupported("a response without a type".to_owned()))?;
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
            output,
            summary: summary(method),
        })
    }

    /// Returns the pointer, the HTTP method and the path of the operation with this method name.
    fn find(&self, name: &Ident) -> Option<(String, String, String)> {
        let paths = self.contract.document()["paths"].as_object()?;
        paths.iter().find_map(|(path, item)| {
            let (method, _) = item.as_object()?.iter().find(|(_, operation)| {
                let id = operation.get("operationId").and_then(Value::as_str);
                id.is_some_and(|id| *name == id.to_snake_case())
            })?;
            let pointer = child(&child("/paths", path), method);
            Some((pointer, method.clone(), path.clone()))
        })
    }

    /// Returns the required arguments and the type of the body.
    fn arguments(&self, method: &'a ImplItemFn) -> Result<(Arguments<'a>, &'a Type), String> {
        let mut body = None;
        let mut arguments = Vec::new();
        for argument in &method.sig.inputs {
            let FnArg::Typed(argument) = argument else { continue };
            let (Pat::Ident(name), Type::Reference(reference)) = (&*argument.pat, &*argument.ty)
            else {
                return Err("parameters and bodies other than path parameters and JSON".to_owned());
            };
            let name = &name.ident;
            let is_body = name == "body" && body.replace(&*reference.elem).is_none();
            if !is_body {
                if reserved_names::is_builder_field(&name.to_string()) {
                    return Err(format!("a parameter with the reserved name `{name}`"));
                }
                let is_str = last_segment(&reference.elem).is_some_and(|ty| ty == "str");
                let ty = match is_str {
                    true => quote!(String),
                    false => self.types.qualified(&reference.elem),
                };
                arguments.push((name, ty));
            }
        }
        let body = body.ok_or("an operation without a JSON body")?;
        Ok((arguments, body))
    }

    /// Returns the struct of a body and the pointer of its schema.
    fn body(&self, body: &Type) -> Result<(&'a ItemStruct, &str), String> {
        let structure = self.types.structure(body).ok_or("a body that is not an object")?;
        let object = self.objects.get(&structure.ident.to_string());
        Ok((structure, object.ok_or("a body whose schema is not in `components`")?))
    }

    fn fields(
        &self,
        structure: &'a ItemStruct,
        object: &str,
    ) -> Result<Vec<BodyField<'a>>, Vec<ContractError>> {
        let mut fields = Vec::new();
        let mut errors = Vec::new();
        for field in &structure.fields {
            let property = property_name(field);
            let pointer = child(&format!("{object}/properties"), &property);
            // progenitor writes an `Option` for a required property too, if it is nullable.
            let optional =
                optional(&field.ty).filter(|_| !required(self.contract, object, &property));
            match (optional, &field.ident) {
                (Some((ty, clearable)), Some(ident)) => {
                    fields.push(BodyField { field, ident, property, pointer, ty, clearable });
                }
                _ => {
                    let message = "not supported: a body field that is required or has a default";
                    errors.push(self.contract.error(&pointer, message));
                }
            }
        }
        if errors.is_empty() { Ok(fields) } else { Err(errors) }
    }

    /// Returns the value that the request builder returns: the response body or, if that is an
    /// envelope (`success` and one other property), the other property.
    fn output(&self, output: &ReturnType) -> Option<Output> {
        let ReturnType::Type(_, ty) = output else { return None };
        let value = first_argument(ty).and_then(first_argument)?;
        let fields: Vec<_> = self
            .types
            .structure(value)
            .iter()
            .flat_map(|item| &item.fields)
            .filter(|field| field.ident.as_ref().is_some_and(|ident| ident != "unknown_fields"))
            .collect();
        let is_success =
            |field: &&Field| field.ident.as_ref().is_some_and(|ident| ident == "success");
        let is_envelope = fields.len() == 2 && fields.iter().any(is_success);
        match fields.iter().find(|field| is_envelope && !is_success(field)) {
            Some(field) => {
                let ident = field.ident.as_ref()?;
                Some(Output { ty: self.types.qualified(&field.ty), access: quote!(.#ident) })
            }
            None => Some(Output { ty: quote!(#value), access: quote!() }),
        }
    }
}

/// Returns the doc comment of progenitor's method without its list of positional arguments.
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
