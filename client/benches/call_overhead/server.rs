//! A server in a process of its own, so that its CPU time and its allocations are not measured.

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::{env, thread};

/// Marks the process that is the server.
const SERVER: &str = "CALL_OVERHEAD_SERVER";

const BODY: &str = r#"{"success":true,"link":{"link_id":"lnk_01J8ZK4R2N5M6P7Q8W4T","name":"Summer demo","url":"https://app.agenthuman.com/s/lnk_01J8ZK4R2N5M6P7Q8W4T","agent":{"agent_id":"agnt_01J8ZK4R2N5M6P7Q8W4T","name":"Support","avatar_image_url":null,"created_at":"2024-01-15T10:00:00Z","voice_agent":{"provider":"ElevenLabs","agent_id":"p1","auth_method":"public"}},"status":"active","uses":12,"use_limit":100,"created_at":"2024-01-15T10:30:00Z","expires_at":null}}"#;

/// The process of the server, which ends with this value.
pub struct Server {
    process: Child,
    url: String,
}

impl Server {
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns true in the process that is the server.
pub fn is_server_process() -> bool {
    env::var_os(SERVER).is_some()
}

/// Starts this program again as the server.
pub fn start() -> Result<Server, Box<dyn Error>> {
    let mut process =
        Command::new(env::current_exe()?).env(SERVER, "1").stdout(Stdio::piped()).spawn()?;
    let mut url = String::new();
    let output = process.stdout.take().ok_or("the server has no output")?;
    BufReader::new(output).read_line(&mut url)?;
    Ok(Server { process, url: url.trim().to_owned() })
}

/// Serves until the process is killed.
pub fn run() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("http://{}", listener.local_addr()?);
    for connection in listener.incoming() {
        let connection = connection?;
        // A client that goes away ends its connection.
        thread::spawn(move || drop(serve(connection)));
    }
    Ok(())
}

fn serve(mut connection: TcpStream) -> std::io::Result<()> {
    connection.set_nodelay(true)?;
    let response = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: r1\r\n\
         x-ratelimit-limit: 1000000\r\nx-ratelimit-remaining: 999999\r\nx-ratelimit-reset: 60\r\n\
         content-length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = connection.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        received.extend_from_slice(&buffer[..count]);
        // The body of each request is one JSON object without objects in it.
        if received.ends_with(b"}") {
            received.clear();
            connection.write_all(response.as_bytes())?;
        }
    }
}
