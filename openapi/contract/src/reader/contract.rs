//! A contract: the document, its spans, and errors with their position.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::numbers::Texts;
use super::reference::follow;
use super::span::{Span, Spans};
use super::{json, yaml};

/// The HTTP methods that a path item can have, as OpenAPI spells them.
pub const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// An OpenAPI 3.0 document with the span of each value.
///
/// ```
/// use agenthuman_contract::Contract;
///
/// let text = "openapi: 3.0.3\ninfo:\n  title: Things\n";
/// let contract = Contract::parse("things.yaml", text)?;
/// assert_eq!(contract.get("/info/title"), Some(&"Things".into()));
/// assert_eq!(contract.span("/info/title").line, 3);
/// # Ok::<(), agenthuman_contract::ContractError>(())
/// ```
#[derive(Debug)]
pub struct Contract {
    pub(super) file: String,
    pub(super) document: Value,
    pub(super) spans: Arc<Spans>,
    pub(super) numbers: Texts,
}

/// An error in a contract, with its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractError {
    /// The name that was given to the file when it was read.
    pub file: String,
    /// The position in the file; `None` if the file could not be read at all.
    pub span: Option<Span>,
    /// The JSON pointer of the value; `None` if the file could not be parsed.
    pub pointer: Option<String>,
    /// The error without its position.
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
    /// Reads a contract from a YAML or JSON file. Errors name `file` without the directory.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, that is not YAML or JSON, or that is not an OpenAPI 3.0 document.
    pub fn read(directory: &Path, file: &str) -> Result<Self, ContractError> {
        match std::fs::read_to_string(directory.join(file)) {
            Ok(text) => Contract::parse(file, &text),
            Err(error) => Err(ContractError {
                file: file.to_owned(),
                span: None,
                pointer: None,
                message: format!("failed to read the file: {error}"),
            }),
        }
    }

    /// Parses a contract. Errors name it `file`. A file called `.json` is JSON, and other files are
    /// YAML, except for those that happen to be JSON.
    ///
    /// # Errors
    ///
    /// A text that is not YAML or JSON, or that is not an OpenAPI 3.0 document.
    pub fn parse(file: &str, text: &str) -> Result<Self, ContractError> {
        let at = |span, message| ContractError {
            file: file.to_owned(),
            span: Some(span),
            pointer: None,
            message,
        };
        let is_json =
            Path::new(file).extension().is_some_and(|name| name.eq_ignore_ascii_case("json"));
        let parsed = if is_json || text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
        {
            // A mapping of YAML can begin with a brace too.
            json::parse(text).or_else(|error| if is_json { Err(error) } else { yaml::parse(text) })
        } else {
            yaml::parse(text)
        };
        let (document, spans, numbers) = parsed.map_err(|(span, message)| at(span, message))?;
        let (file, spans) = (file.to_owned(), Arc::new(spans));
        let contract = Contract { file, document, spans, numbers };
        match contract.document.get("openapi").and_then(Value::as_str) {
            Some(version) if version.starts_with("3.0.") => Ok(contract),
            Some(version) => {
                Err(contract
                    .error("/openapi", format!("OpenAPI {version} is not supported, only 3.0")))
            }
            None => Err(contract.error("", "not an OpenAPI document: `openapi: 3.0.x` is missing")),
        }
    }

    /// Returns the name that was given to the file when it was read.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Returns the whole document.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Returns the value at a JSON pointer.
    pub fn get(&self, pointer: &str) -> Option<&Value> {
        self.document.pointer(pointer)
    }

    /// Returns the number at a JSON pointer as the document writes it. The value that [`Contract::get`]
    /// returns is rounded if the number is neither a 64-bit integer nor an `f64`.
    ///
    /// ```
    /// use agenthuman_contract::Contract;
    ///
    /// let text = "openapi: 3.0.3\nx-limit: 18446744073709551617\n";
    /// let contract = Contract::parse("things.yaml", text)?;
    /// assert_eq!(contract.number("/x-limit").as_deref(), Some("18446744073709551617"));
    /// # Ok::<(), agenthuman_contract::ContractError>(())
    /// ```
    pub fn number(&self, pointer: &str) -> Option<Cow<'_, str>> {
        let Value::Number(number) = self.get(pointer)? else { return None };
        Some(match self.numbers.get(pointer) {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(number.to_string()),
        })
    }

    /// Returns the text of each number that [`Contract::document`] writes in another way, by pointer.
    #[cfg(feature = "gate")]
    pub(crate) fn rewritten_numbers(&self) -> &Texts {
        &self.numbers
    }

    /// Returns the span of the value at `pointer`: from its key, if it has one, to its end. If there
    /// is no such value, returns the span of the nearest value that contains it.
    pub fn span(&self, pointer: &str) -> Span {
        self.spans.find(pointer)
    }

    /// Returns an error about the value at `pointer`.
    pub fn error(&self, pointer: &str, message: impl Into<String>) -> ContractError {
        ContractError {
            file: self.file.clone(),
            span: Some(self.span(pointer)),
            pointer: Some(pointer.to_owned()),
            message: message.into(),
        }
    }

    /// Follows `$ref`s from the value at `pointer`. Returns the target and its pointer.
    ///
    /// # Errors
    ///
    /// A reference that points to nothing, out of the document, or to itself.
    pub fn resolve<'a>(
        &'a self,
        pointer: &'a str,
    ) -> Result<(Cow<'a, str>, &'a Value), ContractError> {
        follow(&self.document, pointer).map_err(|(pointer, message)| self.error(&pointer, message))
    }
}
