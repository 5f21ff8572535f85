//! Starting a server and shutting it down.

use std::fmt::{self, Debug, Formatter};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use agenthuman_links_api::agent_human_links_api_mod;
use dropshot::{
    ApiDescriptionBuildErrors, ApiDescriptionRegisterError, BuildError, ConfigDropshot,
    HandlerTaskMode, HttpServer, ServerBuilder,
};
use prometheus_client::registry::Registry;

use crate::admin::{self, Admin};
use crate::config::{Config, SettingsError};
use crate::context::Context;
use crate::http_entrypoints::LinksServer;
use crate::metrics::Metrics;
use crate::store::{self, OpenError, ServerLock, Store};
use crate::tls::{self, TlsError};
use crate::{cors, docs, key_uses, log};

/// Time without requests in flight after which a shutdown ends although clients keep connections open:
/// enough to write the last response and to begin a request that has just arrived.
const SHUTDOWN_QUIET: Duration = Duration::from_secs(1);

/// Opens the database and starts a server.
pub async fn start_server(config: Config) -> Result<Server, StartError> {
    let lock = match store::lock(&config.database) {
        Err(error @ OpenError::InUse { .. }) => return Err(error.into()),
        lock => lock,
    };
    let (create, log) = (store::MissingDatabase::Create, config.log.clone());
    let connections = config.database_connections;
    let store = store::open_with(&config.database, create, connections, log).await?;
    // an error of opening the database says more than that of locking it
    let lock = lock?;
    Ok(Server { _lock: lock, ..start_server_on(store, config).await? })
}

/// Starts a server on an open store, whatever database the configuration names.
pub async fn start_server_on(store: Arc<dyn Store>, config: Config) -> Result<Server, StartError> {
    let mut registry = Registry::default();
    store.register_metrics(&mut registry);
    let metrics = Arc::new(Metrics::new(registry, &config.log_lines_dropped));
    let tls = match config.tls_files()? {
        Some(files) => {
            let certificate = tls::read(files)?;
            metrics.certificate_expires_at.set(certificate.expires_at);
            Some(certificate.config)
        }
        None => None,
    };
    let context = Arc::new(Context::new(store, Arc::clone(&metrics), &config));
    tokio::spawn(key_uses::save_regularly(Arc::downgrade(&context)));
    let mut api = agent_human_links_api_mod::api_description::<LinksServer>()?;
    if config.cors_origins.is_some() {
        cors::register(&mut api)?;
    }
    if config.docs {
        docs::register(&mut api)?;
    }
    let log = log::for_dropshot(&config.log, Arc::clone(&metrics));
    let public = ServerBuilder::new(api, Arc::clone(&context), log.clone())
        .config(dropshot_config(config.bind))
        .tls(tls)
        .start()?;
    let closing = Arc::new(AtomicBool::new(false));
    let admin = match config.admin_bind {
        Some(address) => {
            let state = Admin::new(
                Arc::clone(&context),
                Arc::clone(&metrics),
                config.log.clone(),
                Arc::clone(&closing),
            );
            let server = ServerBuilder::new(admin::api()?, state, log);
            Some(server.config(dropshot_config(address)).start()?)
        }
        None => None,
    };
    Ok(Server { public, admin, context, metrics, closing, config, _lock: None })
}

fn dropshot_config(bind_address: SocketAddr) -> ConfigDropshot {
    ConfigDropshot {
        bind_address,
        // finishes an update even if its client has disconnected
        default_handler_task_mode: HandlerTaskMode::Detached,
        // headers carry API keys
        log_headers: Vec::new(),
        ..ConfigDropshot::default()
    }
}

/// A running server. It accepts requests until it is closed or dropped.
pub struct Server {
    public: HttpServer<Arc<Context>>,
    admin: Option<HttpServer<Admin>>,
    context: Arc<Context>,
    metrics: Arc<Metrics>,
    closing: Arc<AtomicBool>,
    config: Config,
    /// Held until the server is closed or dropped.
    _lock: Option<ServerLock>,
}

impl Debug for Server {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Server").field("address", &self.address()).finish_non_exhaustive()
    }
}

impl Server {
    /// Returns the address of the API, with the selected port if the configuration has port 0.
    pub fn address(&self) -> SocketAddr {
        self.public.local_addr()
    }

    /// Returns the address of the health, readiness and metrics endpoints, if configured.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.admin.as_ref().map(HttpServer::local_addr)
    }

    /// Returns the base URL of the API.
    pub fn url(&self) -> String {
        let scheme = if self.public.using_tls() { "https" } else { "http" };
        format!("{scheme}://{}", self.address())
    }

    /// Reads the certificate again. New connections use it; if it cannot be used, they use the old one.
    ///
    /// Returns false if TLS is off.
    pub async fn reload_certificate(&self) -> Result<bool, TlsError> {
        // the settings were checked at the start
        let Ok(Some(files)) = self.config.tls_files() else { return Ok(false) };
        let certificate = tls::read(files)?;
        // fails only without TLS
        let reloaded = self.public.refresh_tls(&certificate.config).await.is_ok();
        self.metrics.certificate_expires_at.set(certificate.expires_at);
        Ok(reloaded)
    }

    /// Makes `/readyz` fail, waits for [`Config::drain_delay`], stops accepting requests and waits for
    /// those in flight. Idle connections may stay open until the process ends.
    pub async fn close(self) -> Result<(), CloseError> {
        self.closing.store(true, Ordering::Relaxed);
        tokio::time::sleep(self.config.drain_delay).await;
        let (in_flight, timeout) = (self.context.in_flight(), self.config.shutdown_timeout);
        tokio::select! {
            closed = self.public.close() => closed.map_err(CloseError::Failed),
            () = in_flight.quiet_for(SHUTDOWN_QUIET) => Ok(()),
            () = tokio::time::sleep(timeout) => match in_flight.is_empty() {
                true => Ok(()),
                false => Err(CloseError::Timeout(timeout)),
            },
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
    /// Dropshot did not start; an address that cannot be listened on is the usual reason.
    #[error(transparent)]
    Dropshot(#[from] BuildError),
    /// The certificate cannot be used.
    #[error("invalid TLS configuration")]
    Tls(#[from] TlsError),
    /// The operations of the API contradict each other.
    #[error("inconsistent API description")]
    Api(#[from] ApiDescriptionBuildErrors),
    /// The endpoints of the documentation or of the administration contradict each other.
    #[error("inconsistent endpoints")]
    Endpoints(#[from] ApiDescriptionRegisterError),
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
