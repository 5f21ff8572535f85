//! `cargo xtask conform`: its exit status.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Command;

/// One operation that can be tested, and one whose effect cannot be undone.
const CONTRACT: &str = "\
openapi: 3.0.3
info: {title: T, version: 1.0.0}
paths:
  /a:
    get:
      operationId: read
      responses: {'200': {description: It.}}
  /b:
    post:
      operationId: start
      responses: {'200': {description: Started.}}
";

/// Starts a server that responds with a status to each request, and returns its URL.
fn server(status: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    // The thread ends with the process of the test.
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            // None of these requests has a body.
            lines.map_while(Result::ok).find(String::is_empty);
            let head = "content-length: 0\r\nconnection: close\r\n\r\n";
            let _ = write!(stream, "HTTP/1.1 {status}\r\n{head}");
        }
    });
    url
}

#[test]
fn unchecked_part_is_counted_and_fails_if_strict() {
    let folder = tempfile::tempdir().unwrap();
    let contract = folder.path().join("c.yaml");
    std::fs::write(&contract, CONTRACT).unwrap();
    let conform = |url: &str, more: &[&str]| {
        let mut conform = Command::new(env!("CARGO_BIN_EXE_xtask"));
        conform.args(["conform", "--url", url, "--contract"]).arg(&contract).args(more);
        let output = conform.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let url = server("200 OK");
    let (code, out, _) = conform(&url, &[]);
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("not checked: POST /b: the effect of a POST cannot be undone\n"), "{out}");
    let last = out.lines().last().unwrap();
    assert!(
        last.contains("partly checked, no findings, 1 part not checked, in 2 requests"),
        "{last}"
    );
    let (code, strict, stderr) = conform(&url, &["--strict"]);
    assert_eq!((code, strict), (Some(2), out));
    let expected =
        format!("error: {url}: 1 part was not checked, which `--strict` does not allow\n");
    assert_eq!(stderr, expected);
    // A finding is more than an unchecked part.
    let (code, out, _) = conform(&server("201 Created"), &["--strict"]);
    assert_eq!(code, Some(1), "{out}");
}
