//! The site of the real contract.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::path::{Path, PathBuf};

use agenthuman_contract::Contract;
use agenthuman_docs::{Host, Site, renderer, three_states};

const RELEASED: &str = "openapi/released";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn contract() -> Contract {
    Contract::read(&root(), "openapi/links.yaml").unwrap()
}

fn site() -> Site {
    agenthuman_docs::site(&contract(), &root(), RELEASED, Host::Anybody, false).unwrap()
}

fn text(site: &Site, name: &str) -> String {
    String::from_utf8(site[name].bytes.clone()).unwrap()
}

#[test]
fn the_same_contract_gives_the_same_bytes() {
    let twice = [site(), site()];
    assert!(twice[0] == twice[1]);
}

#[test]
fn no_page_asks_another_host() {
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
fn every_file_that_a_page_names_is_there() {
    let site = site();
    assert!(renderer().is_some());
    for name in ["index.html", "reference.html", "changes.html"] {
        let page = text(&site, name);
        for attribute in ["href=\"", "src=\""] {
            for link in page.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
                let elsewhere = link.contains(':') || link.starts_with('#');
                assert!(
                    elsewhere || link == "scalar.js" || site.contains_key(link),
                    "{name}: {link}"
                );
            }
        }
    }
}

#[test]
fn the_three_states_are_shown() {
    let table = three_states(&contract(), "/paths/~1v1~1links~1{link_id}/put").unwrap().unwrap();
    assert_eq!(
        table,
        "| field | absent | `null` | a value |\n| --- | --- | --- | --- |\n\
         | `name` | unchanged | clears the name | set to text |\n\
         | `status` | unchanged | refused: 400 | set to `active`, `paused` or `expired` |\n\
         | `expires_at` | unchanged | removes the expiry: the link never expires | \
         set to a timestamp (RFC 3339) |\n\
         | `use_limit` | unchanged | removes the limit: unlimited sessions | \
         set to a whole number, 1 … 9007199254740991 |\n"
    );
}

#[test]
fn what_the_samples_cannot_say_is_an_error_at_its_place() {
    let document = contract().document().to_string();
    let document = document.replace(",\"example\":\"lnk_01J8ZK4R2N5M6P7Q8W4T\"", "");
    let contract = Contract::parse("openapi/c.json", &document).unwrap();
    let error = agenthuman_docs::site(&contract, &root(), RELEASED, Host::Anybody, false);
    let error = error.unwrap_err().to_string();
    let pointer = "(at #/paths/~1v1~1links~1{link_id}/put/parameters/0)";
    assert!(error.contains("needs an `example`") && error.ends_with(pointer), "{error}");
}
