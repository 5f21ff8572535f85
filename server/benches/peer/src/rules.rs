//! The contract's rules of links.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer};

/// The fields of a link that the rules read.
pub struct Link {
    pub name: Option<String>,
    pub status: String,
    pub uses: i64,
    pub use_limit: Option<i64>,
    /// Microseconds since 1970.
    pub expires_at: Option<i64>,
}

/// An update; an absent field is `None`, and null is `Some(None)`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    #[serde(default, deserialize_with = "present")]
    name: Option<Option<String>>,
    status: Option<Status>,
    #[serde(default, deserialize_with = "present")]
    expires_at: Option<Option<DateTime<Utc>>>,
    #[serde(default, deserialize_with = "present")]
    use_limit: Option<Option<i64>>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Active,
    Paused,
    Expired,
}

fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

pub fn is_link_id(id: &str) -> bool {
    id.strip_prefix("lnk_").is_some_and(|rest| {
        (1..=128).contains(&rest.len())
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    })
}

pub fn update(link: &mut Link, changes: Changes) -> Result<(), &'static str> {
    if let Some(name) = changes.name {
        if name.as_ref().is_some_and(|name| name.contains('\0')) {
            return Err("name");
        }
        link.name = name;
    }
    if let Some(status) = changes.status {
        link.status = match status {
            Status::Active => "active",
            Status::Paused => "paused",
            Status::Expired => "expired",
        }
        .to_owned();
    }
    if let Some(expires_at) = changes.expires_at {
        link.expires_at = expires_at.map(|time| time.timestamp_micros());
    }
    if let Some(limit) = changes.use_limit {
        if limit.is_some_and(|limit| limit <= link.uses || limit > 9_007_199_254_740_991) {
            return Err("use_limit");
        }
        link.use_limit = limit;
    }
    if matches!(changes.status, Some(Status::Active)) && is_expired(link) {
        return Err("status");
    }
    Ok(())
}

fn is_expired(link: &Link) -> bool {
    link.expires_at.is_some_and(|time| time <= Utc::now().timestamp_micros())
        || link.use_limit.is_some_and(|limit| link.uses >= limit)
}

pub fn reported(link: &Link) -> &str {
    if is_expired(link) { "expired" } else { &link.status }
}

pub fn timestamp(micros: i64) -> Option<String> {
    let time = DateTime::from_timestamp_micros(micros)?;
    Some(time.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}
