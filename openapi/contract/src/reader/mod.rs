//! The one reader of the contract: its values, where each stands in the file, and the rule that
//! makes a field clearable.
//!
//! `build.rs` and xtask include this folder as a module. A crate of its own was rejected: the
//! client's build script needs the reader, so it would have to be published with every release of
//! the client, and `openapi/Cargo.toml` would drop the contract itself from the client's package.

mod media;
mod patch;
mod reference;
mod unwrap;
mod yaml;

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};
use std::path::Path;

use serde_json::Value;

pub use media::media_type;
pub use patch::{clearable, nullable, required};
pub use reference::{follow, target};
pub use yaml::{Span, Spans};

/// The methods that a path may have, in OpenAPI's spelling.
pub const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// An OpenAPI document with the place of each value.
#[derive(Debug)]
pub struct Contract {
    file: String,
    document: Value,
    spans: Spans,
}

/// Something wrong with a contract, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractError {
    /// The file as it was named when it was read.
    pub file: String,
    /// Where in the file; `None` where the file could not be read at all.
    pub span: Option<Span>,
    /// The JSON pointer of the value; `None` where there is no value yet.
    pub pointer: Option<String>,
    /// What is wrong.
    pub message: String,
}

impl Display for ContractError {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.file)?;
        if let Some(span) = self.span {
            write!(formatter, ":{}:{}", span.line, span.column)?;
        }
        write!(formatter, ": {}", self.message)?;
        match &self.pointer {
            Some(pointer) if !pointer.is_empty() => write!(formatter, " (at #{pointer})"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for ContractError {}

impl Contract {
    /// Reads a contract from a YAML or JSON file; errors call it `file`, without the directory.
    pub fn read(directory: &Path, file: &str) -> Result<Self, ContractError> {
        match std::fs::read_to_string(directory.join(file)) {
            Ok(text) => Contract::parse(file, &text),
            Err(error) => Err(ContractError {
                file: file.to_owned(),
                span: None,
                pointer: None,
                message: format!("cannot be read: {error}"),
            }),
        }
    }

    /// Reads a contract from text; `file` is what errors call it.
    pub fn parse(file: &str, text: &str) -> Result<Self, ContractError> {
        let at = |span, message| ContractError {
            file: file.to_owned(),
            span: Some(span),
            pointer: None,
            message,
        };
        let (document, spans) = yaml::parse(text).map_err(|(span, message)| at(span, message))?;
        let contract = Contract { file: file.to_owned(), document, spans };
        match contract.document.get("openapi").and_then(Value::as_str) {
            Some(version) if version.starts_with("3.0.") => Ok(contract),
            Some(version) => {
                Err(contract
                    .error("/openapi", format!("OpenAPI {version} is not supported, only 3.0")))
            }
            None => Err(contract.error("", "not an OpenAPI document: `openapi: 3.0.x` is missing")),
        }
    }

    /// The file as it was named when it was read.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The whole document.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// The value at a JSON pointer.
    pub fn get(&self, pointer: &str) -> Option<&Value> {
        self.document.pointer(pointer)
    }

    /// Where the value at `pointer` stands: from its key, if it has one, to its end. Where there
    /// is no such value, the place of the nearest one around it.
    pub fn span(&self, pointer: &str) -> Span {
        let mut pointer = pointer;
        loop {
            if let Some(span) = self.spans.get(pointer) {
                return *span;
            }
            match pointer.rfind('/') {
                Some(parent) => pointer = &pointer[..parent],
                None => return Span::START,
            }
        }
    }

    /// An error about the value at `pointer`.
    pub fn error(&self, pointer: &str, message: impl Into<String>) -> ContractError {
        ContractError {
            file: self.file.clone(),
            span: Some(self.span(pointer)),
            pointer: Some(pointer.to_owned()),
            message: message.into(),
        }
    }

    /// Follows `$ref`s from the value at `pointer`: the pointer of the value that is meant, and the
    /// value.
    pub fn resolve<'a>(
        &'a self,
        pointer: &'a str,
    ) -> Result<(Cow<'a, str>, &'a Value), ContractError> {
        follow(&self.document, pointer).map_err(|(pointer, message)| self.error(&pointer, message))
    }
}

/// `pointer` with one more step.
pub fn child(pointer: &str, key: &str) -> String {
    if key.contains(['~', '/']) {
        format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
    } else {
        format!("{pointer}/{key}")
    }
}

#[cfg(test)]
mod tests;
