//! A field that is added to the contract does not compile until the domain rules handle it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use agenthuman_contract::Contract;
use agenthuman_server_codegen::generate_standalone;
use xtask::CONTRACT;

use crate::repository_copy::target;
use crate::root;

/// The domain rules, which depend on nothing but the stub.
const RULES: &str = "server/src/link.rs";

/// Compiles the domain rules against the stub of a contract.
fn compiled(contract: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let stub = generate_standalone(&Contract::parse("links.yaml", contract).unwrap()).unwrap();
    let manifest = &stub[Path::new("Cargo.toml")];
    let package = manifest.lines().find_map(|line| line.strip_prefix("name = ")).unwrap();
    for (path, text) in &stub {
        let name = Path::new("stub").join(path);
        write(&name.display().to_string(), text);
    }
    write(
        "Cargo.toml",
        &format!(
            "[package]\nname = \"rules-of-a-new-field\"\nedition = \"2024\"\n\n[dependencies]\n\
             agenthuman-links-api = {{ path = \"stub\", package = {package} }}\n\
             agenthuman-server-runtime = {{ path = \"stub/runtime\" }}\n\
             chrono = {{ version = \"0.4\", default-features = false }}\n\n[workspace]\n\
             exclude = [\"stub\"]\n"
        ),
    );
    write("src/lib.rs", "pub mod link;\n");
    write("src/link.rs", &fs::read_to_string(root().join(RULES)).unwrap());
    fs::copy(root().join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
    Command::new(env!("CARGO"))
        .args(["build", "--offline"])
        .current_dir(folder.path())
        .env("CARGO_TARGET_DIR", target())
        .output()
        .unwrap()
}

#[test]
fn a_new_field_does_not_compile_until_the_rules_handle_it() {
    let contract = fs::read_to_string(root().join(CONTRACT)).unwrap();
    let as_it_is = compiled(&contract);
    let stderr = String::from_utf8_lossy(&as_it_is.stderr);
    assert!(as_it_is.status.success(), "{RULES} needs more than the stub: {stderr}");

    let field = "        new_field: {type: string, nullable: true}\n";
    for (schema, before) in
        [("UpdateLinkRequest", "      properties:\n"), ("Link", "      properties:\n")]
    {
        let at = contract.find(&format!("\n    {schema}:\n")).unwrap();
        let at = at + contract[at..].find(before).unwrap() + before.len();
        let edited = format!("{}{field}{}", &contract[..at], &contract[at..]);
        let output = compiled(&edited);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{schema}: the new field was not noticed");
        assert!(
            stderr.contains("`new_field`") && stderr.contains("src/link.rs"),
            "{schema}: {stderr}"
        );
    }
}
