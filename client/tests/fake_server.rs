//! A server that sends prepared responses byte for byte and records the requests, and a clock that does
//! not wait.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use agenthuman_links::{Client, ClientBuilder, Clock, Sleep};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const KEY: &str = "ah_test_0123456789abcdefghijklmnopqrstuv";

/// The body of a response that conforms to the contract.
pub(crate) const LINK: &str = r#"{"success":true,"link":{"link_id":"lnk_1","name":null,
"url":"https://app.agenthuman.com/s/lnk_1","agent":{"agent_id":"agnt_1","name":"A",
"avatar_image_url":null,"created_at":"2024-01-15T10:00:00Z","voice_agent":{"provider":"P",
"agent_id":"p1","auth_method":"public"}},"status":"active","uses":0,"use_limit":null,
"created_at":"2024-01-15T10:30:00Z","expires_at":null}}"#;

/// Returns a link with another id, as a part of a list.
pub(crate) fn link_with_id(id: &str) -> String {
    let link = LINK.trim_start_matches(r#"{"success":true,"link":"#);
    link.strip_suffix('}').unwrap().replace("lnk_1", id)
}

/// The reply to one request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Sends these bytes and keeps the connection open.
    Bytes(Vec<u8>),
    /// Sends these bytes and closes the connection.
    Close(Vec<u8>),
    /// Sends the first bytes, and then the second ones without end.
    Endless(Vec<u8>, Vec<u8>),
    /// Sends nothing until the client closes the connection.
    Silence,
}

/// Returns a response with a JSON body. Each header ends with `\r\n`.
pub(crate) fn json(status: &str, headers: &str, body: &str) -> Reply {
    let head = format!("content-type: application/json\r\n{headers}");
    response(status, &head, body)
}

/// Returns a response with any body.
pub(crate) fn response(status: &str, headers: &str, body: &str) -> Reply {
    let length = body.len();
    Reply::Bytes(
        format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n{body}").into(),
    )
}

/// Returns the response to a successful update.
pub(crate) fn ok() -> Reply {
    json("200 OK", "", LINK)
}

/// A request as it was received.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) head: String,
    pub(crate) body: String,
}

/// A server that sends its replies in order, and then repeats the last one.
pub(crate) struct FakeServer {
    pub(crate) url: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl FakeServer {
    pub(crate) async fn start(replies: impl Into<Vec<Reply>>) -> Self {
        let replies = replies.into();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&received);
        tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(socket, replies.clone(), Arc::clone(&seen)));
            }
        });
        FakeServer { url, received }
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        Client::builder().base_url(&self.url).api_key(KEY).timeout(Duration::from_secs(10))
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }
}

async fn serve(mut socket: TcpStream, replies: Vec<Reply>, seen: Arc<Mutex<Vec<Received>>>) {
    while let Some(request) = receive(&mut socket).await {
        let reply = {
            let mut seen = seen.lock().unwrap();
            let number = seen.len().min(replies.len() - 1);
            seen.push(request);
            replies[number].clone()
        };
        match reply {
            Reply::Bytes(bytes) => socket.write_all(&bytes).await.unwrap(),
            Reply::Close(bytes) => {
                socket.write_all(&bytes).await.unwrap();
                return;
            }
            Reply::Endless(bytes, more) => {
                socket.write_all(&bytes).await.unwrap();
                while socket.write_all(&more).await.is_ok() {}
                return;
            }
            Reply::Silence => {
                // Returns when the client closes the connection.
                let _ = socket.read(&mut [0; 1]).await;
                return;
            }
        }
    }
}

/// Reads one request; `None` if the client has closed the connection.
async fn receive(socket: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let count = socket.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.unwrap_or("0").parse::<usize>().unwrap() {
                return Some(Received { head: head.to_owned(), body: body.to_owned() });
            }
        }
    }
}

/// A clock that skips every wait and records it.
#[derive(Clone, Debug, Default)]
pub(crate) struct FakeClock(Arc<Mutex<FakeTime>>);

#[derive(Debug, Default)]
struct FakeTime {
    elapsed: Duration,
    waits: Vec<Duration>,
}

impl FakeClock {
    /// Returns the recorded waits in seconds.
    pub(crate) fn waits(&self) -> Vec<f64> {
        self.0.lock().unwrap().waits.iter().map(Duration::as_secs_f64).collect()
    }
}

impl Clock for FakeClock {
    fn elapsed(&self) -> Duration {
        self.0.lock().unwrap().elapsed
    }

    fn now(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH
            + TimeDelta::days(20_000)
            + TimeDelta::from_std(self.elapsed()).unwrap()
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        Box::pin(async move {
            let mut time = self.0.lock().unwrap();
            time.elapsed += duration;
            time.waits.push(duration);
        })
    }
}
