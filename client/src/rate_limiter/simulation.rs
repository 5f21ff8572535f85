//! Tests of the rate limiter against a simulated server, in tokio's virtual time.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderMap, StatusCode};

use super::*;
use crate::clock::tests::{START, TokioClock};

/// A server with a limit per window.
struct Server {
    clock: Arc<TokioClock>,
    limit: u64,
    window: Duration,
    /// The time until the response to a request.
    latency: Box<dyn Fn(&Request) -> Duration + Send + Sync>,
    /// The number of a request that is rejected although the limit is not exceeded.
    rejects: Option<usize>,
    /// The number of the first requests that get a 503 without a rate limit.
    failures: usize,
    /// The value of `X-RateLimit-Reset`, if it is not the end of the window.
    reset: Option<&'static str>,
    log: Mutex<Vec<Request>>,
}

/// A request as the server saw it.
#[derive(Clone, Copy, Debug)]
struct Request {
    /// The number of earlier requests.
    number: usize,
    time: Duration,
    /// The number of earlier requests in the same window.
    number_in_window: u64,
    is_rejected: bool,
}

impl Server {
    fn new(
        limit: u64,
        window: u64,
        latency: impl Fn(&Request) -> Duration + Send + Sync + 'static,
    ) -> Self {
        Server {
            clock: Arc::new(TokioClock::new()),
            limit,
            window: Duration::from_secs(window),
            latency: Box::new(latency),
            rejects: None,
            failures: 0,
            reset: None,
            log: Mutex::default(),
        }
    }

    fn limiter(&self) -> Arc<RateLimiter> {
        Arc::new(RateLimiter::new(true, self.clock.clone()))
    }

    fn window_of(&self, time: Duration) -> u64 {
        (time.as_nanos() / self.window.as_nanos()) as u64
    }

    async fn respond(&self) -> (StatusCode, HeaderMap) {
        let time = self.clock.elapsed();
        let window = self.window_of(time);
        let request = {
            let mut log = self.log.lock().unwrap();
            let last = log.last().filter(|last| self.window_of(last.time) == window);
            let number_in_window = last.map_or(0, |last| last.number_in_window + 1);
            let is_rejected = number_in_window >= self.limit || self.rejects == Some(log.len());
            let request = Request { number: log.len(), time, number_in_window, is_rejected };
            log.push(request);
            request
        };
        let remaining = self.limit.saturating_sub(request.number_in_window + 1);
        tokio::time::sleep((self.latency)(&request)).await;
        if request.number < self.failures {
            return (StatusCode::SERVICE_UNAVAILABLE, HeaderMap::new());
        }
        let now = self.clock.now();
        let reset = START.as_secs() + (window + 1) * self.window.as_secs();
        let until_reset = reset.saturating_sub(now.timestamp() as u64);
        let mut headers = HeaderMap::new();
        let mut set =
            |name: &'static str, value: String| headers.insert(name, value.parse().unwrap());
        set("date", now.format("%a, %d %b %Y %H:%M:%S GMT").to_string());
        if self.limit < u64::MAX {
            set("x-ratelimit-limit", self.limit.to_string());
            set("x-ratelimit-remaining", remaining.to_string());
            set("x-ratelimit-reset", self.reset.map_or_else(|| reset.to_string(), str::to_owned));
        }
        if request.is_rejected {
            set("retry-after", until_reset.max(1).to_string());
            return (StatusCode::TOO_MANY_REQUESTS, headers);
        }
        (StatusCode::OK, headers)
    }

    fn rejected(&self) -> usize {
        self.log.lock().unwrap().iter().filter(|request| request.is_rejected).count()
    }

    fn requests(&self) -> usize {
        self.log.lock().unwrap().len()
    }
}

/// Calls the server until it responds with 200; returns the time of the success.
async fn call(
    server: &Server,
    limiter: &Arc<RateLimiter>,
    deadline: Duration,
) -> Result<Duration, DeadlineCause> {
    let mut ticket = None;
    loop {
        let permit = limiter.acquire(&mut ticket, deadline).await?;
        let remaining = deadline.checked_sub(server.clock.elapsed()).unwrap();
        assert!(!remaining.is_zero(), "sent at the deadline");
        let response = tokio::time::timeout(remaining.min(ATTEMPT_TIMEOUT), server.respond()).await;
        let Ok((status, headers)) = response else { return Err(DeadlineCause::Passed) };
        let headers = RateLimitHeaders::parse(&headers, server.clock.now());
        permit.complete(&headers, status);
        if status == StatusCode::OK {
            return Ok(server.clock.elapsed());
        }
    }
}

/// The outcomes of calls that started at the same time.
struct Outcomes {
    /// The time of each success.
    successes: Vec<Option<Duration>>,
    polls: usize,
}

impl Outcomes {
    fn failed(&self) -> usize {
        self.successes.iter().filter(|success| success.is_none()).count()
    }

    fn seconds(&self) -> f64 {
        self.successes.iter().flatten().max().unwrap().as_secs_f64()
    }
}

/// Runs calls of several clients.
async fn run(server: Server, clients: usize, calls: usize, timeout: u64) -> (Server, Outcomes) {
    let (server, polls) = (Arc::new(server), Arc::new(AtomicUsize::new(0)));
    let limiters: Vec<_> = (0..clients).map(|_| server.limiter()).collect();
    let deadline = server.clock.elapsed() + Duration::from_secs(timeout);
    let start = |number: usize| {
        let (server, polls) = (Arc::clone(&server), Arc::clone(&polls));
        let limiter = Arc::clone(&limiters[number % clients]);
        tokio::spawn(async move {
            let mut call = pin!(call(&server, &limiter, deadline));
            std::future::poll_fn(|context| {
                polls.fetch_add(1, Ordering::Relaxed);
                call.as_mut().poll(context)
            })
            .await
        })
    };
    let calls: Vec<_> = (0..calls).map(start).collect();
    let mut successes = Vec::new();
    for call in calls {
        successes.push(call.await.unwrap().ok());
    }
    let outcomes = Outcomes { successes, polls: polls.load(Ordering::Relaxed) };
    let (requests, rejected) = (server.requests(), server.rejected());
    let (failed, seconds) = (outcomes.failed(), outcomes.successes.iter().flatten().max());
    println!("{requests} requests, {rejected} rejected, {failed} failed, success at {seconds:?}");
    (Arc::into_inner(server).unwrap(), outcomes)
}

const RTT: Duration = Duration::from_millis(50);
const SLOW: Duration = Duration::from_secs(2);
/// The latency of a request that gets no response.
const HANG: Duration = Duration::from_secs(3600);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(20);
const UNLIMITED: u64 = u64::MAX;

#[tokio::test(start_paused = true)]
async fn hung_first_request_delays_others_for_a_fraction_of_a_second() {
    for limit in [UNLIMITED, 60] {
        let server = Server::new(limit, 60, |request| if request.number == 0 { HANG } else { RTT });
        let (_, outcomes) = run(server, 1, 20, 90).await;
        assert_eq!(outcomes.failed(), 1, "the one that hangs");
        assert!(outcomes.seconds() < 1.0, "{}", outcomes.seconds());
    }
}

#[tokio::test(start_paused = true)]
async fn every_request_is_sent_when_none_gets_a_response() {
    let (server, outcomes) = run(Server::new(60, 60, |_| HANG), 1, 20, 10).await;
    assert_eq!((server.requests(), outcomes.failed()), (20, 20));
    let last = server.log.lock().unwrap().last().unwrap().time;
    assert!(last < Duration::from_secs(2), "{last:?}");
}

#[tokio::test(start_paused = true)]
async fn hung_first_request_of_each_window_does_not_cost_the_window() {
    let latency = |request: &Request| if request.number_in_window == 0 { HANG } else { RTT };
    let (server, outcomes) = run(Server::new(20, 10, latency), 1, 100, 90).await;
    assert_eq!((server.rejected(), outcomes.failed()), (0, 5), "one in each of five windows");
    assert!(outcomes.seconds() < 42.0, "{}", outcomes.seconds());
}

#[tokio::test(start_paused = true)]
async fn slow_first_request_of_a_window_does_not_delay_the_others() {
    let latency = |request: &Request| if request.number_in_window == 0 { SLOW } else { RTT };
    let server = Server::new(1000, 10, latency);
    let (server, outcomes) = run(server, 1, 1500, 90).await;
    assert_eq!((server.rejected(), outcomes.failed()), (0, 0));
    assert!(outcomes.seconds() <= 12.1, "10 s and the slow one: {}", outcomes.seconds());
    let mut late = outcomes.successes.iter().flatten().filter(|time| time.as_secs_f64() > 11.5);
    assert!(late.clone().count() <= 1, "{:?}", late.next());
}

#[tokio::test(start_paused = true)]
async fn slow_server_is_not_called_one_by_one() {
    let (server, outcomes) = run(Server::new(60, 60, |_| SLOW), 1, 50, 90).await;
    assert_eq!((server.rejected(), outcomes.failed()), (0, 0));
    assert!(outcomes.seconds() < 5.0, "{}", outcomes.seconds());
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_at_the_deadline() {
    // `call` fails the test if a permit comes at the deadline, which is the end of a window.
    let (server, outcomes) = run(Server::new(20, 10, |_| RTT), 1, 60, 10).await;
    assert_eq!((server.requests(), outcomes.failed()), (20, 40));
}

#[tokio::test(start_paused = true)]
async fn failures_without_a_rate_limit_do_not_turn_pacing_off() {
    let server = Server { failures: 3, ..Server::new(10, 60, |_| RTT) };
    let (server, outcomes) = run(server, 1, 50, 900).await;
    assert_eq!((server.requests(), outcomes.failed()), (53, 0));
}

/// The wait for a response ends at the very moment at which another request would be sent.
#[tokio::test(start_paused = true)]
async fn waiting_request_is_not_sent_at_its_deadline() {
    let limiter = Server::new(UNLIMITED, 60, |_| HANG).limiter();
    let _in_flight = limiter.acquire(&mut None, HANG).await.unwrap();
    let deadline = Duration::from_millis(250);
    let second = limiter.acquire(&mut None, deadline).await;
    assert_eq!(second.unwrap_err(), DeadlineCause::Passed);
    let third = limiter.acquire(&mut None, Duration::from_secs(1)).await;
    assert!(third.is_ok(), "the first request has held up the others for long enough");
}

#[tokio::test(start_paused = true)]
async fn eight_processes_share_a_key() {
    let (server, outcomes) = run(Server::new(60, 10, |_| RTT), 8, 320, 90).await;
    assert_eq!(outcomes.failed(), 0);
    assert!(outcomes.seconds() < 55.0, "{}", outcomes.seconds());
    assert!(server.rejected() <= 64, "{} of {}", server.rejected(), server.requests());
}

#[tokio::test(start_paused = true)]
async fn retry_keeps_its_turn() {
    let server = Server { rejects: Some(30), ..Server::new(60, 10, |_| RTT) };
    let (_, outcomes) = run(server, 1, 300, 90).await;
    let rejected = outcomes.successes[30].unwrap();
    let later = outcomes.successes[70].unwrap();
    assert!(rejected < later, "rejected: {rejected:?}, one that came later: {later:?}");
}

#[tokio::test(start_paused = true)]
async fn work_per_request_does_not_grow_with_the_queue() {
    const TASKS: usize = 50_000;
    let (server, outcomes) = run(Server::new(5000, 2, |_| RTT), 1, TASKS, 600).await;
    assert_eq!((server.rejected(), outcomes.failed()), (0, 0));
    assert!(
        outcomes.seconds() < 1.1 * 18.0,
        "ten windows, nine to the end: {}",
        outcomes.seconds()
    );
    assert!(outcomes.polls < 10 * TASKS, "{} polls", outcomes.polls);
}

#[tokio::test(start_paused = true)]
async fn wait_of_its_own_deadline_lets_a_bulk_finish() {
    let (server, outcomes) = run(Server::new(60, 60, |_| RTT), 1, 200, 3600).await;
    assert_eq!((server.rejected(), outcomes.failed()), (0, 0));
    assert!(outcomes.seconds() < 182.0, "{}", outcomes.seconds());
}

#[tokio::test(start_paused = true)]
async fn dropped_calls_leave_nothing_behind() {
    let server = Arc::new(Server::new(100, 10, |_| SLOW));
    let limiter = server.limiter();
    let deadline = Duration::from_secs(3600);
    let start = |_| {
        let (server, limiter) = (Arc::clone(&server), Arc::clone(&limiter));
        tokio::spawn(async move { call(&server, &limiter, deadline).await })
    };
    for _ in 0..3 {
        let calls: Vec<_> = (0..5000).map(start).collect();
        tokio::time::sleep(Duration::from_millis(1500)).await;
        for call in calls {
            call.abort();
            let _ = call.await;
        }
        let left = {
            let state = limiter.state();
            (state.queue.len(), state.window.in_flight())
        };
        assert_eq!(left, (0, 0));
        assert_eq!(Arc::strong_count(&limiter), 1, "a permit is left");
    }
    let next = call(&server, &limiter, deadline).await;
    assert!(next.is_ok(), "{next:?}");
}

#[tokio::test(start_paused = true)]
async fn reset_of_any_form_is_never_slower_than_none() {
    let latency = |_: &Request| Duration::from_millis(100);
    let (_, without) = run(Server::new(UNLIMITED, 60, latency), 1, 100, 90).await;
    for reset in ["0", "-1", "", "1600000000", "1700000040", "1600000000000", "99999999999", "soon"]
    {
        let server = Server { reset: Some(reset), ..Server::new(1000, 60, latency) };
        let (_, outcomes) = run(server, 1, 100, 90).await;
        assert_eq!(outcomes.failed(), 0);
        assert!(outcomes.seconds() <= without.seconds(), "{reset}: {} s", outcomes.seconds());
    }
}
