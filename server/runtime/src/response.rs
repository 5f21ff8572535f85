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

/// Returns a response with a body of this media type.
///
/// # Errors
///
/// An invalid status or an invalid header.
pub fn content_response<H: Serialize>(
    status: u16,
    media_type: &'static str,
    body: Body,
    headers: &H,
) -> Result<Response<Body>, HttpError> {
    response(status, Some(media_type), body, headers)
}

/// A body in one of several media types. The handler chooses.
pub trait ResponseContent {
    /// Returns the media type and the body.
    ///
    /// # Errors
    ///
    /// A value that cannot be serialised.
    fn into_content(self) -> Result<(&'static str, Body), HttpError>;
}

/// Returns a response with a body in one of several media types.
///
/// # Errors
///
/// As [`json_response`].
pub fn choice_response<B: ResponseContent, H: Serialize>(
    status: u16,
    body: B,
    headers: &H,
) -> Result<Response<Body>, HttpError> {
    let (media_type, body) = body.into_content()?;
    response(status, Some(media_type), body, headers)
}

/// Returns a value as a JSON body.
///
/// # Errors
///
/// A value that cannot be serialised.
pub fn json_content<B: Serialize>(value: &B) -> Result<Body, HttpError> {
    serde_json::to_vec(value).map(Body::from).map_err(internal)
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
            // The items of a list are separated by commas (`style: simple`).
            Value::Array(items) => items.iter().map(plain_text).collect::<Vec<_>>().join(","),
            other => plain_text(other),
        };
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(internal)?;
        fields.insert(name, HeaderValue::from_str(&text).map_err(internal)?);
    }
    Ok(response)
}

/// Returns a value as it is written in a header.
fn plain_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Returns the metadata of `R` with another status and description, for the emitted document.
pub fn metadata<R: HttpResponse>(status: u16, description: &str) -> ApiEndpointResponse {
    ApiEndpointResponse {
        success: StatusCode::from_u16(status).ok(),
        description: Some(description.to_owned()),
        ..R::response_metadata()
    }
}

/// Returns the metadata of `R` for a response whose status varies.
pub fn varying_metadata<R: HttpResponse>(description: &str) -> ApiEndpointResponse {
    ApiEndpointResponse {
        success: None,
        description: Some(description.to_owned()),
        ..R::response_metadata()
    }
}

/// The success of an operation that documents none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSuccess {}

/// The error of an operation that documents none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoError {}

impl HttpErrorResponse for NoError {
    fn to_result(self) -> Result<Response<Body>, HttpError> {
        match self {}
    }

    fn status_code(&self) -> StatusCode {
        match *self {}
    }
}

impl HttpResponse for NoSuccess {
    fn to_result(self) -> Result<Response<Body>, HttpError> {
        match self {}
    }

    fn response_metadata() -> ApiEndpointResponse {
        ApiEndpointResponse::default()
    }

    fn status_code(&self) -> StatusCode {
        match *self {}
    }
}
