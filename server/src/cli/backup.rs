//! `links-server backup` and `links-server restore`.

use std::path::PathBuf;

use super::{CommandError, Database, print};
use crate::store;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    database: Database,

    /// The copy
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn backup(arguments: Arguments) -> Result<(), CommandError> {
    store::backup(&arguments.database.url()?, &arguments.file)?;
    print(&format!("{} is a copy of the database\n", arguments.file.display()))
}

pub(super) fn restore(arguments: Arguments) -> Result<(), CommandError> {
    store::restore(&arguments.file, &arguments.database.url()?)?;
    print(&format!("the database is what {} holds\n", arguments.file.display()))
}
