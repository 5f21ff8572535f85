//! The types and methods in the source that progenitor writes.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{Visit, visit_item};
use syn::visit_mut::{VisitMut, visit_type_path_mut};
use syn::{
    Field, File, GenericArgument, Ident, ImplItem, ImplItemFn, Item, ItemStruct, PathArguments,
    Type,
};

use crate::rewrite::has_serde_word;

/// The structs and enums in progenitor's module `types`, and the traits that they implement.
pub struct Types<'a> {
    items: BTreeMap<String, &'a Item>,
    /// Pairs of a trait and a type.
    implemented: BTreeSet<(String, String)>,
}

impl<'a> Types<'a> {
    /// Reads the types of a file.
    pub fn of(file: &'a File) -> Self {
        let mut types = Types { items: BTreeMap::new(), implemented: BTreeSet::new() };
        let modules = file.items.iter().filter_map(|item| match item {
            Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
            _ => None,
        });
        for item in modules.flat_map(|(_, items)| items) {
            match item {
                Item::Struct(it) => drop(types.items.insert(it.ident.to_string(), item)),
                Item::Enum(it) => drop(types.items.insert(it.ident.to_string(), item)),
                Item::Impl(it) => {
                    let implemented = it.trait_.as_ref().and_then(|(path, _)| path.segments.last());
                    if let (Some(name), Some(of)) = (implemented, last_segment(&it.self_ty)) {
                        types.implemented.insert((name.ident.to_string(), of.to_string()));
                    }
                }
                _ => {}
            }
        }
        types
    }

    /// Returns all structs and enums, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = &'a Item> + '_ {
        self.items.values().copied()
    }

    /// Returns true if the module has a type with this name.
    pub fn has(&self, name: &str) -> bool {
        self.items.contains_key(name)
    }

    /// Returns the item that defines a type.
    pub fn item(&self, ty: &Type) -> Option<&'a Item> {
        self.items.get(&last_segment(ty)?.to_string()).copied()
    }

    /// Returns the struct that defines a type.
    pub fn structure(&self, ty: &Type) -> Option<&'a ItemStruct> {
        match self.item(ty)? {
            Item::Struct(item) => Some(item),
            _ => None,
        }
    }

    /// Returns true if the type `ident` implements the trait.
    pub fn implements(&self, trait_name: &str, ident: &Ident) -> bool {
        self.implemented.contains(&(trait_name.to_owned(), ident.to_string()))
    }

    /// Returns a type with the paths that are valid outside of the module.
    pub fn qualified(&self, ty: &Type) -> Type {
        struct Qualify<'t, 'a>(&'t Types<'a>);
        impl VisitMut for Qualify<'_, '_> {
            fn visit_type_path_mut(&mut self, path: &mut syn::TypePath) {
                let ident = path.path.get_ident().cloned();
                match ident.filter(|ident| self.0.items.contains_key(&ident.to_string())) {
                    Some(ident) => path.path = syn::parse_quote!(types::#ident),
                    None => visit_type_path_mut(self, path),
                }
            }
        }
        let mut ty = ty.clone();
        Qualify(self).visit_type_mut(&mut ty);
        ty
    }

    /// Returns true if a type of the module has a checked conversion.
    pub fn has_conversion_error(&self) -> bool {
        self.implemented.iter().any(|(name, _)| name == "TryFrom")
    }

    /// Returns the names of types and of all types that they contain.
    pub fn reachable_from(&self, names: impl IntoIterator<Item = String>) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut pending: Vec<_> = names.into_iter().collect();
        while let Some(name) = pending.pop() {
            let Some(item) = self.items.get(&name) else { continue };
            if reached.insert(name) {
                pending.extend(idents(item));
            }
        }
        reached
    }
}

/// Returns all identifiers in an item.
fn idents(item: &Item) -> Vec<String> {
    struct Idents(Vec<String>);
    impl<'ast> Visit<'ast> for Idents {
        fn visit_ident(&mut self, ident: &'ast Ident) {
            self.0.push(ident.to_string());
        }
    }
    let mut idents = Idents(Vec::new());
    visit_item(&mut idents, item);
    idents.0
}

/// Returns true for `chrono::DateTime<…>`; a contract can have a type with that name.
pub fn is_time(ty: &Type) -> bool {
    first_argument(ty).is_some() && last_segment(ty).is_some_and(|name| name == "DateTime")
}

/// Returns the names that more than one item of a file's module `types` has.
///
/// progenitor gives a schema that is written in place a name of its own, without regard to those of
/// components.
pub fn duplicates(file: &File) -> BTreeSet<String> {
    let (mut seen, mut duplicates) = (BTreeSet::new(), BTreeSet::new());
    let modules = file.items.iter().filter_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
        _ => None,
    });
    for item in modules.flat_map(|(_, items)| items) {
        let ident = match item {
            Item::Struct(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            _ => continue,
        };
        if !seen.insert(ident.to_string()) {
            duplicates.insert(ident.to_string());
        }
    }
    duplicates
}

/// Returns the methods that progenitor writes for operations.
pub fn operation_methods(file: &File) -> impl Iterator<Item = &ImplItemFn> {
    let methods = file.items.iter().filter_map(|item| match item {
        Item::Impl(item) if item.trait_.is_none() => Some(&item.items),
        _ => None,
    });
    methods.flatten().filter_map(|item| match item {
        ImplItem::Fn(method) if method.sig.asyncness.is_some() => Some(method),
        _ => None,
    })
}

/// Returns true if a struct is a newtype around a string.
pub fn is_text(item: &ItemStruct) -> bool {
    let mut fields = item.fields.iter();
    match (fields.next(), fields.next()) {
        (Some(Field { ident: None, ty, .. }), None) => {
            last_segment(ty).is_some_and(|name| name == "String")
        }
        _ => false,
    }
}

/// Returns the variant of a string enum for values that the contract does not list.
pub fn unknown_variant(item: &Item) -> Option<&Ident> {
    let Item::Enum(item) = item else { return None };
    let variant = item.variants.last()?;
    let untagged = has_serde_word(&variant.attrs, "untagged");
    untagged.then_some(&variant.ident)
}

/// Returns the first generic argument of a type: `T` of `Result<T, _>`.
pub fn first_argument(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// Returns the last segment of the path of a type.
pub fn last_segment(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}
