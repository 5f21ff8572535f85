//! The unmodified samples of the docs, run against the server.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

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

programs!(update_link_clear, update_link_pause, update_link_set);

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
    let shown: BTreeSet<_> = files("rs").iter().map(|path| stem(path)).collect();
    let compiled: BTreeSet<_> = PROGRAMS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(compiled, shown, "list the programs that the docs show");
    let scripts = files("sh");
    assert!(scripts.len() >= shown.len(), "each program has its command");
    for script in scripts {
        let name = stem(&script);
        let server = TestServer::start().await;
        let by_curl = run(&server, Command::new("sh").arg(&script)).await;
        assert!(by_curl.contains(LINK_ID), "{name}: {by_curl}");
        let after_curl = server.update("{}").await.body;
        if !shown.contains(&name) {
            continue;
        }
        let server = TestServer::start().await;
        let mut program = Command::new(std::env::current_exe().unwrap());
        program.args([
            "--exact",
            "samples::samples_of_contract_return_their_status",
            "--nocapture",
        ]);
        let by_rust = run(&server, program.env(PROGRAM, &name)).await;
        assert!(by_rust.contains(LINK_ID), "{name}: {by_rust}");
        let after_rust = server.update("{}").await.body;
        assert_eq!(after_curl, after_rust, "{name}: both do the same");
    }
}

async fn run(server: &TestServer, command: &mut Command) -> String {
    command.env("AGENTHUMAN_BASE_URL", server.base_url()).env("AGENTHUMAN_API_KEY", &server.key);
    let output = command.output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

fn files(extension: &str) -> BTreeSet<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/docs/site/samples");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|found| found == extension)).collect()
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}
