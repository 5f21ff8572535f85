//! Random requests, none of which may cause a server error.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use agenthuman_links_properties::check_request;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::harness::TestServer;

fn runner(cases: u32) -> TestRunner {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(cases);
    TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() })
}

/// Generates JSON that is nearly a creation or an update, or not JSON.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let value = prop_oneof![
        Just("null".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| number.to_string()),
        any::<String>().prop_map(|text| serde_json::Value::from(text).to_string()),
        Just(r#""active""#.to_owned()),
        Just(r#""agnt_01J8ZK4R2N5M6P7Q8W4T""#.to_owned()),
        "\"[0-9]{4}-[0-1][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,9})?(Z|[+-][0-2][0-9]:[0-6][0-9])\"",
        "[\\[{\":,}\\]a-z0-9.eE+-]{0,20}",
    ];
    let name = prop_oneof![
        Just("name".to_owned()),
        Just("status".to_owned()),
        Just("expires_at".to_owned()),
        Just("use_limit".to_owned()),
        Just("agent_id".to_owned()),
        "[a-z_]{0,12}",
    ];
    let fields = proptest::collection::vec((name, value), 0..5).prop_map(|fields| {
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        format!("{{{}}}", fields.join(",")).into_bytes()
    });
    prop_oneof![4 => fields, 1 => proptest::collection::vec(any::<u8>(), 0..200)]
}

#[test]
fn every_request_has_the_properties() {
    let id = prop_oneof!["lnk_[0-9A-Za-z_-]{0,140}", any::<String>()];
    runner(4000)
        .run(&(id, body()), |(id, body)| {
            check_request(&[id.as_bytes(), b"\n", &body].concat());
            Ok(())
        })
        .unwrap();
}

#[test]
fn fuzz_corpus_has_the_properties() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/request");
    let mut count = 0;
    for entry in std::fs::read_dir(corpus).unwrap() {
        check_request(&std::fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count > 10);
}

/// Generates a nearly well-formed request head and a body.
fn request(key: String) -> impl Strategy<Value = Vec<u8>> {
    let method = prop_oneof![
        4 => Just("PUT".to_owned()),
        4 => Just("POST".to_owned()),
        2 => Just("GET".to_owned()),
        1 => Just("DELETE".to_owned()),
        1 => "[A-Z]{1,9}",
    ];
    let path = prop_oneof![
        4 => Just("/v1/links/lnk_01J8ZK4R2N5M6P7Q8W4T".to_owned()),
        4 => Just("/v1/links".to_owned()),
        2 => "/v1/links\\?(limit|cursor|status)=[!-~]{0,30}",
        2 => "/v1/links/[!-~]{0,30}",
        1 => "/[!-~]{0,40}",
    ];
    let key = prop_oneof![6 => Just(key), 1 => "[ -~]{0,40}"];
    let media_type = prop_oneof![6 => Just("application/json".to_owned()), 1 => "[ -~]{0,40}"];
    let more = prop_oneof![6 => Just(String::new()), 1 => "[!-9;-~]{1,10}: [ -~]{0,30}\r\n"];
    (method, path, key, media_type, more, body()).prop_map(
        |(method, path, key, media_type, more, body)| {
            let head = format!(
                "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-api-key: {key}\r\n\
                 content-type: {media_type}\r\n{more}content-length: {}\r\n\r\n",
                body.len()
            );
            [head.as_bytes(), &body].concat()
        },
    )
}

#[test]
fn no_request_causes_server_error() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let server = runtime.block_on(TestServer::configured(|config| {
        config.body_timeout = Duration::from_secs(1);
    }));
    runner(400)
        .run(&request(server.key.clone()), |request| {
            let mut stream = TcpStream::connect(server.address()).unwrap();
            // a head without end gets no response, but the end of the connection after 30 seconds
            stream.set_read_timeout(Some(Duration::from_secs(3))).unwrap();
            let mut response = Vec::new();
            // a server may close the connection after a malformed request
            let _ = stream.write_all(&request);
            let _ = stream.read_to_end(&mut response);
            let response = String::from_utf8_lossy(&response);
            let status = response.split(' ').nth(1).unwrap_or("400");
            // `/` redirects to the docs.
            let is_expected = matches!(status.as_bytes()[0], b'2' | b'4') || status == "307";
            prop_assert!(is_expected, "{}", response);
            Ok(())
        })
        .unwrap();
    let list = runtime.block_on(server.call("GET", "/v1/links", None));
    assert_eq!(list.status, 200, "{list:?}");
}
