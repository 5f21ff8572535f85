//! Tests an operation that reads or updates an object, and restores the object.
//!
//! A request that sets a property that cannot be restored is not sent to an object of the user. It is
//! sent to an object that the run has created, because the run deletes that one.

use std::collections::BTreeMap;

use crate::operation_test::OperationTest;
use crate::preparation::TestError;
use crate::session::SendError;
use crate::{atomicity, case_test, cases, preparation, restore};

/// Properties that no request has set, each with the reason.
pub(crate) type Unset = BTreeMap<String, String>;

/// Tests an operation and restores its object. If `only` is given, sends only the requests that set one
/// of these properties. Returns the properties that it has not set.
pub(crate) async fn run(
    test: &mut OperationTest<'_>,
    only: Option<&Unset>,
) -> Result<Unset, String> {
    let tested = send_all(test, only).await;
    // The object is restored whatever has happened before.
    let restored = restore::restore(test).await;
    match (tested, restored) {
        (_, Err(error)) => Err(format!("failed to restore the object: {error}")),
        (Err(error), Ok(true)) => Err(format!("{error}; the object is restored")),
        (Err(error), Ok(false)) => Err(error.to_string()),
        (Ok(unset), Ok(_)) => Ok(unset),
    }
}

async fn send_all(test: &mut OperationTest<'_>, only: Option<&Unset>) -> Result<Unset, TestError> {
    match preparation::prepare(test).await {
        Err(TestError::Send(error @ SendError::BudgetExhausted)) => {
            test.stop_at_budget(Err(error), "all requests")?;
            return Ok(Unset::new());
        }
        result => result?,
    }
    test.record_unsendable_examples();
    let mut cases = cases::cases(test.target);
    if let Some(only) = only {
        cases.retain(|case| {
            let sent = case.body.as_ref().and_then(serde_json::Value::as_object);
            sent.is_some_and(|sent| only.keys().any(|name| sent.contains_key(name)))
        });
    }
    // Whatever such a request changes stays changed, so it must not precede the others.
    let mut unset = Unset::new();
    let (mut all, last): (Vec<_>, Vec<_>) = cases.into_iter().partition(|case| {
        let excluded = case.body.as_ref().and_then(|body| test.state.excluded_in(body));
        if let Some((name, reason)) = excluded {
            unset.insert(name.to_owned(), reason.to_owned());
        }
        excluded.is_none()
    });
    if test.is_own_object {
        all.extend(last);
        unset.clear();
        test.state.forget_excluded();
    }
    test.session.progress.inc_length(all.len() as u64);
    for (sent, case) in all.iter().enumerate() {
        test.session.progress.set_message(case.name.clone());
        match case_test::run(test, case).await {
            Ok(()) => test.session.progress.inc(1),
            Err(error @ SendError::BudgetExhausted) => {
                let unchecked = format!("{} of {} requests", all.len() - sent, all.len());
                test.stop_at_budget(Err(error), &unchecked)?;
                return Ok(unset);
            }
            Err(error) => return Err(error.into()),
        }
    }
    let checked = atomicity::check(test).await;
    test.stop_at_budget(checked, "the check that a rejected update changes nothing")?;
    Ok(unset)
}
