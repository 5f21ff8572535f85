//! Parameters that are lists.
//!
//! A list whose parameter is repeated (`?color=red&color=green`) is read without help. A list in one
//! text is read by one of these functions, with `#[serde(deserialize_with = "…")]`. No item can contain
//! the delimiter.
//!
//! ```
//! use agenthuman_server_runtime::json;
//!
//! #[derive(serde::Deserialize)]
//! struct Filter {
//!     color: Vec<String>,
//!     #[serde(default, deserialize_with = "agenthuman_server_runtime::list::comma::present")]
//!     size: Option<Vec<i64>>,
//! }
//!
//! let query = [("color", "red"), ("color", "green"), ("size", "1,2")];
//! let query = query.map(|(name, text)| (name.to_owned(), text.to_owned()));
//! let filter: Filter = json::from_texts(query).unwrap();
//! assert_eq!(filter.color, ["red", "green"]);
//! assert_eq!(filter.size.unwrap(), [1, 2]);
//! ```

use std::fmt::{self, Formatter};
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Visitor};

/// The beginning of the name by which a list in one text is requested from the deserialiser. The rest is
/// the delimiter.
const NAME: &str = "agenthuman_server_runtime::list ";

/// Returns the delimiter of the list that is requested by this name, unless it is another type.
pub(crate) fn delimiter(name: &str) -> Option<&str> {
    name.strip_prefix(NAME)
}

/// Splits a text. An empty text is an empty list.
pub(crate) fn split(text: &str, delimiter: &str) -> Vec<String> {
    // Lists in headers can have spaces after the commas (RFC 9110 §5.6.1).
    let is_header = delimiter == HEADER_DELIMITER;
    let items = text.split(delimiter.trim_end_matches(if is_header { " " } else { "" }));
    let items = items.filter(|_| !text.is_empty());
    items.map(|item| if is_header { item.trim() } else { item }.to_owned()).collect()
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::deserialize(deserializer)
    }
}

/// The delimiter of a list in a header.
const HEADER_DELIMITER: &str = ", ";

macro_rules! delimited {
    ($($(#[doc = $doc:literal])* $module:ident = $delimiter:literal;)*) => {
        $(
            $(#[doc = $doc])*
            pub mod $module {
                use super::*;

                /// Reads a list.
                ///
                /// # Errors
                ///
                /// An item that is invalid, or a list that does not meet its constraints.
                pub fn list<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
                    deserializer: D,
                ) -> Result<T, D::Error> {
                    let name = concat!("agenthuman_server_runtime::list ", $delimiter);
                    deserializer.deserialize_newtype_struct(name, ListVisitor(PhantomData))
                }

                /// Reads a list that may be missing.
                ///
                /// # Errors
                ///
                /// As [`list`].
                pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
                    deserializer: D,
                ) -> Result<Option<T>, D::Error> {
                    list(deserializer).map(Some)
                }
            }
        )*
    };
}

delimited! {
    /// Lists whose items are separated by commas.
    comma = ",";
    /// Lists in headers: commas with optional spaces.
    header = ", ";
    /// Lists whose items are separated by spaces.
    space = " ";
    /// Lists whose items are separated by `|`.
    pipe = "|";
}
