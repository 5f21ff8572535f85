//! Properties of every request, from its path, query and body to its effect on a link. The fuzzer and
//! the property tests share them.

#![warn(missing_docs)]
#![allow(clippy::expect_used, reason = "a property that does not hold panics")]

use std::path::Path;

use agenthuman_links_api::types::{CreateLinkRequest, LinkId, LinkStatus, UpdateLinkRequest};
use agenthuman_links_api::{ListLinksQuery, UpdateLinkPath};
use agenthuman_links_server::api_error::ApiError;
use agenthuman_links_server::clock::{Clock, SystemClock};
use agenthuman_links_server::link::{self, StoredLink};
use agenthuman_links_server::link_file::LinkFile;
use agenthuman_server_runtime::json::{from_slice, from_texts};
use agenthuman_server_runtime::patch::Patch;

/// Maximum length of an error's body, in bytes: it must not grow with the request.
const MAX_ERROR_BYTES: usize = 8 * 1024;

/// Links in every state that the rules distinguish.
const LINKS: &str = include_str!("links.json");

/// Checks the properties of one request: `input` is a text for the parameters, a line feed and a body.
///
/// # Panics
///
/// If a property does not hold.
pub fn check_request(input: &[u8]) {
    let split = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let (id, body) = input.split_at(split);
    let id = String::from_utf8_lossy(id).into_owned();
    match from_texts::<UpdateLinkPath>([("link_id".to_owned(), id.clone())]) {
        Ok(path) => {
            assert_eq!(path.link_id.as_str(), id);
            assert!(id.starts_with("lnk_") && id.len() <= 132, "{id}");
        }
        Err(invalid) => check_error(&ApiError::Invalid(invalid)),
    }
    for name in ["limit", "cursor", "status"] {
        check_query(name, &id);
    }
    let body = body.get(1..).unwrap_or_default();
    check_creation(body);
    match from_slice::<UpdateLinkRequest>(body) {
        Ok(changes) => {
            let text = serde_json::to_vec(&changes).expect("a valid request can be serialized");
            let again: UpdateLinkRequest =
                from_slice(&text).expect("a serialized request is valid");
            assert_eq!(again, changes);
            for link in links() {
                check_update(&link, &changes);
            }
        }
        Err(invalid) => check_error(&ApiError::Invalid(invalid)),
    }
}

fn check_query(name: &str, text: &str) {
    match from_texts::<ListLinksQuery>([(name.to_owned(), text.to_owned())]) {
        Ok(query) => {
            assert!(query.limit.is_none_or(|limit| (1..=1000).contains(&*limit)));
            assert!(query.cursor.is_none_or(|cursor| cursor.len() <= 512 && cursor.is_ascii()));
        }
        Err(invalid) => check_error(&ApiError::Invalid(invalid)),
    }
}

fn check_creation(body: &[u8]) {
    let request = match from_slice::<CreateLinkRequest>(body) {
        Ok(request) => request,
        Err(invalid) => return check_error(&ApiError::Invalid(invalid)),
    };
    let text = serde_json::to_vec(&request).expect("a valid request can be serialized");
    let again: CreateLinkRequest = from_slice(&text).expect("a serialized request is valid");
    assert_eq!(again, request);
    let now = SystemClock.now();
    let link_id = LinkId::try_from("lnk_1".to_owned()).expect("the id is valid");
    let link = match link::create(request.clone(), link_id.clone(), now) {
        Ok(link) => link,
        Err(error) => return check_error(&ApiError::Update(error)),
    };
    assert_eq!((&link.link_id, link.created_at), (&link_id, now));
    assert_eq!(link.agent_id, request.agent_id.as_str());
    match &request.name {
        Patch::Absent => assert!(link.name.is_some_and(|name| name.starts_with("Link "))),
        Patch::Null => assert_eq!(link.name, None),
        Patch::Value(name) => assert_eq!(link.name.as_deref(), Some(name.as_str())),
    }
    match &request.expires_at {
        Patch::Absent | Patch::Null => assert_eq!(link.expires_at, None),
        Patch::Value(time) => assert_eq!(link.expires_at, Some(*time)),
    }
    match &request.use_limit {
        Patch::Absent | Patch::Null => assert_eq!(link.use_limit, None),
        Patch::Value(limit) => assert_eq!(link.use_limit.as_deref(), Some(&**limit)),
    }
}

fn links() -> Vec<StoredLink> {
    let file = LinkFile::parse(Path::new("links.json"), LINKS.as_bytes());
    file.expect("the links beside this file are valid").links().to_vec()
}

/// Checks an update. The request is destructured exhaustively: a new field does not compile until it is
/// checked.
fn check_update(stored: &StoredLink, changes: &UpdateLinkRequest) {
    let UpdateLinkRequest { name, status, expires_at, use_limit } = changes;
    let now = SystemClock.now();
    let link = match link::update(stored, changes, now) {
        Ok(link) => link,
        Err(error) => return check_error(&ApiError::Update(error)),
    };
    assert_eq!(link::update(&link, changes, now).as_ref(), Ok(&link), "an update is idempotent");
    assert_eq!((&link.link_id, &link.agent), (&stored.link_id, &stored.agent));
    assert_eq!((&link.uses, link.created_at), (&stored.uses, stored.created_at));
    match name {
        Patch::Absent => assert_eq!(link.name, stored.name),
        Patch::Null => assert_eq!(link.name, None),
        Patch::Value(name) => {
            assert_eq!(link.name.as_deref(), Some(name.as_str()));
            assert!(!name.as_str().contains('\0'));
        }
    }
    match expires_at {
        Patch::Absent => assert_eq!(link.expires_at, stored.expires_at),
        Patch::Null => assert_eq!(link.expires_at, None),
        Patch::Value(time) => assert_eq!(link.expires_at, Some(*time)),
    }
    match use_limit {
        Patch::Absent => assert_eq!(link.use_limit, stored.use_limit),
        Patch::Null => assert_eq!(link.use_limit, None),
        Patch::Value(limit) => {
            assert_eq!(link.use_limit.as_deref(), Some(&**limit));
            assert!(**limit > *link.uses);
        }
    }
    assert_eq!(link.stored_status, status.unwrap_or(stored.stored_status));
    let reported = link.clone().into_link(now);
    if *status == Some(LinkStatus::Active) {
        assert_eq!(reported.status, LinkStatus::Active, "the requested status is reported");
    }
    serde_json::to_vec(&reported).expect("a link can be serialized");
}

fn check_error(error: &ApiError) {
    let body = serde_json::to_value(error.body()).expect("an error can be serialized");
    assert!(body.to_string().len() < MAX_ERROR_BYTES, "{body}");
    for text in ["message", "suggestion", "code"] {
        assert!(body["error"][text].as_str().is_some_and(|text| !text.is_empty()), "{body}");
    }
}
