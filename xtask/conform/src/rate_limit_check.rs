//! Uses up the rate limit that the server states, to see its 429.
//!
//! This is the last step of a run, after the restore: the key cannot be used until the window ends.

use crate::operation_test::OperationTest;
use crate::problem::Problem;
use crate::session::SendError;

/// Sends a request that changes nothing until the response is a 429, if the request budget is
/// sufficient.
pub(crate) async fn check(test: &mut OperationTest<'_>) -> Result<(), SendError> {
    let operation = test.target.operation;
    if !operation.responses.contains_key("429") {
        return Ok(());
    }
    let request = test.target.minimal_request();
    let credential = test.target.credential.as_ref();
    let Some(total) = test.session.rate_limit.total else {
        test.recorder.skip("429: no response states a rate limit".to_owned());
        return Ok(());
    };
    let budget = test.session.remaining_budget();
    if total >= budget as u64 {
        test.recorder.skip(format!(
            "429: the rate limit is {total} requests, but `--max-requests` leaves only {budget}"
        ));
        return Ok(());
    }
    // Only requests of one window count. A short window can end before its limit is used up.
    let (mut window, mut count) = (test.session.rate_limit.resets_at, 0);
    while count <= total {
        if test.session.remaining_budget() == 0 {
            let reason = "`--max-requests` was used up before the limit of a window was";
            test.recorder.skip(format!("429: {reason}"));
            return Ok(());
        }
        let response = test.session.send_now(operation, credential, &request).await?;
        test.check("a request beyond the rate limit", &request, &response);
        if response.status == 429 {
            test.recorder
                .note("the rate limit of the key is used up until its window ends".to_owned());
            return Ok(());
        }
        let resets_at = test.session.rate_limit.resets_at;
        count = if resets_at == window { count + 1 } else { 1 };
        window = resets_at;
    }
    let problem = Problem::new(
        "limit-not-kept",
        format!("{}/responses/429", operation.pointer),
        "responds with 429 to more requests than the rate limit allows",
        format!("states a rate limit of {total}, and accepts more requests without a 429"),
    );
    test.record(problem, "more requests than the rate limit allows", &request);
    Ok(())
}
