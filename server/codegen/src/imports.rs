//! The names that generated source imports, which no generated type may have.

use std::collections::BTreeSet;

/// Names by the path that they are imported from.
pub type Imports = &'static [(&'static str, &'static [&'static str])];

/// Imports of the module of operations, from other crates and from the runtime.
pub const OPERATIONS: (Imports, Imports) = (
    &[
        (
            "dropshot",
            &[
                "ApiEndpointResponse",
                "Body",
                "HttpError",
                "HttpResponse",
                "HttpResponseHeaders",
                "HttpResponseOk",
                "RequestContext",
            ],
        ),
        ("http", &["Response", "StatusCode"]),
        ("schemars", &["JsonSchema"]),
        ("serde", &["Deserialize", "Serialize"]),
    ],
    &[
        (
            "agenthuman_server_runtime::request",
            &[
                "ContentBody",
                "FormBody",
                "HeaderParameters",
                "JsonBody",
                "OptionalBody",
                "PageParameters",
                "PathParameters",
                "QueryParameters",
                "RawContent",
                "RequestContent",
            ],
        ),
        (
            "agenthuman_server_runtime::response",
            &[
                "HttpErrorResponse",
                "Json",
                "NoError",
                "NoSuccess",
                "Outcome",
                "ResponseContent",
                "choice_response",
                "content_response",
                "empty_response",
                "json_content",
                "json_response",
                "json_stream_response",
                "metadata",
                "varying_metadata",
            ],
        ),
        ("agenthuman_server_runtime::unexpected", &["UndocumentedError"]),
        ("agenthuman_server_runtime::timestamp", &["Timestamp"]),
    ],
);

/// Imports of the module of types, from other crates and from the runtime.
pub const TYPES: (Imports, Imports) = (
    &[("schemars", &["JsonSchema"]), ("serde", &["Deserialize", "Serialize"])],
    &[
        ("agenthuman_server_runtime", &["constrained"]),
        ("agenthuman_server_runtime::alternatives", &["WithUnknownFields"]),
        (
            "agenthuman_server_runtime::constraint",
            &["ArrayConstraints", "IntegerConstraints", "NumberConstraints", "StringConstraints"],
        ),
        ("agenthuman_server_runtime::patch", &["Patch"]),
        ("agenthuman_server_runtime::timestamp", &["Timestamp"]),
    ],
);

/// Names of Rust's prelude that generated source or the macros in it use.
const PRELUDE: [&str; 16] = [
    "Box", "Default", "Err", "From", "Into", "None", "Ok", "Option", "Result", "Send", "Sized",
    "Some", "String", "Sync", "ToOwned", "Vec",
];

/// Returns the names that no generated type may have.
pub fn reserved_names() -> impl Iterator<Item = &'static str> {
    let imports = [OPERATIONS.0, OPERATIONS.1, TYPES.0, TYPES.1];
    let imported = imports.into_iter().flatten().flat_map(|(_, names)| names.iter().copied());
    PRELUDE.into_iter().chain(imported)
}

/// Returns the `use` lines for those names of `imports` that `source` mentions.
pub fn use_lines(source: &str, imports: Imports) -> String {
    let code: Vec<_> =
        source.lines().filter(|line| !line.trim_start().starts_with("///")).collect();
    let code = code.join("\n");
    let words: BTreeSet<_> =
        code.split(|one: char| !(one.is_alphanumeric() || one == '_')).collect();
    let line = |(path, names): &(&str, &[&str])| {
        let names: Vec<_> = names.iter().copied().filter(|name| words.contains(name)).collect();
        match names.as_slice() {
            [] => String::new(),
            [name] => format!("use {path}::{name};\n"),
            names => format!("use {path}::{{{}}};\n", names.join(", ")),
        }
    };
    imports.iter().map(line).collect()
}
