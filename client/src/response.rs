//! Reading answers without losing anything of them.

use progenitor_client::{Error, ResponseValue};
use serde::de::DeserializeOwned;

/// The value of an answer; an answer with another body is unexpected, and keeps its status, its
/// headers and its bytes.
pub(crate) async fn read<T: DeserializeOwned, E>(
    response: reqwest::Response,
) -> Result<ResponseValue<T>, Error<E>> {
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.bytes().await.map_err(Error::ResponseBodyError)?;
    match serde_json::from_slice(&body) {
        Ok(value) => Ok(ResponseValue::new(value, status, headers)),
        Err(_) => {
            let mut response = http::Response::new(body);
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            Err(Error::UnexpectedResponse(response.into()))
        }
    }
}
