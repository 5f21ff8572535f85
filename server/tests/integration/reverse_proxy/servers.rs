//! The servers behind a proxy: real ones, and fake ones that do not speak the API.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::process::{Serving, Workspace};

/// A real server, with the address of its `/readyz`.
pub(super) struct Links {
    pub(super) serving: Serving,
    pub(super) address: SocketAddr,
    pub(super) ready: SocketAddr,
}

impl Links {
    pub(super) fn start(workspace: &Workspace) -> Self {
        let ready = free_address();
        let serving = workspace.serve(&[
            "--bind",
            "127.0.0.1:0",
            "--database",
            "sqlite:links.db",
            "--admin-bind",
            &ready.to_string(),
            "--trusted-proxies",
            "127.0.0.1",
            "--log-format",
            "json",
            "--rate-limit",
            "0",
            "--drain-delay",
            "2",
        ]);
        let address = serving.address.parse().unwrap();
        Links { serving, address, ready }
    }

    pub(super) fn addresses(&self) -> (SocketAddr, SocketAddr) {
        (self.address, self.ready)
    }
}

/// A server that does not speak the API.
#[derive(Clone, Default)]
pub(super) struct Fake {
    /// The number of requests of which at least one byte has arrived.
    pub(super) begun: Arc<AtomicU64>,
    /// The complete requests.
    pub(super) requests: Arc<Mutex<Vec<String>>>,
    /// The bytes of a response that were written.
    pub(super) written: Arc<AtomicU64>,
    /// The length of the body of its responses; without one it closes the connection.
    pub(super) response: Option<usize>,
}

impl Fake {
    /// Listens, and responds to `/readyz` that it is ready.
    pub(super) async fn start(&self) -> (SocketAddr, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let fake = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let fake = fake.clone();
                tokio::spawn(async move { fake.serve(stream).await });
            }
        });
        (address, address)
    }

    async fn serve(&self, mut stream: TcpStream) {
        let mut received = Vec::new();
        let mut buffer = [0; 4096];
        let request = loop {
            let Ok(read @ 1..) = stream.read(&mut buffer).await else { return };
            if received.is_empty() && !buffer.starts_with(b"GET /readyz ") {
                self.begun.fetch_add(1, Ordering::Relaxed);
            }
            received.extend_from_slice(&buffer[..read]);
            let text = String::from_utf8_lossy(&received).into_owned();
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let head = head.to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                break text;
            }
        };
        let is_check = request.starts_with("GET /readyz ");
        if !is_check {
            self.requests.lock().unwrap().push(request);
        }
        let Some(length) = (if is_check { Some(0) } else { self.response }) else { return };
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
        let _ = stream.write_all(head.as_bytes()).await;
        for _ in 0..length.div_ceil(CHUNK) {
            if stream.write_all(&[b' '; CHUNK]).await.is_err() {
                return;
            }
            self.written.fetch_add(CHUNK as u64, Ordering::Relaxed);
        }
        // until the other side closes
        let _ = stream.read(&mut buffer).await;
    }

    pub(super) fn requests(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

const CHUNK: usize = 64 * 1024;

pub(super) fn free_address() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
