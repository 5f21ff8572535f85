//! Callers that cost little themselves: requests are made in advance, answers hardly read.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

use crate::servers::Target;

/// What one round found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    pub(crate) updates: u64,
    pub(crate) per_second: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

impl Measured {
    pub(crate) fn of(mut latencies: Vec<Duration>, took: Duration) -> Self {
        latencies.sort_unstable();
        let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize];
        let updates = u64::try_from(latencies.len()).unwrap();
        let per_second = latencies.len() as f64 / took.as_secs_f64();
        Measured { updates, per_second, p50: at(0.5), p99: at(0.99) }
    }
}

/// Updates links at random from so many connections at once, each of which waits for its answer.
pub(crate) async fn run(
    target: &Target,
    connections: usize,
    links: usize,
    duration: Duration,
) -> Measured {
    let stop = Rc::new(Cell::new(false));
    let local = LocalSet::new();
    let began = Instant::now();
    let callers: Vec<_> = (0..connections)
        .map(|caller| {
            let address = target.addresses[caller % target.addresses.len()];
            let (key, stop) = (target.key.clone(), Rc::clone(&stop));
            local.spawn_local(call(address, key, caller, links, stop))
        })
        .collect();
    let latencies = local.run_until(async {
        tokio::time::sleep(duration).await;
        stop.set(true);
        let mut latencies = Vec::new();
        for caller in callers {
            latencies.append(&mut caller.await.unwrap());
        }
        latencies
    });
    let latencies = latencies.await;
    Measured::of(latencies, began.elapsed())
}

async fn call(
    address: SocketAddr,
    key: String,
    caller: usize,
    links: usize,
    stop: Rc<Cell<bool>>,
) -> Vec<Duration> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut random = caller as u64 * 7919 + 1;
    let mut latencies = Vec::new();
    let mut buffer = vec![0; 16 * 1024];
    while !stop.get() {
        random = next(random);
        let body = format!(r#"{{"name":"Name {random}","use_limit":{}}}"#, 100 + random % 1000);
        let request = format!(
            "PUT /v1/links/{} HTTP/1.1\r\nhost: x\r\nx-api-key: {key}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            link_id((random >> 16) as usize % links),
            body.len()
        );
        let began = Instant::now();
        stream.write_all(request.as_bytes()).await.unwrap();
        read(&mut stream, &mut buffer).await;
        latencies.push(began.elapsed());
    }
    latencies
}

/// A sequence that is random enough to spread (splitmix64).
pub(crate) fn next(random: u64) -> u64 {
    let mixed = random.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed ^ mixed >> 27
}

pub(crate) fn link_id(number: usize) -> String {
    format!("lnk_{number:08}")
}

/// Reads one answer, which has to be a 200.
async fn read(stream: &mut TcpStream, buffer: &mut [u8]) {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await.unwrap();
        filled += read;
        let answer = &buffer[..filled];
        let head = answer.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(head) = head {
            let text = std::str::from_utf8(&answer[..head]).unwrap();
            assert!(text.starts_with("HTTP/1.1 200"), "{}", String::from_utf8_lossy(answer));
            let length = text.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>())
            });
            if filled == head + 4 + length.unwrap().unwrap() {
                return;
            }
        }
        assert!(read > 0, "the connection has ended: {}", String::from_utf8_lossy(answer));
    }
}
