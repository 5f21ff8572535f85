//! Tests all operations of a contract, one after the other.

use std::collections::BTreeMap;

use agenthuman_contract::Contract;
use agenthuman_contract::exact::exact_document;
use agenthuman_contract::model::{Model, ModelError, Operation, OperationKey};
use tokio::sync::watch;

use crate::lifecycle::{Created, Lifecycle};
use crate::object_state::ObjectState;
use crate::object_test::{self, Unset};
use crate::operation_test::OperationTest;
use crate::options::{ConformError, Options};
use crate::preparation::TestError;
use crate::recorder::Recorder;
use crate::report::ConformanceReport;
use crate::representation::Representation;
use crate::request::Credential;
use crate::response_check::ResponseChecker;
use crate::schemas::Schemas;
use crate::session::{SendError, Session};
use crate::target::Target;
use crate::values::ValueGenerator;
use crate::{creation, deletion, listing, rate_limit_check};

/// An operation that can be tested.
struct Testable<'a> {
    target: Target<'a>,
    /// The object in its responses that shows the result of an update or a creation.
    representation: Option<Representation>,
    effect: Effect,
}

/// The effect of an operation on the objects of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// It reads an object, or updates one that is restored afterwards.
    Restorable,
    /// It creates an object that the run deletes.
    Creates,
    /// It deletes an object that the run has created: an index into the lifecycles.
    Deletes(usize),
}

/// Tests all operations of a contract that can be undone. When `stop` becomes true, the run restores
/// what it has changed, deletes what it has created, and ends.
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
    // All values of a run are exact, in the contract, in requests and in responses.
    let contract = &contract.with_document(exact_document(contract).into_owned());
    let model = Model::read(contract.document()).map_err(|mut errors| {
        let ModelError { pointer, message } = errors.remove(0);
        ConformError::Contract(contract.error(&pointer, message))
    })?;
    let needs_key =
        |operation: &Operation| Credential::from_security(&operation.security).is_some();
    if options.key.is_none() && model.operations.values().any(needs_key) {
        return Err(ConformError::NoKey(options.key_variable.clone()));
    }
    let schemas = Schemas::new(contract.document());
    let lifecycles = Lifecycle::find_all(&model);
    let key = options.key.clone().unwrap_or_default();
    let mut run = Run {
        options,
        generator: ValueGenerator { contract, model: &model, schemas: &schemas },
        checker: ResponseChecker { contract, model: &model, schemas: &schemas },
        session: Session::new(&options.url, key, options.max_requests, stop)?,
        recorder: Recorder::default(),
        lifecycles: &lifecycles,
        created: Vec::new(),
    };
    let (testable, tested) = run.test_all().await;
    if testable.is_empty() && tested.is_ok() {
        return Err(ConformError::NothingToTest(run.recorder.skipped().join("; ")));
    }
    let deleted = run.delete_created().await;
    let mut aborted = tested.err();
    if aborted.is_none() {
        aborted = run.test_rate_limit(&testable).await.err().map(|error| error.to_string());
    }
    if let Err(left) = deleted {
        let reason = aborted.map_or(String::new(), |reason| format!("{reason}; "));
        aborted = Some(format!("{reason}failed to delete the created objects {left}"));
    }
    run.session.progress.finish_and_clear();
    if aborted.is_none() {
        record_uncovered_statuses(&testable, &mut run.recorder);
    }
    let operations = testable.iter().map(|one| one.target.key.to_string()).collect();
    let Run { recorder, session: Session { base_url, sent, .. }, .. } = run;
    let documented = model.operations.len();
    Ok(ConformanceReport { recorder, base_url, sent, operations, documented, aborted })
}

/// A run over several operations.
struct Run<'a> {
    options: &'a Options,
    generator: ValueGenerator<'a>,
    checker: ResponseChecker<'a>,
    session: Session,
    recorder: Recorder,
    lifecycles: &'a [Lifecycle<'a>],
    /// The objects that the run has created and not deleted yet.
    created: Vec<Created>,
}

impl<'a> Run<'a> {
    /// Tests all operations except for the rate limit. Returns those that can be tested, and the
    /// reason if the run ends early.
    async fn test_all(&mut self) -> (Vec<Testable<'a>>, Result<(), String>) {
        let mut path_parameters = self.options.path_parameters.clone();
        let mut creations = BTreeMap::new();
        for index in 0..self.lifecycles.len() {
            match self.create_first(index, &path_parameters).await {
                Ok(target) => creations.insert(self.lifecycles[index].create.0, target),
                Err(error) => return (Vec::new(), Err(error.to_string())),
            };
            if let Some(created) = self.created.iter().find(|one| one.lifecycle == index) {
                let parameter = self.lifecycles[index].parameter.clone();
                path_parameters.entry(parameter).or_insert_with(|| created.id.clone());
            }
        }
        let mut testable = Vec::new();
        for (key, operation) in &self.generator.model.operations {
            let found = match creations.remove(key) {
                // The reason has been recorded.
                Some(None) => continue,
                Some(Some(target)) => {
                    let representation = shown_object(self.generator.model, &target);
                    Ok(Testable { target, representation, effect: Effect::Creates })
                }
                None => self.testable_operation(&path_parameters, key, operation),
            };
            match found {
                Ok(operation) => testable.push(operation),
                Err(reason) => self.recorder.skip(reason),
            }
        }
        let tested = self.test_each(&testable).await;
        (testable, tested)
    }

    /// Creates the first object of a kind. Returns the target that creates more of them; `None` if that
    /// is not possible.
    async fn create_first(
        &mut self,
        index: usize,
        path_parameters: &BTreeMap<String, String>,
    ) -> Result<Option<Target<'a>>, TestError> {
        let (key, operation) = self.lifecycles[index].create;
        let mut target = match Target::new(self.generator, key, operation, path_parameters) {
            Ok(target) => target,
            Err(reason) => {
                self.recorder.skip(reason);
                return Ok(None);
            }
        };
        let set = &self.options.set;
        target.set_values = creation::find_values(&mut self.operation_test(&target), set).await?;
        let is_created = creation::create_first(&mut self.operation_test(&target), set).await?;
        Ok(is_created.then_some(target))
    }

    /// Tests each operation: first those that can be restored, then the creations, the lists, and the
    /// deletions.
    async fn test_each(&mut self, testable: &[Testable<'a>]) -> Result<(), String> {
        let text = |error: SendError| error.to_string();
        for Testable { target, representation, effect } in testable {
            if *effect != Effect::Restorable {
                continue;
            }
            let mut test = self.operation_test(target);
            test.representation.clone_from(representation);
            let unset = object_test::run(&mut test, None).await?;
            self.test_with_own_object(target, representation.as_ref(), &unset).await?;
        }
        for Testable { target, representation, effect } in testable {
            if *effect == Effect::Creates {
                let mut test = self.operation_test(target);
                test.representation.clone_from(representation);
                let tested = creation::check(&mut test).await;
                test.stop_at_budget(tested, "test cases of a creation").map_err(text)?;
            }
        }
        for (index, lifecycle) in self.lifecycles.iter().enumerate() {
            let mut lists = testable.iter().filter(|one| one.effect == Effect::Restorable);
            let list =
                lists.find(|one| lifecycle.list.is_some_and(|(key, _)| key == one.target.key));
            if let Some(Testable { target, .. }) = list {
                let created = self.created.iter().filter(|one| one.lifecycle == index);
                let ids: Vec<_> = created.map(|one| one.id.clone()).collect();
                let mut test = self.operation_test(target);
                let tested = listing::check(&mut test, &lifecycle.parameter, &ids).await;
                test.stop_at_budget(tested, "checks of the list").map_err(text)?;
            }
        }
        let operations: Vec<_> =
            testable.iter().map(|one| (one.target.key, one.target.operation)).collect();
        // An object is deleted before the one that contains it.
        for index in (0..self.lifecycles.len()).rev() {
            let mut deletions = testable.iter();
            let deletion = deletions.find(|one| one.effect == Effect::Deletes(index));
            let created = self.created.iter().find(|one| one.lifecycle == index).cloned();
            if let (Some(Testable { target, .. }), Some(created)) = (deletion, created) {
                let mut test = self.operation_test(target);
                let tested = deletion::check(&mut test, &created, &operations).await;
                test.stop_at_budget(tested, "checks of a deletion").map_err(text)?;
            }
        }
        Ok(())
    }

    /// Sends the requests that set one of the `unset` properties to an object that the run has created.
    /// If there is none, records that they are not sent.
    async fn test_with_own_object(
        &mut self,
        target: &Target<'a>,
        representation: Option<&Representation>,
        unset: &Unset,
    ) -> Result<(), String> {
        if unset.is_empty() {
            return Ok(());
        }
        let mut own_objects = self.created.iter().filter_map(|created| {
            let parameter = &self.lifecycles[created.lifecycle].parameter;
            target.path_parameters.get(parameter)?;
            let parameters = &created.path_parameters;
            Target::new(self.generator, target.key, target.operation, parameters).ok()
        });
        let Some(own) = own_objects.next() else {
            for (name, reason) in unset {
                let part = format!("{}: every request that sets `{name}`: {reason}", target.key);
                self.recorder.skip(part);
            }
            return Ok(());
        };
        let mut test = self.operation_test(&own);
        test.representation = representation.cloned();
        object_test::run(&mut test, Some(unset)).await.map(drop)
    }

    /// Deletes all created objects, the latest first. Returns an error that lists those that could not
    /// be deleted.
    async fn delete_created(&mut self) -> Result<(), String> {
        let mut left = Vec::new();
        for created in std::mem::take(&mut self.created).into_iter().rev() {
            let is_deleted = match deletion::target(self.generator, self.lifecycles, &created) {
                Ok(target) => deletion::delete(&mut self.operation_test(&target)).await,
                Err(_) => Ok(false),
            };
            if is_deleted != Ok(true) {
                left.push(created.id);
            }
        }
        if left.is_empty() { Ok(()) } else { Err(left.join(", ")) }
    }

    async fn test_rate_limit(&mut self, testable: &[Testable<'a>]) -> Result<(), SendError> {
        // An object that the run has created is deleted by now.
        let given = &self.options.path_parameters;
        let mut targets = testable
            .iter()
            .filter(|one| one.effect == Effect::Restorable)
            .map(|one| &one.target)
            .filter(|target| {
                target.path_parameters.iter().all(|one| given.get(one.0) == Some(one.1))
            });
        match targets.next() {
            Some(target) => rate_limit_check::check(&mut self.operation_test(target)).await,
            None => {
                if testable.iter().any(|one| one.target.operation.responses.contains_key("429")) {
                    let reason = "every operation needs an object that exists";
                    self.recorder.skip(format!("429: {reason}"));
                }
                Ok(())
            }
        }
    }

    fn operation_test<'t>(&'t mut self, target: &'t Target<'t>) -> OperationTest<'t> {
        let is_own_object = self.created.iter().any(|created| {
            let mut parameters = created.path_parameters.iter();
            parameters.all(|(name, value)| target.path_parameters.get(name) == Some(value))
        });
        OperationTest {
            target,
            checker: self.checker,
            session: &mut self.session,
            recorder: &mut self.recorder,
            key_variable: &self.options.key_variable,
            representation: None,
            state: ObjectState::default(),
            is_own_object,
            lifecycles: self.lifecycles,
            created: &mut self.created,
        }
    }

    /// Returns an operation if it can be tested, else the reason why it cannot.
    fn testable_operation(
        &self,
        path_parameters: &BTreeMap<String, String>,
        key: &'a OperationKey,
        operation: &'a Operation,
    ) -> Result<Testable<'a>, String> {
        if let Some(index) = self.lifecycles.iter().position(|one| one.delete.0 == key) {
            let created = self.created.iter().find(|one| one.lifecycle == index);
            let created = created.ok_or_else(|| format!("{key}: no object could be created"))?;
            let target = deletion::target(self.generator, self.lifecycles, created)?;
            let effect = Effect::Deletes(created.lifecycle);
            return Ok(Testable { target, representation: None, effect });
        }
        if !["GET", "HEAD", "OPTIONS", "PUT", "PATCH"].contains(&key.method.as_str()) {
            return Err(format!("{key}: the effect of a {} cannot be undone", key.method));
        }
        let target = Target::new(self.generator, key, operation, path_parameters)?;
        let mut representation = None;
        if matches!(key.method.as_str(), "PUT" | "PATCH") {
            representation = updated_object(self.generator.model, &target);
            if representation.is_none() {
                return Err(format!(
                    "{key}: cannot be restored: no response to an empty update shows the object"
                ));
            }
        }
        Ok(Testable { target, representation, effect: Effect::Restorable })
    }
}

/// Returns the object that the response to an empty update shows.
fn updated_object(model: &Model, target: &Target<'_>) -> Option<Representation> {
    let minimal = target.minimal_body()?;
    if !minimal.as_object().is_some_and(serde_json::Map::is_empty) {
        return None;
    }
    shown_object(model, target)
}

/// Returns the object in a successful response that shows the properties of the request.
fn shown_object(model: &Model, target: &Target<'_>) -> Option<Representation> {
    let success = target.operation.responses.iter().find(|(key, _)| key.starts_with('2'));
    let shown = success?.1.content.values().find_map(|media| media.schema)?;
    Representation::find(model, target.body_schema()?, shown)
}

/// Records the documented statuses that no response had. A status of 5xx is a note: no request can be
/// expected to cause it. The 429 has a check of its own, for one of the operations.
fn record_uncovered_statuses(testable: &[Testable<'_>], recorder: &mut Recorder) {
    for Testable { target, .. } in testable {
        let key = target.key.to_string();
        let uncovered = target.operation.responses.keys().filter(|status| {
            *status != "429" && !recorder.covered.contains(&(key.clone(), (*status).clone()))
        });
        // A range or `default` stands for statuses that need not occur.
        let is_expected = |status: &String| status.parse::<u16>().is_ok_and(|code| code < 500);
        let (unchecked, unexpected): (Vec<_>, Vec<_>) = uncovered.cloned().partition(is_expected);
        let text =
            |statuses: Vec<_>| format!("{key}: no request has caused {}", statuses.join(", "));
        if !unchecked.is_empty() {
            recorder.skip(text(unchecked));
        }
        if !unexpected.is_empty() {
            recorder.note(text(unexpected));
        }
    }
}
