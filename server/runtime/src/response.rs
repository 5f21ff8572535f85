//! Responses with the documented status, headers and body.
//!
//! Dropshot's own `HttpResponseHeaders` supports string fields only (an integer compiles, and then
//! every response is a 500), and its error types cannot set headers. A generated operation therefore
//! returns an [`Outcome`]: its success, or an error that the contract documents.

use dropshot::{ApiEndpointResponse, Body, HttpError, HttpResponse};
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde::Serialize;
use serde_json::Value;

/// The response of an operation: its success, or an error that the contract documents.
///
/// For Dropshot both are successful results of a handler, so that both can set headers.
#[derive(Debug)]
pub enum Outcome<S, E> {
    /// The request has been carried out.
    Success(S),
    /// The request has been rejected, or has failed.
    Error(E),
    /// A response that the contract does not have, such as the 405 to an unknown method.
    Other(Response<Body>),
}

impl<S, E> From<Result<S, E>> for Outcome<S, E> {
    fn from(result: Result<S, E>) -> Self {
        match result {
            Ok(success) => Outcome::Success(success),
            Err(error) => Outcome::Error(error),
        }
    }
}

/// An error response that a contract documents.
pub trait HttpErrorResponse {
    /// Converts it to an HTTP response.
    ///
    /// # Errors
    ///
    /// A body or a header that cannot be serialised.
    fn to_result(self) -> Result<Response<Body>, HttpError>;

    /// Returns its status.
    fn status_code(&self) -> StatusCode;
}

impl<S: HttpResponse, E: HttpErrorResponse> HttpResponse for Outcome<S, E> {
    fn to_result(self) -> Result<Response<Body>, HttpError> {
        match self {
            Outcome::Success(success) => success.to_result(),
            Outcome::Error(error) => error.to_result(),
            Outcome::Other(response) => Ok(response),
        }
    }

    fn response_metadata() -> ApiEndpointResponse {
        S::response_metadata()
    }

    fn status_code(&self) -> StatusCode {
        match self {
            Outcome::Success(success) => success.status_code(),
            Outcome::Error(error) => error.status_code(),
            Outcome::Other(response) => response.status(),
        }
    }
}

/// A JSON body that may be too large for memory.
#[derive(Debug)]
pub enum Json<T> {
    /// The value.
    Value(T),
    /// The JSON of a value, as it is produced. The handler is responsible for its shape.
    Stream(Body),
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Json::Value(value)
    }
}

/// Returns a response with a JSON body that may be a stream.
///
/// # Errors
///
/// As [`json_response`].
pub fn json_stream_response<B: Serialize, H: Serialize>(
    status: u16,
    body: Json<B>,
    headers: &H,
) -> Result<Response<Body>, HttpError> {
    match body {
        Json::Value(value) => json_response(status, &value, headers),
        Json::Stream(body) => response(status, Some(dropshot::CONTENT_TYPE_JSON), body, headers),
    }
}

/// Returns a response with a JSON body.
///
/// `headers` is a struct of strings and numbers, or `()`. A header that is `None` is omitted.
///
/// ```
/// use agenthuman_server_runtime::response::json_response;
///
/// #[derive(serde::Serialize)]
/// struct Headers {
///     #[serde(rename = "Retry-After")]
///     retry_after: u32,
/// }
///
/// let response = json_response(429, &"too many requests", &Headers { retry_after: 60 }).unwrap();
/// assert_eq!(response.status(), 429);
/// assert_eq!(response.headers()["retry-after"], "60");
/// ```
///
/// # Errors
///
/// A body that cannot be serialised, an invalid status, or an invalid header.
pub fn json_response<B: Serialize, H: Serialize>(
    status: u16,
    body: &B,
    headers: &H,
) -> Result<Response<Body>, HttpError> {
    let body = serde_json::to_vec(body).map_err(internal)?;
    response(status, Some(dropshot::CONTENT_TYPE_JSON), body.into(), headers)
}

/// Returns a response whose body is bytes.
///
/// # Errors
///
/// An invalid status or an invalid header.
pub fn bytes_response<H: Serialize>(
    status: u16,
    body: Body,
    headers: &H,
) -> Result<Response<Body>, HttpError> {
    response(status, Some(dropshot::CONTENT_TYPE_OCTET_STREAM), body, headers)
}

/// Returns a response without a body.
///
/// # Errors
///
/// An invalid status or an invalid header.
pub fn empty_response<H: Serialize>(status: u16, headers: &H) -> Result<Response<Body>, HttpError> {
    response(status, None, Body::empty(), headers)
}

fn internal(error: impl std::error::Error) -> HttpError {
    HttpError::for_internal_error(error.to_string())
}

fn response<H: Serialize>(
    status: u16,
    content_type: Option<&'static str>,
    body: Body,
    headers: &H,
) -> Result<Response<Body>, HttpError> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).map_err(internal)?;
    let fields = response.headers_mut();
    if let Some(content_type) = content_type {
        fields.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    let headers = serde_json::to_value(headers).map_err(internal)?;
    for (name, value) in headers.as_object().into_iter().flatten() {
        let text = match value {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(internal)?;
        fields.insert(name, HeaderValue::from_str(&text).map_err(internal)?);
    }
    Ok(response)
}

/// Returns the metadata of `R` with another status and description, for the emitted document.
pub fn metadata<R: HttpResponse>(status: u16, description: &str) -> ApiEndpointResponse {
    ApiEndpointResponse {
        success: StatusCode::from_u16(status).ok(),
        description: Some(description.to_owned()),
        ..R::response_metadata()
    }
}

/// Declares the error type of operations: the response to a failure outside of a handler.
///
/// The response is always a 500 with a fixed body. The extractors never fail, so any such failure is
/// the server's fault. `Display` gives the cause, for the log.
///
/// ```
/// use dropshot::HttpError;
/// use schemars::JsonSchema;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, JsonSchema)]
/// struct ErrorBody {
///     error: String,
/// }
///
/// agenthuman_server_runtime::unexpected_error! {
///     /// A failure outside of a handler.
///     pub struct UnexpectedError: ErrorBody = r#"{"error":"internal server error"}"#;
/// }
///
/// let error = UnexpectedError::from(HttpError::for_internal_error("disk full".to_owned()));
/// assert_eq!(error.to_string(), "disk full");
/// assert_eq!(serde_json::to_value(&error).unwrap()["error"], "internal server error");
/// ```
#[macro_export]
macro_rules! unexpected_error {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident: $body:ty = $example:literal;
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            cause: String,
        }

        impl From<dropshot::HttpError> for $name {
            fn from(error: dropshot::HttpError) -> Self {
                $name { cause: error.internal_message }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(&self.cause)
            }
        }

        impl dropshot::HttpResponseError for $name {
            fn status_code(&self) -> dropshot::ErrorStatusCode {
                dropshot::ErrorStatusCode::INTERNAL_SERVER_ERROR
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let body: $body = serde_json::from_str($example).map_err(serde::ser::Error::custom)?;
                body.serialize(serializer)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> String {
                <$body>::schema_name()
            }

            fn json_schema(generator: &mut schemars::r#gen::SchemaGenerator) -> schemars::schema::Schema {
                <$body>::json_schema(generator)
            }
        }
    };
}
