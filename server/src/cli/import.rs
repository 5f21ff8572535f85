//! `links-server import`.

use std::path::PathBuf;

use super::arguments::{Account, DatabaseArguments};
use super::error::CommandError;
use super::output::print;
use crate::link_file::LinkFile;
use crate::store::{self, Counts, Different, ImportCounts, ImportOutcome, MissingDatabase};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    database: DatabaseArguments,

    #[command(flatten)]
    account: Account,

    /// Replace existing agents and links that differ from the file; without it they are kept
    #[arg(long)]
    replace: bool,

    /// JSON file; errors in it are reported with their line
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), CommandError> {
    let Arguments { database, account: Account { name: account }, replace, file } = arguments;
    let database = database.url()?;
    // before the database is opened: an invalid file must not leave an empty database behind
    let file = LinkFile::read(&file)?;
    let store = store::open(&database, MissingDatabase::Create).await?;
    let different = if replace { Different::Replace } else { Different::Keep };
    let foreign = |id: &str| format!("{id} belongs to another account than {account}");
    match store.import(account.clone(), file.to_import(different)).await? {
        ImportOutcome::Imported(counts) => print(&summary(&counts)),
        ImportOutcome::ForeignLink(index) => {
            let id = file.links().get(index).map_or("the link", |link| link.link_id.as_str());
            Err(file.error_at_link(index, foreign(id)).into())
        }
        ImportOutcome::ForeignAgent(index) => {
            let id = file.agents().get(index).map_or("the agent", |agent| agent.agent_id.as_str());
            Err(file.error_at_agent(index, foreign(id)).into())
        }
    }
}

/// Returns one line for each kind, and what to do about differences.
fn summary(counts: &ImportCounts) -> String {
    let line = |kind: &str, counts: Counts| {
        let Counts { added, replaced, unchanged, kept } = counts;
        format!(
            "{kind}: {added} imported, {replaced} replaced, {unchanged} unchanged, \
             {kept} different and kept\n"
        )
    };
    let mut summary = line("agents", counts.agents) + &line("links", counts.links);
    if counts.agents.kept + counts.links.kept > 0 {
        summary.push_str("`--replace` replaces what is different\n");
    }
    summary
}
