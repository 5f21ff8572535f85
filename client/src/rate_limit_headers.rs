//! Rate limits and waits in the headers of a response.
//!
//! `Retry-After` is a number of seconds or a date. `X-RateLimit-Reset` is a Unix time, or a number of
//! seconds, as other services send it. The header `Date` of the same response is the reference for
//! computing a wait, so that a wrong clock on this machine does not matter.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
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

/// The greatest time to the end of a window that is plausible. A window that ends later is in another
/// unit or by another clock, and says nothing about a wait.
const MAX_PLAUSIBLE_RESET: Duration = Duration::from_secs(24 * 60 * 60);

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
    /// The end of the window; `None` if it is missing, past, or too far away to be plausible.
    pub(crate) window_end: Option<WindowEnd>,
    /// The wait that `Retry-After` asks for; it is not bounded.
    pub(crate) retry_after: Option<Duration>,
}

/// The end of the window of a rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WindowEnd {
    /// The time until the end, at most [`MAX_WINDOW`].
    pub(crate) after: Duration,
    /// True if the header is a time; false if it is a number of seconds, which is rounded.
    pub(crate) is_time: bool,
}

impl RateLimitHeaders {
    /// Parses the headers of a response that was received at `now`. Malformed headers are ignored.
    pub(crate) fn parse(headers: &HeaderMap, now: DateTime<Utc>) -> Self {
        let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
        let server_now = text("date").and_then(parse_http_date).unwrap_or(now);
        // The time until a past moment is zero.
        let until = |moment: DateTime<Utc>| (moment - server_now).to_std().unwrap_or_default();
        let number = |name: &str| text(name)?.parse::<u64>().ok();

        let retry_after = text("retry-after")
            .and_then(|text| parse_seconds(text).or_else(|| parse_http_date(text).map(until)));
        let reset = text("x-ratelimit-reset").and_then(|text| text.parse::<i64>().ok());
        let resets_at = reset.and_then(|seconds| match seconds {
            ..0 => None,
            0..MIN_UNIX_TIME => server_now.checked_add_signed(TimeDelta::seconds(seconds)),
            MIN_UNIX_TIME..=MAX_UNIX_TIME => DateTime::from_timestamp(seconds, 0),
            millis => DateTime::from_timestamp_millis(millis),
        });
        let rate_limit = match (number("x-ratelimit-limit"), number("x-ratelimit-remaining")) {
            (Some(limit), Some(remaining)) => {
                resets_at.map(|resets_at| RateLimit { limit, remaining, resets_at })
            }
            _ => None,
        };
        let window_end = resets_at
            .map(until)
            .filter(|after| !after.is_zero() && *after <= MAX_PLAUSIBLE_RESET)
            .map(|after| WindowEnd {
                after: after.min(MAX_WINDOW),
                is_time: reset.is_some_and(|reset| reset >= MIN_UNIX_TIME),
            });
        RateLimitHeaders { rate_limit, window_end, retry_after }
    }

    /// Returns the wait before the next request that the server asks for.
    pub(crate) fn wait(&self) -> Option<Duration> {
        let is_exhausted = self.rate_limit.is_some_and(|rate_limit| rate_limit.remaining == 0);
        let window_end = self.window_end.filter(|_| is_exhausted);
        self.retry_after.or(window_end.map(|end| end.after))
    }
}

/// Parses a number of seconds; a fraction is rounded up.
fn parse_seconds(text: &str) -> Option<Duration> {
    let is_number = text.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    let seconds = text.parse::<f64>().ok().filter(|_| is_number)?;
    // The conversion cuts a greater number to the greatest integer.
    Some(Duration::from_secs(seconds.ceil() as u64))
}

/// Parses a date in one of the three formats of HTTP (RFC 9110, section 5.6.7), such as
/// `Wed, 21 Oct 2015 07:28:00 GMT`.
fn parse_http_date(text: &str) -> Option<DateTime<Utc>> {
    httpdate::parse_http_date(text).ok().map(DateTime::from)
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
        for malformed in ["", ".", "soon", "-3", "1e3", "+5", "1.5.2", "inf", "NaN"] {
            assert_eq!(wait(malformed, 0), None, "{malformed}");
        }
    }

    #[test]
    fn retry_after_accepts_fractions_and_every_date_format() {
        let wait = |text| parse(&[("retry-after", text)], 0).wait().map(|wait| wait.as_secs());
        assert_eq!(wait("1.5"), Some(2));
        assert_eq!(wait("0.001"), Some(1));
        assert_eq!(wait("2.0"), Some(2));
        assert_eq!(wait("Wednesday, 21-Oct-15 07:28:30 GMT"), Some(30), "RFC 850");
        assert_eq!(wait("Wed Oct 21 07:28:30 2015"), Some(30), "asctime");
        assert_eq!(wait("Sunday, 06-Nov-94 08:49:37 GMT"), Some(0), "past");
        assert_eq!(wait("Sun Nov  6 08:49:37 1994"), Some(0), "past");
        assert_eq!(wait("99999999999999999999999"), Some(u64::MAX));
        assert!(wait("Fri, 31 Dec 9999 23:59:59 GMT") > Some(200_000_000_000));
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
            let end = parsed.window_end.map(|end| (end.after.as_secs(), end.is_time));
            parsed.rate_limit.map(|limit| (limit.resets_at.timestamp() - NOW, end))
        };
        assert_eq!(reset("1445412500"), Some((20, Some((20, true)))));
        assert_eq!(reset("20"), Some((20, Some((20, false)))));
        assert_eq!(reset("1445412500000"), Some((20, Some((20, true)))), "milliseconds");
        assert_eq!(reset("1445412000"), Some((-480, None)), "a window in the past");
        assert_eq!(reset("0"), Some((0, None)), "no window");
        let capped = Some((MAX_WINDOW.as_secs(), true));
        assert_eq!(reset("1445416080"), Some((3600, capped)), "cut to the greatest window");
        assert_eq!(reset("1545412480"), Some((100_000_000, None)), "not plausible");
        for malformed in ["-5", "soon", "9223372036854775807"] {
            assert_eq!(reset(malformed), None, "{malformed}");
        }
    }
}
