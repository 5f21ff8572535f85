//! The site of the real contract.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod hostile;
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
    let update = text.split("`PUT /v1/links/{link_id}`").nth(1).unwrap();
    let table = update.split("Effect of each field of the body:\n\n").nth(1).unwrap();
    assert_eq!(
        table.split("\n\n").next().unwrap(),
        "| field | absent | `null` | a value |\n| --- | --- | --- | --- |\n\
         | `name` | unchanged | clears the name | set to text |\n\
         | `status` | unchanged | rejected: 400 | set to `active`, `paused` or `expired` |\n\
         | `expires_at` | unchanged | removes the expiry: the link never expires | \
         set to a timestamp (RFC 3339) |\n\
         | `use_limit` | unchanged | removes the limit: the number of sessions is unlimited | \
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
    // the first operation that needs the example
    assert!(error.contains("missing `example`"), "{error}");
    assert!(error.ends_with("(at #/paths/~1v1~1links~1{link_id}/get/parameters/0)"), "{error}");
}

#[test]
fn create_has_table_with_effect_of_absent_fields() {
    let text = text(&site(), "llms.txt");
    let create = text.split("`POST /v1/links`").nth(1).unwrap();
    let table = create.split("Effect of each field of the body:\n\n").nth(1).unwrap();
    for row in [
        "| `agent_id` | rejected: 400 | rejected: 400 | set to text |",
        "| `name` | the name is `Link YYYY-MM-DD` with the current date in UTC | \
         creates a link without a name | set to text |",
        "| `expires_at` | the link never expires | the link never expires | \
         set to a timestamp (RFC 3339) |",
    ] {
        assert!(table.split("\n\n").next().unwrap().contains(row), "{row}\n{table}");
    }
}

#[test]
fn table_of_error_codes_has_every_code_of_the_examples() {
    let text = text(&site(), "llms.txt");
    let table = text.split("## Error codes\n\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let contract = contract();
    let responses = contract.document()["components"]["responses"].as_object().unwrap();
    let examples = responses.values().filter_map(|response| {
        response.pointer("/content/application~1json/examples")?.as_object()
    });
    let codes: Vec<_> = examples
        .flat_map(|examples| examples.values())
        .filter_map(|example| example.pointer("/value/error/code")?.as_str())
        .collect();
    assert!(!codes.is_empty());
    for code in codes {
        assert!(table.contains(&format!("`{code}`")), "{code}\n{table}");
    }
}

#[test]
fn pages_are_documented_where_the_contract_has_pagination() {
    let site = site();
    let overview = text(&site, "index.html");
    let sections: Vec<_> = overview.split("<h2>").collect();
    let with_pages = sections.iter().filter(|section| section.contains("<strong>Pages.</strong>"));
    let with_pages: Vec<_> = with_pages.map(|section| section.split('<').next().unwrap()).collect();
    assert_eq!(with_pages, ["List links"]);
    assert!(text(&site, "samples/list_links_all.rs").contains(".list_links().stream()"));
    assert_eq!(text(&site, "samples/list_links_all.cli.sh"), "links list --all --json\n");
    let parameters = text(&site, "samples/list_links_with_parameters.sh");
    assert!(parameters.contains("/v1/links?status=active&limit=100\""), "{parameters}");
}
