//! `cargo xtask release`.

use agenthuman_contract::Contract;
use xtask::release::freeze;

const CONTRACT: &str = "openapi: 3.0.3\ninfo: {title: T, version: 1.2.3}\npaths: {}\n";

#[test]
fn freeze_copies_the_contract_once_and_never_changes_it() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let write = |name: &str, text: &str| std::fs::write(root.join(name), text).unwrap();
    let read = || Contract::read(root, "openapi/links.yaml").unwrap();
    std::fs::create_dir(root.join("openapi")).unwrap();
    write("openapi/links.yaml", CONTRACT);
    let mut out = Vec::new();
    freeze(&read(), root, &mut out).unwrap();
    freeze(&read(), root, &mut out).unwrap();
    let name = "openapi/released/1.2.3.yaml";
    let out = String::from_utf8(out).unwrap();
    assert_eq!(out, format!("wrote {name}\n{name} exists already\n"));
    assert_eq!(std::fs::read_to_string(root.join(name)).unwrap(), CONTRACT);
    assert_eq!(std::fs::read_dir(root.join("openapi/released")).unwrap().count(), 1);

    write("openapi/links.yaml", &CONTRACT.replace("title: T", "title: U"));
    let error = freeze(&read(), root, &mut Vec::new()).unwrap_err().to_string();
    assert!(error.starts_with("openapi/released/1.2.3.yaml exists and is different"), "{error}");
    assert_eq!(std::fs::read_to_string(root.join(name)).unwrap(), CONTRACT);
}
