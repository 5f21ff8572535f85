//! The operations of a contract, by JSON pointer.

use agenthuman_contract::{Contract, child};
use serde_json::Value;

/// Returns the method of an operation in upper case, and its path.
pub(crate) fn method_and_path(operation: &str) -> (String, String) {
    let (path, method) = operation.rsplit_once('/').unwrap_or_default();
    let path = path.trim_start_matches("/paths/").replace("~1", "/").replace("~0", "~");
    (method.to_uppercase(), path)
}

/// The parts of an operation that returns page by page, by their names in the contract.
pub(crate) struct Pagination<'a> {
    /// The member of the response with the items.
    pub items: &'a str,
    /// The member of the response with the cursor of the next page.
    pub next: &'a str,
    /// The parameter that continues after a page.
    pub cursor: &'a str,
    /// The parameter that bounds a page, if there is one.
    pub limit: Option<&'a str>,
}

/// Returns the pagination of an operation.
pub(crate) fn pagination<'a>(contract: &'a Contract, operation: &str) -> Option<Pagination<'a>> {
    let extension = contract.get(&child(operation, "x-pagination"))?;
    let text = |key: &str| extension[key].as_str();
    Some(Pagination {
        items: text("items")?,
        next: text("next")?,
        cursor: text("cursor")?,
        limit: text("limit"),
    })
}

/// Returns the paragraph about the pages of an operation in Markdown; `None` if it has no pages.
pub(crate) fn pages(contract: &Contract, operation: &str) -> Option<String> {
    let Pagination { items, next, cursor, limit } = pagination(contract, operation)?;
    let the = limit.map_or("The".to_owned(), |limit| format!("With `{limit}`, the"));
    Some(format!(
        "**Pages.** {the} response has one page of `{items}`. To read all pages, send \
         `{next}` of each response as `{cursor}` of the next request, with the same other \
         parameters, until `{next}` is `null`. The Rust client does this with `.stream()`, and the \
         command line with `--all`.\n\n"
    ))
}

/// Returns a string of the contract; empty if it is missing.
pub(crate) fn text<'a>(contract: &'a Contract, pointer: &str) -> &'a str {
    contract.get(pointer).and_then(Value::as_str).unwrap_or_default()
}
