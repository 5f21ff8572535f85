//! Texts for enums in the tables of all engines. They differ from the contract's texts, which may
//! change without a migration of the tables.

use agenthuman_links_api::types::{AuthMethod, LinkStatus};

/// Returns the text for a status.
pub(super) fn from_status(status: LinkStatus) -> &'static str {
    match status {
        LinkStatus::Active => "active",
        LinkStatus::Paused => "paused",
        LinkStatus::Expired => "expired",
    }
}

/// Returns the status for a text.
pub(super) fn to_status(text: &str) -> Result<LinkStatus, &'static str> {
    let all = [LinkStatus::Active, LinkStatus::Paused, LinkStatus::Expired];
    all.into_iter().find(|status| from_status(*status) == text).ok_or("unknown status")
}

/// Returns the text for an authentication method.
pub(super) fn from_auth_method(method: AuthMethod) -> &'static str {
    match method {
        AuthMethod::Public => "public",
        AuthMethod::ApiKey => "api_key",
        AuthMethod::Token => "token",
    }
}

/// Returns the authentication method for a text.
pub(super) fn to_auth_method(text: &str) -> Result<AuthMethod, &'static str> {
    let all = [AuthMethod::Public, AuthMethod::ApiKey, AuthMethod::Token];
    let found = all.into_iter().find(|method| from_auth_method(*method) == text);
    found.ok_or("unknown authentication method")
}
