//! The classification of PostgreSQL's errors.

use std::error::Error;

use deadpool_postgres::PoolError;
use tokio_postgres::error::SqlState;

use crate::store::error::{OpenError, StoreError};

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        if is_transient(&error) {
            StoreError::Unavailable(error.into())
        } else {
            StoreError::Failed(error.into())
        }
    }
}

impl From<PoolError> for StoreError {
    fn from(error: PoolError) -> Self {
        StoreError::Unavailable(error.into())
    }
}

impl From<tokio_postgres::Error> for OpenError {
    fn from(error: tokio_postgres::Error) -> Self {
        OpenError::Postgres(error.into())
    }
}

impl From<PoolError> for OpenError {
    fn from(error: PoolError) -> Self {
        OpenError::Postgres(error.into())
    }
}

impl StoreError {
    /// Returns the SQLSTATE that PostgreSQL responded with.
    pub(super) fn sql_state(&self) -> Option<&SqlState> {
        let (StoreError::Unavailable(cause) | StoreError::Failed(cause)) = self;
        cause.downcast_ref::<tokio_postgres::Error>()?.code()
    }

    /// Returns true if the session is read-only: its server has become a replica, or was configured so.
    pub(super) fn is_read_only(&self) -> bool {
        self.sql_state() == Some(&SqlState::READ_ONLY_SQL_TRANSACTION)
    }
}

/// Returns true if a retry may succeed. The first two characters of an SQLSTATE are its class.
fn is_transient(error: &tokio_postgres::Error) -> bool {
    let Some(state) = error.code() else {
        // without a response: the connection is closed, or was not established
        return error.is_closed()
            || error.source().is_some_and(|source| source.is::<std::io::Error>());
    };
    let class = state.code().get(..2).unwrap_or_default();
    // connection; transaction rolled back; insufficient resources, such as a full disk; operator
    // intervention, such as a shutdown or a time-out; system error
    matches!(class, "08" | "40" | "53" | "57" | "58")
        || [&SqlState::LOCK_NOT_AVAILABLE, &SqlState::READ_ONLY_SQL_TRANSACTION].contains(&state)
}
