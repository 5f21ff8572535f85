//! The development server.

use std::io::{Read, Write};
use std::net::TcpStream;

use agenthuman_docs::serve::SiteServer;

/// Sends a GET request, and returns the head and the body of the response.
fn get(url: &str, path: &str) -> (String, Vec<u8>) {
    let address = url.strip_prefix("http://").unwrap().trim_end_matches('/');
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).unwrap();
    let end = response.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    let body = response.split_off(end + 4);
    (String::from_utf8(response).unwrap().to_ascii_lowercase(), body)
}

#[test]
fn server_sends_each_file_with_its_media_type() {
    let site = crate::site();
    let expected = site.clone();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(SiteServer::bind(site)).unwrap();
    let url = server.url();
    runtime.spawn(server.run());
    for (path, name, media_type) in [
        ("/", "index.html", "text/html; charset=utf-8"),
        ("/reference.html", "reference.html", "text/html; charset=utf-8"),
        ("/guides/errors.html", "guides/errors.html", "text/html; charset=utf-8"),
        ("/guides/errors.md", "guides/errors.md", "text/plain; charset=utf-8"),
        ("/openapi.json", "openapi.json", "application/json"),
        ("/openapi.yaml", "openapi.yaml", "text/plain; charset=utf-8"),
        (
            "/samples/update_link_pause.rs",
            "samples/update_link_pause.rs",
            "text/plain; charset=utf-8",
        ),
    ] {
        let (head, body) = get(&url, path);
        assert!(head.starts_with("http/1.1 200 "), "{path}: {head}");
        assert!(head.contains(&format!("content-type: {media_type}\r\n")), "{path}: {head}");
        assert!(body == expected[name].bytes, "{path}");
    }
}

#[test]
fn unknown_path_gives_404() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(SiteServer::bind(crate::site())).unwrap();
    let url = server.url();
    runtime.spawn(server.run());
    let (head, _) = get(&url, "/no-such-page.html");
    assert!(head.starts_with("http/1.1 404 "), "{head}");
}
