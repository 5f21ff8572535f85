//! Rate limits and waits in the headers of a response.
//!
//! `Retry-After` is a number of seconds or a date. `X-RateLimit-Reset` is a Unix time, or a number of
//! seconds, as other services send it. The header `Date` of the same response is the reference for
//! computing a wait, so that a wrong clock on this machine does not matter.

use std::time::Duration;

use chrono::{DateTime, Utc};
use http::HeaderMap;

/// The least `X-RateLimit-Reset` that is a Unix time. A smaller value, a time before 2001, is a number
/// of seconds.
const MIN_UNIX_TIME: i64 = 1_000_000_000;

/// The greatest `X-RateLimit-Reset` in seconds. A greater value, a time after 5138, is in milliseconds.
const MAX_UNIX_TIME: i64 = 100_000_000_000;

/// The greatest length of a rate limit window.
///
/// The vendor documents one minute. Longer waits in headers are cut to this length, so that a
/// nonsensical header cannot stop a client for years.
pub(crate) const MAX_WINDOW: Duration = Duration::from_secs(120);

/// The rate limit of an API key, as the last response reported it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// The number of requests per window.
    pub limit: u64,
    /// The number of requests left in the current window.
    pub remaining: u64,
    /// The end of the current window, by the server's clock.
    pub resets_at: DateTime<Utc>,
}

/// The parsed rate limit headers of one response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RateLimitHeaders {
    pub(crate) rate_limit: Option<RateLimit>,
    /// The time until the end of the window, at most [`MAX_WINDOW`].
    pub(crate) reset_in: Duration,
    pub(crate) retry_after: Option<Duration>,
}

impl RateLimitHeaders {
    /// Parses the headers of a response that was received at `now`. Malformed headers are ignored.
    pub(crate) fn parse(headers: &HeaderMap, now: DateTime<Utc>) -> Self {
        let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
        let server_now = text("date").and_then(parse_http_date).unwrap_or(now);
        let until = |moment: DateTime<Utc>| (moment - server_now).to_std().unwrap_or_default();
        let number = |name: &str| text(name)?.parse::<u64>().ok();

        let retry_after = text("retry-after").and_then(|text| match text.parse() {
            Ok(seconds) => Some(Duration::from_secs(seconds)),
            Err(_) => parse_http_date(text).map(until),
        });
        let resets_at = text("x-ratelimit-reset")
            .and_then(|text| text.parse::<i64>().ok())
            .filter(|seconds| *seconds >= 0)
            .and_then(|seconds| match seconds {
                ..MIN_UNIX_TIME => {
                    server_now.checked_add_signed(chrono::TimeDelta::seconds(seconds))
                }
                MIN_UNIX_TIME..=MAX_UNIX_TIME => DateTime::from_timestamp(seconds, 0),
                millis => DateTime::from_timestamp_millis(millis),
            });
        let rate_limit = match (number("x-ratelimit-limit"), number("x-ratelimit-remaining")) {
            (Some(limit), Some(remaining)) => {
                resets_at.map(|resets_at| RateLimit { limit, remaining, resets_at })
            }
            _ => None,
        };
        let reset_in = resets_at.map_or(Duration::ZERO, until).min(MAX_WINDOW);
        RateLimitHeaders { rate_limit, reset_in, retry_after }
    }

    /// Returns the wait before the next request that the server asks for.
    pub(crate) fn wait(&self) -> Option<Duration> {
        let is_exhausted = self.rate_limit.is_some_and(|rate_limit| rate_limit.remaining == 0);
        self.retry_after.or(is_exhausted.then_some(self.reset_in))
    }
}

/// Parses a date in HTTP format, such as `Wed, 21 Oct 2015 07:28:00 GMT`.
fn parse_http_date(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc2822(text).ok().map(DateTime::into)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// 2015-10-21T07:28:00Z
    const NOW: i64 = 1_445_412_480;

    fn parse(headers: &[(&'static str, &str)], clock_offset: i64) -> RateLimitHeaders {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                (http::HeaderName::from_static(name), http::HeaderValue::from_str(value).unwrap())
            })
            .collect();
        RateLimitHeaders::parse(&headers, DateTime::from_timestamp(NOW + clock_offset, 0).unwrap())
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_date() {
        let wait = |text, offset| parse(&[("retry-after", text)], offset).wait();
        assert_eq!(wait("7", 0), Some(Duration::from_secs(7)));
        assert_eq!(wait("Wed, 21 Oct 2015 07:28:30 GMT", 0), Some(Duration::from_secs(30)));
        assert_eq!(wait("Wed, 21 Oct 2015 07:27:00 GMT", 0), Some(Duration::ZERO));
        for malformed in ["", "soon", "-3", "1.5", "99999999999999999999999"] {
            assert_eq!(wait(malformed, 0), None, "{malformed}");
        }
    }

    #[test]
    fn wait_uses_date_header_when_clock_is_wrong() {
        let date = ("date", "Wed, 21 Oct 2015 07:28:00 GMT");
        for offset in [-86_400, 0, 3_600] {
            let later = ("retry-after", "Wed, 21 Oct 2015 07:28:30 GMT");
            assert_eq!(parse(&[date, later], offset).wait(), Some(Duration::from_secs(30)));
            let reset = (NOW + 40).to_string();
            let exhausted = [
                date,
                ("x-ratelimit-limit", "60"),
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", &*reset),
            ];
            assert_eq!(parse(&exhausted, offset).wait(), Some(Duration::from_secs(40)));
        }
    }

    #[test]
    fn reset_is_read_as_unix_time_or_seconds() {
        let reset = |text| {
            let parsed = parse(
                &[
                    ("x-ratelimit-limit", "60"),
                    ("x-ratelimit-remaining", "59"),
                    ("x-ratelimit-reset", text),
                ],
                0,
            );
            parsed
                .rate_limit
                .map(|limit| (limit.resets_at.timestamp() - NOW, parsed.reset_in.as_secs()))
        };
        assert_eq!(reset("1445412500"), Some((20, 20)));
        assert_eq!(reset("20"), Some((20, 20)));
        assert_eq!(reset("1445412500000"), Some((20, 20)), "milliseconds");
        assert_eq!(reset("1445412000"), Some((-480, 0)), "a window in the past");
        assert_eq!(
            reset("1545412480"),
            Some((100_000_000, MAX_WINDOW.as_secs())),
            "cut to the greatest window"
        );
        for malformed in ["-5", "soon", "9223372036854775807"] {
            assert_eq!(reset(malformed), None, "{malformed}");
        }
    }
}
