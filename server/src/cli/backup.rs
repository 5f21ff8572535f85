//! `links-server backup` and `links-server restore`.

use std::path::PathBuf;

use super::arguments::DatabaseArguments;
use super::error::CommandError;
use super::output::print;
use crate::store;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    database: DatabaseArguments,

    /// File of the copy
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn backup(arguments: Arguments) -> Result<(), CommandError> {
    store::backup(&arguments.database.url()?, &arguments.file)?;
    print(&format!("copied the database to {}\n", arguments.file.display()))
}

pub(super) fn restore(arguments: Arguments) -> Result<(), CommandError> {
    store::restore(&arguments.file, &arguments.database.url()?)?;
    print(&format!("restored the database from {}\n", arguments.file.display()))
}
