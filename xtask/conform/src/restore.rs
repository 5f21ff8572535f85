//! Restores the object under test.

use serde_json::{Map, Value};

use crate::operation_test::OperationTest;
use crate::problem::Problem;
use crate::response::Response;
use crate::session::SendError;

/// Rounds in which each property is restored alone: one can require that another is restored first.
pub(crate) const ROUNDS: usize = 2;

/// Name of the request in findings.
const NAME: &str = "the restored object";

/// Restores the object. Returns false if there was nothing to restore. Properties that the server does
/// not restore are recorded as a problem.
pub(crate) async fn restore(test: &mut OperationTest<'_>) -> Result<bool, SendError> {
    if !test.state.changed && differences(test).is_empty() {
        return Ok(false);
    }
    let mut result = restore_as_a_whole(test).await;
    if result.is_ok() && !differences(test).is_empty() {
        result = restore_each_property(test).await;
    }
    if differences(test).is_empty() {
        return Ok(true);
    }
    let reason = match &result {
        Ok(()) => differences(test).join(", "),
        Err(error) => error.to_string(),
    };
    let request = test.target.request(Some(&Value::Object(remaining(test))));
    let problem = Problem::new(
        "object-not-restored",
        &test.target.operation.pointer,
        "values that were accepted before the run are accepted after it",
        reason,
    );
    test.record(problem, NAME, &request);
    result.map(|()| true)
}

/// Tries the restore plans one after the other, until the object is restored.
async fn restore_as_a_whole(test: &mut OperationTest<'_>) -> Result<(), SendError> {
    for plan in test.state.restore_plans() {
        for body in plan {
            let body = Value::Object(body);
            let response = send(test, &body).await?;
            test.check(NAME, &test.target.request(Some(&body)), &response);
            if test.observe(&response).is_none() {
                break;
            }
        }
        if differences(test).is_empty() {
            break;
        }
    }
    Ok(())
}

/// Restores each remaining property alone: one that the server rejects does not keep the others from
/// being restored.
async fn restore_each_property(test: &mut OperationTest<'_>) -> Result<(), SendError> {
    for _ in 0..ROUNDS {
        for (name, value) in remaining(test) {
            let response = send(test, &Value::Object(Map::from_iter([(name, value)]))).await?;
            test.observe(&response);
        }
        if differences(test).is_empty() {
            break;
        }
    }
    Ok(())
}

async fn send(test: &mut OperationTest<'_>, body: &Value) -> Result<Response, SendError> {
    let request = test.target.request(Some(body));
    let credential = test.target.credential.as_ref();
    test.session.send_restore(test.target.operation, credential, &request).await
}

fn differences(test: &OperationTest<'_>) -> Vec<String> {
    test.state.differences(|name, was, is| test.equal(name, was, is))
}

fn remaining(test: &OperationTest<'_>) -> Map<String, Value> {
    test.state.remaining(|name, was, is| test.equal(name, was, is))
}
