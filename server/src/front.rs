//! What stands between callers and Dropshot.
//!
//! Dropshot has no time-outs, no caps and no middleware, and answers what its router refuses in a
//! shape of its own. So the public address is served here, and Dropshot listens on a port of the
//! loopback interface that only this process is told of:
//!
//! - [`listener`] accepts, does TLS, and ends what is too slow or too much;
//! - [`relay`] answers what no operation answers, in the contract's shape and order, passes on the
//!   rest, and notes each request in the log and the metrics.
//!
//! The second hop costs time, and was not the first choice. Dropshot 0.18 cannot be called without
//! it: `RequestContext` cannot be made outside of the crate, and its accept loop takes nothing but a
//! TCP address. Calling the operations past Dropshot would leave the emission, which the contract is
//! checked against, without a server behind it. A reverse proxy in front is another thing to install.

pub(crate) mod listener;
pub(crate) mod relay;
pub(crate) mod route;
pub(crate) mod tls;
