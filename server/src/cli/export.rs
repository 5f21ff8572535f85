//! `links-server export`.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use serde::Serialize;

use super::arguments::{DatabaseArguments, ExistingAccount};
use super::error::CommandError;
use super::signals::Signals;
use crate::store::{self, AccountId, ListQuery, MissingDatabase, Position, Store};
use crate::unfinished_file::UnfinishedFile;

/// Number of agents or links that are in memory at once.
const PAGE: u32 = 500;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    database: DatabaseArguments,

    #[command(flatten)]
    account: ExistingAccount,

    /// Write to this file, which must not exist, instead of stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), CommandError> {
    let Arguments { database, account, output } = arguments;
    let store = store::open(&database.url()?, MissingDatabase::Fail).await?;
    let account = account.find(&*store).await?.account_id;
    match output {
        None => {
            let mut stdout = BufWriter::new(io::stdout());
            write(&*store, account, &mut stdout, &CommandError::Output).await
        }
        Some(path) => {
            let failed = |error: io::Error| {
                // Without the name of the unfinished file, which the user did not choose.
                let error = error.kind().into();
                CommandError::Write { path: path.clone(), error }
            };
            let mut signals = Signals::listen()?;
            // The file appears only when it is complete.
            let unfinished = UnfinishedFile::create(&path).map_err(failed)?;
            let mut buffered = BufWriter::new(unfinished.file());
            tokio::select! {
                written = write(&*store, account, &mut buffered, &failed) => written?,
                interrupted = signals.interrupt() => return Err(interrupted),
            }
            drop(buffered);
            unfinished.finish().map_err(failed)
        }
    }
}

/// Writes the agents and links of an account, each on its own line. `failed` makes an error of one of
/// the output.
async fn write(
    store: &dyn Store,
    account: AccountId,
    output: &mut impl Write,
    failed: &(dyn Fn(io::Error) -> CommandError + Sync),
) -> Result<(), CommandError> {
    let mut rows = Rows { output, is_first: true };
    rows.text("{\n\"agents\": [").map_err(failed)?;
    let mut after = None;
    loop {
        let agents = store.list_agents(account, after, PAGE).await?;
        for summary in &agents {
            rows.row(&summary.agent).map_err(failed)?;
        }
        after = agents.into_iter().next_back().map(|last| last.agent.agent_id);
        if after.is_none() {
            break;
        }
    }
    rows.text("\n],\n\"links\": [").map_err(failed)?;
    let mut query = ListQuery { account, after: None, limit: PAGE };
    loop {
        let links = store.list_links(query.clone()).await?;
        let Some(last) = links.last() else { break };
        let (created_at, link_id) = (last.created_at, last.link_id.clone());
        query.after = Some(Position { created_at, link_id });
        for link in links {
            rows.row(&link.into_exported()).map_err(failed)?;
        }
    }
    rows.text("\n]\n}\n").and_then(|()| rows.output.flush()).map_err(failed)
}

/// The rows of a JSON array.
struct Rows<'a, W> {
    output: &'a mut W,
    is_first: bool,
}

impl<W: Write> Rows<'_, W> {
    /// Writes what is between two arrays.
    fn text(&mut self, text: &str) -> io::Result<()> {
        self.is_first = true;
        self.output.write_all(text.as_bytes())
    }

    fn row(&mut self, row: &impl Serialize) -> io::Result<()> {
        let separator = if self.is_first { "\n" } else { ",\n" };
        self.is_first = false;
        self.output.write_all(separator.as_bytes())?;
        Ok(serde_json::to_writer(&mut *self.output, row)?)
    }
}
