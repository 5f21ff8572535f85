//! Responses as the contract has them: a status, its headers, its body.
//!
//! Dropshot's own `HttpResponseHeaders` takes string fields only (an integer compiles and answers
//! 500), and its error types cannot set headers at all. Each operation therefore has an enum with
//! one variant for each documented status, and these pieces to turn it into an HTTP response.

use dropshot::{
    ApiEndpointResponse, Body, HttpError, HttpResponse, HttpResponseHeaders, HttpResponseOk,
};
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// A response with a JSON body; `headers` is a struct of strings and numbers, `None` being left out.
pub fn json_response<B: Serialize, H: Serialize>(
    status: u16,
    body: &B,
    headers: &H,
) -> Result<Response<Body>, HttpError> {
    let internal = |error: &dyn std::error::Error| HttpError::for_internal_error(error.to_string());
    let body = serde_json::to_vec(body).map_err(|error| internal(&error))?;
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).map_err(|error| internal(&error))?;
    let fields = response.headers_mut();
    fields.insert(CONTENT_TYPE, HeaderValue::from_static(dropshot::CONTENT_TYPE_JSON));
    let headers = serde_json::to_value(headers).map_err(|error| internal(&error))?;
    for (name, value) in headers.as_object().into_iter().flatten() {
        let text = match value {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| internal(&error))?;
        fields.insert(name, HeaderValue::from_str(&text).map_err(|error| internal(&error))?);
    }
    Ok(response)
}

/// What Dropshot emits for the status that means success.
pub fn metadata<B, H>(status: u16, description: &str) -> ApiEndpointResponse
where
    B: Serialize + JsonSchema + Send + Sync + 'static,
    H: Serialize + JsonSchema + Send + Sync + 'static,
{
    let emitted = HttpResponseHeaders::<HttpResponseOk<B>, H>::response_metadata();
    ApiEndpointResponse {
        success: StatusCode::from_u16(status).ok(),
        description: Some(description.to_owned()),
        ..emitted
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
