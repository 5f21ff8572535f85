//! The unmodified samples of the docs, run against the server.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tokio::process::Command;

use crate::harness::{LINK_ID, TestServer};

/// Declares each program as a module; lists the name of its file and its `main`.
macro_rules! programs {
    ($($name:ident),*) => {
        $(mod $name {
            include!(concat!("../../src/docs/site/samples/", stringify!($name), ".rs"));

            pub(super) fn run() -> Result<(), Box<dyn std::error::Error>> {
                main()
            }
        })*

        const PROGRAMS: &[(&str, fn() -> Result<(), Box<dyn std::error::Error>>)] =
            &[$((stringify!($name), $name::run)),*];
    };
}

programs!(
    create_link_minimal,
    create_link_named,
    delete_link,
    get_link,
    list_links,
    list_links_all,
    list_links_with_parameters,
    update_link_clear,
    update_link_pause,
    update_link_set
);

/// Name of the program to run in this process. Each program needs its own process, because it reads the
/// environment, which threads share.
const PROGRAM: &str = "LINKS_SAMPLE";

#[tokio::test]
async fn samples_of_contract_return_their_status() {
    if let Ok(name) = std::env::var(PROGRAM) {
        let (_, run) = PROGRAMS.iter().find(|(known, _)| *known == name).unwrap();
        // the program starts its own runtime
        std::thread::spawn(|| run().unwrap()).join().unwrap();
        return;
    }
    let programs = names(".rs");
    let compiled: BTreeSet<_> = PROGRAMS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(compiled, programs, "list the programs that the docs show");
    let commands = names(".cli.sh");
    assert_eq!(commands, programs, "each program has its command");
    let path = path_with_links();
    let initial = links(&TestServer::start().await).await;
    let scripts: BTreeSet<_> =
        names(".sh").into_iter().filter(|name| !name.ends_with(".cli")).collect();
    for name in scripts.union(&programs) {
        let mut results = Vec::new();
        if scripts.contains(name) {
            let mut script = Command::new("sh");
            script.arg(folder().join(format!("{name}.sh")));
            results.push(("curl", run(script).await));
        }
        if programs.contains(name) {
            let mut program = Command::new(std::env::current_exe().unwrap());
            program.env(PROGRAM, name).args([
                "--exact",
                "samples::samples_of_contract_return_their_status",
                "--nocapture",
            ]);
            results.push(("Rust", run(program).await));
            let mut command = Command::new("sh");
            command.arg(folder().join(format!("{name}.cli.sh"))).env("PATH", &path);
            results.push(("command line", run(command).await));
        }
        let reads = name.starts_with("get_") || name.starts_with("list_");
        let changes = !reads && !name.ends_with("_empty");
        for (language, (output, links)) in &results {
            assert_eq!(*links, results[0].1.1, "{name}: all languages do the same: {language}");
            assert_eq!(*links != initial, changes, "{name}, {language}: {output}");
            let shows_link = output.contains("lnk_") || name == "delete_link";
            assert!(shows_link, "{name}, {language}: {output}");
        }
    }
}

/// Runs a command against a new server. Returns what it has written, and the links of the account
/// afterwards.
async fn run(mut command: Command) -> (String, Value) {
    let server = TestServer::start().await;
    command.env("AGENTHUMAN_BASE_URL", server.base_url()).env("AGENTHUMAN_API_KEY", &server.key);
    let output = command.output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    (said, links(&server).await)
}

/// Returns the links of the account. A new link has no id and address, because they are random.
async fn links(server: &TestServer) -> Value {
    let url = format!("{}/v1/links", server.base_url());
    let request = server.client.get(url).header("x-api-key", &server.key);
    let mut links = server.send(request).await.body["links"].clone();
    for link in links.as_array_mut().unwrap().iter_mut().filter(|link| link["link_id"] != LINK_ID) {
        link["link_id"].take();
        link["url"].take();
    }
    links
}

/// Returns a `PATH` that contains the program `links`, which `cargo test` builds.
fn path_with_links() -> OsString {
    // this test is in the folder `deps` beside the program
    let test = std::env::current_exe().unwrap();
    let programs = test.ancestors().nth(2).unwrap().to_owned();
    let links = programs.join(format!("links{}", std::env::consts::EXE_SUFFIX));
    assert!(links.exists(), "no {}: run `cargo build --features cli`", links.display());
    let path = std::env::var_os("PATH").unwrap();
    std::env::join_paths(std::iter::once(programs).chain(std::env::split_paths(&path))).unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/docs/site/samples")
}

/// Returns the names of the samples whose files end so.
fn names(suffix: &str) -> BTreeSet<String> {
    let files = std::fs::read_dir(folder()).unwrap();
    let files = files.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    files.filter_map(|file| file.strip_suffix(suffix).map(str::to_owned)).collect()
}
