//! The site of the real contract.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod hostile;
#[cfg(feature = "serve")]
mod serve;

use std::path::{Path, PathBuf};

use agenthuman_contract::Contract;
use agenthuman_docs::{Site, StaticSite, media_type, static_site};

const RELEASED: &str = "openapi/released";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn contract() -> Contract {
    Contract::read(&root(), "openapi/links.yaml").unwrap()
}

fn site() -> Site {
    static_site(&contract(), &root(), RELEASED, StaticSite::default()).unwrap()
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
fn only_text_is_served_as_text() {
    for (name, file) in site() {
        let media_type = media_type(&name);
        let is_text = std::str::from_utf8(&file.bytes).is_ok();
        assert!(is_text || !media_type.starts_with("text/"), "{name}: {media_type}");
    }
}

/// Returns the HTML pages with their names.
fn pages(site: &Site) -> Vec<(&str, String)> {
    let names = site.keys().filter(|name| name.ends_with(".html"));
    names.map(|name| (name.as_str(), text(site, name))).collect()
}

#[test]
fn page_loads_nothing_from_another_host() {
    for (name, page) in pages(&site()) {
        for (at, _) in page.match_indices("src=\"").chain(page.match_indices("<link ")) {
            let tag = page[at..].split('>').next().unwrap_or_default();
            assert!(!tag.contains("//"), "{name}: {tag}");
        }
    }
}

/// Returns the path of a file that is linked from another one.
fn resolved(from: &str, link: &str) -> String {
    let mut path: Vec<_> = from.split('/').collect();
    path.pop();
    for part in link.split('/') {
        match part {
            ".." => drop(path.pop()),
            part => path.push(part),
        }
    }
    path.join("/")
}

#[test]
fn every_link_leads_to_a_file_and_a_section() {
    let site = site();
    for (name, page) in pages(&site) {
        for attribute in ["href=\"", "src=\"", "data-index=\""] {
            for link in page.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
                let (file, section) = link.split_once('#').unwrap_or((link, ""));
                if file.contains(':') {
                    continue;
                }
                let target = if file.is_empty() { name.to_owned() } else { resolved(name, file) };
                assert!(site.contains_key(&target), "{name}: {link}");
                let id = format!("id=\"{section}\"");
                assert!(section.is_empty() || text(&site, &target).contains(&id), "{name}: {link}");
            }
        }
    }
}

#[test]
fn link_in_markdown_twin_leads_to_a_file() {
    let site = site();
    let twins: Vec<_> = site.keys().filter(|name| name.ends_with(".md")).collect();
    assert_eq!(twins.len(), pages(&site).len(), "each page has a twin");
    for name in twins {
        for link in text(&site, name).split("](").skip(1) {
            let link = link.split([')', '#']).next().unwrap();
            let is_external = link.contains(':');
            assert!(is_external || site.contains_key(&resolved(name, link)), "{name}: {link}");
        }
    }
}

#[test]
fn ids_of_a_page_are_unique() {
    for (name, page) in pages(&site()) {
        let mut ids: Vec<_> =
            page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{name}");
    }
}

/// Returns the page of an operation without its form and its samples.
fn operation_page(name: &str) -> String {
    let page = text(&site(), &format!("reference/{name}.html"));
    page.split("<dialog").next().unwrap().to_owned()
}

#[test]
fn operation_page_has_inputs_statuses_and_headers() {
    let page = operation_page("update_link");
    for id in [
        "path-link_id",
        "body-name",
        "body-use_limit",
        "response-200",
        "response-200-link-agent-voice_agent-auth_method",
        "response-503",
        "header-429-Retry-After",
    ] {
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
    }
    assert!(page.contains("<span class=\"kind\">integer | null</span>"), "nullable types");
    assert!(page.contains("at least 1; at most 9007199254740991"), "constraints");
}

#[test]
fn error_of_each_status_has_the_shape_of_its_examples() {
    let page = operation_page("update_link");
    let kind = |status: &str| {
        let field = page.split(&format!("id=\"response-{status}-error\"")).nth(1).unwrap();
        let kind = field.split("class=\"kind\">").nth(1).unwrap();
        kind.split('<').next().unwrap().to_owned()
    };
    assert_eq!([kind("401"), kind("429"), kind("400")], ["string", "string", "object"]);
}

#[test]
fn error_examples_fit_their_operation() {
    let pages = ["get_link", "create_link", "update_link"].map(operation_page);
    let has = |code: &str| pages.each_ref().map(|page| page.contains(code));
    assert_eq!(has("The account has no agent with this"), [false, true, false]);
    assert_eq!(has("unknown field `expire_at`"), [false, true, true]);
    assert_eq!(has("is an array, not a JSON object"), [false, true, true]);
    assert_eq!(has("Link not found"), [true, false, true]);
}

#[test]
fn each_request_with_a_body_has_its_response() {
    let site = site();
    for (name, count) in [("update_link", 4), ("create_link", 2), ("list_links", 2)] {
        let page = text(&site, &format!("reference/{name}.html"));
        assert_eq!(page.matches("class=\"code-title\">Response 20").count(), count, "{name}");
    }
    let twin = text(&site, "reference/update_link.md");
    let clear = twin.split("### Clear the fields that can be cleared").nth(1).unwrap();
    let response = clear.split("Response 200:").nth(1).unwrap().split("```").nth(1).unwrap();
    assert!(response.contains("\"name\": null") && response.contains("\"use_limit\": null"));
}

#[test]
fn samples_of_both_hosts_differ_only_in_the_base_url() {
    let files = agenthuman_docs::embedded(&contract(), &root(), RELEASED, "server/src/docs");
    let embedded = files.unwrap();
    let site = site();
    for (path, text) in embedded {
        let path = path.to_string_lossy().into_owned();
        let Some(name) = path.strip_prefix("server/src/docs/site/samples/") else { continue };
        assert!(!text.contains("https://api.agenthuman.com"), "{name} calls production");
        let other = self::text(&site, &format!("samples/{name}"));
        let text = match name.rsplit_once('.').unwrap() {
            (_, "rs") => {
                let (before, after) = text.split_once("Client::builder()").unwrap();
                let (_, after) = after.split_once(".build()?;").unwrap();
                format!("{before}Client::from_env()?; // reads AGENTHUMAN_API_KEY{after}")
            }
            (stem, _) if stem.ends_with(".cli") => {
                text.replace(" --base-url \"$AGENTHUMAN_BASE_URL\"", "")
            }
            _ => text.replace("$AGENTHUMAN_BASE_URL", "https://api.agenthuman.com"),
        };
        assert_eq!(text, other, "{name}");
    }
}

#[test]
fn published_site_has_a_site_map_and_canonical_addresses() {
    let url = Some("https://docs.example.com/links/");
    let settings = StaticSite { url, ..StaticSite::default() };
    let site = static_site(&contract(), &root(), RELEASED, settings).unwrap();
    let map = text(&site, "sitemap.xml");
    assert!(map.contains("<loc>https://docs.example.com/links/guides/errors.html</loc>"), "{map}");
    assert!(!map.contains("404.html"), "{map}");
    let page = text(&site, "guides/errors.html");
    let canonical = "rel=\"canonical\" href=\"https://docs.example.com/links/guides/errors.html\"";
    assert!(page.contains(canonical), "{page}");
    let not_found = text(&site, "404.html");
    assert!(not_found.contains("href=\"https://docs.example.com/links/assets/"), "{not_found}");
    assert!(!text(&self::site(), "index.html").contains("canonical"));
}

#[test]
fn code_in_a_guide_exists() {
    let root = root();
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let sources: String = [
        "openapi/links.yaml",
        "README.md",
        "server/README.md",
        "server/config.example.toml",
        "server/src/cli.rs",
        "server/src/cli/keys.rs",
        "server/src/cli/serve.rs",
        "server/test-server/src/lib.rs",
        "client/src/lib.rs",
        "client/src/error.rs",
        "client/src/cli/definition.rs",
        "client/src/constructors.rs",
        "client/src/generated.rs",
        "Cargo.toml",
    ]
    .map(read)
    .concat();
    let site = site();
    let samples = site.keys().filter(|name| name.starts_with("samples/"));
    let sources = sources + &samples.map(|name| text(&site, name)).collect::<String>();
    let mut unknown = Vec::new();
    let guides = site.keys().filter(|name| name.starts_with("guides/") && name.ends_with(".md"));
    for name in guides {
        let guide = text(&site, name);
        let prose: String = guide.split("```").step_by(2).collect();
        for code in prose.split('`').skip(1).step_by(2) {
            let words = code.split([' ', '(', ')', '=', '{', '}', '"', ',', '…', ':']);
            for word in words.filter(|word| word.len() > 3) {
                let word = word.trim_matches(['.', '-', '/', '\\']);
                let setting = word.replace('-', "_");
                if !sources.contains(word) && !sources.contains(&setting) {
                    unknown.push(format!("{name}: `{code}`: {word}"));
                }
            }
        }
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
}

#[test]
fn guide_has_exit_codes_of_the_program() {
    let source = std::fs::read_to_string(root().join("client/src/cli/exit_code.rs")).unwrap();
    let function = |name: &str| {
        let body = source.split(&format!("fn {name}(self)")).nth(1).unwrap();
        body.split("\n    }\n").next().unwrap()
    };
    let mut expected = String::new();
    let descriptions = function("description");
    for line in function("code").lines().filter(|line| line.contains("=>")) {
        let (exit, code) = line.trim().trim_end_matches(',').split_once(" => ").unwrap();
        let (_, description) = descriptions.split_once(&format!("{exit} => ")).unwrap();
        let description = description.split('"').nth(1).unwrap();
        // A backslash at the end of a line joins it with the next one.
        let description: String = description.split("\\\n").map(|part| part.trim_start()).collect();
        expected.push_str(&format!("| {code} | {description} |\n"));
    }
    assert!(expected.contains("| 10 |"), "{expected}");
    let guide = text(&site(), "guides/command-line.md");
    let (_, table) = guide.split_once("| code | meaning |\n| --- | --- |\n").unwrap();
    let rows: String = table
        .lines()
        .take_while(|line| line.starts_with('|'))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(rows, expected);
}

#[test]
fn update_has_table_of_field_states() {
    let text = text(&site(), "llms.txt");
    let update = text.split("`PUT /v1/links/{link_id}`").nth(1).unwrap();
    let table = update.split("Effect of each field of the body:\n\n").nth(1).unwrap();
    assert_eq!(
        table.split("\n\n").next().unwrap(),
        "| field | absent | `null` | a value |\n| --- | --- | --- | --- |\n\
         | `name` | unchanged | clears the name | set to text, matches `^[^\\u0000]*$` |\n\
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
    let error = static_site(&contract, &root(), RELEASED, StaticSite::default());
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
        "| `agent_id` | rejected: 400 | rejected: 400 | set to text, matches `^agnt_",
        "| `name` | the name is `Link YYYY-MM-DD` with the current date in UTC | \
         creates a link without a name | set to text, matches `^[^\\u0000]*$` |",
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
    let with_pages = site.keys().filter(|name| name.starts_with("reference/"));
    let with_pages =
        with_pages.filter(|name| text(&site, name).contains("<strong>Pages.</strong>"));
    assert_eq!(with_pages.collect::<Vec<_>>(), ["reference/list_links.html"]);
    assert!(text(&site, "samples/list_links_all.rs").contains(".list_links().stream()"));
    assert_eq!(text(&site, "samples/list_links_all.cli.sh"), "links list --all --json\n");
    let parameters = text(&site, "samples/list_links_with_parameters.sh");
    assert!(parameters.contains("/v1/links?status=active&limit=1\""), "{parameters}");
}

#[test]
fn llms_txt_has_everything_for_a_correct_request() {
    let text = text(&site(), "llms.txt");
    for part in [
        "https://api.agenthuman.com",
        "`x-api-key`",
        "`content-type: application/json`",
        "- `link_id` (string, required; matches `^lnk_[0-9A-Za-z_-]{1,128}$`)",
        "- `limit` (integer, optional; at least 1; at most 1000)",
        "- `agent_id` (string, required;",
        "- `use_limit` (integer | null, optional; at least 1; at most 9007199254740991)",
        "- `next_cursor` (string | null, optional)",
        "`AGENT_NOT_FOUND`",
        "(guides/rate-limits.md)",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}
