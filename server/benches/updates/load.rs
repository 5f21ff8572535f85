//! Clients that need little processor time: they write requests as text and parse only what they need of
//! the responses.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

use crate::sample::{self, Measured};
use crate::servers::Target;

/// Updates random links on several connections at once. Each connection waits for a response before it
/// sends the next request.
pub(crate) async fn run(
    target: &Target,
    connections: usize,
    links: usize,
    duration: Duration,
) -> Measured {
    let stop = Rc::new(Cell::new(false));
    let local = LocalSet::new();
    let began = Instant::now();
    let processor_time = target.processor_time();
    let clients: Vec<_> = (0..connections)
        .map(|client| {
            let address = target.addresses[client % target.addresses.len()];
            let (key, stop) = (target.key.clone(), Rc::clone(&stop));
            local.spawn_local(send_updates(address, key, client, links, stop))
        })
        .collect();
    let latencies = local.run_until(async {
        tokio::time::sleep(duration).await;
        stop.set(true);
        let mut latencies = Vec::new();
        for client in clients {
            latencies.append(&mut client.await.unwrap());
        }
        latencies
    });
    let latencies = latencies.await;
    let processor_time = target.processor_time() - processor_time;
    Measured::new(latencies, began.elapsed()).with_processor_time(processor_time)
}

async fn send_updates(
    address: SocketAddr,
    key: String,
    client: usize,
    links: usize,
    stop: Rc<Cell<bool>>,
) -> Vec<Duration> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut random = client as u64 * 7919 + 1;
    let mut latencies = Vec::new();
    let mut buffer = vec![0; 16 * 1024];
    while !stop.get() {
        random = sample::next(random);
        let body = format!(r#"{{"name":"Name {random}","use_limit":{}}}"#, 100 + random % 1000);
        let request = format!(
            "PUT /v1/links/{} HTTP/1.1\r\nhost: x\r\nx-api-key: {key}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            sample::link_id((random >> 16) as usize % links),
            body.len()
        );
        let began = Instant::now();
        stream.write_all(request.as_bytes()).await.unwrap();
        read_response(&mut stream, &mut buffer).await;
        latencies.push(began.elapsed());
    }
    latencies
}

/// Reads one response, which must be a 200.
async fn read_response(stream: &mut TcpStream, buffer: &mut [u8]) {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await.unwrap();
        filled += read;
        let response = &buffer[..filled];
        let head = response.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(head) = head {
            let text = std::str::from_utf8(&response[..head]).unwrap();
            assert!(text.starts_with("HTTP/1.1 200"), "{}", String::from_utf8_lossy(response));
            let length = text.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>())
            });
            if filled == head + 4 + length.unwrap().unwrap() {
                return;
            }
        }
        assert!(read > 0, "the connection has ended: {}", String::from_utf8_lossy(response));
    }
}
