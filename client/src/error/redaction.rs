//! Removal of the API key from errors.

use http::HeaderValue;
use serde_json::{Map, Value};

use super::Error;

/// The replacement of the API key in texts.
const REDACTED: &str = "(redacted)";

/// The shortest API key that is redacted. A shorter text is not a secret, and many texts contain it.
const REDACTED_MIN_BYTES: usize = 8;

impl Error {
    /// Redacts the API key: some proxies repeat the request in their response.
    pub(crate) fn redacted(mut self, key: &HeaderValue) -> Self {
        let key = key.to_str().unwrap_or_default();
        if key.len() < REDACTED_MIN_BYTES {
            return self;
        }
        let redact = |text: &mut String| {
            if text.contains(key) {
                *text = text.replace(key, REDACTED);
            }
        };
        let inner = &mut *self.inner;
        redact(&mut inner.message);
        inner.suggestion.iter_mut().for_each(redact);
        inner.code.iter_mut().for_each(redact);
        if let Some(details) = &mut inner.details
            && Value::Object(details.clone()).to_string().contains(key)
        {
            *details = Map::from_iter([(REDACTED.to_owned(), Value::Null)]);
        }
        let has_key = |bytes: &[u8]| bytes.windows(key.len()).any(|one| one == key.as_bytes());
        for value in inner.headers.values_mut().filter(|value| has_key(value.as_bytes())) {
            *value = HeaderValue::from_static(REDACTED);
        }
        if let Some(body) = inner.body.take_if(|body| has_key(body)) {
            let text = String::from_utf8_lossy(&body).replace(key, REDACTED);
            inner.body = Some(text.into_bytes().into());
        }
        inner.source.take_if(|source| format!("{source:?}").contains(key));
        self
    }
}
