//! Deletes the objects that a run has created, and checks that they are gone.

use agenthuman_contract::child;
use agenthuman_contract::model::{Operation, OperationKey};

use crate::lifecycle::{Created, Lifecycle};
use crate::operation_test::{OperationTest, status_list};
use crate::problem::Problem;
use crate::session::SendError;
use crate::target::Target;
use crate::values::ValueGenerator;
use crate::{case_test, cases, listing};

/// Name of the deletion in findings.
const DELETION: &str = "the deletion of a created object";

/// Name of a request for a deleted object in findings.
const DELETED: &str = "a deleted object";

/// Returns the operation that deletes a created object.
pub(crate) fn target<'a>(
    generator: ValueGenerator<'a>,
    lifecycles: &[Lifecycle<'a>],
    created: &Created,
) -> Result<Target<'a>, String> {
    let (key, operation) = lifecycles[created.lifecycle].delete;
    Target::new(generator, key, operation, &created.path_parameters)
}

/// Deletes the object of the target. Returns true if it is gone.
pub(crate) async fn delete(test: &mut OperationTest<'_>) -> Result<bool, SendError> {
    let request = test.target.minimal_request();
    let credential = test.target.credential.as_ref();
    let response = test.session.send_restore(test.target.operation, credential, &request).await?;
    test.check(DELETION, &request, &response);
    Ok(response.is_success() || response.status == 404)
}

/// Deletes a created object, whose deletion is the target: first with requests that the server must
/// reject, then validly. Afterwards no operation with its path, nor the list, may show it.
pub(crate) async fn check(
    test: &mut OperationTest<'_>,
    created: &Created,
    operations: &[(&OperationKey, &Operation)],
) -> Result<(), SendError> {
    test.record_unsendable_examples();
    for case in &cases::cases(test.target) {
        if !case.expectation.success {
            case_test::run(test, case).await?;
        } else if case.is_example {
            let reason = "the object can be deleted only once";
            test.recorder.skip(format!("{}: {}: {reason}", test.target.key, case.name));
        }
        // Another valid path could name an object that the run has not created.
    }
    if !delete(test).await? {
        return Ok(());
    }
    test.created.retain(|other| other.path_parameters != created.path_parameters);
    let lifecycle = &test.lifecycles[created.lifecycle];
    let mut unknown = None;
    for (key, operation) in operations.iter().filter(|(key, _)| key.path == lifecycle.delete.0.path)
    {
        let generator = test.target.generator;
        let Ok(target) = Target::new(generator, key, operation, &created.path_parameters) else {
            continue;
        };
        if unknown.is_none() {
            unknown = not_found_body(test, &target, lifecycle, &created.id).await?;
        }
        check_gone(&mut test.of(&target), unknown.as_deref()).await?;
    }
    if let Some((key, operation)) = lifecycle.list
        && let Ok(target) =
            Target::new(test.target.generator, key, operation, &created.path_parameters)
    {
        let mut test = test.of(&target);
        let listed = listing::ids(&mut test, &lifecycle.parameter).await?;
        if listed.is_some_and(|listed| listed.contains(&created.id)) {
            let problem = Problem::new(
                "delete-not-applied",
                &operation.pointer,
                format!("the list does not contain the deleted object {}", created.id),
                "the list contains it",
            );
            test.record(problem, DELETED, &target.minimal_request());
        }
    }
    Ok(())
}

/// Returns the body of the response to a request for an object that has never existed.
async fn not_found_body(
    test: &mut OperationTest<'_>,
    target: &Target<'_>,
    lifecycle: &Lifecycle<'_>,
    id: &str,
) -> Result<Option<String>, SendError> {
    let mut parameters = target.operation.parameters.values();
    let parameter = parameters.find(|one| one.name == lifecycle.parameter);
    let Some(unknown) = parameter.and_then(|one| cases::unknown_value(target, one, id)) else {
        return Ok(None);
    };
    let mut path_parameters = target.path_parameters.clone();
    path_parameters.insert(lifecycle.parameter.clone(), unknown);
    let Ok(target) = Target::new(target.generator, target.key, target.operation, &path_parameters)
    else {
        return Ok(None);
    };
    let request = target.minimal_request();
    let (response, _) = test.of(&target).exchange("an unknown object", &request).await?;
    let is_rejected = [404, 410].contains(&response.status);
    Ok(is_rejected.then(|| String::from_utf8_lossy(&response.body).into_owned()))
}

/// Checks that an operation on a deleted object is rejected like one on an unknown object, whose body
/// is `unknown`.
async fn check_gone(test: &mut OperationTest<'_>, unknown: Option<&str>) -> Result<(), SendError> {
    let request = test.target.minimal_request();
    let (response, _) = test.exchange(DELETED, &request).await?;
    let rejections = test.target.rejected(&[404, 410]).rejections;
    let pointer = child(&child(&test.target.operation.pointer, "responses"), "404");
    let body = String::from_utf8_lossy(&response.body);
    if !rejections.contains(&response.status) {
        let contract = format!("rejects it with {}", status_list(&rejections));
        let problem = Problem::new("delete-not-applied", pointer, contract, response.text());
        test.record(problem, DELETED, &request);
    } else if let Some(unknown) = unknown.filter(|unknown| *unknown != body) {
        let contract = format!("the response is the one for an unknown object: {unknown}");
        let problem = Problem::new("not-found-differs", pointer, contract, body);
        test.record(problem, DELETED, &request);
    }
    Ok(())
}
