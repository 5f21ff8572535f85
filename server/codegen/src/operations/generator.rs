//! The state that is shared while the module of operations is generated.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::security::Scheme;
use super::variant::Variant;
use crate::names::function_names;
use crate::types::TypeGenerator;

/// The media type of JSON.
pub(super) const JSON: &str = "application/json";

/// The extension by which Dropshot marks a paginated operation.
pub(super) const PAGINATION: &str = "x-dropshot-pagination";

/// The extension by which a contract marks an operation that returns page by page; its response may be
/// sent as a stream.
pub(super) const CURSOR_PAGINATION: &str = "x-pagination";

/// Generates the API trait and the items that its functions need.
pub(super) struct OperationGenerator<'a, 'b> {
    pub(super) types: &'a mut TypeGenerator<'b>,
    /// The source of the items generated so far.
    pub(super) items: String,
    /// The struct for each set of headers, by the source of its fields: equal sets share a struct.
    pub(super) header_structs: BTreeMap<String, HeaderStruct>,
    /// The name of the enum of errors.
    pub(super) errors_name: String,
    /// The variants of the enum of errors.
    pub(super) errors: Vec<ErrorVariant>,
    /// The error types, by the location of the schema, the form of the type and the response.
    pub(super) error_types: BTreeMap<String, String>,
    /// The enum for each body with several media types, by the location of its `content`.
    pub(super) choices: BTreeMap<String, String>,
    /// The extractor of each security scheme, by its name in the contract.
    pub(super) schemes: BTreeMap<String, Scheme>,
    /// The extractor of several schemes, by the alternatives.
    pub(super) credentials: BTreeMap<Vec<Vec<String>>, String>,
    /// The function of each operation, by its location.
    pub(super) functions: BTreeMap<String, String>,
    /// The location of each `operationId`.
    pub(super) ids: BTreeMap<String, String>,
}

/// A struct of headers.
pub(super) struct HeaderStruct {
    /// The word that stands for its name until all its owners are known.
    pub(super) placeholder: String,
    /// The location of its first use, for which the name is claimed.
    pub(super) location: String,
    /// The responses that have these headers.
    pub(super) owners: BTreeSet<String>,
}

/// A variant of the enum of errors.
pub(super) struct ErrorVariant {
    /// The status as the contract writes it.
    pub(super) key: String,
    /// The pointer of the response.
    pub(super) pointer: String,
    /// The functions of the operations that document the response.
    pub(super) functions: Vec<String>,
    pub(super) source: Variant,
}

/// An operation of the contract.
pub(super) struct Operation<'a> {
    /// The operation's JSON pointer.
    pub(super) location: String,
    pub(super) path: &'a str,
    pub(super) value: &'a Value,
    /// The name of its function.
    pub(super) function: String,
    /// The beginning of the names of its types.
    pub(super) prefix: String,
}

impl Operation<'_> {
    /// Returns the location of the path item that has the operation.
    pub(super) fn path_item(&self) -> &str {
        self.location.rsplit_once('/').map_or("", |(item, _)| item)
    }
}

impl<'b> OperationGenerator<'_, 'b> {
    /// Returns a generator without any items.
    pub(super) fn new<'a>(types: &'a mut TypeGenerator<'b>) -> OperationGenerator<'a, 'b> {
        let errors_name = types.claim_name("#errors", "DocumentedError");
        OperationGenerator {
            errors_name,
            errors: Vec::new(),
            items: String::new(),
            header_structs: BTreeMap::new(),
            error_types: BTreeMap::new(),
            choices: BTreeMap::new(),
            schemes: BTreeMap::new(),
            credentials: BTreeMap::new(),
            functions: function_names(types.contract),
            ids: BTreeMap::new(),
            types,
        }
    }
}
