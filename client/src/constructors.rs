//! Constructors of [`Client`] and [`ClientBuilder`], with the defaults of the contract and the
//! settings of the environment.
//!
//! They are apart from the types themselves because they need the generated code, which in turn needs
//! the types.

use std::env::{self, VarError};

use crate::builder::ClientBuilder;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::generated::SERVICE;

/// The environment variable for the API key.
pub(crate) const API_KEY_VARIABLE: &str = "AGENTHUMAN_API_KEY";
/// The environment variable for the base URL.
pub(crate) const BASE_URL_VARIABLE: &str = "AGENTHUMAN_BASE_URL";
/// The environment variable for the profile of the command line.
#[cfg(feature = "cli")]
pub(crate) const PROFILE_VARIABLE: &str = "AGENTHUMAN_PROFILE";
/// The folder of the configuration of the command line.
#[cfg(feature = "cli")]
pub(crate) const CONFIG_FOLDER: &str = "agenthuman";

impl Client {
    /// Creates a client of the production server.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the key is empty or has
    /// characters that are not allowed in a header.
    pub fn new(api_key: impl Into<String>) -> Result<Self> {
        Client::builder().api_key(api_key).build()
    }

    /// Creates a client with the API key in `AGENTHUMAN_API_KEY` and the base URL in
    /// `AGENTHUMAN_BASE_URL`; the default is the production server.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) with the name of the variable
    /// that is missing or malformed.
    pub fn from_env() -> Result<Self> {
        ClientBuilder::from_env()?.build()
    }

    /// Returns a builder for a client with custom settings.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new(&SERVICE)
    }
}

impl ClientBuilder {
    /// Returns a builder with the settings of [`Client::from_env`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) with the name of the variable
    /// that is missing or malformed.
    pub fn from_env() -> Result<Self> {
        let builder = Client::builder().base_url_from_env()?;
        if SERVICE.security_schemes.is_empty() {
            return Ok(builder);
        }
        let Some(api_key) = read_variable(API_KEY_VARIABLE)? else {
            if !SERVICE.requires_credential {
                return Ok(builder);
            }
            return Err(Error::configuration(format!(
                "the environment variable {API_KEY_VARIABLE} is not set"
            )));
        };
        Ok(builder.api_key_from(API_KEY_VARIABLE, api_key))
    }

    /// Sets the base URL to `AGENTHUMAN_BASE_URL`, if that is set.
    pub(crate) fn base_url_from_env(self) -> Result<Self> {
        Ok(match read_variable(BASE_URL_VARIABLE)? {
            Some(base_url) => self.base_url_from(BASE_URL_VARIABLE, base_url),
            None => self,
        })
    }
}

/// Returns the value of an environment variable; an empty value counts as not set.
pub(crate) fn read_variable(name: &str) -> Result<Option<String>> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => {
            Err(Error::configuration(format!("the environment variable {name} is not UTF-8")))
        }
    }
}
