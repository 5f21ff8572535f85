//! The cost of a cold build for a crate that depends on the client: `cargo bench --bench build_cost`,
//! some minutes.
//!
//! Four crates outside of this workspace make the same call and are built from nothing, one after the
//! other: on the packaged client with and without its feature `codegen`, on progenitor's macro alone,
//! and on reqwest by hand. They use the versions of this workspace's lock file.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Linux counts CPU time in hundredths of a second (`USER_HZ`, which no kernel has changed).
const TICKS_PER_SECOND: f64 = 100.0;

/// The client, and the crates that generate it.
const PACKAGES: [&str; 3] =
    ["agenthuman-contract", "agenthuman-client-codegen", "agenthuman-links"];

/// A crate to build.
struct Consumer {
    /// Its row in the table.
    name: &'static str,
    dependencies: String,
    source: &'static str,
}

fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    measure(Path::new(env!("CARGO_MANIFEST_DIR")), directory.path())
}

fn measure(root: &Path, directory: &Path) -> Result<(), Box<dyn Error>> {
    let packages = package(root, directory)?;
    println!("{:42} {:>15} {:>7}", "", "user CPU seconds", "crates");
    for consumer in consumers(&packages) {
        let (seconds, crates) = build(root, &packages, directory, &consumer)?;
        println!("{:42} {seconds:>16.1} {crates:>7}", consumer.name);
    }
    Ok(())
}

fn consumers(client: &Path) -> [Consumer; 4] {
    const CALL: &str = include_str!("client.rs");
    let client = |options: &str| {
        format!("agenthuman-links = {{ path = {:?}{options} }}", client.join(PACKAGES[2]))
    };
    [
        Consumer {
            name: "reqwest by hand",
            dependencies: "chrono = { version = \"0.4\", default-features = false, features = \
                           [\"serde\", \"clock\"] }\nreqwest = { version = \"0.13\", features = \
                           [\"json\"] }\nserde = { version = \"1\", features = [\"derive\"] }\n\
                           serde_json = \"1\""
                .to_owned(),
            source: include_str!("by_hand.rs"),
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
            source: include_str!("generate_api.rs"),
        },
        Consumer { name: "agenthuman-links", dependencies: client(""), source: CALL },
    ]
}

/// Packages the client and what generates it, and returns the folder where they are unpacked, each
/// under its name.
fn package(root: &Path, directory: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let mut command = Command::new(cargo());
    command.args(["package", "--quiet", "--no-verify", "--allow-dirty", "--target-dir"]);
    command.arg(directory).current_dir(root);
    for name in PACKAGES {
        command.args(["--package", name]);
    }
    succeed(&mut command)?;
    let packages = directory.join("packages");
    for name in PACKAGES {
        let archive = fs::read_dir(directory.join("package"))?
            .flatten()
            .map(|entry| entry.path())
            .find(|path| {
                let file = path.file_name().unwrap_or_default().to_string_lossy();
                let version = file.strip_prefix(name).and_then(|rest| rest.strip_prefix('-'));
                file.ends_with(".crate")
                    && version.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            })
            .ok_or("cargo package wrote no .crate file")?;
        let folder = packages.join(name);
        fs::create_dir_all(&folder)?;
        let unpack = ["--extract", "--strip-components=1", "--file"];
        succeed(Command::new("tar").args(unpack).arg(&archive).arg("-C").arg(&folder))?;
    }
    Ok(packages)
}

/// Returns the user CPU seconds of a cold build and the number of crates it compiles.
fn build(
    root: &Path,
    packages: &Path,
    directory: &Path,
    consumer: &Consumer,
) -> Result<(f64, usize), Box<dyn Error>> {
    let directory = directory.join("consumer");
    fs::create_dir_all(directory.join("src"))?;
    let manifest = format!(
        "[package]\nname = \"consumer\"\nedition = \"2024\"\n\n[dependencies]\n{}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n\n[patch.crates-io]\n{}\n[workspace]\n",
        consumer.dependencies,
        // Not published yet.
        PACKAGES.map(|name| format!("{name} = {{ path = {:?} }}\n", packages.join(name))).concat(),
    );
    fs::write(directory.join("Cargo.toml"), manifest)?;
    fs::write(directory.join("src/main.rs"), consumer.source)?;
    fs::copy(root.join("Cargo.lock"), directory.join("Cargo.lock"))?;
    fs::copy(packages.join(PACKAGES[2]).join("openapi/links.yaml"), directory.join("links.yaml"))?;
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
