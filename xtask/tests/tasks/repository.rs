//! Facts about this repository.

use std::process::Command;

use crate::root;

#[test]
fn the_badges_are_of_workflows_that_exist() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let workflows = root().join(".github/workflows");
    let mut badges = readme.split("actions/workflows/").skip(1).peekable();
    assert!(badges.peek().is_some());
    for badge in badges {
        let name = badge.split(['/', ')']).next().unwrap_or_default();
        assert!(workflows.join(name).is_file(), "no workflow {name}");
    }
}

/// `CONTRIBUTING.md` lists the files to edit, so it has to be corrected when one of them moves.
#[test]
fn the_guides_name_files_that_exist() {
    let folders = [".ci/", ".github/", "client/", "openapi/", "server/", "xtask/"];
    // A file that exists only while there are exceptions.
    let optional = xtask::EXCEPTIONS;
    for guide in ["README.md", "CONTRIBUTING.md"] {
        let text = std::fs::read_to_string(root().join(guide)).unwrap();
        let prose: String = text.split("```").step_by(2).collect();
        let quoted = prose.split('`').skip(1).step_by(2);
        let quoted = quoted.filter(|code| folders.iter().any(|folder| code.starts_with(folder)));
        let linked = prose.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        let linked = linked.filter(|target| !target.contains("://"));
        let names: Vec<_> = quoted.chain(linked).filter(|name| *name != optional).collect();
        assert!(names.len() > 20, "{guide}: {names:?}");
        for name in names {
            assert!(root().join(name).exists(), "{guide}: no {name}");
        }
    }
}

/// `TestServer` has switches for failures, which production must not have.
#[test]
fn the_server_does_not_contain_the_test_server() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--package", "agenthuman-links-server", "--edges", "normal,build"])
        .args(["--prefix", "none", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let tree = String::from_utf8(tree.stdout).unwrap();
    assert!(tree.contains("agenthuman-links-api") && !tree.contains("test-server"), "{tree}");
}

/// The engines work for any contract; words of this API in them would be the beginning of an
/// exception for it. Their tests may use the real contract.
#[test]
fn the_engines_do_not_know_what_the_api_is_about() {
    let words = [
        "lnk_",
        "agnt_",
        "link_id",
        "agent_id",
        "update_link",
        "UpdateLink",
        "links.yaml",
        "voice_agent",
    ];
    for folder in [
        "openapi/contract/src",
        "client/codegen/src",
        "server/codegen/src",
        "server/runtime/src",
        "xtask/conform/src",
    ] {
        let mut pending = vec![root().join(folder)];
        while let Some(path) = pending.pop() {
            if path.is_dir() {
                pending.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
                continue;
            }
            let is_test = |name: &std::ffi::OsStr| name == "tests" || name == "tests.rs";
            if path.iter().any(is_test) {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            for word in words {
                assert!(!code.contains(word), "{} says `{word}`", path.display());
            }
        }
    }
}
