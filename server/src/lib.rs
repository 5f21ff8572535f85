//! A server of the AgentHuman Links API.
//!
//! `main.rs` turns arguments into a [`Config`] and calls [`start_server`]; the tests do the same.
//! A request passes through `front` (connections, limits), Dropshot, `http_entrypoints` (the order of
//! the checks), [`context`] (who is calling), [`link`] (the rules, pure) and [`store`] (loading and
//! saving, no rules).

mod admin;
pub mod api_error;
mod auth_cache;
pub mod cli;
pub mod clock;
pub mod config;
pub mod context;
mod docs;
mod front;
mod http_entrypoints;
pub mod in_flight;
pub mod key;
pub mod link;
pub mod link_file;
mod log;
mod metrics;
pub mod rate_limit;
pub mod store;

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
pub use crate::config::Config;
use crate::context::Context;
use crate::docs::Docs;
use crate::front::listener::{Limits, Listener};
use crate::front::relay::{Relay, Service};
use crate::front::route::Routes;
use crate::front::tls::{self, TlsError};
use crate::http_entrypoints::LinksServer;
use crate::in_flight::InFlight;
use crate::metrics::Metrics;
use crate::store::{OpenError, Store};

/// How long nothing must have been in flight for a shutdown to end while callers keep connections
/// open: time to write the last answer and to begin with a request that has just arrived.
const SHUTDOWN_QUIET: Duration = Duration::from_secs(1);

/// How long Dropshot may take when nobody is left to ask it anything.
const DROPSHOT_GRACE: Duration = Duration::from_secs(1);

/// Operators' connections at a time: a scraper, a supervisor, a person or two.
const ADMIN_CONNECTIONS: usize = 64;

/// Opens the store and accepts requests.
pub async fn start_server(config: Config) -> Result<Server, StartError> {
    let create = store::MissingDatabase::Create;
    let store = store::open_with(&config.database, create, config.database_connections).await?;
    start_server_on(store, config).await
}

/// Accepts requests on a store that is open already, whatever the configuration says of it.
pub async fn start_server_on(store: Arc<dyn Store>, config: Config) -> Result<Server, StartError> {
    let tls = config.tls.as_ref().map(tls::acceptor).transpose()?;
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
        slots: Semaphore::new(config.limits.in_flight.min(Semaphore::MAX_PERMITS)),
        in_flight: in_flight.clone(),
        metrics: Arc::clone(&metrics),
        log: config.log.clone(),
    });
    let limits = Limits {
        connections: config.limits.connections,
        header: config.limits.header_timeout,
        idle: config.limits.idle_timeout,
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
    let shutdown_timeout = config.limits.shutdown_timeout;
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
        // an update that has been started is finished, whether or not its caller still listens
        default_handler_task_mode: HandlerTaskMode::Detached,
        // headers carry API keys
        log_headers: Vec::new(),
        ..ConfigDropshot::default()
    };
    // a request is logged by the layer in front, which knows the caller
    let log = log::only_warnings(&config.log);
    Ok(ServerBuilder::new(api, context, log).config(dropshot).start()?)
}

/// Keeps connections to Dropshot for as long as Dropshot does.
fn loopback_client(config: &Config) -> Client<HttpConnector, hyper::body::Incoming> {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        // Dropshot ends a connection that is idle for 30 seconds
        .pool_idle_timeout(Duration::from_secs(20))
        .pool_max_idle_per_host(config.limits.in_flight)
        .build(connector)
}

/// A server that accepts requests until it is closed or dropped.
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
    /// Where it listens; the port that was found if the configuration left that open.
    pub fn address(&self) -> SocketAddr {
        self.front.address()
    }

    /// Where it answers operators.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.admin.as_ref().map(Listener::address)
    }

    /// Its address as a caller would write it.
    pub fn url(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{}", self.address())
    }

    /// Accepts nothing more and returns when what was in flight has been answered. Connections on
    /// which nothing is in flight may stay open until the process ends.
    pub async fn close(self) -> Result<(), CloseError> {
        self.closing.store(true, Ordering::Relaxed);
        let closed = tokio::select! {
            () = self.front.close() => Ok(()),
            () = self.in_flight.quiet_for(SHUTDOWN_QUIET) => Ok(()),
            () = tokio::time::sleep(self.shutdown_timeout) => match self.in_flight.is_empty() {
                true => Ok(()),
                false => Err(CloseError::TooSlow(self.shutdown_timeout)),
            },
        };
        // Nothing is left to wait for but connections that the relay keeps open.
        match tokio::time::timeout(DROPSHOT_GRACE, self.dropshot.close()).await {
            Ok(Err(error)) => closed.and(Err(CloseError::Failed(error))),
            Ok(Ok(())) | Err(_) => closed,
        }
    }
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Store(#[from] OpenError),
    #[error("cannot listen on {bind}")]
    Listen {
        bind: SocketAddr,
        #[source]
        error: std::io::Error,
    },
    #[error("cannot start Dropshot on the loopback interface")]
    Dropshot(#[from] BuildError),
    #[error("the loopback address cannot be written as one: {0}")]
    Loopback(String),
    #[error("cannot speak TLS")]
    Tls(#[from] TlsError),
    #[error("the API description is inconsistent")]
    Api(#[from] ApiDescriptionBuildErrors),
}

impl StartError {
    fn listen(bind: SocketAddr, error: std::io::Error) -> Self {
        StartError::Listen { bind, error }
    }
}

/// Why a server did not stop as it should.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    #[error("requests were still in flight {} seconds after the signal", .0.as_secs())]
    TooSlow(Duration),
    #[error("the server failed: {0}")]
    Failed(String),
}
