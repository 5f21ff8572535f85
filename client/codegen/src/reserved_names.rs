//! Names that a contract must not use, because the client already has items with these names.

/// The public items of the crate, apart from the generated ones (`client/src/lib.rs`), and the types
/// of the prelude that the generated code uses.
const PUBLIC_ITEMS: [&str; 19] = [
    "Argument",
    "Attempt",
    "AttemptOutcome",
    "Bulk",
    "Client",
    "ClientBuilder",
    "Clock",
    "ConversionError",
    "Error",
    "ErrorKind",
    "Interceptor",
    "Option",
    "Patch",
    "RateLimit",
    "Response",
    "Result",
    "RetryPolicy",
    "Sleep",
    "String",
];

/// The methods of `Client` (`client/src/client.rs` and others).
const CLIENT_METHODS: [&str; 20] = [
    "base_url",
    "builder",
    "bulk",
    "carries_credential",
    "clone",
    "credential_headers",
    "elapsed",
    "from_env",
    "from_parts",
    "http_client",
    "new",
    "rate_limit",
    "start_call",
    "time_after",
    "with_header",
    "with_options",
    "with_rate_limit_timeout",
    "with_request_id",
    "with_retry",
    "with_timeout",
];

/// The methods of a request builder that do not belong to an input.
pub const BUILDER_METHODS: [&str; 9] = [
    "check",
    "iter_blocking",
    "request",
    "send",
    "send_blocking",
    "send_with_response",
    "send_with_response_blocking",
    "stream",
    "with_request",
];

/// The fields of a request builder that do not belong to an input.
pub const BUILDER_FIELDS: [&str; 2] = ["client", "invalid"];

/// Returns true if a public item of the crate has this name, so that no generated type can have it.
pub fn is_public_item(name: &str) -> bool {
    PUBLIC_ITEMS.contains(&name)
}

/// Returns true if `Client` has a method of this name, so that no operation can have it.
pub fn is_client_method(name: &str) -> bool {
    CLIENT_METHODS.contains(&name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use syn::{ImplItem, Item, Type, UseTree};

    use super::*;
    use crate::security::CLIENT_BUILDER_METHODS;

    /// Returns the items of the runtime's modules.
    fn items() -> Vec<Item> {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src");
        let mut items = Vec::new();
        for entry in fs::read_dir(sources).unwrap() {
            let path = entry.unwrap().path();
            let is_module = path.extension().is_some_and(|extension| extension == "rs");
            if is_module && !path.ends_with("generated.rs") {
                items.extend(syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap().items);
            }
        }
        items
    }

    /// Returns the functions in the `impl` blocks of a type.
    fn methods(name: &str) -> BTreeSet<String> {
        let items = items();
        let blocks = items.iter().filter_map(|item| match item {
            Item::Impl(block) if block.trait_.is_none() => Some(block),
            _ => None,
        });
        let blocks = blocks.filter(|block| match &*block.self_ty {
            Type::Path(path) => path.path.is_ident(name),
            _ => false,
        });
        let members = blocks.flat_map(|block| &block.items);
        let functions = members.filter_map(|member| match member {
            ImplItem::Fn(function) => Some(function.sig.ident.to_string()),
            _ => None,
        });
        functions.collect()
    }

    fn names(tree: &UseTree, found: &mut Vec<String>) {
        match tree {
            UseTree::Path(path) => names(&path.tree, found),
            UseTree::Group(group) => group.items.iter().for_each(|tree| names(tree, found)),
            UseTree::Name(name) => found.push(name.ident.to_string()),
            UseTree::Rename(name) => found.push(name.rename.to_string()),
            UseTree::Glob(_) => {}
        }
    }

    #[test]
    fn each_name_of_the_runtime_is_reserved() {
        let missing = |names: BTreeSet<String>, reserved: &[&str]| {
            names.into_iter().filter(|name| !reserved.contains(&name.as_str())).collect::<Vec<_>>()
        };
        assert_eq!(missing(methods("Client"), &CLIENT_METHODS), [""; 0]);
        assert_eq!(missing(methods("ClientBuilder"), &CLIENT_BUILDER_METHODS), [""; 0]);
        let mut exported = Vec::new();
        for item in items() {
            if let Item::Use(item) = item
                && matches!(item.vis, syn::Visibility::Public(_))
            {
                names(&item.tree, &mut exported);
            }
        }
        let is_type = |name: &String| name.starts_with(char::is_uppercase);
        let exported = exported.into_iter().filter(is_type).collect();
        assert_eq!(missing(exported, &PUBLIC_ITEMS), [""; 0]);
    }
}
