//! The documentation that the server serves, over HTTP and in a browser.

use std::io::Write;
use std::path::{Path, PathBuf};

use agenthuman_links_server::Config;
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

use crate::harness::{LINK_ID, TestServer};

/// The origin of a page on another host, which the browser's test serves itself.
const OTHER_ORIGIN: &str = "http://localhost:41873";

const PAGES: [(&str, &str); 7] = [
    ("/docs/", "text/html; charset=utf-8"),
    ("/docs/reference/update_link.html", "text/html; charset=utf-8"),
    ("/docs/guides/errors.md", "text/plain; charset=utf-8"),
    ("/docs/samples/update_link_pause.rs", "text/plain; charset=utf-8"),
    ("/docs/openapi.json", "application/json"),
    ("/openapi.json", "application/json"),
    // browsers show text, and download `application/yaml`
    ("/openapi.yaml", "text/plain; charset=utf-8"),
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
        assert!(!header("content-security-policy").contains("unsafe"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("cache-control"), "no-cache", "{path}");
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
async fn page_is_compressed_and_not_sent_twice() {
    let server = TestServer::start().await;
    let url = format!("{}/docs/reference/update_link.html", server.base_url());
    let get = async |encoding: &str, tag: Option<&str>| {
        let mut request = server.client.get(&url).header("accept-encoding", encoding);
        if let Some(tag) = tag {
            request = request.header("if-none-match", tag);
        }
        request.send().await.unwrap()
    };
    let mut lengths = Vec::new();
    for (accepted, encoding) in
        [("identity", None), ("gzip", Some("gzip")), ("gzip, deflate, br", Some("br"))]
    {
        let response = get(accepted, None).await;
        let encoded = response.headers().get("content-encoding");
        assert_eq!(encoded.map(|value| value.to_str().unwrap()), encoding);
        assert_eq!(response.headers()["vary"], "accept-encoding");
        let tag = response.headers()["etag"].to_str().unwrap().to_owned();
        let again = get(accepted, Some(&format!("\"other\", W/{tag}"))).await;
        assert_eq!(again.status(), 304, "{accepted}");
        assert_eq!(again.headers()["etag"], tag.as_str());
        assert!(again.headers().contains_key("content-security-policy"));
        assert!(again.bytes().await.unwrap().is_empty());
        assert_eq!(get(accepted, Some("\"other\"")).await.status(), 200);
        lengths.push(response.bytes().await.unwrap().len());
    }
    assert!(lengths[0] > 4 * lengths[1] && lengths[1] > lengths[2], "{lengths:?}");
}

#[tokio::test]
async fn assets_are_immutable() {
    let server = TestServer::start().await;
    let get = async |path: &str| {
        let url = format!("{}{path}", server.base_url());
        server.client.get(url).send().await.unwrap()
    };
    let page = get("/docs/").await.text().await.unwrap();
    let assets = page.split('"').filter(|text| text.starts_with("assets/"));
    let mut count = 0;
    for asset in assets {
        let response = get(&format!("/docs/{asset}")).await;
        assert_eq!(response.status(), 200, "{asset}");
        let cache = response.headers()["cache-control"].to_str().unwrap();
        assert_eq!(cache, "public, max-age=31536000, immutable", "{asset}");
        count += 1;
    }
    assert!(count >= 5, "{page}");
    let icon = get("/favicon.ico").await;
    assert_eq!(icon.status(), 200);
    assert_eq!(icon.headers()["content-type"], "image/svg+xml");
}

#[tokio::test]
async fn unknown_page_is_an_html_page_with_404() {
    let server = TestServer::start().await;
    for path in ["/docs/no-such-page", "/docs/a/b/c.html", "/docs/assets/style.old.css"] {
        let url = format!("{}{path}", server.base_url());
        let response = server.client.get(&url).send().await.unwrap();
        assert_eq!(response.status(), 404, "{path}");
        assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8", "{path}");
        assert_eq!(response.headers()["cache-control"], "no-cache", "{path}");
        let page = response.text().await.unwrap();
        assert!(page.contains("Page not found"), "{page}");
        assert!(page.contains("href=\"/docs/index.html\""), "{page}");
    }
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
    assert!(get("/docs").await.contains(">AgentHuman Links API</h1>"));
}

#[tokio::test]
async fn disabled_docs_are_not_found() {
    let server = TestServer::configured(|config: &mut Config| config.docs = false).await;
    for path in ["/", "/docs", "/docs/", "/favicon.ico", "/openapi.json", "/openapi.yaml"] {
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
    let server = TestServer::configured(|config: &mut Config| {
        config.cors_origins = Some(OTHER_ORIGIN.parse().unwrap());
    })
    .await;
    let site = site();
    let output = Command::new("node")
        .args(["--test", "--test-reporter=spec", "browser.mjs"])
        .current_dir(&tests)
        .env("CHROMIUM", chromium)
        .env("SERVER", server.base_url())
        .env("OTHER_ORIGIN", OTHER_ORIGIN)
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

/// The pages of the server without the server, as in the folder that `cargo xtask docs` writes.
fn site() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    copy(&root.join("server/src/docs/site"), directory.path());
    let page = std::fs::read_to_string(directory.path().join("index.html")).unwrap();
    for name in ["style", "site", "theme", "icon"] {
        let asset = page.split('"').find(|text| text.starts_with(&format!("assets/{name}.")));
        let asset = Path::new(asset.unwrap());
        let file = format!("{name}.{}", asset.extension().unwrap().to_str().unwrap());
        let source = root.join("openapi/docs/assets").join(file);
        std::fs::copy(source, directory.path().join(asset)).unwrap();
    }
    // checked in without the hash in its name
    let index = page.split('"').find(|text| text.starts_with("assets/search.")).unwrap();
    let checked_in = directory.path().join("assets/search.js");
    std::fs::rename(checked_in, directory.path().join(index)).unwrap();
    std::fs::copy(root.join("openapi/links.yaml"), directory.path().join("openapi.yaml")).unwrap();
    directory
}

/// Copies a folder. Its pages are changed to those of a site on another host.
fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy(&path, &target);
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            std::fs::write(target, text.replace(" data-server=\"here\"", "")).unwrap();
        }
    }
}

fn chromium() -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&paths)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|path| path.is_file())
}
