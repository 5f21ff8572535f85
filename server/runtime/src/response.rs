//! Responses as the contract has them: a status, its headers, its body.
//!
//! Dropshot's own `HttpResponseHeaders` takes string fields only (an integer compiles and answers
//! 500), and its error types cannot set headers at all. Each operation therefore has an enum with
//! one variant for each documented status, and these pieces to turn it into an HTTP response.

use dropshot::{ApiEndpointResponse, Body, HttpError, HttpResponse};
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde::Serialize;
use serde_json::Value;

/// A response with a JSON body; `headers` is a struct of strings and numbers, `None` being left out.
pub fn json_response<B: Serialize, H: Serialize>(
    status: u16,
    body: &B,
    headers: &H,
) -> Result<Response<Body>, HttpError> {
    let body = serde_json::to_vec(body).map_err(internal)?;
    response(status, Some(dropshot::CONTENT_TYPE_JSON), body.into(), headers)
}

/// A response of bytes.
pub fn bytes_response<H: Serialize>(
    status: u16,
    body: Body,
    headers: &H,
) -> Result<Response<Body>, HttpError> {
    response(status, Some(dropshot::CONTENT_TYPE_OCTET_STREAM), body, headers)
}

/// A response without a body.
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

/// What Dropshot emits for a status of success whose response is like `R` but for the status.
pub fn metadata<R: HttpResponse>(status: u16, description: &str) -> ApiEndpointResponse {
    ApiEndpointResponse {
        success: StatusCode::from_u16(status).ok(),
        description: Some(description.to_owned()),
        ..R::response_metadata()
    }
}

/// Declares the error type of operations: what Dropshot answers where no handler does.
///
/// It always answers 500 with a fixed body, since the extractors never fail and what is left is
/// the server's own fault. The cause goes to the log.
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
