//! The program that `cargo xtask demo` runs: the life of a link, on the real server with a database
//! file, through the generated client.

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use agenthuman_links::{Client, Link, LinkStatus, LinkStatusFilter};
use agenthuman_links_server::clock::{Clock, SystemClock};
use agenthuman_links_server::database_url::DatabaseUrl;
use agenthuman_links_server::key::{KeyKind, Secret};
use agenthuman_links_server::link_file::LinkFile;
use agenthuman_links_server::store::{self, Different, MissingDatabase, NewKey};
use agenthuman_links_server::{Config, Server, start_server_on};
use futures_util::TryStreamExt;

/// A link that exists already: twelve sessions have been started through it.
const LINKS: &str = include_str!("links.json");

const ACCOUNT: &str = "demo";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let (server, key) = start(&directory.path().join("links.db")).await?;
    println!("links-server is listening on {}. The life of a link:\n", server.url());
    let client = Client::builder().base_url(server.url()).api_key(key.reveal()).build()?;

    println!("client.list_links().stream()");
    let listed: Vec<Link> = client.list_links().stream().try_collect().await?;
    listed.iter().for_each(show);
    let existing = listed.first().ok_or("the imported link is not listed")?;
    let agent_id = existing.agent.agent_id.as_str();

    println!("let link = client.create_link({agent_id:?}).name(\"Launch\").expires_in(DAY).send()");
    let link = client.create_link(agent_id).name("Launch").expires_in(DAY).send().await?;
    show(&link);

    println!(
        "client.update_link(&link.link_id).status(LinkStatus::Paused).use_limit(100).clear_expires_at().send()"
    );
    let update = client.update_link(&link.link_id).status(LinkStatus::Paused);
    show(&update.use_limit(100).clear_expires_at().send().await?);

    println!("client.get_link(&link.link_id).send()");
    show(&client.get_link(&link.link_id).send().await?);

    println!("client.list_links().status(LinkStatusFilter::Paused).stream()");
    let paused = client.list_links().status(LinkStatusFilter::Paused).stream();
    paused.try_collect::<Vec<_>>().await?.iter().for_each(show);

    let uses = existing.uses;
    println!("client.update_link({:?}).use_limit({uses}).send()", existing.link_id.as_str());
    show_error(client.update_link(&existing.link_id).use_limit(uses).send().await)?;

    println!("client.delete_link(&link.link_id).send()");
    println!("    {}\n", client.delete_link(&link.link_id).send().await?);

    println!("client.get_link(&link.link_id).send()");
    show_error(client.get_link(&link.link_id).send().await)?;

    println!(
        "What to do next:\n    \
         cargo xtask demo --keep    start a server with an API key, and get commands to copy\n    \
         cargo xtask docs --serve   read the documentation, with these calls for curl and the shell\n    \
         README.md                  call the API from your own program\n    \
         CONTRIBUTING.md            add a field or an operation to the API"
    );
    Ok(())
}

/// Prints a link in one line.
fn show(link: &Link) {
    let name = link.name.as_deref().unwrap_or("(no name)");
    let limit = link.use_limit.map_or(String::new(), |limit| format!(" of {limit}"));
    let expiry =
        link.expires_at.map_or("never".to_owned(), |time| time.format("%F %T").to_string());
    let Link { status, uses, .. } = link;
    let id = link.link_id.as_str();
    println!("    {id}  {name}, {status}, {uses}{limit} sessions, expires: {expiry}\n");
}

/// Prints the error of a request that the server must reject.
fn show_error(result: agenthuman_links::Result<Link>) -> Result<(), Box<dyn Error>> {
    let Err(error) = result else { return Err("the server accepted an invalid request".into()) };
    println!("    {} {}", error.status().ok_or("the error has no status")?, error.message());
    if let Some(suggestion) = error.suggestion() {
        println!("    {suggestion}");
    }
    println!();
    Ok(())
}

/// Starts a server with a key and the link that exists already.
async fn start(database: &Path) -> Result<(Server, Secret), Box<dyn Error>> {
    let database = DatabaseUrl::SqliteFile(database.to_owned());
    let store = store::open(&database, MissingDatabase::Create).await?;
    let clock = Arc::new(SystemClock);
    let key = Secret::generate(KeyKind::Test);
    store.add_key(ACCOUNT.to_owned(), NewKey::new(&key, clock.now())).await?;
    let links = LinkFile::parse(Path::new("links.json"), LINKS.as_bytes())?;
    store.import(ACCOUNT.to_owned(), links.to_import(Different::Keep)).await?;
    let bind = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let log = slog::Logger::root(slog::Discard, slog::o!());
    let config = Config::new(bind, database, clock, log);
    Ok((start_server_on(store, config).await?, key))
}
