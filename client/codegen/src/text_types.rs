//! Trait implementations for string types (newtypes and enums) that progenitor does not write:
//! conversions, comparisons with `str`, and `Display`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Item;

use crate::rewrite::renamed;
use crate::types::{Types, is_text, unknown_variant};

/// Returns the implementations for all string types.
pub fn implementations(types: &Types<'_>) -> TokenStream {
    types.iter().filter_map(|item| implementation(types, item)).collect()
}

fn implementation(types: &Types<'_>, item: &Item) -> Option<TokenStream> {
    let mut values = Vec::new();
    let (ident, as_str) = match item {
        Item::Struct(item) if is_text(item) => (&item.ident, quote!(self)),
        Item::Enum(item_enum) => {
            let unknown = unknown_variant(item)?;
            let arms = item_enum.variants.iter().filter(|variant| variant.ident != *unknown);
            let arms = arms.map(|variant| {
                let ident = &variant.ident;
                let text = renamed(&variant.attrs).unwrap_or_else(|| ident.to_string());
                let arm = quote!(Self::#ident => #text,);
                values.push(text);
                arm
            });
            (&item_enum.ident, quote!(match self { #(#arms)* Self::#unknown(value) => value }))
        }
        _ => return None,
    };
    let display = (!types.implements("Display", ident)).then(|| {
        quote! {
            impl ::std::fmt::Display for types::#ident {
                fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    formatter.write_str(self.as_ref())
                }
            }
        }
    });
    let unknown = unknown_variant(item).map(|unknown| {
        quote! {
            impl types::#ident {
                /// The values that this version of the contract lists.
                pub const VALUES: &'static [&'static str] = &[#(#values),*];

                /// Returns true if this version of the contract does not know the value.
                pub fn is_unknown(&self) -> bool {
                    matches!(self, Self::#unknown(_))
                }
            }
        }
    });
    // A type without constraints has an infallible conversion.
    let is_plain = matches!(item, Item::Struct(_)) && !types.implements("TryFrom", ident);
    let from_text = is_plain.then(|| {
        quote! {
            impl From<&str> for types::#ident {
                fn from(text: &str) -> Self {
                    Self(text.to_owned())
                }
            }

            impl From<&String> for types::#ident {
                fn from(text: &String) -> Self {
                    Self(text.clone())
                }
            }
        }
    });
    let try_from_text = types.implements("TryFrom", ident).then(|| {
        quote! {
            impl TryFrom<&String> for types::#ident {
                type Error = types::error::ConversionError;

                fn try_from(text: &String) -> Result<Self, types::error::ConversionError> {
                    text.parse()
                }
            }
        }
    });
    Some(quote! {
        #display
        #unknown
        #from_text
        #try_from_text

        impl From<&types::#ident> for types::#ident {
            fn from(value: &types::#ident) -> Self {
                value.clone()
            }
        }

        impl PartialEq<str> for types::#ident {
            fn eq(&self, other: &str) -> bool {
                AsRef::<str>::as_ref(self) == other
            }
        }

        impl PartialEq<&str> for types::#ident {
            fn eq(&self, other: &&str) -> bool {
                AsRef::<str>::as_ref(self) == *other
            }
        }

        impl AsRef<str> for types::#ident {
            fn as_ref(&self) -> &str {
                #as_str
            }
        }
    })
}
