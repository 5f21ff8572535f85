//! Starting a server and shutting it down.

use std::fmt::{self, Debug, Formatter};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use agenthuman_links_api::agent_human_links_api_mod;
use dropshot::{
    ApiDescriptionBuildErrors, BuildError, ConfigDropshot, HandlerTaskMode, HttpServer,
    ServerBuilder,
};
use http::uri::Authority;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use tokio::sync::Semaphore;

use crate::admin::AdminEndpoints;
use crate::config::{Config, SettingsError};
use crate::context::Context;
use crate::docs::Docs;
use crate::front::listener::{Limits, Listener};
use crate::front::relay::{Relay, Service};
use crate::front::route::Routes;
use crate::front::tls::{self, TlsError};
use crate::http_entrypoints::LinksServer;
use crate::in_flight::InFlight;
use crate::log;
use crate::metrics::Metrics;
use crate::store::{self, OpenError, Store};

/// Time without requests in flight after which a shutdown ends although clients keep connections open:
/// enough to write the last response and to begin a request that has just arrived.
const SHUTDOWN_QUIET: Duration = Duration::from_secs(1);

/// Time limit for Dropshot's own shutdown, when no request can reach it any more.
const DROPSHOT_GRACE: Duration = Duration::from_secs(1);

/// Maximum number of connections to the admin address: a scraper, a supervisor, a person or two.
const ADMIN_CONNECTIONS: usize = 64;

/// Opens the database and starts a server.
pub async fn start_server(config: Config) -> Result<Server, StartError> {
    let create = store::MissingDatabase::Create;
    let store = store::open_with(&config.database, create, config.database_connections).await?;
    start_server_on(store, config).await
}

/// Starts a server on an open store, whatever database the configuration names.
pub async fn start_server_on(store: Arc<dyn Store>, config: Config) -> Result<Server, StartError> {
    let tls = config.tls_files()?.map(tls::acceptor).transpose()?;
    let public = bind(config.bind)?;
    let admin_socket = config.admin_bind.map(bind).transpose()?;
    let mut registry = Registry::default();
    store.register_metrics(&mut registry);
    let metrics = Arc::new(Metrics::new(registry));
    let context = Arc::new(Context::new(store, Arc::clone(&metrics), &config));
    let dropshot = start_dropshot(Arc::clone(&context), &config)?;
    let in_flight = InFlight::default();
    let authority = Authority::try_from(dropshot.local_addr().to_string());
    let relay = Arc::new(Relay {
        context: Arc::clone(&context),
        routes: Routes::of(agent_human_links_api_mod::api_description::<LinksServer>()?),
        docs: Docs { shown: config.docs },
        dropshot: authority.map_err(|error| StartError::Loopback(error.to_string()))?,
        client: loopback_client(&config),
        slots: Semaphore::new(config.max_in_flight.min(Semaphore::MAX_PERMITS)),
        in_flight: in_flight.clone(),
        metrics: Arc::clone(&metrics),
        log: config.log.clone(),
    });
    let limits = Limits {
        connections: config.max_connections,
        header: config.header_timeout,
        idle: config.idle_timeout,
    };
    let (secure, open, log) = (tls.is_some(), metrics.connections.clone(), config.log.clone());
    let service = move |caller| Service { relay: Arc::clone(&relay), caller };
    let front = Listener::start(public, tls, limits, open, log.clone(), service);
    let front = front.map_err(|error| StartError::listen(config.bind, error))?;
    let closing = Arc::new(AtomicBool::new(false));
    let admin = match (admin_socket, config.admin_bind) {
        (Some(socket), Some(address)) => {
            let (closing, log_of) = (Arc::clone(&closing), log.clone());
            let endpoints = AdminEndpoints { context, metrics, log: log_of, closing };
            let limits = Limits { connections: ADMIN_CONNECTIONS, ..limits };
            let service = move |_| endpoints.clone();
            let listener = Listener::start(socket, None, limits, Gauge::default(), log, service);
            Some(listener.map_err(|error| StartError::listen(address, error))?)
        }
        _ => None,
    };
    let shutdown_timeout = config.shutdown_timeout;
    Ok(Server { front, admin, closing, dropshot, in_flight, secure, shutdown_timeout })
}

fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).map_err(|error| StartError::listen(address, error))
}

fn start_dropshot(
    context: Arc<Context>,
    config: &Config,
) -> Result<HttpServer<Arc<Context>>, StartError> {
    let api = agent_human_links_api_mod::api_description::<LinksServer>()?;
    let dropshot = ConfigDropshot {
        bind_address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        // finishes an update even if its client has disconnected
        default_handler_task_mode: HandlerTaskMode::Detached,
        // headers carry API keys
        log_headers: Vec::new(),
        ..ConfigDropshot::default()
    };
    // the layer in front logs requests, because it knows the address of the client
    let log = log::only_warnings(&config.log);
    Ok(ServerBuilder::new(api, context, log).config(dropshot).start()?)
}

/// Returns the client that forwards requests to Dropshot.
fn loopback_client(config: &Config) -> Client<HttpConnector, hyper::body::Incoming> {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        // Dropshot closes a connection that is idle for 30 seconds
        .pool_idle_timeout(Duration::from_secs(20))
        .pool_max_idle_per_host(config.max_in_flight)
        .build(connector)
}

/// A running server. It accepts requests until it is closed or dropped.
pub struct Server {
    front: Listener,
    admin: Option<Listener>,
    closing: Arc<AtomicBool>,
    dropshot: HttpServer<Arc<Context>>,
    in_flight: InFlight,
    secure: bool,
    shutdown_timeout: Duration,
}

impl Debug for Server {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Server").field("address", &self.address()).finish_non_exhaustive()
    }
}

impl Server {
    /// Returns the address of the API, with the selected port if the configuration has port 0.
    pub fn address(&self) -> SocketAddr {
        self.front.address()
    }

    /// Returns the address of the health, readiness and metrics endpoints, if configured.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.admin.as_ref().map(Listener::address)
    }

    /// Returns the base URL of the API.
    pub fn url(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{}", self.address())
    }

    /// Stops accepting requests and waits for those in flight. Idle connections may stay open until the
    /// process ends.
    pub async fn close(self) -> Result<(), CloseError> {
        self.closing.store(true, Ordering::Relaxed);
        let closed = tokio::select! {
            () = self.front.close() => Ok(()),
            () = self.in_flight.quiet_for(SHUTDOWN_QUIET) => Ok(()),
            () = tokio::time::sleep(self.shutdown_timeout) => match self.in_flight.is_empty() {
                true => Ok(()),
                false => Err(CloseError::Timeout(self.shutdown_timeout)),
            },
        };
        // only idle connections of the relay are left
        match tokio::time::timeout(DROPSHOT_GRACE, self.dropshot.close()).await {
            Ok(Err(error)) => closed.and(Err(CloseError::Failed(error))),
            Ok(Ok(())) | Err(_) => closed,
        }
    }
}

/// Reason why a server failed to start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings cannot be used together.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The database was not opened.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// An address cannot be listened on.
    #[error("failed to listen on {bind}")]
    Listen {
        /// The address.
        bind: SocketAddr,
        /// The operating system's error.
        #[source]
        error: std::io::Error,
    },
    /// Dropshot did not start.
    #[error("failed to start Dropshot on the loopback interface")]
    Dropshot(#[from] BuildError),
    /// Dropshot's address is not valid in a URL.
    #[error("invalid loopback address: {0}")]
    Loopback(String),
    /// The certificate cannot be used.
    #[error("invalid TLS configuration")]
    Tls(#[from] TlsError),
    /// The operations of the API contradict each other.
    #[error("inconsistent API description")]
    Api(#[from] ApiDescriptionBuildErrors),
}

impl StartError {
    fn listen(bind: SocketAddr, error: std::io::Error) -> Self {
        StartError::Listen { bind, error }
    }
}

/// Reason why a shutdown was not clean.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    /// Requests were still in flight when the shutdown timeout passed.
    #[error("requests were still in flight after the shutdown timeout of {} seconds", .0.as_secs())]
    Timeout(Duration),
    /// Dropshot's server failed.
    #[error("the server failed: {0}")]
    Failed(String),
}
