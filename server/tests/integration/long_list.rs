//! A list of very many links: memory stays flat, and the response begins early.
//!
//! `LINKS_LIST_LENGTH` sets the number of links. For figures of a million links on SQLite:
//! `LINKS_LIST_LENGTH=1000000 cargo test --release -p agenthuman-links-server long_list -- --nocapture`

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::command_line::{serve, with_link};
use crate::process::{Serving, Workspace, sqlite};

/// Number of links, which are about 50 MB of JSON.
const LENGTH: usize = 100_000;

/// Maximum growth of the server's memory: room for pages of links and for the page cache of SQLite.
const GROWTH_KIB: u64 = 32 * 1024;

/// Returns the peak resident memory of the server in KiB.
fn peak_memory(server: &Serving) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Adds links to the database of [`with_link`] until it has this number of them.
fn add_links(workspace: &Workspace, length: usize) {
    let rows = format!(
        "WITH RECURSIVE n (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM n WHERE n < {length})
         INSERT INTO links (link_id, account_id, agent_id, name, status, uses, created_at)
         SELECT printf('lnk_%08d', n), account_id, agent_id, 'Name', 'active', 12, n FROM n, agents"
    );
    sqlite(&workspace.path("links.db"), &rows);
}

#[test]
fn sigterm_waits_until_long_list_is_sent() {
    let (workspace, key) = with_link();
    add_links(&workspace, LENGTH);
    let server = serve(&workspace);
    let mut stream = TcpStream::connect(&server.address).unwrap();
    write!(
        stream,
        "GET /v1/links HTTP/1.1\r\nhost: x\r\nx-api-key: {key}\r\nconnection: close\r\n\r\n"
    )
    .unwrap();
    let mut response = vec![0; 1024];
    stream.read_exact(&mut response).unwrap();
    server.signal("TERM");
    // longer than an idle server takes to shut down
    std::thread::sleep(Duration::from_secs(2));
    stream.read_to_end(&mut response).unwrap();
    assert!(response.starts_with(b"HTTP/1.1 200 "));
    assert!(response.ends_with(b"0\r\n\r\n"), "the list was cut off at {} bytes", response.len());
    assert_eq!(server.finish().code, Some(0));
}

#[tokio::test]
async fn long_list_keeps_memory_flat_and_begins_early() {
    let length = std::env::var("LINKS_LIST_LENGTH").map_or(LENGTH, |text| text.parse().unwrap());
    let (workspace, key) = tokio::task::spawn_blocking(with_link).await.unwrap();
    add_links(&workspace, length);
    let server = serve(&workspace);
    let before = peak_memory(&server);
    for (query, links) in [("", length), ("?status=paused", 0), ("?status=paused&limit=1", 0)] {
        let began = Instant::now();
        let request = reqwest::Client::new()
            .get(format!("http://{}/v1/links{query}", server.address))
            .header("x-api-key", &key);
        let mut response = request.send().await.unwrap();
        let mut first = None;
        let (mut bytes, mut found) = (0, 0);
        while let Some(chunk) = response.chunk().await.unwrap() {
            first.get_or_insert_with(|| began.elapsed());
            bytes += chunk.len();
            found += chunk.iter().filter(|byte| **byte == b'{').count();
        }
        // one object around the list, and three for each link: itself, its agent, its voice
        assert_eq!((response.status().as_u16(), found), (200, 1 + 3 * links), "{query}");
        let (first, total) = (first.unwrap(), began.elapsed());
        let after = peak_memory(&server);
        println!(
            "{length} links, /v1/links{query}: first byte after {first:?}, {bytes} bytes after \
             {total:?}, peak memory {before} KiB before and {after} KiB after"
        );
        assert!(after < before + GROWTH_KIB, "the memory grew from {before} to {after} KiB");
        if query.is_empty() {
            assert!(first < total / 2 + Duration::from_millis(10), "{first:?} of {total:?}");
        }
    }
}
