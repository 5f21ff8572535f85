//! The site of a contract whose texts try to execute scripts.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use agenthuman_contract::Contract;
use agenthuman_docs::{Site, StaticSite, static_site};
use serde_json::Value;

use crate::{RELEASED, contract, root, text};

/// Everything that must neither be executed nor loaded, in each place where Markdown allows it.
const HOSTILE: &str = "Text <script>alert(1)</script> <img src=x onerror=alert(1)>\n\n\
     <iframe src=\"https://example.com\"></iframe>\n\n<svg onload=alert(1)>\n\n\
     [a](javascript:alert(1)) [b](<java\tscript:alert(1)>) <javascript:alert(1)> \
     [c](data:text/html,x) ![d](https://example.com/d.png)\n\n<details open ontoggle=alert(1)>";

/// Returns the site of the real contract with the text at the end of each title, summary and description.
fn hostile_site() -> Site {
    fn add(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    match value {
                        Value::String(old)
                            if ["title", "summary", "description"].contains(&name.as_str()) =>
                        {
                            *old = format!("{old} {HOSTILE}");
                        }
                        value => add(value),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(add),
            _ => {}
        }
    }
    let mut document = contract().document().clone();
    add(&mut document);
    let contract = Contract::parse("openapi/links.yaml", &document.to_string()).unwrap();
    static_site(&contract, &root(), RELEASED, StaticSite::default()).unwrap()
}

#[test]
fn html_and_scripts_of_a_contract_are_shown_as_text() {
    let site = hostile_site();
    for name in ["index.html", "changes.html", "reference/update_link.html"] {
        let page = text(&site, name);
        for tag in ["<script>", "<img", "<iframe", "<svg", "<details open"] {
            assert!(!page.contains(tag), "{name}: {tag}");
        }
        assert!(page.contains("&lt;script"), "{name} shows the text");
        let links = page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        for link in links {
            let scheme = link.split_once(':').map(|(scheme, _)| scheme);
            assert!(scheme.is_none_or(|scheme| scheme == "https"), "{name}: {link}");
        }
    }
}

/// In Debian's Chromium, by `openapi/docs/browser/hostile.mjs`. Without it, the test is skipped with a
/// message on stderr, or fails if `LINKS_REQUIRE_BROWSER` is set.
#[test]
fn hostile_site_executes_nothing_in_browser() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser");
    let Some(chromium) = chromium().filter(|_| tests.join("node_modules").is_dir()) else {
        assert!(
            std::env::var_os("LINKS_REQUIRE_BROWSER").is_none(),
            "no Chromium or no node_modules, but LINKS_REQUIRE_BROWSER is set"
        );
        let hint = "install Chromium, and `npm ci --prefix openapi/docs/browser`";
        // written to stderr directly, because libtest hides the output of tests that pass
        let _ = writeln!(std::io::stderr(), "SKIPPED the hostile docs in a browser: {hint}");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    for (name, file) in hostile_site() {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, file.bytes).unwrap();
    }
    let output = Command::new("node")
        .args(["--test", "--test-reporter=spec", "--test-timeout=60000", "hostile.mjs"])
        .current_dir(&tests)
        .env("CHROMIUM", chromium)
        .env("SITE", folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

fn chromium() -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&paths)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|path| path.is_file())
}
