//! The program that `cargo xtask demo` runs: the real server on a database file, an update through the
//! generated client, the same update over plain HTTP, and an update that is rejected.

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use agenthuman_contract::Contract;
use agenthuman_links::{Client, LinkStatus};
use agenthuman_links_server::clock::{Clock, SystemClock};
use agenthuman_links_server::database_url::DatabaseUrl;
use agenthuman_links_server::key::{KeyKind, Secret};
use agenthuman_links_server::link_file::LinkFile;
use agenthuman_links_server::store::{self, MissingDatabase, NewKey};
use agenthuman_links_server::{Config, Server, start_server_on};
use serde_json::{Value, json};

/// The JSON pointer of the documented response.
const DOCUMENTED: &str = "/paths/~1v1~1links~1{link_id}/put/responses/200/content/\
                          application~1json/examples/paused/value";

/// The documented link before the update: another name, active, with an expiry.
const LINKS: &str = include_str!("links.json");

const ACCOUNT: &str = "demo";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let contract = Contract::read(&root, "openapi/links.yaml")?;
    let documented = contract.get(DOCUMENTED).ok_or("the contract has no documented response")?;
    let link_id = documented["link"]["link_id"].as_str().ok_or("the documented link has no id")?;

    let directory = tempfile::tempdir()?;
    let (server, key) = start(&directory.path().join("links.db")).await?;
    println!("links-server is listening on {}. It has one link:\n\n{LINKS}", server.url());

    println!("An update through the generated client:\n");
    println!("    client.update_link({link_id:?})");
    println!("        .name(\"Updated Name\")");
    println!("        .status(LinkStatus::Paused)");
    println!("        .clear_expires_at()");
    println!("        .use_limit(100)");
    println!("        .send()\n");
    let client = Client::builder().base_url(server.url()).api_key(key.reveal()).build()?;
    let update = client
        .update_link(link_id)
        .name("Updated Name")
        .status(LinkStatus::Paused)
        .clear_expires_at()
        .use_limit(100);
    let request = serde_json::to_value(update.request())?;
    println!("PUT /v1/links/{link_id}\n{request:#}\n");
    let link = update.send().await?;
    let response = json!({ "success": true, "link": link });
    println!("200\n{response:#}\n");
    check_equal("the client's response", &response, documented)?;

    // The client returns only the link, so the whole body is compared over plain HTTP.
    let response = reqwest::Client::new()
        .put(format!("{}/v1/links/{link_id}", server.url()))
        .header("x-api-key", key.reveal())
        .json(&request)
        .send()
        .await?;
    check_equal("the same request over plain HTTP", &response.json().await?, documented)?;

    println!("\nAn update that is rejected, because `use_limit` is not greater than `uses`:\n");
    let uses = link.uses;
    println!("    client.update_link({link_id:?}).use_limit({uses}).send()\n");
    match client.update_link(link_id).use_limit(uses).send().await {
        Ok(_) => Err("the server accepted a session limit that is already reached".into()),
        Err(error) => {
            println!("{}", error.status().unwrap_or_default());
            println!("    message:    {}", error.message());
            let suggestion = error.suggestion().ok_or("the error has no suggestion")?;
            println!("    suggestion: {suggestion}");
            Ok(())
        }
    }
}

/// Starts a server with a key and the links of the example.
async fn start(database: &Path) -> Result<(Server, Secret), Box<dyn Error>> {
    let database = DatabaseUrl::SqliteFile(database.to_owned());
    let store = store::open(&database, MissingDatabase::Create).await?;
    let clock = Arc::new(SystemClock);
    let key = Secret::generate(KeyKind::Test);
    store.add_key(ACCOUNT.to_owned(), NewKey::new(&key, clock.now())).await?;
    let links = LinkFile::parse(Path::new("links.json"), LINKS.as_bytes())?;
    store.import_links(ACCOUNT.to_owned(), links.links().to_vec()).await?;
    let bind = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let log = slog::Logger::root(slog::Discard, slog::o!());
    let config = Config::new(bind, database, clock, log);
    Ok((start_server_on(store, config).await?, key))
}

fn check_equal(what: &str, found: &Value, expected: &Value) -> Result<(), String> {
    if found == expected {
        println!("{what}: equal to the documented example");
        Ok(())
    } else {
        Err(format!("{what} differs from the documented example: {found:#}"))
    }
}
