//! Sends a test case, and compares its response with the expectation.

use serde_json::Map;

use crate::case::Case;
use crate::cross_field_rules;
use crate::operation_test::{NO_CHANGE, OperationTest, status_list};
use crate::problem::Problem;
use crate::response::{Response, documented_response};
use crate::session::SendError;
use crate::update_check;

/// Sends a test case and records the problems of its response.
pub(crate) async fn run(test: &mut OperationTest<'_>, case: &Case) -> Result<(), SendError> {
    // A created object has no earlier state.
    let before = match test.created_lifecycle() {
        Some(_) => Map::new(),
        None => test.state.current.clone(),
    };
    let (response, is_well_formed) = match test.exchange(&case.name, &case.request).await {
        Err(SendError::NoResponse(error)) => {
            // This is a problem of the case only if the server responds to another request.
            test.exchange(NO_CHANGE, &test.target.minimal_request()).await?;
            let contract = "every request has a response";
            let problem = Problem::new("no-answer", &case.pointer, contract, error);
            test.record(problem, &case.name, &case.request);
            return Ok(());
        }
        other => other?,
    };
    let shown = test.observe(&response);
    if response.is_success() {
        if !case.expectation.success {
            record(test, case, "bad-input-accepted", &rejects(case), &response);
        } else if let (Some(shown), Some(body)) = (shown, &case.body)
            && let Some(sent) = body.as_object()
            // Another path can name another object.
            && case.request.target == test.target.request(None).target
        {
            update_check::check(test, case, sent, &before, &shown).await?;
        }
        return Ok(());
    }
    let is_documented = documented_response(test.target.operation, response.status).is_some();
    let is_expected = case.expectation.rejections.contains(&response.status);
    if response.status >= 500 || !is_documented || is_expected {
        return Ok(());
    }
    if !case.expectation.success {
        record(test, case, "refusal-status", &rejects(case), &response);
        return Ok(());
    }
    let rule = match is_well_formed {
        true => cross_field_rules::find(test, case, &response).await?,
        false => None,
    };
    match rule {
        Some(rule) => test.recorder.note(format!("{}: {}: {rule}", test.target.key, case.name)),
        None => record(test, case, "good-input-refused", "accepts it", &response),
    }
    Ok(())
}

/// Returns the statement of the contract for a request that must be rejected.
fn rejects(case: &Case) -> String {
    format!("rejects it with {}", status_list(&case.expectation.rejections))
}

fn record(
    test: &mut OperationTest<'_>,
    case: &Case,
    rule: &'static str,
    contract: &str,
    response: &Response,
) {
    let problem = Problem::new(rule, &case.pointer, contract, response.text());
    test.record(problem, &case.name, &case.request);
}
