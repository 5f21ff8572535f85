//! The client that the flags, the environment and the configuration file describe.
//!
//! A flag wins over an environment variable, and a variable over the configuration file. The profile
//! that `--profile` names is a flag: its key and its URL win over the variables, so that the key for one
//! server never goes to another one.

use crate::builder::ClientBuilder;
use crate::cli::config_file::{ConfigFile, Profile};
use crate::cli::definition::BINARY;
use crate::cli::invocation::Connection;
use crate::cli::observer::Observer;
use crate::client::Client;
use crate::constructors::{API_KEY_VARIABLE, BASE_URL_VARIABLE, PROFILE_VARIABLE, read_variable};
use crate::error::{Error, Result};
use crate::generated::SERVICE;
use crate::retry::RetryPolicy;

/// The greatest number of attempts of a request.
const MAX_ATTEMPTS: u32 = 4;

/// The names of the settings of a profile in errors.
const PROFILE_BASE_URL: &str = "the base URL of the profile";
const PROFILE_API_KEY: &str = "the API key of the profile";

/// Returns the client for a command.
pub(super) fn client(
    connection: &Connection,
    is_dry_run: bool,
    observer: &Observer,
) -> Result<Client> {
    let profile = profile(connection)?;
    let builder = Client::builder();
    let builder = base_url(builder, connection, profile.as_ref())?;
    let builder = match is_dry_run {
        // A dry run sends nothing and so needs no key.
        true => builder.api_key("none"),
        false => api_key(builder, connection, profile)?,
    };
    // A minute and a half is too long a wait at a terminal for the message that the server is down.
    let builder = builder.retry(RetryPolicy::new().max_attempts(MAX_ATTEMPTS));
    let builder = builder.allow_http(connection.allow_http).interceptor(observer.clone());
    builder.user_agent(BINARY).build()
}

/// Returns the profile that a flag or a variable names, or the default one.
fn profile(connection: &Connection) -> Result<Option<Profile>> {
    let named = match &connection.profile {
        Some(name) => Some(name.clone()),
        None => read_variable(PROFILE_VARIABLE)?,
    };
    let Some(file) = ConfigFile::read()? else {
        return match named {
            None => Ok(None),
            Some(name) => Err(Error::configuration(format!(
                "no profile `{name}`: there is no configuration file{}",
                ConfigFile::path().map_or_else(String::new, |path| format!(" {}", path.display()))
            ))),
        };
    };
    file.into_profile(named.as_deref())
}

fn base_url(
    builder: ClientBuilder,
    connection: &Connection,
    profile: Option<&Profile>,
) -> Result<ClientBuilder> {
    if let Some(base_url) = &connection.base_url {
        return Ok(builder.base_url(base_url.as_str()));
    }
    let of_profile = profile.and_then(|profile| profile.base_url.clone());
    let variable = read_variable(BASE_URL_VARIABLE)?;
    Ok(match (of_profile, variable) {
        (Some(url), variable) if connection.profile.is_some() || variable.is_none() => {
            builder.base_url_from(PROFILE_BASE_URL, url)
        }
        (_, Some(url)) => builder.base_url_from(BASE_URL_VARIABLE, url),
        _ => builder,
    })
}

fn api_key(
    builder: ClientBuilder,
    connection: &Connection,
    profile: Option<Profile>,
) -> Result<ClientBuilder> {
    if SERVICE.security_schemes.is_empty() {
        return Ok(builder);
    }
    let of_profile = profile.and_then(|profile| profile.api_key);
    let variable = read_variable(API_KEY_VARIABLE)?;
    match (of_profile, variable) {
        (Some(key), variable) if connection.profile.is_some() || variable.is_none() => {
            Ok(builder.api_key_from(PROFILE_API_KEY, key))
        }
        (_, Some(key)) => Ok(builder.api_key_from(API_KEY_VARIABLE, key)),
        _ if !SERVICE.requires_credential => Ok(builder),
        _ => Err(Error::configuration(format!(
            "no API key: the environment variable {API_KEY_VARIABLE} is not set, and no profile of \
             the configuration file has one"
        ))),
    }
}
