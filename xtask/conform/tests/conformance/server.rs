//! A small server for the update of a link, with at most one deliberate fault.
//!
//! It is written by hand from the descriptions in the contract and shares no code with `links-server`:
//! if both conform, the checks are more likely to test the contract and not one implementation.

use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use crate::http::{HttpServer, Request};

pub(super) const LINK_ID: &str = "lnk_01J8ZK4R2N5M6P7Q8W4T";
pub(super) const KEY: &str = "ah_test_key";
const LARGEST: i64 = 9_007_199_254_740_991;

/// The name of a fault; any other text means no fault.
pub(super) type Fault = &'static str;

pub(super) struct Server {
    http: HttpServer,
    link: Arc<Mutex<Value>>,
}

struct Service {
    fault: Fault,
    link: Arc<Mutex<Value>>,
    limit: Limit,
    window: Arc<Mutex<(u64, u64)>>,
}

/// A rate limit: requests in a window of some seconds.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    pub requests: u64,
    pub seconds: u64,
}

/// The link before a run: no property is `null`, and it was never used.
pub(super) fn link() -> Value {
    json!({
        "link_id": LINK_ID,
        "name": "Before",
        "url": format!("https://app.agenthuman.com/s/{LINK_ID}"),
        "agent": {
            "agent_id": "agnt_1",
            "name": "Support Agent",
            "avatar_image_url": null,
            "created_at": "2024-01-15T10:00:00Z",
            "voice_agent": { "provider": "P", "agent_id": "a", "auth_method": "public" },
        },
        "status": "active",
        "uses": 0,
        "use_limit": 50,
        "created_at": "2024-01-15T10:30:00Z",
        "expires_at": "2098-01-01T00:00:00Z",
    })
}

impl Server {
    pub fn start(fault: Fault, link: Value, limit: Limit) -> Self {
        let link = Arc::new(Mutex::new(link));
        let service = Service { fault, link: link.clone(), limit, window: Arc::default() };
        let http = HttpServer::start(move |request| service.respond(request));
        Server { http, link }
    }

    pub fn url(&self) -> &str {
        &self.http.url
    }

    pub fn link(&self) -> Value {
        self.link.lock().unwrap().clone()
    }

    pub fn requests(&self) -> usize {
        self.http.requests()
    }
}

/// A rejected request: status, code, field.
type Rejection = (u16, &'static str, String);

fn bad(field: &str) -> Rejection {
    (400, "INVALID", field.to_owned())
}

impl Service {
    fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    /// Returns the response; `None` to close the connection without one.
    fn respond(&self, request: &Request) -> Option<String> {
        let key = request.headers.get("x-api-key").map(String::as_str);
        let known = match key {
            Some(KEY) => true,
            Some("") => self.is("an empty key accepted"),
            Some(key) if key.starts_with(KEY) => self.is("a longer key accepted"),
            Some(_) => self.is("a wrong key accepted"),
            None => self.is("no key accepted"),
        };
        if !known {
            let status = if self.is("403 for a wrong key") && key.is_some() { 403 } else { 401 };
            return Some(self.response(status, &json!({ "error": "API key required" }), None));
        }
        let window = self.count();
        if window.0 > self.limit.requests && !self.is("the rate limit not enforced") {
            let body = json!({ "success": false, "error": "Too many requests." });
            return Some(self.response(429, &body, Some(window)));
        }
        let (status, body) = match self.update(request) {
            Ok(link) => (if self.is("201 for 200") { 201 } else { 200 }, link),
            Err((444, ..)) => return None,
            Err((status, code, field)) => (status, self.error(code, &field)),
        };
        Some(self.response(status, &body, Some(window)))
    }

    fn error(&self, code: &str, field: &str) -> Value {
        if self.is("another shape of errors") {
            return json!({ "message": code });
        }
        let details = json!({ "field": field });
        let error = json!({ "message": format!("`{field}`"), "code": code, "details": details });
        json!({ "success": false, "error": error })
    }

    /// Counts a request. Returns the number of requests in this window, and its end.
    fn count(&self) -> (u64, u64) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let mut window = self.window.lock().unwrap();
        if now >= window.1 {
            *window = (0, now + self.limit.seconds);
        }
        window.0 += 1;
        *window
    }

    fn response(&self, status: u16, body: &Value, window: Option<(u64, u64)>) -> String {
        let mut headers = vec![("X-Request-Id".to_owned(), "r1".to_owned())];
        if let Some((count, reset)) = window {
            let left = self.limit.requests.saturating_sub(count).to_string();
            let left =
                if self.is("a header that is not a number") { "many".to_owned() } else { left };
            headers.push(("X-RateLimit-Limit".to_owned(), self.limit.requests.to_string()));
            headers.push(("X-RateLimit-Remaining".to_owned(), left));
            headers.push(("X-RateLimit-Reset".to_owned(), reset.to_string()));
            if status == 429 {
                headers.push(("Retry-After".to_owned(), self.limit.seconds.to_string()));
            }
        }
        match self.fault {
            "no X-Request-Id" => headers.retain(|(name, _)| name != "X-Request-Id"),
            "no X-RateLimit-Reset with 404" if status == 404 => {
                headers.retain(|(name, _)| name != "X-RateLimit-Reset");
            }
            "no Retry-After" => headers.retain(|(name, _)| name != "Retry-After"),
            "a duplicate header" => headers.push(headers[0].clone()),
            _ => {}
        }
        let media = match self.fault {
            "errors in HTML" if status == 400 => "text/html",
            "no media type" => "",
            _ => "application/json",
        };
        if !media.is_empty() {
            headers.push(("Content-Type".to_owned(), media.to_owned()));
        }
        let body = body.to_string();
        let mut text = format!("HTTP/1.1 {status} S\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        format!("{text}Connection: close\r\n\r\n{body}")
    }

    fn update(&self, request: &Request) -> Result<Value, Rejection> {
        let encoded = request.target.strip_prefix("/v1/links/").unwrap_or_default();
        let id = agenthuman_contract::target(&format!("#{encoded}")).unwrap();
        let tail = id.strip_prefix("lnk_").unwrap_or_default();
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let most = if self.is("a longer link_id accepted") { 129 } else { 128 };
        let formed = (1..=most).contains(&tail.len()) && tail.chars().all(word);
        if !formed && !self.is("404 for a malformed link_id") {
            return Err(bad("link_id"));
        }
        let media = request.headers.get("content-type").cloned().unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if media != "application/json" && !self.is("the media type ignored") {
            let status = if self.is("400 for another media type") { 400 } else { 415 };
            return Err((status, "UNSUPPORTED_MEDIA_TYPE", String::new()));
        }
        if request.body.len() > 65_536 && !self.is("a body of 1 MiB accepted") {
            return Err((413, "PAYLOAD_TOO_LARGE", String::new()));
        }
        let sent = self.body(&request.body)?;
        let link = self.link.lock().unwrap().clone();
        if id != LINK_ID && !self.is("any link_id accepted") {
            return Err((404, "LINK_NOT_FOUND", String::new()));
        }
        let link = self.changed(link, &sent)?;
        *self.link.lock().unwrap() = link.clone();
        Ok(self.shown(link))
    }

    fn body(&self, bytes: &[u8]) -> Result<Map<String, Value>, Rejection> {
        if bytes.is_empty() && self.is("an empty body accepted") {
            return Ok(Map::new());
        }
        let text = String::from_utf8_lossy(bytes);
        let mut values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
        let value = match values.next() {
            Some(Ok(value)) => value,
            _ if self.is("500 for malformed JSON") => return Err((500, "X", String::new())),
            _ if self.is("no response to malformed JSON") => return Err((444, "X", String::new())),
            _ => return Err(bad("")),
        };
        if values.next().is_some() && !self.is("trailing characters accepted") {
            return Err(bad(""));
        }
        let Value::Object(sent) = value else {
            return if self.is("an array accepted") { Ok(Map::new()) } else { Err(bad("")) };
        };
        let twice = |name: &String| text.matches(&format!("\"{name}\":")).count() > 1;
        if sent.keys().any(twice) && !self.is("a duplicate key accepted") {
            return Err(bad("twice"));
        }
        Ok(sent)
    }

    fn changed(&self, mut link: Value, sent: &Map<String, Value>) -> Result<Value, Rejection> {
        for (name, value) in sent {
            let known = ["name", "status", "expires_at", "use_limit"].contains(&name.as_str());
            if !known && !self.is("an unknown property accepted") {
                return Err(bad(name));
            }
            if !known {
                continue;
            }
            if value.is_null() {
                match name.as_str() {
                    "status" if !self.is("status null accepted") => return Err(bad(name)),
                    "status" => {}
                    "expires_at" if self.is("null rejected") => return Err(bad(name)),
                    _ if self.is("null treated as absent") => {}
                    _ => link[name] = Value::Null,
                }
                continue;
            }
            let Some(value) = self.value(name, value) else {
                if self.is("a rejected update partly applied") {
                    *self.link.lock().unwrap() = link;
                }
                return Err(bad(name));
            };
            let old = name == "name" && value == self::link()["name"] && link[name] != value;
            if old && self.is("the old name rejected") {
                return Err(bad(name));
            }
            link[name] = value;
        }
        let number = |name: &str| link[name].as_i64();
        let limit = number("use_limit").filter(|limit| *limit > 0 || !self.is("0 accepted"));
        if sent.contains_key("use_limit")
            && limit.is_some_and(|limit| Some(limit) <= number("uses"))
        {
            return Err(bad("use_limit"));
        }
        let past = instant(&link["expires_at"]).is_some_and(|time| time <= Utc::now());
        let expired =
            past || number("use_limit").is_some_and(|limit| Some(limit) <= number("uses"));
        if sent.get("status") == Some(&json!("active")) && expired {
            return Err(bad("status"));
        }
        if self.is("absent treated as null") && !sent.is_empty() {
            for name in ["name", "expires_at", "use_limit"] {
                if !sent.contains_key(name) {
                    link[name] = Value::Null;
                }
            }
        }
        Ok(link)
    }

    fn value(&self, name: &str, value: &Value) -> Option<Value> {
        match name {
            "name" => {
                let text = value.as_str()?;
                if text.contains('\0') && !self.is("U+0000 accepted") {
                    return None;
                }
                let kept = match self.fault {
                    "the name trimmed" => text.trim().to_owned(),
                    "the name lowercased" => text.to_lowercase(),
                    "a long name truncated" => text.chars().take(255).collect(),
                    "the name composed" => text.replace("e\u{301}", "é"),
                    _ => text.to_owned(),
                };
                if kept != text {
                    return Some(kept.into());
                }
                if text.is_empty() && self.is("the empty name stored as null") {
                    return Some(Value::Null);
                }
                Some(value.clone())
            }
            "status" => {
                let text = value.as_str()?;
                let listed = ["active", "paused", "expired"];
                if self.is("any case of status accepted")
                    && listed.contains(&text.to_lowercase().as_str())
                {
                    return Some(text.to_lowercase().into());
                }
                let rejected = self.is("status paused rejected") && text == "paused";
                (listed.contains(&text) && !rejected).then(|| value.clone())
            }
            "expires_at" => {
                let text = value.as_str()?;
                if self.is("a date without a time accepted") && text.len() == 10 {
                    return Some(format!("{text}T00:00:00Z").into());
                }
                let time = DateTime::parse_from_rfc3339(text).ok()?;
                let local = self.is("the offset dropped");
                let time = if local { time.naive_local().and_utc() } else { time.to_utc() };
                let digits = if self.is("fractions truncated") {
                    SecondsFormat::Secs
                } else {
                    SecondsFormat::AutoSi
                };
                Some(time.to_rfc3339_opts(digits, true).into())
            }
            _ => {
                let number = match value {
                    Value::String(text) if self.is("a number as text accepted") => {
                        text.parse().ok()?
                    }
                    value => value.as_f64()?,
                };
                if number.fract() != 0.0 && !self.is("a fraction accepted") {
                    return None;
                }
                let lowest = match self.fault {
                    "the minimum rejected" => 2,
                    "0 accepted" => 0,
                    _ => 1,
                };
                let whole = value.as_i64().unwrap_or(number as i64);
                let highest = match self.fault {
                    "one above the maximum accepted" => LARGEST + 1,
                    "the maximum rejected" => LARGEST - 1,
                    _ => LARGEST,
                };
                (lowest..=highest).contains(&whole).then(|| whole.into())
            }
        }
    }

    fn shown(&self, mut link: Value) -> Value {
        if instant(&link["expires_at"]).is_some_and(|time| time <= Utc::now()) {
            link["status"] = "expired".into();
        }
        match self.fault {
            "another link in responses" => link["link_id"] = "lnk_other".into(),
            "an extra property" => link["agent"]["mood"] = "good".into(),
            "a property missing" => drop(link.as_object_mut().unwrap().remove("uses")),
            "null omitted in responses" => {
                link.as_object_mut().unwrap().retain(|_, value| !value.is_null());
            }
            "a time in another format" => {
                if let Some(text) = link["expires_at"].as_str() {
                    link["expires_at"] = text.replace('T', " ").replace('Z', "").into();
                }
            }
            "a number as text in responses" => link["uses"] = link["uses"].to_string().into(),
            _ => {}
        }
        json!({ "success": true, "link": link })
    }
}

fn instant(value: &Value) -> Option<DateTime<Utc>> {
    Some(DateTime::parse_from_rfc3339(value.as_str()?).ok()?.to_utc())
}
