//! The server as an operating system's process: open files, signals, a blocked log, clients that vanish.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::command_line::{serve, with_link};
use crate::harness::LINK_ID;
use crate::process::{Serving, Workspace};

const SERVE: [&str; 5] = ["serve", "--bind", "127.0.0.1:0", "--database", "sqlite:links.db"];

/// Starts a server in a shell that first limits its open files.
fn serve_with_limit(workspace: &Workspace, limits: &str, arguments: &[&str]) -> Serving {
    let server = workspace.command(&[&SERVE, arguments].concat());
    let mut shell = Command::new("sh");
    let program = server.get_program().to_str().unwrap();
    shell.arg("-c").arg(format!("{limits}; exec \"$0\" \"$@\"")).arg(program);
    shell.args(server.get_args()).current_dir(workspace.path("")).stdin(Stdio::null());
    Serving::start(&mut shell)
}

fn request(key: &str, length: usize) -> String {
    format!(
        "PUT /v1/links/{LINK_ID} HTTP/1.1\r\nhost: x\r\nx-api-key: {key}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    )
}

/// Sends an update and returns the status of its response.
fn update(stream: &mut TcpStream, key: &str) -> u16 {
    stream.write_all((request(key, 2) + "{}").as_bytes()).unwrap();
    let mut response = Vec::new();
    let mut buffer = [0; 4096];
    let complete = |response: &[u8]| {
        let text = String::from_utf8_lossy(response).into_owned();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let length = head.to_lowercase();
        let (_, length) = length.split_once("content-length: ")?;
        let length: usize = length.lines().next()?.parse().ok()?;
        (body.len() >= length).then(|| text[9..12].parse().unwrap())
    };
    loop {
        let read = match stream.read(&mut buffer) {
            // A signal is not the end of a response.
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => read.unwrap(),
        };
        assert!(read > 0, "the connection has ended");
        response.extend_from_slice(&buffer[..read]);
        if let Some(status) = complete(&response) {
            return status;
        }
    }
}

fn connect(server: &Serving) -> TcpStream {
    let stream = TcpStream::connect(&server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

fn log_lines(log: &str) -> Vec<Value> {
    log.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

#[test]
fn limit_of_open_files_is_raised_and_honest_clients_get_no_5xx() {
    let (workspace, key) = with_link();
    let arguments = ["--rate-limit", "0", "--log-format", "json"];
    let server = serve_with_limit(&workspace, "ulimit -Sn 64; ulimit -Hn 1024", &arguments);
    let mut clients: Vec<_> = (0..480).map(|_| connect(&server)).collect();
    for _ in 0..5 {
        for client in &mut clients {
            assert_eq!(update(client, &key), 200);
        }
    }
    server.signal("TERM");
    let log = server.finish().stderr;
    let lines = log_lines(&log);
    let listening = lines.iter().find(|line| line["message"] == "listening").unwrap();
    assert_eq!(listening["open_files_limit"], 1024);
    assert_eq!(listening["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(listening["database"], "sqlite:links.db");
    let settings = listening["settings"].as_str().unwrap();
    assert!(settings.contains("bind = 127.0.0.1:0, rate_limit = "), "{settings}");
    assert!(settings.ends_with("log_format = Json"), "{settings}");
    let warning = lines.iter().find(|line| line["level"] == "WARNING").expect("a warning");
    assert_eq!((&warning["open_files_limit"], &warning["needed"]), (&json!(1024), &json!(1104)));
    assert!(lines.iter().any(|line| line["message"] == "stopped"));
}

#[test]
fn without_free_files_requests_in_progress_are_served() {
    let (workspace, key) = with_link();
    let arguments = ["--rate-limit", "0", "--max-in-flight", "8"];
    let server = serve_with_limit(&workspace, "ulimit -n 128", &arguments);
    let mut first = connect(&server);
    assert_eq!(update(&mut first, &key), 200);
    // more connections than there can be open files
    let mut others: Vec<_> = (0..200).map(|_| connect(&server)).collect();
    std::thread::sleep(Duration::from_millis(300));
    for _ in 0..20 {
        assert_eq!(update(&mut first, &key), 200);
    }
    // those that wait in the operating system's queue are served when others have gone
    let mut last = others.pop().unwrap();
    drop(others);
    assert_eq!(update(&mut last, &key), 200);
}

#[test]
fn silent_connections_keep_nobody_out() {
    let (workspace, key) = with_link();
    let silent = open_files(4096);
    let server = serve(&workspace);
    let silent: Vec<_> = (0..silent).map(|_| connect(&server)).collect();
    let began = Instant::now();
    for _ in 0..20 {
        assert_eq!(update(&mut connect(&server), &key), 200);
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    drop(silent);
}

/// Raises this process's limit of open files. Returns `wanted`, or fewer if the limit is lower.
fn open_files(wanted: u64) -> u64 {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
    // other tests of this process have open files too
    wanted.min(limit.current.map_or(u64::MAX, |files| files.saturating_sub(1000)))
}

#[test]
fn healthz_answers_beside_silent_connections() {
    let workspace = Workspace::new();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let admin = format!("127.0.0.1:{port}");
    let server = Serving::start(workspace.command(&SERVE).args(["--admin-bind", &admin]));
    let silent: Vec<_> = (0..200).map(|_| TcpStream::connect(&admin).unwrap()).collect();
    for (method, path, status) in
        [("GET", "/healthz", "200"), ("HEAD", "/readyz", "200"), ("POST", "/readyz", "405")]
    {
        let mut stream = TcpStream::connect(&admin).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        write!(stream, "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        assert_eq!(&response[9..12], status, "{response}");
    }
    drop((silent, server));
}

#[test]
fn blocked_stderr_does_not_keep_process_alive() {
    let (workspace, key) = with_link();
    for signals in [1, 2] {
        let arguments = ["--rate-limit", "0", "--log-format", "json"];
        let server = Serving::start(workspace.command(&SERVE).args(arguments));
        let mut client = connect(&server);
        // the pipe to this process, which does not read it, is full after some hundred lines
        for _ in 0..2000 {
            assert_eq!(update(&mut client, &key), 200);
        }
        let mut hanging = connect(&server);
        if signals == 2 {
            hanging.write_all(request(&key, 2).as_bytes()).unwrap();
            std::thread::sleep(Duration::from_millis(200));
        }
        let began = Instant::now();
        for _ in 0..signals {
            server.signal("TERM");
            std::thread::sleep(Duration::from_millis(200));
        }
        server.ends_unread();
        assert!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
    }
}

#[test]
fn sighup_reloads_certificate() {
    let workspace = Workspace::new();
    let issue = |name: &str| {
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        workspace.write("tls.crt", certified.cert.pem());
        workspace.write("tls.key", certified.signing_key.serialize_pem());
        workspace.write(name, certified.cert.pem());
        reqwest::Certificate::from_pem(certified.cert.pem().as_bytes()).unwrap()
    };
    let first = issue("first.pem");
    let arguments = ["--tls-certificate", "tls.crt", "--tls-key", "tls.key"];
    let server = Serving::start(workspace.command(&SERVE).args(arguments));
    let port = server.address.rsplit_once(':').unwrap().1.to_owned();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let accepts = |root: &reqwest::Certificate| {
        let client = reqwest::Client::builder().tls_certs_only([root.clone()]).build().unwrap();
        let url = format!("https://localhost:{port}/openapi.json");
        runtime.block_on(client.get(url).send()).is_ok()
    };
    assert!(accepts(&first));
    let second = issue("second.pem");
    assert!(accepts(&first) && !accepts(&second), "reloaded without a signal");
    let reload = || {
        server.signal("HUP");
        std::thread::sleep(Duration::from_millis(500));
    };
    reload();
    assert!(accepts(&second) && !accepts(&first), "not reloaded");
    workspace.write("tls.key", "nonsense");
    reload();
    assert!(accepts(&second), "an invalid key replaced a valid one");
    server.signal("TERM");
    let done = server.finish();
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(done.stderr.contains("certificate reloaded"), "{}", done.stderr);
    assert!(done.stderr.contains("certificate not reloaded"), "{}", done.stderr);
}

#[test]
fn request_of_client_that_vanished_is_applied_and_logged() {
    let (workspace, key) = with_link();
    let mut command = workspace.command(&SERVE);
    let server = Serving::start(command.args(["--log-format", "json"]));
    let other = rusqlite::Connection::open(workspace.path("links.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let body = r#"{"name": "Vanished"}"#;
    let mut stream = connect(&server);
    let head = request(&key, body.len()).replacen(" HTTP", "?token=hidden HTTP", 0);
    stream.write_all((head + body).as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let client = stream.local_addr().unwrap().to_string();
    drop(stream);
    std::thread::sleep(Duration::from_millis(300));
    other.execute_batch("ROLLBACK").unwrap();
    std::thread::sleep(Duration::from_millis(500));
    let (_, link) = server.put(&key, LINK_ID, "{}");
    assert_eq!(link["link"]["name"], "Vanished");
    server.signal("TERM");
    let lines = log_lines(&server.finish().stderr);
    let of_client: Vec<_> =
        lines.iter().filter(|line| line["network.peer.address"] == client.as_str()).collect();
    let completed = of_client.iter().find(|line| line["message"] == "request completed");
    let completed = completed.unwrap_or_else(|| panic!("no line of the request: {lines:?}"));
    assert_eq!(completed["http.response.status_code"], 200);
    let vanished = of_client.iter().find(|line| line["level"] == "WARNING");
    assert_eq!(vanished.unwrap()["request_id"], completed["request_id"]);
}

#[test]
fn log_of_hostile_requests_has_no_secret() {
    let (workspace, key) = with_link();
    let mut command = workspace.command(&SERVE);
    let server = Serving::start(command.args(["--log-format", "json"]));
    let secret_body = r#"{"name": "body-of-request", "unknown-member": 1}"#;
    let length = secret_body.len();
    let one = format!("/v1/links/{LINK_ID}");
    for (method, path) in [
        ("PUT", format!("{one}?token=query-of-request")),
        ("PUT", format!("/v1/links/{key}")),
        ("GET", format!("/{key}")),
        ("GET", format!("/docs/{key}?api_key={key}")),
        ("POST", format!("{one}?api_key={key}")),
        ("PATCH", format!("/v1/links?api_key={key}")),
        ("GET", format!("/v1/links/%ff?token=query-of-request&key={key}")),
        ("DELETE", format!("http://user:{key}@x{one}")),
        ("GET", format!("/v1/links?cursor={key}")),
    ] {
        for complete in [true, false] {
            let head = request(&key, length).replacen(
                &format!("PUT {one}"),
                &format!("{method} {path}"),
                1,
            );
            let mut stream = connect(&server);
            stream.write_all(head.as_bytes()).unwrap();
            let _ = stream.write_all(&secret_body.as_bytes()[..if complete { length } else { 30 }]);
            std::thread::sleep(Duration::from_millis(30));
            if complete {
                let _ = stream.read(&mut [0; 1024]);
            }
        }
    }
    let raw = connect(&server).write_all(format!("{key} nonsense\r\n\r\n").as_bytes());
    raw.unwrap();
    std::thread::sleep(Duration::from_millis(200));
    server.signal("TERM");
    let log = server.finish().stderr;
    assert!(log_lines(&log).len() > 15, "{log}");
    for secret in [&key[8..], "body-of-request", "unknown-member", "query-of-request"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}

#[test]
fn drain_delay_keeps_listening_while_readyz_fails() {
    let (workspace, key) = with_link();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let admin = format!("127.0.0.1:{port}");
    let mut command = workspace.command(&SERVE);
    let server = Serving::start(command.args(["--admin-bind", &admin, "--drain-delay", "2"]));
    let began = Instant::now();
    server.signal("TERM");
    std::thread::sleep(Duration::from_millis(500));
    let mut stream = TcpStream::connect(&admin).unwrap();
    stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(
        response.starts_with("HTTP/1.1 503 ") && response.ends_with("stopping\n"),
        "{response}"
    );
    assert_eq!(update(&mut connect(&server), &key), 200, "the listener is closed already");
    assert_eq!(server.finish().code, Some(0));
    assert!(began.elapsed() >= Duration::from_secs(2), "{:?}", began.elapsed());
}

#[test]
fn client_address_is_that_which_a_trusted_proxy_names() {
    let (workspace, key) = with_link();
    let mut command = workspace.command(&SERVE);
    let arguments = ["--log-format", "json", "--trusted-proxies", "127.0.0.1"];
    let server = Serving::start(command.args(arguments));
    let headers = "x-forwarded-for: 6.6.6.6\r\nx-forwarded-for: 203.0.113.9\r\nhost:";
    let mut stream = connect(&server);
    let request = request(&key, 2).replacen("host:", headers, 1) + "{}";
    stream.write_all(request.as_bytes()).unwrap();
    stream.read_exact(&mut [0; 12]).unwrap();
    server.signal("TERM");
    let lines = log_lines(&server.finish().stderr);
    let line = lines.iter().find(|line| line["message"] == "request completed").unwrap();
    assert_eq!(line["client.address"], "203.0.113.9");
}
