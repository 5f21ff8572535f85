//! `links-server import`.

use std::path::PathBuf;

use super::arguments::{Account, Database};
use super::error::CommandError;
use super::output::print;
use crate::link_file::LinkFile;
use crate::store::{self, ImportCounts, ImportOutcome, MissingDatabase};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    database: Database,

    #[command(flatten)]
    account: Account,

    /// JSON file; errors in it are reported with their line
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), CommandError> {
    let Arguments { database, account: Account { name: account }, file } = arguments;
    let database = database.url()?;
    // before the database is opened: an invalid file must not leave an empty database behind
    let file = LinkFile::read(&file)?;
    let store = store::open(&database, MissingDatabase::Create).await?;
    let foreign = |index: usize, id: &str| {
        let problem = format!("{id} belongs to another account than {account}");
        Err(CommandError::LinkFile(file.error_at(index, problem)))
    };
    let links = file.links().to_vec();
    match store.import_links(account.clone(), links).await? {
        ImportOutcome::Imported(counts) => print(&format!("{}\n", summary(&counts))),
        ImportOutcome::ForeignLink(index) => {
            foreign(index, file.links().get(index).map_or("the link", |link| link.link_id.as_str()))
        }
        ImportOutcome::ForeignAgent(index) => {
            let link = file.links().get(index);
            foreign(index, link.map_or("the agent", |link| link.agent.agent_id.as_str()))
        }
    }
}

fn summary(counts: &ImportCounts) -> String {
    let ImportCounts { imported, unchanged, different, different_agents } = counts;
    let nothing = if *imported == 0 { "nothing changed: " } else { "" };
    let links = if *imported == 1 { "link" } else { "links" };
    let mut summary = format!(
        "{nothing}{imported} {links} imported, {unchanged} unchanged, \
         {different} not changed although the file differs"
    );
    if *different_agents > 0 {
        summary.push_str(&format!(
            "; {different_agents} imported with an agent that was not changed although the file differs"
        ));
    }
    summary
}
