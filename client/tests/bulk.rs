//! Many updates against the real server, faster than its rate limit, on a fast clock.

use std::io::Write;
use std::time::Duration;

use agenthuman_links::{Client, Clock, Sleep};
use agenthuman_links_test_server::{LINK_ID, TestClock, TestServer};
use chrono::{DateTime, Utc};
use futures_util::StreamExt;

/// The number of rows: more than three windows of the rate limit.
const ROWS: usize = 2000;
const ROWS_PER_MINUTE: u32 = 600;
/// The speed of the clocks: a window of the rate limit takes two seconds.
const SPEED: f64 = 30.0;

/// The clock of the test server as the clock of a client.
#[derive(Debug)]
struct FastClock {
    clock: TestClock,
    start: DateTime<Utc>,
}

impl Clock for FastClock {
    fn elapsed(&self) -> Duration {
        (self.clock.time() - self.start).to_std().unwrap_or_default()
    }

    fn now(&self) -> DateTime<Utc> {
        self.clock.time()
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        Box::pin(tokio::time::sleep(duration.div_f64(SPEED)))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_of_a_file_are_updated_without_a_429() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    for row in 0..ROWS {
        writeln!(file, "{LINK_ID},name {row}").unwrap();
    }
    let server = TestServer::builder().rate_limit(ROWS_PER_MINUTE).start().await.unwrap();
    server.clock().run(SPEED);
    let clock = FastClock { start: server.clock().time(), clock: server.clock().clone() };
    let builder = Client::builder().base_url(server.base_url()).api_key(server.api_key());
    let client = builder.clock(clock).build().unwrap();

    let text = std::fs::read_to_string(file.path()).unwrap();
    let rows = text.lines().filter_map(|row| row.split_once(','));
    let run = client.bulk().run(rows, |client, (id, name)| async move {
        client.update_link(id).name(name).send_with_response().await
    });
    let attempts: Vec<u32> = run.map(|(_, result)| result.unwrap().attempts()).collect().await;
    assert_eq!(attempts.len(), ROWS);
    assert!(attempts.iter().all(|attempts| *attempts == 1), "a request was retried");
    assert_eq!(server.requests(), ROWS, "the server received as many requests as there are rows");
}
