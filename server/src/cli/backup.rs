//! `links-server backup` and `links-server restore`.

use std::fs;
use std::path::{Path, PathBuf};

use super::arguments::DatabaseArguments;
use super::error::{CommandError, one_line};
use super::output::{print, print_error};
use super::signals::Signals;
use crate::store::{self, BackupError};
use crate::unfinished_file::UnfinishedFile;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    database: DatabaseArguments,

    /// File of the copy
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) async fn backup(arguments: Arguments) -> Result<(), CommandError> {
    let Arguments { database, file } = arguments;
    let database = database.url()?;
    let copied = format!("copied the database to {}\n", file.display());
    create(file, move |file| store::backup(&database, file)).await?;
    print(&copied)
}

pub(super) async fn restore(arguments: Arguments) -> Result<(), CommandError> {
    let Arguments { database, file } = arguments;
    let database = store::file_to_restore(&database.url()?)?;
    let restored = format!("restored the database from {}\n", file.display());
    create(database, move |database| store::restore(&file, database)).await?;
    print(&restored)
}

/// Creates a file, which appears only when it is complete.
///
/// Neither SQLite nor the operating system can be interrupted at every point, so the work has a thread of
/// its own, which ends with the process.
async fn create(
    target: PathBuf,
    make: impl FnOnce(&UnfinishedFile) -> Result<(), BackupError> + Send + 'static,
) -> Result<(), CommandError> {
    let mut signals = Signals::listen()?;
    let unfinished =
        UnfinishedFile::create(&target).map_err(|error| write_error(&target, error))?;
    let paths = unfinished.paths();
    let mut work = tokio::task::spawn_blocking(move || {
        make(&unfinished)?;
        unfinished.finish().map_err(|error| write_error(&target, error))
    });
    tokio::select! {
        made = &mut work => match made {
            Ok(made) => Ok(made?),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        },
        interrupted = signals.interrupt() => {
            print_error(&one_line(&interrupted));
            for path in paths {
                // fails if the file has just got its own name: then it is complete
                let _ = fs::remove_file(path);
            }
            std::process::exit(1)
        }
    }
}

fn write_error(path: &Path, error: std::io::Error) -> BackupError {
    let path = path.to_owned();
    match error.kind() {
        std::io::ErrorKind::AlreadyExists => BackupError::Exists(path),
        _ => BackupError::Write { path, error },
    }
}
