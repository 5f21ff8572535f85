//! A server of the AgentHuman Links API.
//!
//! `main.rs` turns arguments into a [`Config`] and calls [`start_server`]; the tests do the same.
//! A request passes through `http_entrypoints` (the order of the checks), [`context`] (who is
//! calling), [`link`] (the rules, pure) and [`store`] (loading and saving, no rules).

mod caller_cache;
pub mod cli;
pub mod clock;
pub mod config;
pub mod context;
mod http_entrypoints;
pub mod in_flight;
pub mod key;
pub mod link;
pub mod link_file;
pub mod rate_limit;
pub mod refusal;
pub mod store;

use std::net::SocketAddr;
use std::time::Duration;

use agenthuman_links_api::agent_human_links_api_mod;
use dropshot::{
    ApiDescriptionBuildErrors, BuildError, ConfigDropshot, HandlerTaskMode, HttpServer,
    ServerBuilder,
};

pub use crate::config::Config;
use crate::context::Context;
use crate::http_entrypoints::LinksServer;
use crate::store::OpenError;

/// How long requests in flight may take after the server was told to stop. A little more than the
/// 30 seconds that a client has to send its request.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(35);

/// How long nothing must have been in flight for a shutdown to end while callers keep connections
/// open: time to write the last answer and to begin with a request that has just arrived.
const SHUTDOWN_QUIET: Duration = Duration::from_secs(1);

/// Opens the store and accepts requests.
pub async fn start_server(config: Config) -> Result<Server, StartError> {
    let store = store::open(&config.database, store::MissingDatabase::Create).await?;
    let context = Context::new(store, &config);
    let api = agent_human_links_api_mod::api_description::<LinksServer>()?;
    let dropshot = ConfigDropshot {
        bind_address: config.bind,
        // an update that has been started is finished, whether or not its caller still listens
        default_handler_task_mode: HandlerTaskMode::Detached,
        // headers carry API keys
        log_headers: Vec::new(),
        ..ConfigDropshot::default()
    };
    let http = ServerBuilder::new(api, context, config.log).config(dropshot).start();
    let http = http.map_err(|error| StartError::Listen { bind: config.bind, error })?;
    Ok(Server { http })
}

/// A server that accepts requests until it is closed or dropped.
pub struct Server {
    http: HttpServer<Context>,
}

impl Server {
    /// Where it listens; the port that was found if the configuration left that open.
    pub fn address(&self) -> SocketAddr {
        self.http.local_addr()
    }

    /// Accepts nothing more and returns when what was in flight has been answered. Connections on
    /// which nothing is in flight may stay open until the process ends.
    pub async fn close(self) -> Result<(), CloseError> {
        let in_flight = self.http.app_private().in_flight().clone();
        tokio::select! {
            closed = self.http.close() => closed.map_err(CloseError::Failed),
            () = in_flight.quiet_for(SHUTDOWN_QUIET) => Ok(()),
            () = tokio::time::sleep(SHUTDOWN_GRACE) => {
                if in_flight.is_empty() { Ok(()) } else { Err(CloseError::TooSlow) }
            }
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
        error: BuildError,
    },
    #[error("the API description is inconsistent")]
    Api(#[from] ApiDescriptionBuildErrors),
}

/// Why a server did not stop as it should.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    #[error("requests were still in flight {} seconds after the signal", SHUTDOWN_GRACE.as_secs())]
    TooSlow,
    #[error("the server failed: {0}")]
    Failed(String),
}
