//! The part of GitHub's API that handles the comments of a pull request.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

/// The login of the owner of the token.
pub const BOT: &str = "github-actions[bot]";

#[derive(Default)]
pub struct State {
    /// The comments, oldest first.
    pub comments: Vec<Value>,
    /// The method and the path of each request.
    pub requests: Vec<String>,
    /// True if the token can only read.
    pub read_only: bool,
}

/// Starts the API, and returns its URL. Its thread ends with the process of the test.
pub fn start(state: Arc<Mutex<State>>, token: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (status, body) = respond(&stream, &state, token);
            let length = body.len();
            let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n");
            write!(&stream, "{head}Connection: close\r\n\r\n{body}").unwrap();
        }
    });
    url
}

fn respond(stream: &TcpStream, state: &Mutex<State>, token: &str) -> (u16, String) {
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut reader = BufReader::new(stream);
    let lines = reader.by_ref().lines().map(Result::unwrap);
    let lines: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    let header = |name: &str| {
        let value = |line: &String| line.strip_prefix(name).map(str::to_owned);
        lines.iter().find_map(value).unwrap_or_default()
    };
    let mut body = vec![0; header("Content-Length: ").parse().unwrap_or(0)];
    reader.read_exact(&mut body).unwrap();
    let (method, rest) = lines[0].split_once(' ').unwrap();
    let target = rest.strip_suffix(" HTTP/1.1").unwrap();
    let mut state = state.lock().unwrap();
    state.requests.push(format!("{method} {target}"));
    if header("Authorization: ") != format!("Bearer {token}") {
        return (401, String::new());
    }
    if method != "GET" && state.read_only {
        return (403, json!({"message": "Resource not accessible by integration"}).to_string());
    }
    let text = || serde_json::from_slice::<Value>(&body).unwrap()["body"].clone();
    match target.strip_prefix("/repos/o/r/issues/") {
        Some("7/comments") => {
            let id = 1000 + state.comments.len();
            state.comments.push(json!({"id": id, "user": {"login": BOT}, "body": text()}));
            (201, "{}".to_owned())
        }
        Some(path) if method == "GET" => {
            let page = path.strip_prefix("7/comments?per_page=100&page=").unwrap();
            let skipped = (page.parse::<usize>().unwrap() - 1) * 100;
            let page: Vec<_> = state.comments.iter().skip(skipped).take(100).collect();
            (200, json!(page).to_string())
        }
        Some(path) => {
            let id: usize = path.strip_prefix("comments/").unwrap().parse().unwrap();
            let found = state.comments.iter_mut().find(|comment| comment["id"] == id).unwrap();
            found["body"] = text();
            (200, "{}".to_owned())
        }
        None => (404, String::new()),
    }
}
