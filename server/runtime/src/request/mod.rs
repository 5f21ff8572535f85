//! Extractors that never fail.
//!
//! Dropshot runs all extractors of an operation before its handler, and reports the first failure
//! with a body of its own and without headers. A contract may specify the order of the checks, the
//! error body and its headers. These extractors therefore only take their part of the request and
//! emit the same schema as Dropshot's own. The handler calls `read` on each, which checks it against
//! the contract.
//!
//! ```
//! use agenthuman_server_runtime::request::{JsonBody, PathParameters};
//! use dropshot::{HttpError, HttpResponseOk, RequestContext};
//! use schemars::JsonSchema;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Deserialize, JsonSchema)]
//! struct BookPath {
//!     isbn: String,
//! }
//!
//! #[derive(Serialize, Deserialize, JsonSchema)]
//! struct Book {
//!     title: String,
//! }
//!
//! #[dropshot::endpoint { method = PUT, path = "/books/{isbn}" }]
//! async fn replace_book(
//!     rqctx: RequestContext<()>,
//!     path: PathParameters<BookPath>,
//!     body: JsonBody<Book>,
//! ) -> Result<HttpResponseOk<Book>, HttpError> {
//!     let bad_request = |message| HttpError::for_bad_request(None, message);
//!     let path = path.read().map_err(|error| bad_request(error.message))?;
//!     let book = body.read(65_536).await.map_err(|error| bad_request(format!("{error:?}")))?;
//!     println!("{}: {}", path.isbn, book.title);
//!     Ok(HttpResponseOk(book))
//! }
//! ```

mod body;
mod content;
mod parameters;

pub use body::{BodyError, FormBody, JsonBody, OptionalBody};
pub use content::{ContentBody, RawContent, RequestContent};
pub use parameters::{
    HeaderParameters, Page, PageParameters, PathParameters, QueryParameters, reject_query,
};
