//! `links-server import`.

use std::path::Path;

use super::{CommandError, Database, print};
use crate::link_file::LinkFile;
use crate::store::{self, ImportCounts, ImportOutcome, MissingDatabase};

pub(super) async fn run(
    database: Database,
    account: String,
    path: &Path,
) -> Result<(), CommandError> {
    let database = database.url()?;
    // first the file: a bad one leaves no trace, not even an empty database
    let file = LinkFile::read(path)?;
    let store = store::open(&database, MissingDatabase::Create).await?;
    let foreign = |index: usize, what: &str| {
        let problem = format!("{what} belongs to another account than {account}");
        Err(CommandError::LinkFile(file.mistake(index, problem)))
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
         {different} left as they are although the file differs"
    );
    if *different_agents > 0 {
        summary.push_str(&format!(
            "; {different_agents} imported with an agent that was left as it is although the file \
             differs"
        ));
    }
    summary
}
