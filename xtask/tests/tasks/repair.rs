//! `cargo xtask generate` on a tree whose generated files are broken.

use std::fs;
use std::path::Path;
use std::process::Command;

use xtask::{CONTRACT, Outcome};

use crate::repository_copy::RepositoryCopy;
use crate::root;

const CONFLICT: &str = "<<<<<<< HEAD\n=======\n>>>>>>> other\n";

#[test]
fn generate_repairs_files_that_are_broken_or_missing() {
    let copy = RepositoryCopy::temporary();
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
            broken(&copy.root.join(name));
        }
        let (outcome, out) = copy.generate();
        assert_eq!(outcome, Outcome::Clean, "{what}: {out}");
        for name in generated {
            let [is, was] = [&copy.root, &root()].map(|root| fs::read(root.join(name)).unwrap());
            assert!(is == was, "{what}: {name} was not repaired");
            assert!(out.contains(&format!("wrote {name}\n")), "{what}: {out}");
        }
    }
}

/// Cargo must be able to load the workspace, or `cargo xtask` could not even be built.
#[test]
fn the_workspace_loads_without_generated_files() {
    let copy = RepositoryCopy::temporary();
    for folder in ["server/api/src", "server/api/examples", "server/src/docs/site"] {
        fs::remove_dir_all(copy.root.join(folder)).unwrap();
    }
    fs::remove_file(copy.root.join("client/src/generated.rs")).unwrap();
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(&copy.root)
        .output()
        .unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
}

/// Generated files may be broken, so nothing that xtask is built from may contain them.
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
    let copy = RepositoryCopy::temporary();
    copy.edit(CONTRACT, |text| {
        text.replacen(
            "    UpdateLinkRequest:\n",
            "    UpdateLinkRequest:\n      minProperties: 1\n",
            1,
        )
    });
    copy.edit("client/src/generated.rs", |_| CONFLICT.to_owned());
    let (outcome, out) = copy.generate();
    assert_eq!(outcome, Outcome::Findings);
    assert!(out.contains("the stub cannot be generated from this"), "{out}");
    assert!(!out.contains("the client cannot"), "{out}");
    let [is, was] =
        [&copy.root, &root()].map(|root| fs::read(root.join("client/src/generated.rs")));
    assert!(is.unwrap() == was.unwrap(), "the client was not generated");

    // The client's `new` is its constructor.
    let copy = RepositoryCopy::temporary();
    copy.edit(CONTRACT, |text| {
        let text = text.replace("operationId: get_link", "operationId: new");
        text.replace("^lnk_[0-9A-Za-z_-]{1,128}$", r"^lnk_\S{1,128}$")
    });
    let (outcome, out) = copy.generate();
    assert_eq!(outcome, Outcome::Findings);
    assert!(out.contains("the client cannot be generated from this"), "{out}");
    assert!(!out.contains("the stub cannot"), "{out}");
    let types = fs::read_to_string(copy.root.join("server/api/src/types.rs")).unwrap();
    assert!(types.contains(r"^lnk_\S{1,128}$"), "the stub was not generated");
}
