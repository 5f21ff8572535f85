//! Tests whether a *running* server behaves as its contract says.
//!
//! Comparing the server's types with the contract is not enough: only a server that answers requests
//! shows its behaviour. Every request and every expectation comes from the contract; nothing in here
//! knows what the API is about.
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

use agenthuman_contract::findings::Finding;
use agenthuman_contract::model::{Model, ModelError};
use agenthuman_contract::{Contract, ContractError};
use tokio::sync::watch;

use answer::Rulebook;
use echo::Echo;
use plan::Target;
use probe::Prober;
use report::Report;
use run::{Refused, Run};
use schemas::Schemas;
use session::{Halt, Session};
use state::State;

/// The server, and what to request from it.
#[derive(Clone, Debug)]
pub struct Options {
    /// The base URL of the server, without the path of an operation.
    pub url: String,
    /// The value of each path parameter: an object that exists.
    pub path_parameters: BTreeMap<String, String>,
    /// The API key; required if an operation is protected by one.
    pub key: Option<String>,
    /// The environment variable that findings name instead of the key.
    pub key_variable: String,
    /// The maximum number of requests.
    pub max_requests: usize,
}

/// Why nothing can be said about the server.
#[derive(Debug, thiserror::Error)]
pub enum ConformError {
    /// The contract cannot be used.
    #[error("{0}")]
    Contract(ContractError),
    /// An operation needs a key.
    #[error("the environment variable `{0}` is not set: it must hold the API key")]
    NoKey(String),
    /// No operation can be tested, for these reasons.
    #[error("no operation can be tested: {0}")]
    NothingToTest(String),
    /// The HTTP client could not be built.
    #[error("failed to set up the HTTP client")]
    Client(#[from] reqwest::Error),
}

/// The result of a run.
#[derive(Debug)]
pub struct Examined {
    report: Report,
    base: String,
    sent: usize,
    operations: Vec<String>,
    /// Why the run ended early; `None` if it did not.
    pub halted: Option<String>,
}

/// Tests all operations of a contract that can be undone. When `stop` becomes true, the run ends and
/// restores what it has changed.
///
/// # Errors
///
/// See [`ConformError`]. A server that does not respond is not an error but [`Examined::halted`].
pub async fn examine(
    options: &Options,
    contract: &Contract,
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
        return Err(ConformError::NothingToTest(report.left_out().join("; ")));
    }
    let needs_key = targets.iter().any(|(target, _)| target.credential.is_some());
    if needs_key && options.key.is_none() {
        return Err(ConformError::NoKey(options.key_variable.clone()));
    }
    let key = options.key.clone().unwrap_or_default();
    let mut session = Session::new(&options.url, key, options.max_requests, stop)?;
    let rules = Rulebook { contract, model: &model, schemas: &schemas };
    let mut halted = None;
    for (target, echo) in &targets {
        let mut run = Run {
            target,
            rules,
            session: &mut session,
            report: &mut report,
            variable: &options.key_variable,
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
            variable: &options.key_variable,
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
    let mut targets = Vec::new();
    for (key, operation) in &prober.model.operations {
        let target = Target::new(prober, key, operation, &options.path_parameters);
        match target.and_then(|target| tested(prober.model, target)) {
            Ok(target) => targets.push(target),
            Err(why) => report.leave_out(why),
        }
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
    /// Returns the findings, in the order of the contract.
    pub fn findings(&self, contract: &Contract) -> Vec<Finding> {
        self.report.findings(contract)
    }

    /// Returns observations that are not faults.
    pub fn notes(&self) -> &[String] {
        self.report.notes()
    }

    /// Returns what was not tested, each with its reason.
    pub fn left_out(&self) -> &[String] {
        self.report.left_out()
    }

    /// Returns the result in one line.
    pub fn summary(&self, findings: usize) -> String {
        let count = match findings {
            0 if self.halted.is_some() => "not examined to the end".to_owned(),
            0 if self.report.partial => "examined in part, nothing found".to_owned(),
            0 => "conforms".to_owned(),
            1 => "1 finding".to_owned(),
            count => format!("{count} findings"),
        };
        let Examined { base, sent, .. } = self;
        let noun = if *sent == 1 { "request" } else { "requests" };
        format!("{base}: {count} in {sent} {noun} ({})", self.operations.join(", "))
    }
}

#[cfg(test)]
mod tests;
