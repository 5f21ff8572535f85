//! Connection pool, and the classification of PostgreSQL's errors.
//!
//! sqlx was rejected: the statements are few and fixed, and it would add query macros, its own choice of
//! TLS and a second SQLite driver.

use std::fs;
use std::io::BufReader;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Timeouts};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio_postgres::NoTls;
use tokio_postgres::error::SqlState;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::database_url::{PostgresUrl, Tls};
use crate::store::error::{OpenError, StoreError};

/// Time limits for waiting for a connection, for creating one and for checking an idle one.
const TIMEOUTS: Timeouts = Timeouts {
    wait: Some(Duration::from_secs(3)),
    create: Some(Duration::from_secs(3)),
    recycle: Some(Duration::from_secs(1)),
};

/// Creates a pool without connecting.
pub(super) fn new(url: &PostgresUrl, size: usize) -> Result<Pool, OpenError> {
    // checks only whether an idle connection is closed, which needs no round trip
    let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = match &url.tls {
        Tls::Off => Manager::from_config((*url.config).clone(), NoTls, config),
        Tls::Verified { roots } => {
            let mut store = rustls::RootCertStore::empty();
            match roots {
                Some(path) => {
                    let invalid =
                        |problem: String| OpenError::Roots { path: path.clone(), problem };
                    let file = fs::File::open(path).map_err(|error| invalid(error.to_string()))?;
                    for certificate in CertificateDer::pem_reader_iter(BufReader::new(file)) {
                        let certificate =
                            certificate.map_err(|error| invalid(error.to_string()))?;
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
            Manager::from_config((*url.config).clone(), MakeRustlsConnect::new(tls), config)
        }
    };
    Pool::builder(manager)
        .max_size(size)
        .timeouts(TIMEOUTS)
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| OpenError::Postgres(error.into()))
}

/// Returns a connection of the pool.
pub(super) async fn connection(pool: &Pool) -> Result<Object, StoreError> {
    pool.get().await.map_err(|error| StoreError::Unavailable(error.into()))
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        if is_transient(&error) {
            StoreError::Unavailable(error.into())
        } else {
            StoreError::Failed(error.into())
        }
    }
}

impl From<tokio_postgres::Error> for OpenError {
    fn from(error: tokio_postgres::Error) -> Self {
        OpenError::Postgres(error.into())
    }
}

/// Returns true if a retry may succeed. The first two characters of an SQLSTATE are its class.
fn is_transient(error: &tokio_postgres::Error) -> bool {
    let Some(state) = error.code() else {
        // without a response: the connection is closed, or was not established
        return error.is_closed() || std::error::Error::source(error).is_some_and(is_io);
    };
    let class = state.code().get(..2).unwrap_or_default();
    // connection; transaction rolled back; insufficient resources, such as a full disk; operator
    // intervention, such as a shutdown or a time-out; system error
    matches!(class, "08" | "40" | "53" | "57" | "58")
        || [
            &SqlState::LOCK_NOT_AVAILABLE,
            // the server has become a replica
            &SqlState::READ_ONLY_SQL_TRANSACTION,
        ]
        .contains(&state)
}

fn is_io(error: &(dyn std::error::Error + 'static)) -> bool {
    error.is::<std::io::Error>()
}

/// Collector that reads the pool's status when metrics are requested.
#[derive(Debug)]
struct PoolMetrics(Pool);

/// Registers the pool's metrics.
pub(super) fn register_metrics(pool: &Pool, registry: &mut Registry) {
    registry.register_collector(Box::new(PoolMetrics(pool.clone())));
}

impl Collector for PoolMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let status = self.0.status();
        let used = status.size.saturating_sub(status.available);
        for (name, help, count) in [
            ("db_client_connections_max", "Maximum number of connections", status.max_size),
            ("db_client_connections_used", "Connections in use", used),
            ("db_client_connections_idle", "Idle connections", status.available),
            (
                "db_client_connections_pending_requests",
                "Requests waiting for a connection",
                status.waiting,
            ),
        ] {
            let gauge = ConstGauge::new(i64::try_from(count).unwrap_or(i64::MAX));
            let encoder = encoder.encode_descriptor(name, help, None, gauge.metric_type())?;
            gauge.encode(encoder)?;
        }
        Ok(())
    }
}
