//! `cargo xtask conform`: whether a *running* server is what the contract says.
//!
//! `check` holds the server's types against the contract; only a server that answers shows what it
//! does. Everything that is sent and everything that is looked for comes from the contract; nothing
//! in here knows what the API is about, except that `--link` is short for the path parameter
//! `link_id`.
//!
//! When is an answer a finding?
//! - Whatever was asked: a status, media type, header or body that is not as documented, a property
//!   that the contract does not name, a 5xx, no answer.
//! - A request outside the contract that is accepted (`bad-input-accepted`), or refused with a status
//!   that is for something else (`refusal-status`).
//! - A request inside the contract that is refused (`good-input-refused`), documented examples too,
//!   unless there is evidence for a rule between fields: see `excuse`.
//! - An update whose answer does not show what was sent, or shows a change in what was not; a
//!   refusal that has changed something all the same.
//!
//! Rejected: sending at random (a gate must say the same twice); a list of requests by hand (it
//! forgets what the contract adds); operations that create or delete (they cannot be put back).

mod answer;
mod atomic;
mod back;
mod echo;
mod excuse;
mod identity;
mod limit;
mod number;
mod parameter;
mod plan;
mod probe;
mod report;
mod request;
mod run;
mod schemas;
mod session;
mod state;
mod text;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tokio::sync::watch;

use crate::findings::{self, Format, Sources};
use crate::model::{Model, ModelError};
use crate::reader::{Contract, ContractError};
use answer::Rulebook;
use echo::Echo;
use plan::Target;
use probe::Prober;
use report::Report;
use run::{Refused, Run};
use schemas::Schemas;
use session::{Halt, Session};
use state::State;

/// The server, and what is to be called in it.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The server, without the path of an operation
    #[arg(long)]
    url: String,
    /// An existing link of the key's account: short for `--path-parameter link_id=LINK_ID`
    #[arg(long, value_name = "LINK_ID")]
    link: Option<String>,
    /// The value of a path parameter; once for each
    #[arg(long = "path-parameter", value_name = "NAME=VALUE", value_parser = name_and_value)]
    path_parameters: Vec<(String, String)>,
    /// The environment variable that holds the API key
    #[arg(long, value_name = "NAME", default_value = "AGENTHUMAN_API_KEY")]
    api_key_env: String,
    /// How many requests may be sent in all
    #[arg(long, value_name = "N", default_value_t = 1000)]
    max_requests: usize,
    /// The contract; `openapi/links.yaml` where it is not said
    #[arg(long, value_name = "FILE")]
    contract: Option<PathBuf>,
    /// How to write what was found
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
}

/// What `--link` is short for.
const LINK: &str = "link_id";

fn name_and_value(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("must be NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Whether something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Conforms,
    Findings,
}

/// Why nothing can be said of the server.
#[derive(Debug, thiserror::Error)]
pub enum ConformError {
    #[error("{0}")]
    Contract(ContractError),
    #[error("the environment variable `{0}` is not set: it must hold the API key")]
    NoKey(String),
    #[error("{url}: {why}")]
    Server { url: String, why: String },
    #[error("cannot send requests")]
    Client(#[from] reqwest::Error),
    #[error("cannot write the report, or wait for Ctrl-C")]
    Io(#[from] io::Error),
}

/// Runs and reports.
pub fn run(options: &Options, root: &Path, out: &mut dyn Write) -> Result<Outcome, ConformError> {
    let contract = match &options.contract {
        Some(file) => Contract::read(Path::new(""), &file.display().to_string()),
        None => Contract::read(root, "openapi/links.yaml"),
    };
    let contract = contract.map_err(ConformError::Contract)?;
    let key = std::env::var(&options.api_key_env).ok();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (interrupt, stop) = watch::channel(false);
        tokio::spawn(async move {
            while interrupted().await {
                eprintln!("interrupted: putting the object back …");
                // where nobody listens any more, the run is over
                let _ = interrupt.send(true);
            }
        });
        let examined = examine(options, &contract, key, stop).await?;
        let root = if options.contract.is_some() { Path::new("") } else { root };
        let fails = examined.write(&contract, options.format, root, out)?;
        match examined.halted {
            Some(why) => Err(ConformError::Server { url: options.url.clone(), why }),
            None if fails => Ok(Outcome::Findings),
            None => Ok(Outcome::Conforms),
        }
    })
}

/// Waits for Ctrl-C, or for SIGTERM where there is one; `false` where neither can be noticed.
async fn interrupted() -> bool {
    #[cfg(unix)]
    if let Ok(mut terminate) =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
    {
        return tokio::select! {
            done = tokio::signal::ctrl_c() => done.is_ok(),
            received = terminate.recv() => received.is_some(),
        };
    }
    tokio::signal::ctrl_c().await.is_ok()
}

/// What a run has seen.
#[derive(Debug)]
struct Examined {
    report: Report,
    base: String,
    sent: usize,
    operations: Vec<String>,
    /// Why it ended before its time.
    halted: Option<String>,
}

/// All operations of a contract against a server.
async fn examine(
    options: &Options,
    contract: &Contract,
    key: Option<String>,
    stop: watch::Receiver<bool>,
) -> Result<Examined, ConformError> {
    let model = Model::read(contract.document()).map_err(|mut errors| {
        let ModelError { pointer, message } = errors.remove(0);
        ConformError::Contract(contract.error(&pointer, message))
    })?;
    let schemas = Schemas::new(contract.document());
    let mut report = Report::default();
    let prober = Prober { contract, model: &model, schemas: &schemas };
    let targets = targets(options, prober, &mut report);
    if targets.is_empty() {
        let why = report.left_out().join("; ");
        return Err(ConformError::Server { url: options.url.clone(), why });
    }
    let needs_key = targets.iter().any(|(target, _)| target.credential.is_some());
    if needs_key && key.is_none() {
        return Err(ConformError::NoKey(options.api_key_env.clone()));
    }
    let key = key.unwrap_or_default();
    let mut session = Session::new(&options.url, key, options.max_requests, stop)?;
    let rules = Rulebook { contract, model: &model, schemas: &schemas };
    let mut halted = None;
    for (target, echo) in &targets {
        let mut run = Run {
            target,
            rules,
            session: &mut session,
            report: &mut report,
            variable: &options.api_key_env,
            echo: echo.clone(),
            state: State::default(),
        };
        let done = all_cases(&mut run).await;
        // in any case, whatever has happened
        let back = run.put_back().await;
        halted = match (done, back) {
            (_, Err(halt)) => Some(format!("the object could not be put back: {halt}")),
            (Err(refused), Ok(true)) => Some(format!("{refused}; the object has been put back")),
            (Err(refused), Ok(false)) => Some(refused.to_string()),
            (Ok(()), Ok(_)) => None,
        };
        if halted.is_some() {
            break;
        }
    }
    if let (None, Some((target, _))) = (&halted, targets.first()) {
        let mut run = Run {
            target,
            rules,
            session: &mut session,
            report: &mut report,
            variable: &options.api_key_env,
            echo: None,
            state: State::default(),
        };
        halted = run.use_up().await.err().map(|halt| halt.to_string());
    }
    session.bar.finish_and_clear();
    if halted.is_none() {
        not_provoked(&targets, &mut report);
    }
    let operations = targets.iter().map(|(target, _)| target.key.to_string()).collect();
    let Session { base, sent, .. } = session;
    Ok(Examined { report, base, sent, operations, halted })
}

/// The operations that can be tested.
fn targets<'a>(
    options: &Options,
    prober: Prober<'a>,
    report: &mut Report,
) -> Vec<(Target<'a>, Option<Echo>)> {
    let mut given: BTreeMap<_, _> = options.path_parameters.iter().cloned().collect();
    given.extend(options.link.iter().map(|link| (LINK.to_owned(), link.clone())));
    let mut targets = Vec::new();
    for (key, operation) in &prober.model.operations {
        let target = Target::new(prober, key, operation, &given);
        match target.and_then(|target| tested(prober.model, target)) {
            Ok(target) => targets.push(target),
            Err(why) => report.leave_out(why),
        }
    }
    if targets.is_empty() && given.is_empty() {
        report.leave_out(format!("`--link VALUE` is short for `--path-parameter {LINK}=VALUE`"));
    }
    targets
}

/// An operation that can be tested, and where its answers show what was set.
fn tested<'a>(
    model: &Model,
    target: Target<'a>,
) -> Result<(Target<'a>, Option<Echo>), plan::LeftOut> {
    let key = target.key;
    match key.method.as_str() {
        "GET" | "HEAD" | "OPTIONS" => Ok((target, None)),
        "PUT" | "PATCH" => {
            let empty = target.base().filter(|base| base.as_object().is_some_and(|o| o.is_empty()));
            let success = target.operation.responses.iter().find(|(key, _)| key.starts_with('2'));
            let shown = success
                .and_then(|(_, response)| response.content.values().find_map(|media| media.schema));
            let echo = match (empty, target.body_schema(), shown) {
                (Some(_), Some(request), Some(response)) => Echo::find(model, request, response),
                _ => None,
            };
            match echo {
                Some(echo) => Ok((target, Some(echo))),
                None => Err(format!("{key}: no empty update shows the object, to put it back")),
            }
        }
        method => Err(format!("{key}: what a {method} does cannot be put back")),
    }
}

async fn all_cases(run: &mut Run<'_>) -> Result<(), Refused> {
    run.begin().await?;
    let cases = run.target.cases();
    run.session.bar.inc_length(cases.len() as u64);
    for (sent, case) in cases.iter().enumerate() {
        run.session.bar.set_message(case.name.clone());
        match run.case(case).await {
            Ok(()) => run.session.bar.inc(1),
            Err(Halt::Budget) => {
                let left = cases.len() - sent;
                out_of_budget(run, &format!("{left} of {} requests", cases.len()));
                return Ok(());
            }
            Err(halt) => return Err(halt.into()),
        }
    }
    match run.atomicity().await {
        Ok(()) => Ok(()),
        Err(Halt::Budget) => {
            out_of_budget(run, "whether a refused update changes nothing");
            Ok(())
        }
        Err(halt) => Err(halt.into()),
    }
}

fn out_of_budget(run: &mut Run<'_>, what: &str) {
    run.report.leave_out(format!("{}: {what}: {}", run.target.key, Halt::Budget));
    run.report.partial = true;
}

/// Documented statuses that no request has brought about.
fn not_provoked(targets: &[(Target<'_>, Option<Echo>)], report: &mut Report) {
    for (target, _) in targets {
        let key = target.key.to_string();
        let missing: Vec<_> = target
            .operation
            .responses
            .keys()
            .filter(|status| !report.seen.contains(&(key.clone(), (*status).clone())))
            .cloned()
            .collect();
        if !missing.is_empty() {
            report.leave_out(format!("{key}: no request has brought about {}", missing.join(", ")));
        }
    }
}

impl Examined {
    /// Writes it; whether it is a failure. Notes are for people: the other formats have findings
    /// only, and the rest is said on stderr.
    fn write(
        &self,
        contract: &Contract,
        format: Format,
        root: &Path,
        out: &mut dyn Write,
    ) -> io::Result<bool> {
        let found = self.report.findings(contract);
        let notes = self.report.notes().iter().map(|note| format!("note: {note}"));
        let left_out = self.report.left_out().iter().map(|what| format!("left out: {what}"));
        for line in notes.chain(left_out) {
            if matches!(format, Format::Human) {
                writeln!(out, "{line}")?;
            } else {
                eprintln!("{line}");
            }
        }
        let count = match found.len() {
            0 if self.halted.is_some() => "not examined to the end".to_owned(),
            0 if self.report.partial => "examined in part, nothing found".to_owned(),
            0 => "conforms".to_owned(),
            1 => "1 finding".to_owned(),
            count => format!("{count} findings"),
        };
        let Examined { base, sent, .. } = self;
        let noun = if *sent == 1 { "request" } else { "requests" };
        let summary = format!("{base}: {count} in {sent} {noun} ({})", self.operations.join(", "));
        let report = findings::Report { tool: "cargo xtask conform", findings: &found, summary };
        report.write(format, findings::coloured(), &Sources::new(root), out)?;
        Ok(report.fails())
    }
}

#[cfg(test)]
mod tests;
