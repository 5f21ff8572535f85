//! Copies of this repository, for tests that change it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use agenthuman_contract::findings::Format;
use xtask::Outcome;
use xtask::generate::{Options, run};

use crate::root;

/// Beginning of the suffix of the version of the crates in a copy that is compiled; the name of the copy
/// follows. Without it, cargo would take them for
/// the crates of this repository, because it identifies a crate by its version and its path in the
/// workspace, and would use one in place of the other in the shared folder of build artifacts.
const VERSION_SUFFIX: &str = "+copy-of-";

/// Returns the target folder of this test, which has the compiled dependencies.
pub fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

/// A copy of the files of this repository that git tracks or would track.
pub struct RepositoryCopy {
    pub root: PathBuf,
    /// Deletes a temporary copy.
    _temporary: Option<tempfile::TempDir>,
}

impl RepositoryCopy {
    /// Returns a copy in a temporary folder.
    pub fn temporary() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(folder.path());
        RepositoryCopy { root: folder.path().to_owned(), _temporary: Some(folder) }
    }

    /// Returns a copy to compile, in a folder of this name. The folder stays, and a file that has not
    /// changed keeps its time, so that the next test compiles only what has changed.
    pub fn to_compile(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        copy(&root);
        let copy = RepositoryCopy { root, _temporary: None };
        copy.edit("Cargo.toml", |text| {
            let (before, after) = text.split_once("[workspace.package]\nversion = \"").unwrap();
            let (version, after) = after.split_once('"').unwrap();
            let suffix = format!("{VERSION_SUFFIX}{}", name.replace('_', "-"));
            format!("{before}[workspace.package]\nversion = \"{version}{suffix}\"{after}")
        });
        copy
    }

    /// Returns a cargo command in this copy. It uses the dependencies that have been compiled for this
    /// repository, and writes its programs to a target folder of its own. Before version 1.91, cargo
    /// does not know this setting and compiles the dependencies again.
    pub fn cargo(&self) -> Command {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.arg("--offline").current_dir(&self.root);
        cargo.env("CARGO_BUILD_BUILD_DIR", target()).env("CARGO_TARGET_DIR", self.target());
        cargo
    }

    /// Returns the folder of the programs that [`cargo`](Self::cargo) builds.
    pub fn target(&self) -> PathBuf {
        self.root.join("target")
    }

    /// Runs `cargo xtask generate`. Returns its outcome and its output.
    pub fn generate(&self) -> (Outcome, String) {
        let mut out = Vec::new();
        let options = Options { format: Format::Human, ..Options::default() };
        let outcome = run(&options, &self.root, &mut out).unwrap();
        (outcome, String::from_utf8(out).unwrap())
    }

    /// Changes a file.
    pub fn edit(&self, name: &str, edit: impl FnOnce(String) -> String) {
        let path = self.root.join(name);
        let text = fs::read_to_string(&path).unwrap();
        let edited = edit(text.clone());
        assert_ne!(edited, text, "{name}");
        fs::write(path, edited).unwrap();
    }
}

/// Makes the files in a folder equal to those of this repository, except for its target folder.
fn copy(folder: &Path) {
    let mut list = Command::new("git");
    list.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let listed = list.current_dir(root()).output().unwrap();
    assert!(listed.status.success(), "git ls-files failed");
    let listed = String::from_utf8(listed.stdout).unwrap();
    let names = listed.split_terminator('\0').filter(|name| root().join(name).is_file());
    let paths: BTreeSet<_> = names.map(|name| folder.join(name)).collect();
    let mut folders = vec![folder.to_owned()];
    while let Some(path) = folders.pop() {
        for entry in fs::read_dir(path).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.extend((path != folder.join("target")).then_some(path));
            } else if !paths.contains(&path) {
                fs::remove_file(path).unwrap();
            }
        }
    }
    for path in paths {
        let original = fs::read(root().join(path.strip_prefix(folder).unwrap())).unwrap();
        if fs::read(&path).is_ok_and(|text| text == original) {
            continue;
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, original).unwrap();
    }
}
