//! The rules of links: pure functions of what is stored, what is asked for and the time.
//!
//! Nothing here reads a clock, a store or a request, so that the same rules hold on every store,
//! and a store may apply them again when another update came first.

use agenthuman_links_api::types::{
    Agent, Link, LinkId, LinkStatus, LinkUseLimit, LinkUses, UpdateLinkRequest,
};
use agenthuman_server_runtime::patch::Patch;
use agenthuman_server_runtime::timestamp::Timestamp;

/// Where the vendor serves links to visitors.
const PUBLIC_ADDRESS: &str = "https://app.agenthuman.com/s/";

/// A link as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredLink {
    pub link_id: LinkId,
    pub name: Option<String>,
    pub agent: Agent,
    /// The status that was asked for; [`StoredLink::status`] is the one to report.
    pub stored_status: LinkStatus,
    pub uses: LinkUses,
    pub use_limit: Option<LinkUseLimit>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
}

/// Why the rules do not allow an update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpdateError {
    /// The new session limit is not above the sessions that have been started.
    LimitNotAboveUses { limit: i64, uses: i64 },
    /// The link cannot be made active, because it would still be expired.
    StillExpired(Expiry),
}

/// Why a link is expired although it is not stored as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// This time has passed.
    Passed(Timestamp),
    /// As many sessions as this have been started, and no more may be.
    UsedUp(i64),
}

/// The link after an update; fields that are absent from `changes` stay as they are.
pub fn update(
    stored: &StoredLink,
    changes: &UpdateLinkRequest,
    now: Timestamp,
) -> Result<StoredLink, UpdateError> {
    let mut link = stored.clone();
    link.name = changes.name.clone().apply(link.name);
    link.expires_at = changes.expires_at.apply(link.expires_at);
    link.stored_status = changes.status.unwrap_or(link.stored_status);
    match &changes.use_limit {
        Patch::Absent => {}
        Patch::Null => link.use_limit = None,
        Patch::Value(limit) => match LinkUseLimit::try_from(**limit) {
            Ok(limit) if *limit > *link.uses => link.use_limit = Some(limit),
            _ => return Err(UpdateError::LimitNotAboveUses { limit: **limit, uses: *link.uses }),
        },
    }
    if changes.status == Some(LinkStatus::Active)
        && let Some(expiry) = link.expiry(now)
    {
        return Err(UpdateError::StillExpired(expiry));
    }
    Ok(link)
}

impl StoredLink {
    /// The address that visitors open.
    pub fn url(&self) -> String {
        format!("{PUBLIC_ADDRESS}{}", self.link_id)
    }

    /// The status to report: a link expires by itself, and comes back by itself when its expiry or
    /// its limit is moved.
    pub fn status(&self, now: Timestamp) -> LinkStatus {
        match self.expiry(now) {
            Some(_) => LinkStatus::Expired,
            None => self.stored_status,
        }
    }

    fn expiry(&self, now: Timestamp) -> Option<Expiry> {
        let passed = self.expires_at.filter(|expires_at| *expires_at <= now).map(Expiry::Passed);
        let used_up = || self.use_limit.as_ref().map(|limit| **limit).filter(|l| *self.uses >= *l);
        passed.or_else(|| used_up().map(Expiry::UsedUp))
    }

    /// The link as the API answers it.
    pub fn into_link(self, now: Timestamp) -> Link {
        Link {
            url: self.url(),
            status: self.status(now),
            link_id: self.link_id,
            name: self.name,
            agent: self.agent,
            uses: self.uses,
            use_limit: self.use_limit,
            created_at: self.created_at,
            expires_at: self.expires_at,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use agenthuman_links_api::types::{AuthMethod, VoiceAgent};

    fn time(text: &str) -> Timestamp {
        serde_json::from_value(text.into()).unwrap()
    }

    fn now() -> Timestamp {
        time("2025-06-01T00:00:00Z")
    }

    /// Active, 12 sessions of 100, expires in 2030.
    fn link() -> StoredLink {
        StoredLink {
            link_id: "lnk_1".to_owned().try_into().unwrap(),
            name: Some("Name".to_owned()),
            agent: Agent {
                agent_id: "agnt_1".to_owned(),
                name: "Agent".to_owned(),
                avatar_image_url: None,
                created_at: time("2024-01-15T10:00:00Z"),
                voice_agent: VoiceAgent {
                    provider: "ElevenLabs".to_owned(),
                    agent_id: "el_1".to_owned(),
                    auth_method: AuthMethod::Public,
                },
            },
            stored_status: LinkStatus::Active,
            uses: 12.try_into().unwrap(),
            use_limit: Some(100.try_into().unwrap()),
            created_at: time("2024-01-15T10:30:00Z"),
            expires_at: Some(time("2030-01-01T00:00:00Z")),
        }
    }

    fn changes(json: serde_json::Value) -> UpdateLinkRequest {
        serde_json::from_value(json).unwrap()
    }

    fn updated(link: &StoredLink, json: serde_json::Value) -> Result<StoredLink, UpdateError> {
        update(link, &changes(json), now())
    }

    #[test]
    fn absent_leaves_null_clears_a_value_sets() {
        use serde_json::json;
        assert_eq!(updated(&link(), json!({})), Ok(link()));
        let cleared = json!({ "name": null, "expires_at": null, "use_limit": null });
        let cleared = updated(&link(), cleared).unwrap();
        assert_eq!(cleared, StoredLink { name: None, expires_at: None, use_limit: None, ..link() });
        let set = json!({
            "name": "", "expires_at": "2031-01-01T01:00:00+01:00", "use_limit": 13, "status": "paused",
        });
        let expected = StoredLink {
            name: Some(String::new()),
            expires_at: Some(time("2031-01-01T00:00:00Z")),
            use_limit: Some(13.try_into().unwrap()),
            stored_status: LinkStatus::Paused,
            ..link()
        };
        assert_eq!(updated(&link(), set), Ok(expected));
    }

    #[test]
    fn the_limit_must_be_above_the_uses() {
        for limit in [1, 11, 12] {
            let refusal = updated(&link(), serde_json::json!({ "use_limit": limit }));
            assert_eq!(refusal, Err(UpdateError::LimitNotAboveUses { limit, uses: 12 }));
        }
        assert!(updated(&link(), serde_json::json!({ "use_limit": 13 })).is_ok());
    }

    #[test]
    fn a_link_expires_and_comes_back_by_itself() {
        let at = |text| StoredLink { expires_at: Some(time(text)), ..link() }.status(now());
        assert_eq!(at("2025-06-01T00:00:00Z"), LinkStatus::Expired, "the moment itself has passed");
        assert_eq!(at("2025-06-01T00:00:00.000001Z"), LinkStatus::Active);
        let limited = |limit: i64, stored_status| {
            let use_limit = Some(limit.try_into().unwrap());
            StoredLink { use_limit, stored_status, ..link() }.status(now())
        };
        assert_eq!(limited(12, LinkStatus::Active), LinkStatus::Expired);
        assert_eq!(limited(13, LinkStatus::Paused), LinkStatus::Paused);
        assert_eq!(limited(13, LinkStatus::Expired), LinkStatus::Expired);
    }

    #[test]
    fn active_is_refused_while_the_link_would_still_be_expired() {
        let past = StoredLink { expires_at: Some(time("2025-01-01T00:00:00Z")), ..link() };
        let passed = Err(UpdateError::StillExpired(Expiry::Passed(time("2025-01-01T00:00:00Z"))));
        assert_eq!(updated(&past, serde_json::json!({ "status": "active" })), passed);
        let used_up = StoredLink { use_limit: Some(12.try_into().unwrap()), ..link() };
        let refusal = updated(&used_up, serde_json::json!({ "status": "active" }));
        assert_eq!(refusal, Err(UpdateError::StillExpired(Expiry::UsedUp(12))));
        for (link, mended) in [
            (
                &past,
                serde_json::json!({ "status": "active", "expires_at": "2030-01-01T00:00:00Z" }),
            ),
            (&past, serde_json::json!({ "status": "active", "expires_at": null })),
            (&used_up, serde_json::json!({ "status": "active", "use_limit": 13 })),
            (&used_up, serde_json::json!({ "status": "active", "use_limit": null })),
            // not active: nothing is promised that does not hold
            (&past, serde_json::json!({ "status": "paused" })),
        ] {
            assert!(updated(link, mended).is_ok());
        }
        let moved = serde_json::json!({ "status": "active", "expires_at": "2025-01-01T00:00:00Z" });
        assert_eq!(updated(&link(), moved), passed);
    }
}
