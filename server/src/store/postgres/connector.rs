//! Connecting to the first of several hosts that responds and accepts writes.
//!
//! tokio-postgres tries the hosts one after the other and limits only the TCP connection: a host whose
//! packets are lost, or whose process is frozen, would keep the next one from being tried. Here a host
//! has a head start of [`HEAD_START`]; then the next one is tried as well, and the first session that
//! accepts writes is used. The host of the last session goes first.

use std::fs;
use std::future::poll_fn;
use std::io::BufReader;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use deadpool_postgres::Connect;
use futures_util::stream::{FuturesUnordered, StreamExt};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::config::Host;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{AsyncMessage, CancelToken, Client, Config, Connection, Error, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::database_url::{PostgresUrl, Tls};
use crate::store::error::OpenError;

/// Time after which the next host is tried as well.
const HEAD_START: Duration = Duration::from_millis(250);

/// Port of a host without one.
const DEFAULT_PORT: u16 = 5432;

/// Function of PostgreSQL whose warning says that a commit was not confirmed by the synchronous standby.
const UNCONFIRMED_COMMIT: &str = "SyncRepWaitForLSN";

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Opens sessions. Clones share the knowledge of which host responds.
#[derive(Clone)]
pub(super) struct Connector {
    config: Arc<Config>,
    tls: Option<MakeRustlsConnect>,
    /// Statement that a session begins with.
    setup: Arc<str>,
    /// Index of the host of the last session.
    preferred: Arc<AtomicUsize>,
}

impl Connector {
    /// Returns a connector, or an error if the trusted certificates cannot be used.
    pub(super) fn new(url: &PostgresUrl) -> Result<Self, OpenError> {
        let tls = match &url.tls {
            Tls::Off => None,
            Tls::Verified { roots } => Some(verified_tls(roots.as_deref())?),
        };
        Ok(Connector {
            config: Arc::new((*url.config).clone()),
            tls,
            setup: url.setup.as_str().into(),
            preferred: Arc::default(),
        })
    }

    /// Returns the same connector for sessions that begin with another statement as well.
    pub(super) fn with_setup(&self, statement: &str) -> Self {
        let setup = format!("{};{statement}", self.setup).into();
        Connector { setup, ..self.clone() }
    }

    /// Returns the time limit for opening a session, whatever the number of hosts.
    pub(super) fn time_limit(&self) -> Duration {
        let timeout = self.config.get_connect_timeout().copied().unwrap_or_default();
        timeout + HEAD_START * u32::try_from(self.hosts()).unwrap_or(u32::MAX)
    }

    /// Opens a session at the first host that accepts writes. Waits without a time limit if none responds.
    pub(super) async fn open(&self) -> Result<(Client, JoinHandle<()>), Error> {
        let first = self.preferred.load(Ordering::Relaxed);
        let mut order = vec![first];
        order.extend((0..self.hosts()).filter(|host| *host != first));
        let (host, session) =
            first_success(order, |host| async move { Ok((host, self.open_at_host(host).await?)) })
                .await?;
        self.preferred.store(host, Ordering::Relaxed);
        Ok(session)
    }

    /// Returns the number of hosts. Without one, the first attempt fails with tokio-postgres' error.
    fn hosts(&self) -> usize {
        self.config.get_hosts().len().max(self.config.get_hostaddrs().len())
    }

    /// Asks PostgreSQL to cancel the current statement of a session.
    pub(super) async fn cancel(&self, session: CancelToken) -> Result<(), Error> {
        match &self.tls {
            None => session.cancel_query(NoTls).await,
            Some(tls) => session.cancel_query(tls.clone()).await,
        }
    }

    /// Opens a session at one of the host's addresses.
    async fn open_at_host(&self, host: usize) -> Result<(Client, JoinHandle<()>), Error> {
        let ports = self.config.get_ports();
        let port = ports.get(host).or(ports.first()).copied().unwrap_or(DEFAULT_PORT);
        let given = self.config.get_hostaddrs().get(host).copied();
        let mut addresses = vec![given];
        if let (None, Some(Host::Tcp(name))) = (given, self.config.get_hosts().get(host))
            && let Ok(found) = tokio::net::lookup_host((&**name, port)).await
        {
            addresses.splice(.., found.map(|address| Some(address.ip())));
        }
        if addresses.is_empty() {
            addresses.push(None);
        }
        // without an address, tokio-postgres looks the name up again and returns the error
        first_success(addresses, |address| self.open_at_address(host, port, address)).await
    }

    async fn open_at_address(
        &self,
        host: usize,
        port: u16,
        address: Option<IpAddr>,
    ) -> Result<(Client, JoinHandle<()>), Error> {
        let config = one_host(&self.config, host, port, address);
        let (client, connection) = match &self.tls {
            None => spawned(&config, NoTls).await?,
            Some(tls) => spawned(&config, tls.clone()).await?,
        };
        match client.batch_execute(&self.setup).await {
            Ok(()) => Ok((client, connection)),
            Err(error) => {
                connection.abort();
                Err(error)
            }
        }
    }
}

impl Connect for Connector {
    fn connect(&self, _config: &Config) -> BoxFuture<'_, Result<(Client, JoinHandle<()>), Error>> {
        Box::pin(self.open())
    }
}

/// Returns the first success of several attempts, or the last error. The next attempt begins when one
/// fails, or [`HEAD_START`] after the one before it. There must be a candidate.
async fn first_success<C, T, F: Future<Output = Result<T, Error>>>(
    candidates: Vec<C>,
    attempt: impl Fn(C) -> F,
) -> Result<T, Error> {
    let mut candidates = candidates.into_iter();
    let mut attempts = FuturesUnordered::new();
    loop {
        let head_start = match candidates.next() {
            Some(candidate) => {
                attempts.push(attempt(candidate));
                HEAD_START
            }
            None => Duration::MAX,
        };
        match timeout(head_start, attempts.next()).await {
            Ok(Some(Ok(value))) => return Ok(value),
            Ok(Some(Err(error))) if attempts.is_empty() && candidates.len() == 0 => {
                return Err(error);
            }
            _ => {}
        }
    }
}

/// Connects, and drives the connection in a task that ends when it is aborted or the connection closes.
async fn spawned<T>(config: &Config, tls: T) -> Result<(Client, JoinHandle<()>), Error>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    let (client, connection) = config.connect(tls).await?;
    Ok((client, tokio::spawn(drive(connection))))
}

/// Drives a connection. It is closed when PostgreSQL warns that a commit is not confirmed by the
/// synchronous standby: the client must not take such a commit for durable.
async fn drive<S>(mut connection: Connection<Socket, S>)
where
    S: tokio_postgres::tls::TlsStream + Unpin,
{
    while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
        if let AsyncMessage::Notice(notice) = message
            && notice.routine() == Some(UNCONFIRMED_COMMIT)
        {
            return;
        }
    }
}

/// Returns the configuration of one of several hosts.
fn one_host(all: &Config, host: usize, port: u16, address: Option<IpAddr>) -> Config {
    let mut config = Config::new();
    match all.get_hosts().get(host) {
        Some(Host::Tcp(name)) => _ = config.host(name),
        #[cfg(unix)]
        Some(Host::Unix(path)) => _ = config.host_path(path),
        None => {}
    }
    if let Some(address) = address {
        config.hostaddr(address);
    }
    if let Some(user) = all.get_user() {
        config.user(user);
    }
    if let Some(password) = all.get_password() {
        config.password(password);
    }
    if let Some(name) = all.get_dbname() {
        config.dbname(name);
    }
    if let Some(options) = all.get_options() {
        config.options(options);
    }
    if let Some(name) = all.get_application_name() {
        config.application_name(name);
    }
    if let Some(timeout) = all.get_connect_timeout() {
        config.connect_timeout(*timeout);
    }
    if let Some(timeout) = all.get_tcp_user_timeout() {
        config.tcp_user_timeout(*timeout);
    }
    if let Some(interval) = all.get_keepalives_interval() {
        config.keepalives_interval(interval);
    }
    if let Some(retries) = all.get_keepalives_retries() {
        config.keepalives_retries(retries);
    }
    config
        .port(port)
        .keepalives(all.get_keepalives())
        .keepalives_idle(all.get_keepalives_idle())
        .ssl_mode(all.get_ssl_mode())
        .ssl_negotiation(all.get_ssl_negotiation())
        .channel_binding(all.get_channel_binding())
        .target_session_attrs(all.get_target_session_attrs());
    config
}

/// Returns TLS that verifies the server's certificate with these roots, or the operating system's.
fn verified_tls(roots: Option<&std::path::Path>) -> Result<MakeRustlsConnect, OpenError> {
    let mut store = rustls::RootCertStore::empty();
    match roots {
        Some(path) => {
            let invalid = |problem: String| OpenError::Roots { path: path.to_owned(), problem };
            let file = fs::File::open(path).map_err(|error| invalid(error.to_string()))?;
            for certificate in CertificateDer::pem_reader_iter(BufReader::new(file)) {
                let certificate = certificate.map_err(|error| invalid(error.to_string()))?;
                store.add(certificate).map_err(|error| invalid(error.to_string()))?;
            }
        }
        None => {
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| OpenError::Postgres(error.into()))?
        .with_root_certificates(store)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(tls))
}
