//! `links-server accounts` and `links-server agents`.

use std::fmt::Write;

use super::arguments::{DatabaseArguments, ExistingAccount};
use super::error::CommandError;
use super::output::print;
use crate::store::{self, MissingDatabase};

/// Number of agents that are in memory at once.
const PAGE: u32 = 500;

#[derive(Debug, clap::Subcommand)]
pub(super) enum AccountsCommand {
    /// List all accounts with the numbers of their agents, links and keys that are not revoked
    List {
        #[command(flatten)]
        database: DatabaseArguments,
    },
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum AgentsCommand {
    /// List the agents of an account with the numbers of their links
    List {
        #[command(flatten)]
        database: DatabaseArguments,

        #[command(flatten)]
        account: ExistingAccount,
    },
}

pub(super) async fn accounts(command: AccountsCommand) -> Result<(), CommandError> {
    let AccountsCommand::List { database } = command;
    let store = store::open(&database.url()?, MissingDatabase::Fail).await?;
    let mut table = format!("{:<8}  {:<8}  {:<6}  {}\n", "AGENTS", "LINKS", "KEYS", "ACCOUNT");
    for account in store.list_accounts().await? {
        // writing to a String cannot fail
        let _ = writeln!(
            table,
            "{:<8}  {:<8}  {:<6}  {}",
            account.agents, account.links, account.keys, account.name
        );
    }
    print(&table)
}

pub(super) async fn agents(command: AgentsCommand) -> Result<(), CommandError> {
    let AgentsCommand::List { database, account } = command;
    let store = store::open(&database.url()?, MissingDatabase::Fail).await?;
    let account = account.find(&*store).await?.account_id;
    print(&format!("{:<32}  {:<8}  {:<27}  {}\n", "AGENT", "LINKS", "CREATED", "NAME"))?;
    let mut after = None;
    loop {
        let agents = store.list_agents(account, after, PAGE).await?;
        let mut table = String::new();
        for summary in &agents {
            let agent = &summary.agent;
            let created_at = agent.created_at.to_string();
            // a name may contain anything, also what would move the cursor of a terminal
            let name = agent.name.escape_debug();
            let _ = writeln!(
                table,
                "{:<32}  {:<8}  {created_at:<27}  {name}",
                agent.agent_id, summary.links
            );
        }
        print(&table)?;
        after = agents.into_iter().next_back().map(|last| last.agent.agent_id);
        if after.is_none() {
            return Ok(());
        }
    }
}
