//! `cargo xtask generate` on a tree whose generated files are broken.

use std::fs;
use std::path::Path;
use std::process::Command;

use agenthuman_contract::findings::Format;
use tempfile::TempDir;
use xtask::generate::{Options, run};
use xtask::{CONTRACT, Outcome, root};

const CONFLICT: &str = "<<<<<<< HEAD\n=======\n>>>>>>> other\n";

/// A copy of the repository's tracked files.
fn copy() -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output().unwrap();
    assert!(listed.status.success(), "git ls-files failed");
    for name in String::from_utf8(listed.stdout).unwrap().split_terminator('\0') {
        let (from, to) = (root().join(name), copy.path().join(name));
        if from.is_file() {
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(from, to).unwrap();
        }
    }
    copy
}

fn generate(root: &Path) -> (Outcome, String) {
    let mut out = Vec::new();
    let options = Options { format: Format::Human, ..Options::default() };
    let outcome = run(&options, root, &mut out).unwrap();
    (outcome, String::from_utf8(out).unwrap())
}

fn edit(root: &Path, name: &str, edit: impl FnOnce(String) -> String) {
    let path = root.join(name);
    let text = fs::read_to_string(&path).unwrap();
    let edited = edit(text.clone());
    assert_ne!(edited, text, "{name}");
    fs::write(path, edited).unwrap();
}

#[test]
fn generate_repairs_files_that_are_broken_or_missing() {
    let copy = copy();
    let generated = [
        "server/api/src/lib.rs",
        "server/api/src/types.rs",
        "server/api/src/operations.rs",
        "server/api/examples/emission.rs",
        "server/src/docs/files.rs",
        "server/src/docs/site/index.html",
        "client/src/generated.rs",
    ];
    type Break = (&'static str, fn(&Path));
    let breaks: [Break; 3] = [
        ("a conflict marker at the end", |path| {
            let text = fs::read_to_string(path).unwrap();
            fs::write(path, text + "<<<<<<< HEAD\n").unwrap();
        }),
        ("conflict markers between all lines", |path| {
            let text = fs::read_to_string(path).unwrap();
            let lines: Vec<_> = text.lines().map(|line| format!("{line}\n{CONFLICT}")).collect();
            fs::write(path, lines.concat()).unwrap();
        }),
        ("deleted", |path| fs::remove_file(path).unwrap()),
    ];
    for (what, broken) in breaks {
        for name in generated {
            broken(&copy.path().join(name));
        }
        let (outcome, out) = generate(copy.path());
        assert_eq!(outcome, Outcome::Clean, "{what}: {out}");
        for name in generated {
            let [is, was] = [copy.path(), &root()].map(|root| fs::read(root.join(name)).unwrap());
            assert!(is == was, "{what}: {name} was not repaired");
            assert!(out.contains(&format!("wrote {name}\n")), "{what}: {out}");
        }
    }
}

/// Cargo must be able to load the workspace, or `cargo xtask` could not even be built.
#[test]
fn the_workspace_loads_without_generated_files() {
    let copy = copy();
    for folder in ["server/api/src", "server/api/examples", "server/src/docs/site"] {
        fs::remove_dir_all(copy.path().join(folder)).unwrap();
    }
    fs::remove_file(copy.path().join("client/src/generated.rs")).unwrap();
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(copy.path())
        .output()
        .unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
}

/// What is generated may be broken, so nothing that xtask is built from may contain it.
#[test]
fn xtask_does_not_depend_on_generated_crates() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--package", "xtask", "--edges", "normal,build", "--prefix", "none"])
        .arg("--offline")
        .current_dir(root())
        .output()
        .unwrap();
    let tree = String::from_utf8(tree.stdout).unwrap();
    assert!(tree.contains("agenthuman-server-codegen"), "{tree}");
    for name in ["agenthuman-links", "dropshot"] {
        let found = tree.lines().find(|line| line.starts_with(name));
        assert_eq!(found, None, "xtask depends on {name}");
    }
}

#[test]
fn what_one_generator_does_not_support_does_not_stop_the_others() {
    // The stub has no `minProperties`, the client ignores it.
    let copy = copy();
    edit(copy.path(), CONTRACT, |text| {
        text.replacen(
            "    UpdateLinkRequest:\n",
            "    UpdateLinkRequest:\n      minProperties: 1\n",
            1,
        )
    });
    edit(copy.path(), "client/src/generated.rs", |_| CONFLICT.to_owned());
    let (outcome, out) = generate(copy.path());
    assert_eq!(outcome, Outcome::Findings);
    assert!(out.contains("the stub cannot be generated from this"), "{out}");
    assert!(!out.contains("the client cannot"), "{out}");
    let [is, was] =
        [copy.path(), &root()].map(|root| fs::read(root.join("client/src/generated.rs")));
    assert!(is.unwrap() == was.unwrap(), "the client was not generated");

    // The client's engine reads `\s` differently, the stub's does not.
    let copy = self::copy();
    edit(copy.path(), CONTRACT, |text| {
        text.replace("^lnk_[0-9A-Za-z_-]{1,128}$", r"^lnk_\S{1,128}$")
    });
    let (outcome, out) = generate(copy.path());
    assert_eq!(outcome, Outcome::Findings);
    assert!(out.contains("the client cannot be generated from this"), "{out}");
    assert!(!out.contains("the stub cannot"), "{out}");
    let types = fs::read_to_string(copy.path().join("server/api/src/types.rs")).unwrap();
    assert!(types.contains(r"^lnk_\S{1,128}$"), "the stub was not generated");
}
