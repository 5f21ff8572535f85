//! nginx and HAProxy with the configurations of `server/deploy`, in front of real servers and of fake ones.
//!
//! Without the programs, tests are skipped with a message on stderr, or fail if
//! `LINKS_REQUIRE_REVERSE_PROXY` is set. A test replaces exact texts of a configuration; each must be there
//! once, so that a configuration that was changed does not pass unnoticed.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};

use crate::command_line::with_link;
use crate::harness::LINK_ID;
use crate::process::{Serving, Workspace};

/// Time limit for anything that should happen at once, on a busy machine.
const SLACK: Duration = Duration::from_secs(5);

const CLIENT: [u8; 4] = [127, 0, 0, 2];
const OTHER_CLIENT: [u8; 4] = [127, 0, 0, 3];

const POST: &str = r#"{"agent_id": "agnt_1"}"#;

/// Declares tests that get a program, once for each.
macro_rules! on_every_proxy {
    ($($test:ident,)*) => {
        on_every_proxy! { @ nginx Program::Nginx, $($test,)* }
        on_every_proxy! { @ haproxy Program::Haproxy, $($test,)* }
    };
    (@ $name:ident $program:expr, $($test:ident,)*) => {
        mod $name {
            use super::Program;

            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                if $program.is_installed(concat!(module_path!(), "::", stringify!($test))) {
                    super::$test($program).await;
                }
            })*
        }
    };
}

on_every_proxy! {
    update_has_the_address_of_the_client,
    slow_clients_are_cut_off,
    limit_of_requests_spares_other_addresses,
    create_is_sent_only_once,
    unreachable_server_is_skipped,
    long_list_is_not_stored,
    other_server_takes_over,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    Nginx,
    Haproxy,
}

impl Program {
    fn name(self) -> &'static str {
        match self {
            Program::Nginx => "nginx",
            Program::Haproxy => "haproxy",
        }
    }

    /// Returns the program as a command. Debian has it in a folder that is in the path of root only.
    fn command(self) -> Command {
        let mut command = Command::new(self.name());
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{path}:/usr/sbin")).stdin(Stdio::null());
        command
    }

    /// Returns false if the program is missing, and says so on stderr: libtest hides the output of tests
    /// that pass.
    pub(crate) fn is_installed(self, test: &str) -> bool {
        let name = self.name();
        let found = self.command().arg("-v").output();
        if found.is_ok_and(|output| output.status.success()) {
            return true;
        }
        assert!(
            std::env::var_os("LINKS_REQUIRE_REVERSE_PROXY").is_none(),
            "no {name}, but LINKS_REQUIRE_REVERSE_PROXY is set"
        );
        let _ = writeln!(std::io::stderr(), "SKIPPED {test}: no {name} here (install it)");
        false
    }
}

/// A running reverse proxy.
pub(crate) struct Proxy {
    child: Child,
    pub(crate) address: SocketAddr,
    directory: TempDir,
}

impl Proxy {
    /// Starts a program in front of two servers, given by their addresses and those of their `/readyz`.
    pub(crate) async fn start(
        program: Program,
        servers: [(SocketAddr, SocketAddr); 2],
        changes: &[(&str, &str)],
    ) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let folder = directory.path().to_str().unwrap();
        let address = free_address();
        let [(one, ready_one), (two, ready_two)] = servers;
        let is_root = rustix::process::geteuid().is_root();
        let (source, mut texts) = match program {
            Program::Nginx => (
                include_str!("../../deploy/nginx.conf"),
                vec![
                    ("listen 80;", format!("listen {address};")),
                    ("server 127.0.0.1:8081 ", format!("server {one} ")),
                    ("server 127.0.0.1:8082 ", format!("server {two} ")),
                    ("/run/nginx.pid", format!("{folder}/pid")),
                    ("/var/log/nginx/error.log", format!("{folder}/error.log")),
                    ("/var/log/nginx/links.log", format!("{folder}/access.log")),
                    (
                        "http {\n",
                        format!(
                            "http {{\nclient_body_temp_path {folder}/body;\n\
                             proxy_temp_path {folder}/proxy;\nfastcgi_temp_path {folder}/fastcgi;\n\
                             uwsgi_temp_path {folder}/uwsgi;\nscgi_temp_path {folder}/scgi;\n"
                        ),
                    ),
                ],
            ),
            Program::Haproxy => (
                include_str!("../../deploy/haproxy.cfg"),
                vec![
                    ("bind :80 ", format!("bind {address} ")),
                    ("127.0.0.1:8081 port 9091", format!("{one} port {}", ready_one.port())),
                    ("127.0.0.1:8082 port 9092", format!("{two} port {}", ready_two.port())),
                    ("log /dev/log ", "log stdout format raw ".to_owned()),
                    ("inter 1s", "inter 100ms".to_owned()),
                ],
            ),
        };
        if !is_root && program == Program::Haproxy {
            let root_only = "    chroot /var/lib/haproxy\n    user haproxy\n    group haproxy\n";
            texts.push((root_only, String::new()));
        }
        texts.extend(changes.iter().map(|(from, to)| (*from, (*to).to_owned())));
        let mut text = source.to_owned();
        for (from, to) in texts {
            assert_eq!(text.matches(from).count(), 1, "{from:?} in {source}");
            text = text.replacen(from, &to, 1);
        }
        let file = directory.path().join("configuration");
        std::fs::write(&file, text).unwrap();
        // the workers of nginx run as another user
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(directory.path(), open).unwrap();
        let child = command(program, &file, directory.path()).spawn().unwrap();
        let proxy = Proxy { child, address, directory };
        let deadline = Instant::now() + SLACK;
        while TcpStream::connect(address).await.is_err() {
            assert!(Instant::now() < deadline, "it does not listen: {}", proxy.log());
            sleep(Duration::from_millis(10)).await;
        }
        proxy
    }

    async fn connect(&self, from: [u8; 4]) -> TcpStream {
        self.try_connect(from).await.unwrap()
    }

    async fn try_connect(&self, from: [u8; 4]) -> std::io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((from, 0).into())?;
        socket.connect(self.address).await
    }

    /// Sends a request on a new connection, and returns the status and the whole response.
    async fn send(&self, from: [u8; 4], request: &str) -> (u16, String) {
        let mut stream = self.connect(from).await;
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut response = Vec::new();
        let read = timeout(SLACK, stream.read_to_end(&mut response)).await;
        let response = String::from_utf8_lossy(&response).into_owned();
        read.unwrap_or_else(|_| panic!("no end of {response:?}: {}", self.log())).unwrap();
        let status = response.get(9..12).and_then(|status| status.parse().ok());
        (status.unwrap_or_else(|| panic!("no status in {response:?}: {}", self.log())), response)
    }

    /// Returns what the program has written to its logs.
    fn log(&self) -> String {
        let read = |name: &str| std::fs::read_to_string(self.directory.path().join(name));
        ["output", "error.log", "access.log"].map(|name| read(name).unwrap_or_default()).concat()
    }
}

impl Drop for Proxy {
    /// Ends the program: the master of nginx ends its workers after SIGTERM, but not after SIGKILL.
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

fn command(program: Program, file: &Path, directory: &Path) -> Command {
    let output = std::fs::File::create(directory.join("output")).unwrap();
    let mut command = program.command();
    match program {
        Program::Nginx => {
            command.args(["-g", "daemon off;", "-p"]).arg(directory).arg("-c").arg(file)
        }
        Program::Haproxy => command.arg("-db").arg("-f").arg(file),
    };
    command.stdout(output.try_clone().unwrap()).stderr(output);
    command
}

fn free_address() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn request(method: &str, path: &str, key: &str, body: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\nx-api-key: {key}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn update(key: &str, body: &str) -> String {
    request("PUT", &format!("/v1/links/{LINK_ID}"), key, body)
}

/// Checks an error body of the proxy itself.
#[track_caller]
fn has_documented_shape(response: &str) {
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    let head = head.to_lowercase();
    assert!(head.contains("content-type: application/json"), "{response}");
    let body: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("{response}"));
    assert_eq!(body["success"], false, "{response}");
    let error = &body["error"];
    let is_detailed = ["message", "suggestion", "code"].iter().all(|text| error[text].is_string());
    assert!(error.is_string() || is_detailed, "{response}");
}

/// A real server, with the address of its `/readyz`.
struct Links {
    serving: Serving,
    address: SocketAddr,
    ready: SocketAddr,
}

impl Links {
    fn start(workspace: &Workspace) -> Self {
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

    fn addresses(&self) -> (SocketAddr, SocketAddr) {
        (self.address, self.ready)
    }
}

/// A server that does not speak the API.
#[derive(Clone, Default)]
struct Fake {
    /// The number of requests of which at least one byte has arrived.
    begun: Arc<AtomicU64>,
    /// The complete requests.
    requests: Arc<Mutex<Vec<String>>>,
    /// The bytes of a response that were written.
    written: Arc<AtomicU64>,
    /// The length of the body of its responses; without one it closes the connection.
    response: Option<usize>,
}

impl Fake {
    /// Listens, and responds to `/readyz` that it is ready.
    async fn start(&self) -> (SocketAddr, SocketAddr) {
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

    fn requests(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

const CHUNK: usize = 64 * 1024;

async fn update_has_the_address_of_the_client(program: Program) {
    let (workspace, key) = with_link();
    let links = Links::start(&workspace);
    let proxy = Proxy::start(program, [links.addresses(), links.addresses()], &[]).await;
    let forged =
        "x-forwarded-for: 9.9.9.9\r\nx-forwarded-for: 127.0.0.1\r\nforwarded: for=8.8.8.8\r\n";
    let request = update(&key, r#"{"name": "Through a proxy"}"#);
    let request = request.replace("connection:", &format!("{forged}connection:"));
    let (status, response) = proxy.send(CLIENT, &request).await;
    assert_eq!(status, 200, "{response}");
    assert!(response.contains("Through a proxy"), "{response}");
    // the errors of the server pass unchanged
    let (status, response) = proxy.send(CLIENT, &update(&key, "{")).await;
    assert_eq!(status, 400);
    assert!(response.contains("INVALID_BODY"), "{response}");
    let expecting =
        update(&key, "{}").replace("connection:", "expect: 100-continue\r\nconnection:");
    let (_, response) = proxy.send(CLIENT, &expecting).await;
    assert!(response.contains("HTTP/1.1 200 "), "{response}");

    // a query can have a key, which must not be in the log of the proxy
    let query = request.replace(" HTTP/1.1", "?api_key=secret HTTP/1.1");
    assert_eq!(proxy.send(CLIENT, &query).await.0, 400);
    let log = proxy.log();
    assert!(log.contains(LINK_ID) && !log.contains("secret"), "{log}");

    links.serving.signal("TERM");
    let log = links.serving.finish().stderr;
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let requests: Vec<_> = lines.filter(|line| line["message"] == "request completed").collect();
    assert_eq!(requests.len(), 4, "{log}");
    for line in requests {
        assert_eq!(line["client.address"], "127.0.0.2", "{line}");
        assert!(line["network.peer.address"].as_str().unwrap().starts_with("127.0.0.1"), "{line}");
    }
}

/// Waits until the other side closes the connection, while it sends a byte in every interval.
async fn drip(stream: TcpStream, bytes: &str, interval: Duration) -> Duration {
    let began = Instant::now();
    let (mut reader, mut writer) = stream.into_split();
    let write = async {
        for byte in bytes.bytes() {
            sleep(interval).await;
            if writer.write_all(&[byte]).await.is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    };
    let mut response = Vec::new();
    let closed = async {
        let read = timeout(2 * SLACK, reader.read_to_end(&mut response)).await;
        read.map(|_| began.elapsed()).expect("the connection stays open")
    };
    tokio::select! {
        closed = closed => closed,
        () = write => unreachable!("it never ends"),
    }
}

async fn slow_clients_are_cut_off(program: Program) {
    let fake = Fake { response: Some(2), ..Fake::default() };
    let server = fake.start().await;
    let short: &[_] = match program {
        Program::Nginx => &[
            ("client_header_timeout 10s", "client_header_timeout 1s"),
            ("client_body_timeout 10s", "client_body_timeout 1s"),
        ],
        Program::Haproxy => &[("timeout http-request 10s", "timeout http-request 1s")],
    };
    let proxy = Proxy::start(program, [server, server], short).await;
    let interval = Duration::from_millis(200);
    let whole = update("key", &"x".repeat(40));
    let (head, _) = whole.split_once("\r\n\r\n").unwrap();

    let silent = proxy.connect(CLIENT).await;
    let slow_head = proxy.connect(CLIENT).await;
    let mut no_body = proxy.connect(CLIENT).await;
    no_body.write_all(format!("{head}\r\n\r\n{{").as_bytes()).await.unwrap();
    let mut slow_body = proxy.connect(CLIENT).await;
    slow_body.write_all(format!("{head}\r\n\r\n{{").as_bytes()).await.unwrap();
    let body = "x".repeat(12);
    let (silent, slow_head, no_body, slow_body) = tokio::join!(
        drip(silent, "", interval),
        drip(slow_head, head, interval),
        drip(no_body, "", interval),
        drip(slow_body, &body, interval),
    );
    for elapsed in [silent, slow_head, no_body, slow_body] {
        assert!(elapsed > Duration::from_millis(900), "{elapsed:?}: {}", proxy.log());
    }
    for elapsed in [slow_head, no_body, silent] {
        assert!(elapsed < Duration::from_secs(3), "{elapsed:?}: {}", proxy.log());
    }
    assert_eq!(fake.begun.load(Ordering::Relaxed), 0, "an incomplete request has arrived");
    assert_eq!(proxy.send(CLIENT, &whole).await.0, 200);
}

async fn limit_of_requests_spares_other_addresses(program: Program) {
    let fake = Fake { response: Some(2), ..Fake::default() };
    let server = fake.start().await;
    let low: &[_] = match program {
        Program::Nginx => &[("rate=50r/s", "rate=1r/s"), ("burst=100", "burst=9")],
        Program::Haproxy => &[("sc0_http_req_rate gt 500", "sc0_http_req_rate gt 10")],
    };
    let proxy = Proxy::start(program, [server, server], low).await;
    let mut rejected = 0;
    for _ in 0..30 {
        let (status, response) = proxy.send(CLIENT, &update("key", "{}")).await;
        assert!(matches!(status, 200 | 429), "{response}");
        if status == 429 {
            rejected += 1;
            has_documented_shape(&response);
            assert!(response.to_lowercase().contains("retry-after: "), "{response}");
        }
    }
    assert!((10..=20).contains(&rejected), "{rejected} of 30: {}", proxy.log());
    assert_eq!(fake.requests(), 30 - rejected);
    assert_eq!(proxy.send(OTHER_CLIENT, &update("key", "{}")).await.0, 200);
}

/// HAProxy counts silent connections, nginx only those with a request.
#[tokio::test]
async fn limit_of_connections_spares_other_addresses() {
    if !Program::Haproxy.is_installed("limit_of_connections_spares_other_addresses") {
        return;
    }
    let fake = Fake { response: Some(2), ..Fake::default() };
    let server = fake.start().await;
    let low = [("sc0_conn_cur gt 128", "sc0_conn_cur gt 8")];
    let proxy = Proxy::start(Program::Haproxy, [server, server], &low).await;
    // The threads of HAProxy do not accept them in order.
    let (mut open, mut closed) = (Vec::new(), 0);
    let mut silent = Vec::new();
    for _ in 0..12 {
        // a connection may be closed before the client knows that it is open
        match proxy.try_connect(CLIENT).await {
            Ok(stream) => silent.push(stream),
            Err(_) => closed += 1,
        }
    }
    for mut stream in silent {
        match timeout(Duration::from_millis(50), stream.read(&mut [0])).await {
            Ok(read) => {
                assert!(!matches!(read, Ok(1..)), "a connection without a request has a response");
                closed += 1;
            }
            Err(_) => open.push(stream),
        }
    }
    assert_eq!((open.len(), closed), (8, 4), "{}", proxy.log());
    assert_eq!(proxy.send(OTHER_CLIENT, &update("key", "{}")).await.0, 200);
    drop(open);
    sleep(Duration::from_millis(200)).await;
    assert_eq!(proxy.send(CLIENT, &update("key", "{}")).await.0, 200);
}

#[tokio::test]
async fn limit_of_requests_at_a_time_spares_other_addresses() {
    if !Program::Nginx.is_installed("limit_of_requests_at_a_time_spares_other_addresses") {
        return;
    }
    let fake = Fake { response: Some(64 << 20), ..Fake::default() };
    let server = fake.start().await;
    let low = [("limit_conn connections 64", "limit_conn connections 2")];
    let proxy = Proxy::start(Program::Nginx, [server, server], &low).await;
    // clients that do not read their responses
    let mut slow = Vec::new();
    for _ in 0..2 {
        let mut stream = proxy.connect(CLIENT).await;
        stream.write_all(update("key", "{}").as_bytes()).await.unwrap();
        stream.read_exact(&mut [0; 12]).await.unwrap();
        slow.push(stream);
    }
    let (status, response) = proxy.send(CLIENT, &update("key", "{}")).await;
    assert_eq!(status, 429, "{response}");
    has_documented_shape(&response);
    let mut other = proxy.connect(OTHER_CLIENT).await;
    other.write_all(update("key", "{}").as_bytes()).await.unwrap();
    let mut status = [0; 12];
    other.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 200");
}

/// Both servers close the connection after the request has arrived.
async fn create_is_sent_only_once(program: Program) {
    let fake = Fake::default();
    let servers = [fake.start().await, fake.start().await];
    let proxy = Proxy::start(program, servers, &[]).await;
    let (status, response) = proxy.send(CLIENT, &request("POST", "/v1/links", "key", POST)).await;
    assert_eq!(status, 502, "{response}");
    has_documented_shape(&response);
    sleep(Duration::from_millis(300)).await;
    assert_eq!(fake.requests(), 1, "{}", proxy.log());
}

async fn unreachable_server_is_skipped(program: Program) {
    let fake = Fake { response: Some(2), ..Fake::default() };
    let nobody = free_address();
    let (reachable, ready) = fake.start().await;
    // HAProxy's checks are not to help here
    let servers = [(nobody, ready), (reachable, ready)];
    let proxy = Proxy::start(program, servers, &[]).await;
    for count in 1..=6 {
        let (status, response) =
            proxy.send(CLIENT, &request("POST", "/v1/links", "key", POST)).await;
        assert_eq!(status, 200, "{response} {}", proxy.log());
        assert_eq!(fake.requests(), count);
    }
    let proxy = Proxy::start(program, [(nobody, nobody); 2], &[]).await;
    let (status, response) = proxy.send(CLIENT, &update("key", "{}")).await;
    assert!(matches!(status, 502 | 503), "{response}");
    has_documented_shape(&response);
}

/// A client that does not read keeps the server from writing, and the proxy stores little.
async fn long_list_is_not_stored(program: Program) {
    let length = 64 << 20;
    // what fits into the buffers of four sockets
    let stored = 40 << 20;
    let fake = Fake { response: Some(length), ..Fake::default() };
    let server = fake.start().await;
    let proxy = Proxy::start(program, [server, server], &[]).await;
    let mut stream = proxy.connect(CLIENT).await;
    stream.write_all(request("GET", "/v1/links", "key", "").as_bytes()).await.unwrap();
    let deadline = Instant::now() + 2 * SLACK;
    let mut before = 0;
    loop {
        sleep(Duration::from_millis(400)).await;
        let written = fake.written.load(Ordering::Relaxed);
        if written == before && written > 0 {
            break;
        }
        assert!(Instant::now() < deadline, "{written} bytes: {}", proxy.log());
        before = written;
    }
    assert!(before < stored, "{before} of {length} bytes were stored");
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.unwrap();
    assert!(response.len() > length, "{} bytes", response.len());
    assert!(response.starts_with(b"HTTP/1.1 200 "));
}

/// Stops one of two servers while clients send updates: HAProxy notices it by `/readyz`, nginx by the
/// connection that is refused. No client notices it.
async fn other_server_takes_over(program: Program) {
    let (workspace, key) = with_link();
    let second_workspace = Workspace::new();
    for name in ["links.db", "links.db-wal", "links.db-shm"] {
        if workspace.path(name).exists() {
            std::fs::copy(workspace.path(name), second_workspace.path(name)).unwrap();
        }
    }
    let (first, second) = (Links::start(&workspace), Links::start(&second_workspace));
    let proxy = Proxy::start(program, [first.addresses(), second.addresses()], &[]).await;
    // The names of the link tell the servers apart.
    for (server, name) in [(&first, "First"), (&second, "Second")] {
        let body = json!({ "name": name }).to_string();
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(update(&key, &body).as_bytes()).await.unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).await.unwrap();
        assert!(response.contains(name), "{response}");
    }
    let ask = async || {
        let (status, response) = proxy.send(CLIENT, &update(&key, "{}")).await;
        assert_eq!(status, 200, "{response} {}", proxy.log());
        response.contains("First")
    };
    let mut from_first = 0;
    for _ in 0..10 {
        from_first += usize::from(ask().await);
    }
    assert!((1..=9).contains(&from_first), "{from_first} of 10 from the first server");
    first.serving.signal("TERM");
    let stopped = Instant::now();
    // it accepts connections for the two seconds of drain_delay
    while stopped.elapsed() < Duration::from_secs(1) {
        ask().await;
        sleep(Duration::from_millis(50)).await;
    }
    if program == Program::Haproxy {
        TcpStream::connect(first.address).await.expect("the first server accepts connections");
        for _ in 0..5 {
            assert!(!ask().await, "a server that is not ready gets requests: {}", proxy.log());
        }
    }
    while stopped.elapsed() < Duration::from_millis(2500) {
        ask().await;
        sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(first.serving.finish().code, Some(0));
    for _ in 0..5 {
        assert!(!ask().await);
    }
}
