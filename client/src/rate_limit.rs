//! What the headers of an answer say about the rate limit and about when to come back.
//!
//! `Retry-After` is seconds or a date, `X-RateLimit-Reset` a Unix time (or, in the manner of other
//! services, the seconds until then). A moment is turned into a wait by the answer's own `Date`, so
//! a machine whose clock is wrong waits as long as one whose clock is right.

use std::time::Duration;

use chrono::{DateTime, Utc};
use http::HeaderMap;

/// A smaller `X-RateLimit-Reset` is a number of seconds: as a time it would be before 2001.
const SMALLEST_UNIX_TIME: i64 = 1_000_000_000;

/// A greater one is in milliseconds: in seconds it would be after 5138.
const GREATEST_UNIX_TIME: i64 = 100_000_000_000;

/// How long the window of the rate limit can be, at the most. The vendor documents one minute; a
/// header that says much more is taken for nonsense, which must not stop a client for years.
pub(crate) const LONGEST_WINDOW: Duration = Duration::from_secs(120);

/// What the server last said about the requests that the key may make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// Requests in one window.
    pub limit: u64,
    /// Requests that were left in the current window.
    pub remaining: u64,
    /// When the current window ends, by the server's clock.
    pub resets_at: DateTime<Utc>,
}

/// When to come back, as the headers of one answer have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) rate_limit: Option<RateLimit>,
    /// How long it is until the window ends, at the most.
    pub(crate) reset_in: Duration,
    pub(crate) retry_after: Option<Duration>,
}

impl Told {
    /// Reads the headers of an answer that has just come; headers with nonsense say nothing.
    pub(crate) fn read(headers: &HeaderMap, now: DateTime<Utc>) -> Self {
        let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
        let server_now = text("date").and_then(http_date).unwrap_or(now);
        let until = |moment: DateTime<Utc>| (moment - server_now).to_std().unwrap_or_default();
        let number = |name: &str| text(name)?.parse::<u64>().ok();

        let retry_after = text("retry-after").and_then(|text| match text.parse() {
            Ok(seconds) => Some(Duration::from_secs(seconds)),
            Err(_) => http_date(text).map(until),
        });
        let resets_at = text("x-ratelimit-reset")
            .and_then(|text| text.parse::<i64>().ok())
            .filter(|seconds| *seconds >= 0)
            .and_then(|seconds| match seconds {
                ..SMALLEST_UNIX_TIME => {
                    server_now.checked_add_signed(chrono::TimeDelta::seconds(seconds))
                }
                SMALLEST_UNIX_TIME..=GREATEST_UNIX_TIME => DateTime::from_timestamp(seconds, 0),
                millis => DateTime::from_timestamp_millis(millis),
            });
        let rate_limit = match (number("x-ratelimit-limit"), number("x-ratelimit-remaining")) {
            (Some(limit), Some(remaining)) => {
                resets_at.map(|resets_at| RateLimit { limit, remaining, resets_at })
            }
            _ => None,
        };
        let reset_in = resets_at.map_or(Duration::ZERO, until).min(LONGEST_WINDOW);
        Told { rate_limit, reset_in, retry_after }
    }

    /// How long to leave the server alone, if it says so.
    pub(crate) fn wait(&self) -> Option<Duration> {
        let used_up = self.rate_limit.is_some_and(|rate_limit| rate_limit.remaining == 0);
        self.retry_after.or(used_up.then_some(self.reset_in))
    }
}

/// A date as HTTP writes it: `Wed, 21 Oct 2015 07:28:00 GMT`.
fn http_date(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc2822(text).ok().map(DateTime::into)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use super::*;

    /// 2015-10-21T07:28:00Z
    const NOW: i64 = 1_445_412_480;

    fn told(headers: &[(&'static str, &str)], clock_is_off_by: i64) -> Told {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                (http::HeaderName::from_static(name), http::HeaderValue::from_str(value).unwrap())
            })
            .collect();
        Told::read(&headers, DateTime::from_timestamp(NOW + clock_is_off_by, 0).unwrap())
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let wait = |text, off| told(&[("retry-after", text)], off).wait();
        assert_eq!(wait("7", 0), Some(Duration::from_secs(7)));
        assert_eq!(wait("Wed, 21 Oct 2015 07:28:30 GMT", 0), Some(Duration::from_secs(30)));
        assert_eq!(wait("Wed, 21 Oct 2015 07:27:00 GMT", 0), Some(Duration::ZERO));
        for nonsense in ["", "soon", "-3", "1.5", "99999999999999999999999"] {
            assert_eq!(wait(nonsense, 0), None, "{nonsense}");
        }
    }

    #[test]
    fn the_date_header_corrects_a_wrong_clock() {
        let date = ("date", "Wed, 21 Oct 2015 07:28:00 GMT");
        for off in [-86_400, 0, 3_600] {
            let later = ("retry-after", "Wed, 21 Oct 2015 07:28:30 GMT");
            assert_eq!(told(&[date, later], off).wait(), Some(Duration::from_secs(30)));
            let reset = (NOW + 40).to_string();
            let used_up = [
                date,
                ("x-ratelimit-limit", "60"),
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", &*reset),
            ];
            assert_eq!(told(&used_up, off).wait(), Some(Duration::from_secs(40)));
        }
    }

    #[test]
    fn a_reset_is_a_time_or_the_seconds_until_then() {
        let reset = |text| {
            let told = told(
                &[
                    ("x-ratelimit-limit", "60"),
                    ("x-ratelimit-remaining", "59"),
                    ("x-ratelimit-reset", text),
                ],
                0,
            );
            told.rate_limit
                .map(|limit| (limit.resets_at.timestamp() - NOW, told.reset_in.as_secs()))
        };
        assert_eq!(reset("1445412500"), Some((20, 20)));
        assert_eq!(reset("20"), Some((20, 20)));
        assert_eq!(reset("1445412500000"), Some((20, 20)), "milliseconds");
        assert_eq!(reset("1445412000"), Some((-480, 0)), "a window that has ended");
        assert_eq!(reset("1545412480"), Some((100_000_000, LONGEST_WINDOW.as_secs())), "capped");
        for nonsense in ["-5", "soon", "9223372036854775807"] {
            assert_eq!(reset(nonsense), None, "{nonsense}");
        }
    }
}
