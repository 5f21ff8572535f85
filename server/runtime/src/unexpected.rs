//! Errors outside of a handler, which Dropshot raises itself.

use std::fmt::{self, Display, Formatter};

use dropshot::{ErrorStatusCode, HttpError, HttpResponseError};
use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::Schema;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// An error of Dropshot itself, in an operation that documents other errors.
///
/// The response has the status of the error and a JSON object with its `message` and `error_code`. The
/// identifier of the request is in the header `x-request-id`. The emitted document does not describe
/// the body, because Dropshot would state it for the documented errors too.
///
/// ```
/// use agenthuman_server_runtime::unexpected::UndocumentedError;
/// use dropshot::HttpError;
///
/// let error = UndocumentedError::from(HttpError::for_bad_request(None, "no boundary".to_owned()));
/// assert_eq!(serde_json::to_string(&error).unwrap(), r#"{"message":"no boundary"}"#);
/// ```
#[derive(Debug)]
pub struct UndocumentedError(HttpError);

impl From<HttpError> for UndocumentedError {
    fn from(error: HttpError) -> Self {
        UndocumentedError(error)
    }
}

impl Display for UndocumentedError {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.internal_message)
    }
}

impl HttpResponseError for UndocumentedError {
    fn status_code(&self) -> ErrorStatusCode {
        self.0.status_code
    }
}

impl Serialize for UndocumentedError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry("message", &self.0.external_message)?;
        if let Some(code) = &self.0.error_code {
            members.serialize_entry("error_code", code)?;
        }
        members.end()
    }
}

impl JsonSchema for UndocumentedError {
    fn schema_name() -> String {
        "UndocumentedError".to_owned()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        Schema::Bool(true)
    }

    fn is_referenceable() -> bool {
        false
    }
}

/// Declares the error type of operations: the response to a failure outside of a handler.
///
/// The response is always a 500 with a fixed body. The extractors never fail, so any such failure is
/// the server's fault. `Display` gives the cause, for the log.
///
/// Write `undescribed` before `pub struct` if other errors of the operation have other bodies: Dropshot
/// would emit this body for all of them.
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
        $crate::unexpected_error!(@type $(#[doc = $doc])* $name: $body = $example);

        impl schemars::JsonSchema for $name {
            fn schema_name() -> String {
                <$body>::schema_name()
            }

            fn json_schema(generator: &mut schemars::r#gen::SchemaGenerator) -> schemars::schema::Schema {
                <$body>::json_schema(generator)
            }
        }
    };
    (
        $(#[doc = $doc:literal])*
        undescribed pub struct $name:ident: $body:ty = $example:literal;
    ) => {
        $crate::unexpected_error!(@type $(#[doc = $doc])* $name: $body = $example);

        impl schemars::JsonSchema for $name {
            fn schema_name() -> String {
                stringify!($name).to_owned()
            }

            fn json_schema(_: &mut schemars::r#gen::SchemaGenerator) -> schemars::schema::Schema {
                schemars::schema::Schema::Bool(true)
            }

            fn is_referenceable() -> bool {
                false
            }
        }
    };
    (@type $(#[doc = $doc:literal])* $name:ident: $body:ty = $example:literal) => {
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
    };
}
