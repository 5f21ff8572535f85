//! `cargo xtask demo`: the real server, a real database, the generated client.
//!
//! The client's part is an example of the server's package, in a process of its own: xtask must not
//! depend on the client, or a contract that cannot be read would keep `check` from being built.

use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::{Outcome, read_contract};

/// Where the contract has the documented response.
const DOCUMENTED: &str = "/paths/~1v1~1links~1{link_id}/put/responses/200/content/\
                          application~1json/examples/paused/value";

/// The documented link as it is before the update: another name, active, with an expiry.
const LINKS: &str = "server/examples/links.json";

/// Runs the demo.
///
/// # Errors
///
/// Whatever keeps the server from being built, started or updated.
pub fn run(root: &Path) -> Result<Outcome, Box<dyn Error>> {
    let contract = read_contract(None, root)?;
    let documented = contract
        .get(DOCUMENTED)
        .ok_or_else(|| contract.error(DOCUMENTED, "the documented response is missing"))?;
    println!("Building the server and the client …");
    build(root)?;
    let directory = Directory::new()?;
    let expected = directory.0.join("expected.json");
    fs::write(&expected, documented.to_string())?;
    let database = format!("sqlite:{}", directory.0.join("links.db").display());

    let server = binary("links-server")?;
    let account = ["--database", &database, "--account", "demo"];
    let key = output(Command::new(&server).args(["keys", "create"]).args(account).arg("--test"))?;
    let imported = output(Command::new(&server).arg("import").args(account).arg(root.join(LINKS)))?;
    println!("\n{LINKS}: {}", imported.trim());
    println!("{}", fs::read_to_string(root.join(LINKS))?);

    let running = Server::start(&server, &database, &directory.0.join("log"))?;
    println!("links-server is listening on {}\n", running.url);
    let link_id = documented["link"]["link_id"].as_str().unwrap_or_default();
    let status = Command::new(binary("examples/demo")?)
        .args([OsStr::new(link_id), expected.as_os_str()])
        .env("AGENTHUMAN_BASE_URL", &running.url)
        .env("AGENTHUMAN_API_KEY", key.trim())
        .status()?;
    if status.success() { Ok(Outcome::Clean) } else { Err("the demo failed".into()) }
}

fn build(root: &Path) -> Result<(), Box<dyn Error>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--package", "agenthuman-links-server"])
        .args(["--bin", "links-server", "--example", "demo"])
        .current_dir(root)
        .status()?;
    if status.success() { Ok(()) } else { Err("the server could not be built".into()) }
}

/// What cargo built stands beside this very program.
fn binary(name: &str) -> Result<PathBuf, Box<dyn Error>> {
    let xtask = std::env::current_exe()?;
    let directory = xtask.parent().ok_or("this program has no directory")?;
    Ok(directory.join(name).with_extension(std::env::consts::EXE_EXTENSION))
}

fn output(command: &mut Command) -> Result<String, Box<dyn Error>> {
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{command:?} failed").into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// A running server; it ends with this value.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start(server: &Path, database: &str, log: &Path) -> Result<Self, Box<dyn Error>> {
        let mut process = Command::new(server)
            .args(["serve", "--bind", "127.0.0.1:0", "--database", database])
            .stdout(Stdio::piped())
            .stderr(fs::File::create(log)?)
            .spawn()?;
        let mut line = String::new();
        if let Some(stdout) = process.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let mut running = Server { process, url: String::new() };
        match line.trim().strip_prefix("listening on ") {
            Some(url) => {
                running.url = url.to_owned();
                Ok(running)
            }
            None => Err(format!("the server did not start: {}", fs::read_to_string(log)?).into()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // There is nobody left to tell if it has ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A directory that goes when the demo ends.
struct Directory(PathBuf);

impl Directory {
    fn new() -> std::io::Result<Self> {
        let path =
            std::env::temp_dir().join(format!("agenthuman-links-demo-{}", std::process::id()));
        fs::create_dir(&path)?;
        Ok(Directory(path))
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
