//! `cargo xtask build-cost`: what a cold build of the client costs who depends on it.
//!
//! Four crates outside of this workspace make the same call and are built from nothing, one after the
//! other: on the packaged client with and without its feature `codegen`, on progenitor's macro alone,
//! and on reqwest by hand. They use the versions of this workspace's lock file.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;

/// Linux counts CPU time in hundredths of a second (`USER_HZ`, which no kernel has changed).
const TICKS_PER_SECOND: f64 = 100.0;

/// A crate to build: what it is called in the table, what it depends on, what it does.
struct Consumer {
    name: &'static str,
    dependencies: String,
    source: &'static str,
}

/// Builds all and prints the table.
///
/// # Errors
///
/// A build that fails, or a machine without `/proc`.
pub fn run(root: &Path) -> Result<Outcome, Box<dyn Error>> {
    let directory = std::env::temp_dir().join(format!("links-build-cost-{}", std::process::id()));
    fs::create_dir(&directory)?;
    let done = measure(root, &directory);
    fs::remove_dir_all(&directory)?;
    done.map(|()| Outcome::Clean)
}

fn measure(root: &Path, directory: &Path) -> Result<(), Box<dyn Error>> {
    let client = package(root, directory)?;
    println!("{:42} {:>15} {:>7}", "", "user CPU seconds", "crates");
    for consumer in consumers(&client) {
        let (seconds, crates) = build(root, &client, directory, &consumer)?;
        println!("{:42} {seconds:>16.1} {crates:>7}", consumer.name);
    }
    Ok(())
}

fn consumers(client: &Path) -> [Consumer; 4] {
    const CALL: &str = include_str!("build_cost/client.rs");
    let client = |options: &str| {
        format!("agenthuman-links = {{ path = {:?}{options} }}", client.display().to_string())
    };
    [
        Consumer {
            name: "reqwest by hand",
            dependencies: "chrono = { version = \"0.4\", default-features = false, features = \
                           [\"serde\", \"clock\"] }\nreqwest = { version = \"0.13\", features = \
                           [\"json\"] }\nserde = { version = \"1\", features = [\"derive\"] }\n\
                           serde_json = \"1\""
                .to_owned(),
            source: include_str!("build_cost/by_hand.rs"),
        },
        Consumer {
            name: "agenthuman-links, default-features = false",
            dependencies: client(", default-features = false"),
            source: CALL,
        },
        Consumer {
            name: "progenitor::generate_api!",
            dependencies: "chrono = { version = \"0.4\", default-features = false, features = \
                           [\"serde\", \"clock\"] }\nprogenitor = \"0.15\"\nregress = \"0.12\"\n\
                           reqwest = { version = \"0.13\", features = [\"json\", \"stream\"] }\n\
                           serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\""
                .to_owned(),
            source: include_str!("build_cost/generate_api.rs"),
        },
        Consumer { name: "agenthuman-links", dependencies: client(""), source: CALL },
    ]
}

/// The client as its package has it, unpacked.
fn package(root: &Path, directory: &Path) -> Result<PathBuf, Box<dyn Error>> {
    succeed(
        Command::new(cargo())
            .args(["package", "--quiet", "--package", "agenthuman-links", "--no-verify"])
            .args(["--allow-dirty", "--target-dir"])
            .arg(directory)
            .current_dir(root),
    )?;
    let archive = fs::read_dir(directory.join("package"))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "crate"))
        .ok_or("cargo package wrote no .crate file")?;
    succeed(Command::new("tar").arg("xf").arg(&archive).arg("-C").arg(directory))?;
    Ok(directory.join(archive.file_stem().unwrap_or_default()))
}

/// User CPU seconds of a cold build, and how many crates it compiles.
fn build(
    root: &Path,
    client: &Path,
    directory: &Path,
    consumer: &Consumer,
) -> Result<(f64, usize), Box<dyn Error>> {
    let directory = directory.join("consumer");
    fs::create_dir_all(directory.join("src"))?;
    let manifest = format!(
        "[package]\nname = \"consumer\"\nedition = \"2024\"\n\n[dependencies]\n{}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n\n[workspace]\n",
        consumer.dependencies
    );
    fs::write(directory.join("Cargo.toml"), manifest)?;
    fs::write(directory.join("src/main.rs"), consumer.source)?;
    fs::copy(root.join("Cargo.lock"), directory.join("Cargo.lock"))?;
    fs::copy(client.join("openapi/links.yaml"), directory.join("links.yaml"))?;
    // Downloads are not part of it.
    succeed(Command::new(cargo()).args(["fetch", "--quiet"]).current_dir(&directory))?;

    let before = children_seconds()?;
    let mut command = Command::new(cargo());
    let output = command
        .args(["build", "--offline", "--target-dir", "target"])
        .env_remove("CARGO_TARGET_DIR")
        .current_dir(&directory)
        .output()?;
    let seconds = children_seconds()? - before;
    let text = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{} does not build:\n{text}", consumer.name).into());
    }
    let crates = text.lines().filter(|line| line.trim_start().starts_with("Compiling ")).count();
    fs::remove_dir_all(&directory)?;
    Ok((seconds, crates))
}

/// The user CPU time of all children that have ended.
fn children_seconds() -> Result<f64, Box<dyn Error>> {
    let stat = fs::read_to_string("/proc/self/stat")
        .map_err(|error| format!("CPU time is read from /proc, as Linux has it: {error}"))?;
    // The name of the program, in brackets, may hold spaces; `cutime` is the 14th field after it.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 = fields.split_whitespace().nth(13).unwrap_or_default().parse()?;
    Ok(ticks / TICKS_PER_SECOND)
}

fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn succeed(command: &mut Command) -> Result<(), Box<dyn Error>> {
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} failed").into()) }
}
