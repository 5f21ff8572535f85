//! The rules of links: pure functions of the stored link, the request and the time.
//!
//! They read no clock and no store, so that every store applies the same rules, and can apply them again
//! when another update came first.

use agenthuman_links_api::types::{
    Agent, CreateLinkRequest, Link, LinkId, LinkStatus, LinkUseLimit, LinkUses, UpdateLinkRequest,
};
use agenthuman_server_runtime::patch::Patch;
use agenthuman_server_runtime::timestamp::Timestamp;

/// Prefix of the URLs at which the vendor serves links to visitors.
const PUBLIC_ADDRESS: &str = "https://app.agenthuman.com/s/";

/// A link as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredLink {
    /// Id of the link.
    pub link_id: LinkId,
    /// Name, if it has one.
    pub name: Option<String>,
    /// Agent that visitors talk to.
    pub agent: Agent,
    /// Status that was last requested; [`StoredLink::status`] returns the one to report.
    pub stored_status: LinkStatus,
    /// Number of sessions that were started.
    pub uses: LinkUses,
    /// Maximum number of sessions; `None` is no limit.
    pub use_limit: Option<LinkUseLimit>,
    /// Time of its creation.
    pub created_at: Timestamp,
    /// Time of its expiry; `None` is never.
    pub expires_at: Option<Timestamp>,
}

/// A link that is not stored yet, and whose agent has not been looked up.
#[derive(Clone, Debug, PartialEq)]
pub struct NewLink {
    /// Id of the link.
    pub link_id: LinkId,
    /// Id of the agent that visitors talk to.
    pub agent_id: String,
    /// Name, if it has one.
    pub name: Option<String>,
    /// Maximum number of sessions; `None` is no limit.
    pub use_limit: Option<LinkUseLimit>,
    /// Time of its creation.
    pub created_at: Timestamp,
    /// Time of its expiry; `None` is never.
    pub expires_at: Option<Timestamp>,
}

/// Reason why the rules do not allow a creation or an update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpdateError {
    /// The new session limit is not greater than the number of started sessions.
    LimitNotAboveUses {
        /// The new limit.
        limit: i64,
        /// The number of started sessions.
        uses: i64,
    },
    /// The link cannot be made active, because it would still be expired.
    StillExpired(Expiry),
}

/// Reason why a link is reported as expired although its stored status is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// This time of expiry has passed.
    Passed(Timestamp),
    /// This limit of sessions is reached.
    UsedUp(i64),
}

/// Returns the link that a request creates.
///
/// The request is destructured exhaustively, as in [`update`].
///
/// # Errors
///
/// A session limit that is not above 0.
pub fn create(
    request: CreateLinkRequest,
    link_id: LinkId,
    now: Timestamp,
) -> Result<NewLink, UpdateError> {
    let CreateLinkRequest { agent_id, name, expires_at, use_limit } = request;
    let name = match name {
        Patch::Absent => Some(format!("Link {}", now.time().format("%Y-%m-%d"))),
        Patch::Null => None,
        Patch::Value(name) => Some(name.into()),
    };
    let use_limit = match use_limit {
        Patch::Absent | Patch::Null => None,
        Patch::Value(limit) => Some(session_limit(*limit, 0)?),
    };
    Ok(NewLink {
        link_id,
        agent_id: agent_id.into(),
        name,
        use_limit,
        created_at: now,
        expires_at: expires_at.apply(None),
    })
}

/// Returns the link after an update. Fields that are absent from the request keep their values.
///
/// The request is destructured exhaustively: a field that is added to the contract does not compile
/// until this function handles it.
pub fn update(
    stored: &StoredLink,
    changes: &UpdateLinkRequest,
    now: Timestamp,
) -> Result<StoredLink, UpdateError> {
    let UpdateLinkRequest { name, status, expires_at, use_limit } = changes;
    let mut link = stored.clone();
    link.name = name.clone().apply(link.name);
    link.expires_at = expires_at.apply(link.expires_at);
    link.stored_status = status.unwrap_or(link.stored_status);
    match use_limit {
        Patch::Absent => {}
        Patch::Null => link.use_limit = None,
        Patch::Value(limit) => link.use_limit = Some(session_limit(**limit, *link.uses)?),
    }
    if *status == Some(LinkStatus::Active)
        && let Some(expiry) = link.expiry(now)
    {
        return Err(UpdateError::StillExpired(expiry));
    }
    Ok(link)
}

/// Returns a session limit that is greater than the number of started sessions.
fn session_limit(limit: i64, uses: i64) -> Result<LinkUseLimit, UpdateError> {
    match LinkUseLimit::try_from(limit) {
        Ok(limit) if *limit > uses => Ok(limit),
        _ => Err(UpdateError::LimitNotAboveUses { limit, uses }),
    }
}

impl NewLink {
    /// Returns the link as it is stored: active, and without a session.
    #[expect(clippy::expect_used, reason = "a constant, and the contract allows uses from 0")]
    pub fn with_agent(self, agent: Agent) -> StoredLink {
        let NewLink { link_id, agent_id: _, name, use_limit, created_at, expires_at } = self;
        let stored_status = LinkStatus::Active;
        let uses = LinkUses::try_from(0).expect("no session has been started");
        StoredLink { link_id, name, agent, stored_status, uses, use_limit, created_at, expires_at }
    }
}

impl StoredLink {
    /// Returns the link from the API's own representation. Its `url` is not stored, because
    /// [`StoredLink::url`] derives it.
    ///
    /// The link is destructured exhaustively, as in [`update`].
    pub(crate) fn from_link(link: Link) -> Self {
        let Link {
            link_id,
            name,
            url: _,
            agent,
            status: stored_status,
            uses,
            use_limit,
            created_at,
            expires_at,
        } = link;
        StoredLink { link_id, name, agent, stored_status, uses, use_limit, created_at, expires_at }
    }

    /// Returns the link as the API represents it.
    pub fn into_link(self, now: Timestamp) -> Link {
        let status = self.status(now);
        self.with_status(status)
    }

    /// Returns the link in the API's own representation, but with its stored status, so that
    /// [`StoredLink::from_link`] returns the same link again.
    pub(crate) fn into_exported(self) -> Link {
        let status = self.stored_status;
        self.with_status(status)
    }

    /// The stored link is destructured exhaustively, as in [`update`].
    fn with_status(self, status: LinkStatus) -> Link {
        let url = self.url();
        let StoredLink {
            link_id,
            name,
            agent,
            stored_status: _,
            uses,
            use_limit,
            created_at,
            expires_at,
        } = self;
        Link { link_id, name, url, agent, status, uses, use_limit, created_at, expires_at }
    }

    /// Returns the URL that visitors open.
    pub(crate) fn url(&self) -> String {
        format!("{PUBLIC_ADDRESS}{}", self.link_id)
    }

    /// Returns the status to report. A link expires without a request, and moving its expiry or its limit
    /// restores the stored status.
    pub(crate) fn status(&self, now: Timestamp) -> LinkStatus {
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

    /// An active link with 12 of 100 sessions that expires in 2030.
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
    fn update_keeps_absent_fields_clears_null_fields_and_sets_values() {
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
    fn update_rejects_use_limit_not_above_uses() {
        for limit in [1, 11, 12] {
            let result = updated(&link(), serde_json::json!({ "use_limit": limit }));
            assert_eq!(result, Err(UpdateError::LimitNotAboveUses { limit, uses: 12 }));
        }
        assert!(updated(&link(), serde_json::json!({ "use_limit": 13 })).is_ok());
    }

    #[test]
    fn status_is_expired_after_expiry_or_at_use_limit() {
        let at = |text| StoredLink { expires_at: Some(time(text)), ..link() }.status(now());
        assert_eq!(
            at("2025-06-01T00:00:00Z"),
            LinkStatus::Expired,
            "the time of expiry itself counts as passed"
        );
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
    fn update_rejects_active_status_of_expired_link() {
        let past = StoredLink { expires_at: Some(time("2025-01-01T00:00:00Z")), ..link() };
        let passed = Err(UpdateError::StillExpired(Expiry::Passed(time("2025-01-01T00:00:00Z"))));
        assert_eq!(updated(&past, serde_json::json!({ "status": "active" })), passed);
        let used_up = StoredLink { use_limit: Some(12.try_into().unwrap()), ..link() };
        let result = updated(&used_up, serde_json::json!({ "status": "active" }));
        assert_eq!(result, Err(UpdateError::StillExpired(Expiry::UsedUp(12))));
        for (link, changes) in [
            (
                &past,
                serde_json::json!({ "status": "active", "expires_at": "2030-01-01T00:00:00Z" }),
            ),
            (&past, serde_json::json!({ "status": "active", "expires_at": null })),
            (&used_up, serde_json::json!({ "status": "active", "use_limit": 13 })),
            (&used_up, serde_json::json!({ "status": "active", "use_limit": null })),
            // an expired link can be paused
            (&past, serde_json::json!({ "status": "paused" })),
        ] {
            assert!(updated(link, changes).is_ok());
        }
        let moved = serde_json::json!({ "status": "active", "expires_at": "2025-01-01T00:00:00Z" });
        assert_eq!(updated(&link(), moved), passed);
    }
}
