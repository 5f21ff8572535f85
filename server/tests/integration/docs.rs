//! The documentation that the server serves, over HTTP and in a browser.

use std::io::Write;
use std::path::{Path, PathBuf};

use agenthuman_links_server::Config;
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

use crate::harness::{LINK_ID, TestServer};

const PAGES: [(&str, &str); 8] = [
    ("/docs/", "text/html; charset=utf-8"),
    ("/docs/reference.html", "text/html; charset=utf-8"),
    ("/docs/reference.js", "text/javascript; charset=utf-8"),
    ("/docs/scalar.js", "text/javascript; charset=utf-8"),
    ("/docs/style.css", "text/css; charset=utf-8"),
    ("/docs/samples/update_link_pause.rs", "text/plain; charset=utf-8"),
    ("/openapi.json", "application/json"),
    ("/openapi.yaml", "application/yaml"),
];

#[tokio::test]
async fn docs_need_no_key_and_do_not_count_as_requests() {
    let server = TestServer::with_rate_limit(2).await;
    for (path, media_type) in PAGES {
        let url = format!("{}{path}", server.base_url());
        let response =
            server.client.get(&url).header("x-api-key", &server.key).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        let header = |name: &str| response.headers()[name].to_str().unwrap();
        assert_eq!(header("content-type"), media_type, "{path}");
        assert!(header("content-security-policy").contains("script-src 'self';"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert!(!response.headers().contains_key("x-ratelimit-limit"), "{path}");
        let length: usize = header("content-length").parse().unwrap();
        let head = server.client.head(&url).send().await.unwrap();
        assert_eq!((head.status().as_u16(), head.content_length()), (200, Some(0)), "{path}");
        assert_eq!(head.headers()["content-length"], length.to_string().as_str(), "{path}");
        assert_eq!(response.bytes().await.unwrap().len(), length, "{path}");
        assert_eq!(server.client.post(&url).send().await.unwrap().status(), 405, "{path}");
    }
    let response = server.update("{}").await;
    assert_eq!(response.number("X-RateLimit-Remaining"), 1, "the first request that counts");
}

#[tokio::test]
async fn downloaded_documents_are_the_contract() {
    let server = TestServer::start().await;
    let get = async |path: &str| {
        let response = server.client.get(format!("{}{path}", server.base_url())).send().await;
        response.unwrap().text().await.unwrap()
    };
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/links.yaml");
    assert!(get("/openapi.yaml").await == std::fs::read_to_string(contract).unwrap());
    let json: Value = serde_json::from_str(&get("/openapi.json").await).unwrap();
    assert_eq!(json["paths"]["/v1/links/{link_id}"]["put"]["operationId"], "update_link");
    // redirected, because the pages have relative URLs
    assert!(get("/docs").await.contains("<h1>AgentHuman Links API</h1>"));
}

#[tokio::test]
async fn disabled_docs_are_not_found() {
    let server = TestServer::configured(|config: &mut Config| config.docs = false).await;
    for path in ["/", "/docs", "/docs/", "/docs/scalar.js", "/openapi.json", "/openapi.yaml"] {
        let url = format!("{}{path}", server.base_url());
        assert_eq!(server.client.get(&url).send().await.unwrap().status(), 404, "{path}");
    }
}

/// In Debian's Chromium, by `openapi/docs/browser/browser.mjs`. Without it, the test is skipped with
/// a message on stderr, or fails if `LINKS_REQUIRE_BROWSER` is set.
#[tokio::test]
async fn docs_render_in_browser() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/docs/browser");
    let Some(chromium) = chromium().filter(|_| tests.join("node_modules").is_dir()) else {
        assert!(
            std::env::var_os("LINKS_REQUIRE_BROWSER").is_none(),
            "no Chromium or no node_modules, but LINKS_REQUIRE_BROWSER is set"
        );
        let hint = "install Chromium, and `npm ci --prefix openapi/docs/browser`";
        // written to stderr directly, because libtest hides the output of tests that pass
        let _ = writeln!(std::io::stderr(), "SKIPPED the docs in a browser: {hint}");
        return;
    };
    let server = TestServer::start().await;
    let site = site();
    let output = Command::new("node")
        .args(["--test", "--test-reporter=spec", "browser.mjs"])
        .current_dir(&tests)
        .env("CHROMIUM", chromium)
        .env("SERVER", server.base_url())
        .env("SITE", site.path())
        .env("API_KEY", &server.key)
        .env("LINK_ID", LINK_ID)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let _ = writeln!(std::io::stderr(), "{said}");
    // the page showed what the database has
    let response = server.update("{}").await;
    assert_eq!(response.body["link"]["use_limit"], 77);
}

/// The site as `cargo xtask docs` writes it, with the renderer beside the pages and without a server.
fn site() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/docs/site");
    for entry in std::fs::read_dir(pages).unwrap() {
        let page = entry.unwrap().path();
        if page.is_file() {
            let text = std::fs::read_to_string(&page).unwrap();
            let text = text.replace(" data-server=\"here\"", "");
            std::fs::write(directory.path().join(page.file_name().unwrap()), text).unwrap();
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for copy in ["openapi/docs/assets/style.css", "openapi/docs/assets/licences.txt"] {
        let name = Path::new(copy).file_name().unwrap();
        std::fs::copy(root.join(copy), directory.path().join(name)).unwrap();
    }
    std::fs::copy(root.join("openapi/links.yaml"), directory.path().join("openapi.yaml")).unwrap();
    let renderer = scalar_api_reference::get_asset("scalar.js").unwrap();
    std::fs::write(directory.path().join("scalar.js"), renderer).unwrap();
    directory
}

fn chromium() -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&paths)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|path| path.is_file())
}
