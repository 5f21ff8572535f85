//! `links-server dev`: a server with example links and a key, to try the API on.
//!
//! It reads neither environment variables nor a configuration file for its settings: those of a
//! production server must not lead it to the database of that server.

use std::fmt::Write;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dropshot::BuildError;

use super::error::CommandError;
use super::keys::revoke_unprinted;
use super::output::write_stdout;
use super::serve::run_until_stopped;
use super::signals::Signals;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, LogFormat, LogLevel, Settings};
use crate::database_url::{DatabaseUrl, UncheckedDatabaseUrl};
use crate::key::{KeyKind, Secret};
use crate::link_file::LinkFile;
use crate::listen_address::ListenAddress;
use crate::log::Log;
use crate::server::{Server, StartError, start_server};
use crate::store::{
    self, Different, ImportOutcome, KeyId, ListQuery, MissingDatabase, NewKey, Store,
};

/// The example links, in the order of their creation from the newest to the oldest.
const EXAMPLES: [(&str, &str); 2] = [
    ("links.json", include_str!("../../examples/links.json")),
    ("more_links.json", include_str!("../../examples/more_links.json")),
];

/// The example link that the printed commands update.
const LINK_ID: &str = "lnk_01J8ZK4R2N5M6P7Q8W4T";

/// The account of the example links, and the label of its keys.
const ACCOUNT: &str = "dev";

/// Ports that are tried, in this order, if none is chosen.
const PORTS: std::ops::RangeInclusive<u16> = 8080..=8089;

/// Environment variable from which clients take their key.
const KEY_VARIABLE: &str = "AGENTHUMAN_API_KEY";

/// Number of links that are in memory at once during a reset.
const PAGE: u32 = 500;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Set the address to listen on [default: 127.0.0.1, and the first free port from 8080 to 8089]
    #[arg(long, value_name = "HOST:PORT")]
    bind: Option<ListenAddress>,

    /// Set the database file, sqlite:PATH; created if it does not exist
    #[arg(long, value_name = "URL", default_value = "sqlite:links-dev.db")]
    database: UncheckedDatabaseUrl,

    /// Delete all links of the account `dev` and create the example links again
    #[arg(long)]
    reset: bool,

    /// Allow an address that other machines can reach
    #[arg(long)]
    allow_remote: bool,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), CommandError> {
    let Arguments { bind, database, reset, allow_remote } = arguments;
    let settings = Settings { bind: bind.clone(), database: Some(database), ..Settings::default() };
    let mut config = settings.into_config(Arc::new(SystemClock))?;
    if !matches!(config.database, DatabaseUrl::SqliteFile(_)) {
        return Err(CommandError::NoDatabaseFile);
    }
    if !config.bind.ip().is_loopback() && !allow_remote {
        return Err(CommandError::RemoteAddress(config.bind));
    }
    let log = Log::to_stderr(LogFormat::Text, LogLevel::Info);
    config.log = log.logger.clone();
    config.log_lines_dropped = log.dropped.clone();
    let result = serve(config, bind.is_some(), reset).await;
    log.flush();
    result
}

async fn serve(config: Config, is_port_chosen: bool, reset: bool) -> Result<(), CommandError> {
    let (database, log) = (config.database.clone(), config.log.clone());
    let mut signals = Signals::listen()?;
    // before there is a key, so that none is created in vain if the server does not start
    let server = if is_port_chosen {
        start_server(config).await?
    } else {
        start_on_free_port(config).await?
    };
    let store = store::open(&database, MissingDatabase::Fail).await?;
    let links = add_examples(&*store, reset, &database).await?;
    let key = Key::for_next_session(&*store).await?;
    let introduction = introduction(&server, &database, links, &key);
    if let Err(error) = write_stdout(&introduction) {
        return Err(match key {
            Key::Created(id, _) => revoke_unprinted(&*store, id, error).await,
            Key::FromEnvironment(_) => CommandError::Output(error),
        });
    }
    drop(store);
    run_until_stopped(server, &mut signals, &log).await
}

/// Starts a server on the first of [`PORTS`] that is free.
async fn start_on_free_port(mut config: Config) -> Result<Server, CommandError> {
    for port in PORTS {
        config.bind.set_port(port);
        match start_server(config.clone()).await {
            Err(StartError::Dropshot(BuildError::BindError { error, .. }))
                if error.kind() == ErrorKind::AddrInUse => {}
            started => return Ok(started?),
        }
    }
    Err(CommandError::NoFreePort { first: *PORTS.start(), last: *PORTS.end() })
}

/// Creates the example links, unless the account has agents already. Returns the number of its links.
async fn add_examples(
    store: &dyn Store,
    reset: bool,
    database: &DatabaseUrl,
) -> Result<i64, CommandError> {
    let accounts = store.list_accounts().await?;
    let account = accounts.into_iter().find(|account| account.name == ACCOUNT);
    let different = match account {
        // links that the user has deleted stay deleted
        Some(account) if account.agents > 0 && !reset => return Ok(account.links),
        Some(account) if reset => {
            let page = ListQuery { account: account.account_id, after: None, limit: PAGE };
            loop {
                let links = store.list_links(page.clone()).await?;
                if links.is_empty() {
                    break;
                }
                for link in links {
                    store.delete_link(account.account_id, link.link_id).await?;
                }
            }
            Different::Replace
        }
        _ => Different::Keep,
    };
    let mut links = 0;
    for (name, text) in EXAMPLES {
        let file = LinkFile::parse(Path::new(name), text.as_bytes())?;
        match store.import(ACCOUNT.to_owned(), file.to_import(different)).await? {
            ImportOutcome::Imported(counts) => links += counts.links.added,
            ImportOutcome::ForeignLink(_) | ImportOutcome::ForeignAgent(_) => {
                return Err(CommandError::ForeignExamples(database.to_string()));
            }
        }
    }
    Ok(i64::try_from(links).unwrap_or(i64::MAX))
}

/// The key of a session.
enum Key {
    /// A new key.
    Created(KeyId, Secret),
    /// The key of an earlier session, which the environment still has.
    FromEnvironment(Secret),
}

impl Key {
    /// Returns the key of the environment if it is a valid key of the account. Otherwise creates a key and
    /// revokes those of earlier sessions, which cannot be looked up any more.
    async fn for_next_session(store: &dyn Store) -> Result<Self, CommandError> {
        let now = SystemClock.now();
        let secret = std::env::var(KEY_VARIABLE).ok().and_then(|text| Secret::parse(&text));
        if let Some(secret) = secret
            && let Some(key) = store.find_key(secret.digest()).await?
            && key.account == ACCOUNT
            && key.revoked_at.is_none()
            && !key.has_expired(now)
        {
            return Ok(Key::FromEnvironment(secret));
        }
        for key in store.list_keys().await? {
            let is_of_session = key.account == ACCOUNT && key.label.as_deref() == Some(ACCOUNT);
            if is_of_session && key.revoked_at.is_none() {
                store.revoke_key(key.key_id, now).await?;
            }
        }
        let secret = Secret::generate(KeyKind::Test);
        let key = NewKey { label: Some(ACCOUNT.to_owned()), ..NewKey::new(&secret, now) };
        Ok(Key::Created(store.add_key(ACCOUNT.to_owned(), key).await?, secret))
    }

    fn secret(&self) -> &Secret {
        match self {
            Key::Created(_, secret) | Key::FromEnvironment(secret) => secret,
        }
    }
}

/// Returns what the server prints once it accepts requests.
fn introduction(server: &Server, database: &DatabaseUrl, links: i64, key: &Key) -> String {
    let address = server.address();
    let url = format!("http://{}", reachable(address));
    let key_text = key.secret().reveal();
    let origin = match key {
        Key::Created(..) => "new, and shown only now: only its hash is stored",
        Key::FromEnvironment(_) => "the one in AGENTHUMAN_API_KEY, which is still valid",
    };
    let path = match database {
        DatabaseUrl::SqliteFile(path) => path.clone(),
        _ => PathBuf::new(),
    };
    let path = std::path::absolute(&path).unwrap_or(path);
    let plural = if links == 1 { "" } else { "s" };
    let mut text = format!(
        "listening on http://{address}\n\n\
         A server to try the API on. It is not for production: use `links-server serve` there.\n\n  \
         API       {url}\n  \
         Docs      {url}/docs/\n  \
         API key   {key_text}\n            ({origin})\n  \
         Database  {}\n            ({links} link{plural} in the account {ACCOUNT})\n\n",
        path.display(),
    );
    if !address.ip().is_loopback() {
        text.push_str(
            "Other machines can reach this address: everybody with the key can use the API.\n\n",
        );
    }
    // writing to a String cannot fail
    let _ = write!(
        text,
        "Copy into another terminal:\n\n  \
         curl -H 'x-api-key: {key_text}' {url}/v1/links\n\n  \
         curl -X PUT {url}/v1/links/{LINK_ID} \\\n    \
         -H 'x-api-key: {key_text}' -H 'content-type: application/json' \\\n    \
         -d '{{\"name\": \"Summer demo\", \"expires_at\": null}}'\n\n\
         Or with the program `links`, and for programs that use the client:\n\n  \
         export AGENTHUMAN_BASE_URL={url}\n  \
         export AGENTHUMAN_API_KEY={key_text}\n  \
         links update {LINK_ID} --name 'Summer demo' --clear-expires-at\n\n\
         Requests are logged below. Ctrl-C stops the server. The database is kept;\n\
         `links-server dev --reset` creates the example links again.\n\n"
    );
    text
}

/// Returns the address that a client on this machine connects to.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}
