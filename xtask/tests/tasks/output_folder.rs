//! `--out` replaces what an earlier run wrote, and nothing else.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use xtask::output_folder::{MARKER, write};

fn files(names: &[&str]) -> BTreeMap<PathBuf, Vec<u8>> {
    names.iter().map(|name| (PathBuf::from(name), name.as_bytes().to_vec())).collect()
}

/// Every file below a folder with its content; symbolic links are named, not followed.
fn tree(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(path) = pending.pop() {
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            if path.is_symlink() {
                let target = fs::read_link(&path).unwrap();
                found.insert(name, format!("-> {}", target.display()));
            } else if path.is_dir() {
                found.insert(format!("{name}/"), String::new());
                pending.push(path);
            } else {
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

/// A folder with a repository in it and precious files all around.
struct Around {
    root: TempDir,
}

impl Around {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        for file in ["repo/.git/HEAD", "repo/work.txt", "sibling.new/precious", "file", "full/mine"]
        {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "precious").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink("full", root.path().join("link")).unwrap();
        Around { root }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn write(&self, name: &str, names: &[&str]) -> Result<(), String> {
        let repository = self.path("repo");
        write(&self.path(name), &files(names), &repository).map_err(|error| error.to_string())
    }
}

#[test]
fn write_to_a_folder_of_others_is_an_error_and_touches_nothing() {
    let around = Around::new();
    let before = tree(around.root.path());
    for (name, message) in [
        ("repo", "the folder contains the repository"),
        ("repo/.", "the folder contains the repository"),
        ("", "the folder contains the repository"),
        ("repo/..", "the folder contains the repository"),
        ("repo/../repo/.git/../", "the folder contains the repository"),
        ("full", "contains `mine`, which `cargo xtask` did not write"),
        ("full/", "contains `mine`"),
        ("repo/.git", "contains `HEAD`"),
        ("file", "is a file, not a folder"),
        #[cfg(unix)]
        ("link", "is a symbolic link, not a folder"),
        #[cfg(unix)]
        ("link/", "is a symbolic link, not a folder"),
        ("missing/../full", "failed to write"),
    ] {
        let error = around.write(name, &["a"]).unwrap_err();
        assert!(error.contains(message), "{name}: {error}");
        assert_eq!(tree(around.root.path()), before, "{name}");
    }
    for root in ["/", "//", "/.", "."] {
        let error = write(Path::new(root), &files(&["a"]), &around.path("repo")).unwrap_err();
        assert!(error.to_string().contains("the folder contains"), "{root}: {error}");
    }
    assert_eq!(tree(around.root.path()), before);
}

#[test]
fn write_creates_a_missing_folder_and_fills_an_empty_one() {
    let around = Around::new();
    fs::create_dir(around.path("empty")).unwrap();
    for name in ["empty", "sibling", "deep/er/new"] {
        around.write(name, &["a", "b/c"]).unwrap();
        let written = tree(&around.path(name));
        assert_eq!(written.keys().collect::<Vec<_>>(), [MARKER, "a", "b/", "b/c"], "{name}");
    }
    // Beside `sibling` there is a folder whose name looks like a scratch folder of it.
    assert_eq!(tree(&around.path("sibling.new"))["precious"], "precious");
    let left: Vec<_> = fs::read_dir(around.root.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(".xtask"))
        .collect();
    assert_eq!(left, [] as [&str; 0], "scratch folders are left behind");
}

#[test]
fn write_again_deletes_listed_files_only() {
    let around = Around::new();
    around.write("out", &["a", "old/a", "src/lib.rs"]).unwrap();
    for (file, text) in [("Cargo.lock", "lock"), ("target/x/y", "built"), ("src/mine.rs", "mine")] {
        let path = around.path("out").join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("../full", around.path("out/linked")).unwrap();
    around.write("out", &["b", "src/lib.rs"]).unwrap();
    let now = tree(&around.path("out"));
    let mut expected = vec![
        MARKER,
        "Cargo.lock",
        "b",
        "src/",
        "src/lib.rs",
        "src/mine.rs",
        "target/",
        "target/x/",
        "target/x/y",
    ];
    if cfg!(unix) {
        expected.insert(3, "linked");
    }
    assert_eq!(now.keys().collect::<Vec<_>>(), expected);
    assert_eq!((&*now["src/mine.rs"], &*now["target/x/y"]), ("mine", "built"));
    assert_eq!(tree(&around.path("full"))["mine"], "precious");
}

#[test]
fn write_names_the_file_that_is_in_the_way() {
    let around = Around::new();
    around.write("out", &["a"]).unwrap();
    fs::write(around.path("out/b"), "mine").unwrap();
    let before = tree(around.root.path());
    for names in [["a", "b"], ["a", "b/c"]] {
        let error = around.write("out", &names).unwrap_err();
        assert!(error.contains("contains `b`"), "{error}");
        assert_eq!(tree(around.root.path()), before);
    }
}

#[test]
fn write_does_not_trust_a_marker_that_leaves_its_folder() {
    let around = Around::new();
    around.write("out", &["a"]).unwrap();
    let marker = around.path("out").join(MARKER);
    let good = fs::read_to_string(&marker).unwrap();
    for (text, message) in [
        (format!("{good}../full/mine\n"), "lists `../full/mine`"),
        (format!("{good}/etc/passwd\n"), "lists `/etc/passwd`"),
        ("something else\n".to_owned(), "is not a marker"),
    ] {
        fs::write(&marker, text).unwrap();
        let before = tree(around.root.path());
        let error = around.write("out", &["a"]).unwrap_err();
        assert!(error.contains(message), "{error}");
        assert_eq!(tree(around.root.path()), before);
    }
}
