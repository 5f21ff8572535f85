//! Calls each operation of `lists.yaml` on a plain server, and prints how many there were.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use lists_client::Client;

/// Starts a server that sends these responses in order, and returns its URL and the request lines.
fn serve(responses: Vec<(&'static str, &'static str)>) -> (String, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for (status, body) in responses {
            let mut socket = listener.accept().unwrap().0;
            let mut lines = BufReader::new(socket.try_clone().unwrap()).lines();
            sender.send(lines.next().unwrap().unwrap()).unwrap();
            while !lines.next().unwrap().unwrap().is_empty() {}
            let length = body.len();
            let head = "content-type: application/json\r\nconnection: close";
            write!(socket, "HTTP/1.1 {status}\r\n{head}\r\ncontent-length: {length}\r\n\r\n{body}")
                .unwrap();
        }
    });
    (url, receiver)
}

#[tokio::main]
async fn main() {
    let (url, requests) = serve(vec![
        ("200 OK", r#"["a"]"#),
        ("200 OK", r#"{"number":7}"#),
        ("202 Accepted", r#"{"number":8}"#),
    ]);
    let client = Client::builder().base_url(url).api_key("secret").build().unwrap();

    let colors = |colors: &[&str]| -> Vec<lists_client::FindItemsColorItem> {
        colors.iter().map(|color| color.parse().unwrap()).collect()
    };
    let items = client.find_items(colors(&["red", "green"])).size(vec![1, 2]).send().await.unwrap();
    assert_eq!(items, ["a"]);
    let line = requests.recv().unwrap();
    assert_eq!(line, "GET /items?color=red&color=green&size=1&size=2 HTTP/1.1");
    for invalid in [colors(&[]), colors(&["red", "red", "red"])] {
        let error = client.find_items(invalid).send().await.unwrap_err();
        assert!(error.to_string().starts_with("`color`: the number of items"), "{error}");
    }

    for (number, status) in [(7, 200), (8, 202)] {
        let run = client.run(number).send_with_response().await.unwrap();
        assert_eq!((run.status(), run.value().number), (status, number));
        assert_eq!(requests.recv().unwrap(), format!("POST /runs/{number} HTTP/1.1"));
    }
    let error = client.run(0).send().await.unwrap_err();
    assert!(error.to_string().starts_with("`number`: 0 is not from 1 to 99"), "{error}");
    println!("2");
}
