//! The site of the real contract.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[cfg(feature = "serve")]
mod serve;

use std::path::{Path, PathBuf};

use agenthuman_contract::Contract;
use agenthuman_docs::{Site, static_site};

const RELEASED: &str = "openapi/released";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn contract() -> Contract {
    Contract::read(&root(), "openapi/links.yaml").unwrap()
}

fn site() -> Site {
    static_site(&contract(), &root(), RELEASED, None).unwrap()
}

fn text(site: &Site, name: &str) -> String {
    String::from_utf8(site[name].bytes.clone()).unwrap()
}

#[test]
fn same_contract_gives_same_bytes() {
    let twice = [site(), site()];
    assert!(twice[0] == twice[1]);
}

#[test]
fn page_loads_nothing_from_another_host() {
    let site = site();
    for name in ["index.html", "reference.html", "changes.html"] {
        let page = text(&site, name);
        for (at, _) in page.match_indices("src=\"").chain(page.match_indices("<link ")) {
            let tag = page[at..].split('>').next().unwrap_or_default();
            assert!(!tag.contains("//"), "{name}: {tag}");
        }
    }
}

#[test]
fn site_contains_every_linked_file() {
    let site = site();
    for name in ["index.html", "reference.html", "changes.html"] {
        let page = text(&site, name);
        for attribute in ["href=\"", "src=\""] {
            for link in page.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
                let is_external = link.contains(':') || link.starts_with('#');
                assert!(is_external || site.contains_key(link), "{name}: {link}");
            }
        }
    }
}

#[test]
fn update_has_table_of_field_states() {
    let text = text(&site(), "llms.txt");
    let table = text.split("Effect of each field of the body:\n\n").nth(1).unwrap();
    assert_eq!(
        table.split("\n\n").next().unwrap(),
        "| field | absent | `null` | a value |\n| --- | --- | --- | --- |\n\
         | `name` | unchanged | clears the name | set to text |\n\
         | `status` | unchanged | rejected: 400 | set to `active`, `paused` or `expired` |\n\
         | `expires_at` | unchanged | removes the expiry: the link never expires | \
         set to a timestamp (RFC 3339) |\n\
         | `use_limit` | unchanged | removes the limit: unlimited sessions | \
         set to an integer, 1 … 9007199254740991 |"
    );
}

#[test]
fn missing_example_is_an_error_at_the_parameter() {
    let document = contract().document().to_string();
    let document = document.replace(",\"example\":\"lnk_01J8ZK4R2N5M6P7Q8W4T\"", "");
    let contract = Contract::parse("openapi/c.json", &document).unwrap();
    let error = static_site(&contract, &root(), RELEASED, None);
    let error = error.unwrap_err().to_string();
    let pointer = "(at #/paths/~1v1~1links~1{link_id}/put/parameters/0)";
    assert!(error.contains("missing `example`") && error.ends_with(pointer), "{error}");
}
