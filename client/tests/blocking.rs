//! Calls that block the thread.

use agenthuman_links::ErrorKind;

use crate::fake_server::{FakeServer, LINK, json, link_with_id, ok};

/// Starts a server on a runtime of its own, which lives as long as the returned value.
fn start(replies: Vec<crate::fake_server::Reply>) -> (tokio::runtime::Runtime, FakeServer) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = runtime.block_on(FakeServer::start(replies));
    (runtime, server)
}

#[test]
fn calls_need_no_runtime() {
    let error = json("404 Not Found", "", r#"{"error": "Link not found"}"#);
    let (_runtime, server) = start(vec![ok(), ok(), error]);
    let client = server.client();
    assert_eq!(client.get_link("lnk_1").send_blocking().unwrap().link_id, "lnk_1");
    let response = client.update_link("lnk_1").name("x").send_with_response_blocking().unwrap();
    assert_eq!((response.status(), response.attempts()), (200, 1));
    let error = client.delete_link("lnk_1").send_blocking().unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::NotFound, Some(404)));
}

#[test]
fn iterator_reads_all_pages_and_ends() {
    let page = |id: &str, next: &str| {
        let body =
            format!(r#"{{"success":true,"links":[{}],"next_cursor":{next}}}"#, link_with_id(id));
        json("200 OK", "", &body)
    };
    let (_runtime, server) = start(vec![page("lnk_1", "\"c2\""), page("lnk_2", "null")]);
    let mut links = server.client().list_links().iter_blocking();
    let ids: Vec<_> = links.by_ref().map(|link| link.unwrap().link_id).collect();
    assert_eq!(ids, ["lnk_1", "lnk_2"]);
    assert!(links.next().is_none());
}

#[tokio::test]
async fn blocking_call_in_an_async_task_does_not_panic() {
    let server = FakeServer::start([ok()]).await;
    let client = server.client();
    // The fake server runs on the runtime of this test, whose only thread must not be blocked.
    let call = move || client.get_link("lnk_1").send_blocking();
    tokio::task::spawn_blocking(call).await.unwrap().unwrap();
    assert!(LINK.contains("lnk_1"));
}
