//! nginx or HAProxy with the configuration of `server/deploy`.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};

use super::SLACK;
use super::servers::free_address;

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
                include_str!("../../../deploy/nginx.conf"),
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
                include_str!("../../../deploy/haproxy.cfg"),
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

    pub(super) async fn connect(&self, from: [u8; 4]) -> TcpStream {
        self.try_connect(from).await.unwrap()
    }

    pub(super) async fn try_connect(&self, from: [u8; 4]) -> std::io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((from, 0).into())?;
        socket.connect(self.address).await
    }

    /// Sends a request on a new connection, and returns the status and the whole response.
    pub(super) async fn send(&self, from: [u8; 4], request: &str) -> (u16, String) {
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
    pub(super) fn log(&self) -> String {
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
