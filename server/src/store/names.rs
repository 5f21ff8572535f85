//! The names that enums have in tables, of whatever engine. They are not the contract's names, which
//! may change without the tables.

use agenthuman_links_api::types::{AuthMethod, LinkStatus};

pub(super) fn status_name(status: LinkStatus) -> &'static str {
    match status {
        LinkStatus::Active => "active",
        LinkStatus::Paused => "paused",
        LinkStatus::Expired => "expired",
    }
}

pub(super) fn status_of(name: &str) -> Result<LinkStatus, &'static str> {
    let all = [LinkStatus::Active, LinkStatus::Paused, LinkStatus::Expired];
    all.into_iter().find(|status| status_name(*status) == name).ok_or("no such status")
}

pub(super) fn auth_method_name(method: AuthMethod) -> &'static str {
    match method {
        AuthMethod::Public => "public",
        AuthMethod::ApiKey => "api_key",
        AuthMethod::Token => "token",
    }
}

pub(super) fn auth_method_of(name: &str) -> Result<AuthMethod, &'static str> {
    let all = [AuthMethod::Public, AuthMethod::ApiKey, AuthMethod::Token];
    all.into_iter().find(|method| auth_method_name(*method) == name).ok_or("no such method")
}
