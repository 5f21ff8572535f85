//! What holds of the site of this very contract.

use super::*;
use crate::check::CONTRACT;

fn contract() -> Contract {
    Contract::read(&crate::root(), CONTRACT).unwrap()
}

fn text(site: &Site, name: &str) -> String {
    String::from_utf8(site[name].clone()).unwrap()
}

#[test]
fn the_server_carries_the_pages_of_this_contract() {
    let files = for_server(&contract(), &crate::root()).unwrap();
    let stale = crate::check::freshness::compare(&files, &crate::root());
    let stale: Vec<_> = stale.iter().map(|finding| &finding.file).collect();
    assert!(stale.is_empty(), "cargo xtask generate; stale: {stale:?}");
    let site = crate::root().join(SERVER).join("site");
    let known = |path: &Path| files.iter().any(|file| crate::root().join(&file.path) == path);
    for folder in [site.clone(), site.join("samples"), site.join("released")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            assert!(path.is_dir() || known(&path), "nothing generates {}", path.display());
        }
    }
}

#[test]
fn the_same_contract_gives_the_same_bytes() {
    let twice = [1, 2].map(|_| site(&contract(), &crate::root(), Host::Anybody, false).unwrap());
    assert!(twice[0] == twice[1]);
}

#[test]
fn no_page_asks_another_host() {
    let site = site(&contract(), &crate::root(), Host::Anybody, false).unwrap();
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
    let mut site = site(&contract(), &crate::root(), Host::Anybody, false).unwrap();
    site.insert("scalar.js".to_owned(), renderer().unwrap());
    for name in ["index.html", "reference.html", "changes.html"] {
        let page = text(&site, name);
        for attribute in ["href=\"", "src=\""] {
            for link in page.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
                let elsewhere = link.contains(':') || link.starts_with('#');
                assert!(elsewhere || site.contains_key(link), "{name}: {link}");
            }
        }
    }
}

#[test]
fn the_three_states_are_shown() {
    let table = states::table(&contract(), "/paths/~1v1~1links~1{link_id}/put").unwrap().unwrap();
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
    let contract = Contract::parse("c.json", &document).unwrap();
    let error = samples::samples(&contract).unwrap_err();
    assert!(error.message.contains("needs an `example`"), "{error}");
    assert_eq!(error.pointer.as_deref(), Some("/paths/~1v1~1links~1{link_id}/put/parameters/0"));
}
