//! The HTTP/1.1 server of these tests: one request per connection.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

pub(super) struct HttpServer {
    pub url: String,
    requests: Arc<AtomicUsize>,
}

pub(super) struct Request {
    pub method: String,
    /// Path and query, as they were sent.
    pub target: String,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl HttpServer {
    /// Starts a server on a free port. `respond` returns a whole response; `None` closes the connection
    /// without one.
    pub fn start(respond: impl Fn(&Request) -> Option<String> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let (count, respond) = (requests.clone(), Arc::new(respond));
        // The threads end with the process of the test.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (count, respond) = (count.clone(), respond.clone());
                std::thread::spawn(move || {
                    let Some(request) = read(&stream) else { return };
                    count.fetch_add(1, Ordering::SeqCst);
                    if let Some(response) = respond(&request) {
                        // The client may have disconnected.
                        let _ = (&stream).write_all(response.as_bytes());
                    }
                });
            }
        });
        HttpServer { url, requests }
    }

    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// Reads a request; `None` if the client has disconnected before its end.
fn read(stream: &TcpStream) -> Option<Request> {
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).is_err() || line.is_empty() {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let headers: HashMap<_, _> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let mut words = lines[0].split(' ').map(str::to_owned);
    Some(Request { method: words.next()?, target: words.next()?, headers, body })
}
