//! Tests all operations of a contract, one after the other.

use agenthuman_contract::Contract;
use agenthuman_contract::model::{Model, ModelError, Operation, OperationKey};
use tokio::sync::watch;

use crate::object_state::ObjectState;
use crate::operation_test::OperationTest;
use crate::options::{ConformError, Options};
use crate::preparation::{self, TestError};
use crate::recorder::Recorder;
use crate::report::ConformanceReport;
use crate::representation::Representation;
use crate::response_check::ResponseChecker;
use crate::schemas::Schemas;
use crate::session::{SendError, Session};
use crate::target::Target;
use crate::values::ValueGenerator;
use crate::{atomicity, case_test, cases, rate_limit_check, restore};

/// An operation that can be tested, and the object in its responses that shows an update.
type Testable<'a> = (Target<'a>, Option<Representation>);

/// Tests all operations of a contract that can be undone. When `stop` becomes true, the run restores
/// what it has changed, and ends.
///
/// # Errors
///
/// See [`ConformError`]. A server that does not respond is not an error: see
/// [`ConformanceReport::aborted`].
pub async fn test_server(
    options: &Options,
    contract: &Contract,
    stop: watch::Receiver<bool>,
) -> Result<ConformanceReport, ConformError> {
    let model = Model::read(contract.document()).map_err(|mut errors| {
        let ModelError { pointer, message } = errors.remove(0);
        ConformError::Contract(contract.error(&pointer, message))
    })?;
    let schemas = Schemas::new(contract.document());
    let generator = ValueGenerator { contract, model: &model, schemas: &schemas };
    let mut recorder = Recorder::default();
    let testable = testable_operations(options, generator, &mut recorder);
    if testable.is_empty() {
        return Err(ConformError::NothingToTest(recorder.skipped().join("; ")));
    }
    let needs_key = testable.iter().any(|(target, _)| target.credential.is_some());
    if needs_key && options.key.is_none() {
        return Err(ConformError::NoKey(options.key_variable.clone()));
    }
    let key = options.key.clone().unwrap_or_default();
    let session = Session::new(&options.url, key, options.max_requests, stop)?;
    let checker = ResponseChecker { contract, model: &model, schemas: &schemas };
    let mut run = Run { options, checker, session, recorder };
    let aborted = run.test_all(&testable).await;
    run.session.progress.finish_and_clear();
    if aborted.is_none() {
        record_uncovered_statuses(&testable, &mut run.recorder);
    }
    let operations = testable.iter().map(|(target, _)| target.key.to_string()).collect();
    let Run { recorder, session: Session { base_url, sent, .. }, .. } = run;
    Ok(ConformanceReport { recorder, base_url, sent, operations, aborted })
}

/// A run over several operations.
struct Run<'a> {
    options: &'a Options,
    checker: ResponseChecker<'a>,
    session: Session,
    recorder: Recorder,
}

impl Run<'_> {
    /// Tests all operations, then the rate limit. Returns the reason if the run ends early.
    async fn test_all(&mut self, testable: &[Testable<'_>]) -> Option<String> {
        for (target, representation) in testable {
            let mut test = self.operation_test(target, representation.clone());
            let tested = test_operation(&mut test).await;
            // The object is restored whatever has happened before.
            let restored = restore::restore(&mut test).await;
            match (tested, restored) {
                (_, Err(error)) => return Some(format!("failed to restore the object: {error}")),
                (Err(error), Ok(true)) => return Some(format!("{error}; the object is restored")),
                (Err(error), Ok(false)) => return Some(error.to_string()),
                (Ok(()), Ok(_)) => {}
            }
        }
        let (target, _) = testable.first()?;
        let mut test = self.operation_test(target, None);
        rate_limit_check::check(&mut test).await.err().map(|error| error.to_string())
    }

    fn operation_test<'t>(
        &'t mut self,
        target: &'t Target<'t>,
        representation: Option<Representation>,
    ) -> OperationTest<'t> {
        OperationTest {
            target,
            checker: self.checker,
            session: &mut self.session,
            recorder: &mut self.recorder,
            key_variable: &self.options.key_variable,
            representation,
            state: ObjectState::default(),
        }
    }
}

/// Tests one operation, but does not restore its object.
async fn test_operation(test: &mut OperationTest<'_>) -> Result<(), TestError> {
    preparation::prepare(test).await?;
    let cases = cases::cases(test.target);
    test.session.progress.inc_length(cases.len() as u64);
    for (sent, case) in cases.iter().enumerate() {
        test.session.progress.set_message(case.name.clone());
        match case_test::run(test, case).await {
            Ok(()) => test.session.progress.inc(1),
            Err(SendError::BudgetExhausted) => {
                let left = cases.len() - sent;
                record_incomplete(test, &format!("{left} of {} requests", cases.len()));
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        }
    }
    match atomicity::check(test).await {
        Ok(()) => Ok(()),
        Err(SendError::BudgetExhausted) => {
            record_incomplete(test, "the check that a rejected update changes nothing");
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

fn record_incomplete(test: &mut OperationTest<'_>, skipped: &str) {
    let reason = SendError::BudgetExhausted;
    test.recorder.skip(format!("{}: {skipped}: {reason}", test.target.key));
    test.recorder.incomplete = true;
}

/// Returns the operations that can be tested, and records the others as skipped.
fn testable_operations<'a>(
    options: &Options,
    generator: ValueGenerator<'a>,
    recorder: &mut Recorder,
) -> Vec<Testable<'a>> {
    let mut testable = Vec::new();
    for (key, operation) in &generator.model.operations {
        match testable_operation(options, generator, key, operation) {
            Ok(operation) => testable.push(operation),
            Err(reason) => recorder.skip(reason),
        }
    }
    testable
}

/// Returns an operation if it can be tested, else the reason why it cannot.
fn testable_operation<'a>(
    options: &Options,
    generator: ValueGenerator<'a>,
    key: &'a OperationKey,
    operation: &'a Operation,
) -> Result<Testable<'a>, String> {
    let target = Target::new(generator, key, operation, &options.path_parameters)?;
    match key.method.as_str() {
        "GET" | "HEAD" | "OPTIONS" => Ok((target, None)),
        "PUT" | "PATCH" => match representation(generator.model, &target) {
            Some(representation) => Ok((target, Some(representation))),
            None => Err(format!(
                "{key}: cannot be restored: no response to an empty update shows the object"
            )),
        },
        method => Err(format!("{key}: the effect of a {method} cannot be undone")),
    }
}

/// Returns the object that the response to an empty update shows.
fn representation(model: &Model, target: &Target<'_>) -> Option<Representation> {
    let minimal = target.minimal_body()?;
    if !minimal.as_object().is_some_and(serde_json::Map::is_empty) {
        return None;
    }
    let success = target.operation.responses.iter().find(|(key, _)| key.starts_with('2'));
    let shown = success?.1.content.values().find_map(|media| media.schema)?;
    Representation::find(model, target.body_schema()?, shown)
}

/// Records the documented statuses that no response had.
fn record_uncovered_statuses(testable: &[Testable<'_>], recorder: &mut Recorder) {
    for (target, _) in testable {
        let key = target.key.to_string();
        let documented = target.operation.responses.keys();
        let uncovered: Vec<_> = documented
            .filter(|status| !recorder.covered.contains(&(key.clone(), (*status).clone())))
            .cloned()
            .collect();
        if !uncovered.is_empty() {
            recorder.skip(format!("{key}: no request has caused {}", uncovered.join(", ")));
        }
    }
}
