//! Errors of stores.

use std::path::PathBuf;

/// Error of an engine, for the log.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Reason why a request to the store failed; nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A transient failure: a retry may succeed.
    #[error("the database is busy or not reachable")]
    Unavailable(#[source] Cause),
    /// A permanent failure.
    #[error("the database failed")]
    Failed(#[source] Cause),
}

impl StoreError {
    /// Formats the cause and its sources for the log, in one line. Responses never contain it.
    pub(crate) fn cause(&self) -> String {
        let (StoreError::Unavailable(cause) | StoreError::Failed(cause)) = self;
        let mut text = describe(&**cause);
        let mut source = cause.source();
        while let Some(error) = source {
            text = format!("{text}: {}", describe(error));
            source = error.source();
        }
        text
    }
}

/// Formats one error of a chain. An error of PostgreSQL is its message and its SQLSTATE: its details may
/// contain values of a request.
fn describe(error: &(dyn std::error::Error + 'static)) -> String {
    #[cfg(feature = "postgres")]
    if let Some(error) = error.downcast_ref::<tokio_postgres::error::DbError>() {
        return format!("{} (SQLSTATE {})", error.message(), error.code().code());
    }
    error.to_string()
}

/// Reason why a database was not copied or restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database is not a file.
    #[error(
        "not supported: copying a database other than an SQLite file; PostgreSQL has pg_dump and pg_basebackup"
    )]
    NotAFile,
    /// The target exists.
    #[error("{} already exists and is not overwritten", .0.display())]
    Exists(PathBuf),
    /// The copy does not exist.
    #[error("no such file: {}", .0.display())]
    Missing(PathBuf),
    /// SQLite's integrity check failed.
    #[error("{} is damaged", .0.display())]
    Damaged(PathBuf),
    /// The path is not UTF-8, which SQLite requires.
    #[error("path is not UTF-8: {}", .0.display())]
    Path(PathBuf),
    /// The database was not opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A file was not written.
    #[error("failed to write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        #[source]
        error: std::io::Error,
    },
    /// SQLite failed.
    #[error("failed to copy {}", path.display())]
    Sqlite {
        /// The file that was read.
        path: PathBuf,
        /// SQLite's error.
        #[source]
        error: rusqlite::Error,
    },
}

/// Reason why a database was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no such file.
    #[error("no database {}", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file has another format.
    #[error("{} is not an SQLite database", path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// The file is an SQLite database with other tables.
    #[error("{} is the database of another application", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The tables are newer than this program.
    #[error(
        "{} is from a newer links-server: its tables are version {found}, this program supports {known}",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Version of the tables.
        found: i64,
        /// Newest version that this program supports.
        known: i64,
    },
    /// Another server uses the file.
    #[error(
        "another links-server serves {}; several servers can share a PostgreSQL database",
        path.display()
    )]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The file that keeps other servers out was not locked.
    #[error("failed to lock {}", path.display())]
    Lock {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        #[source]
        error: std::io::Error,
    },
    /// SQLite failed.
    #[error("failed to open the database {}", path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// SQLite's error.
        #[source]
        error: rusqlite::Error,
    },
    /// The operating system did not start a thread.
    #[error("failed to start a thread for the database")]
    Thread(#[source] std::io::Error),
    /// PostgreSQL failed, or is not reachable.
    #[cfg(feature = "postgres")]
    #[error("failed to open the PostgreSQL database")]
    Postgres(#[source] Cause),
    /// The PostgreSQL database has no tables of this program.
    #[cfg(feature = "postgres")]
    #[error("no tables of links-server in the PostgreSQL database")]
    PostgresEmpty,
    /// The tables are newer than this program.
    #[cfg(feature = "postgres")]
    #[error(
        "the PostgreSQL database is from a newer links-server: its tables are version {found}, \
         this program supports {known}"
    )]
    PostgresNewer {
        /// Version of the tables.
        found: i64,
        /// Newest version that this program supports.
        known: i64,
    },
    /// PostgreSQL confirms commits before they are durable.
    #[cfg(feature = "postgres")]
    #[error("synchronous_commit is off in the PostgreSQL database: a crash would lose updates")]
    NotDurable,
    /// A connection pooler lets sessions share a connection to PostgreSQL.
    #[cfg(feature = "postgres")]
    #[error(
        "the connection pooler lets sessions share a connection to PostgreSQL: set it to session mode \
         (PgBouncer: pool_mode = session)"
    )]
    SharedSessions,
    /// The trusted certificates cannot be used.
    #[cfg(feature = "postgres")]
    #[error("failed to use the certificates in {}: {problem}", path.display())]
    Roots {
        /// File with the certificates.
        path: PathBuf,
        /// Reason.
        problem: String,
    },
}
