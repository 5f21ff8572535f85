//! Checks the response to an update: the sent properties have their new values, the absent ones their
//! old values.

use agenthuman_contract::child;
use serde_json::{Map, Value};

use crate::case::Case;
use crate::cross_field_rules;
use crate::excerpt::excerpt;
use crate::operation_test::OperationTest;
use crate::problem::Problem;
use crate::session::SendError;

/// Records a problem for each property that was sent and is not shown, and for each that was not sent
/// and has changed.
pub(crate) async fn check(
    test: &mut OperationTest<'_>,
    case: &Case,
    sent: &Map<String, Value>,
    before: &Map<String, Value>,
    shown: &Map<String, Value>,
) -> Result<(), SendError> {
    for (name, value) in sent {
        let Some(is) = shown.get(name).filter(|is| !test.equal(name, value, is)) else {
            continue;
        };
        if cross_field_rules::is_shown_with_other_values(test, sent, name, value).await? {
            let note = format!(
                "`{name}` sent as {value} is shown as {is}: \
                 it is computed, and shown together with other values"
            );
            test.recorder.note(format!("{}: {note}", test.target.key));
            continue;
        }
        let contract =
            format!("the response shows the object with the sent values: `{name}` is {value}");
        let rule = match test.created_lifecycle() {
            Some(_) => "create-not-applied",
            None => "update-not-applied",
        };
        record(test, case, rule, name, contract, is);
    }
    let changed = test.changes(before, shown).into_iter();
    for (name, is) in changed.filter(|(name, _)| !sent.contains_key(name)) {
        let was = &before[&name];
        if follows(test, sent, before, &name).await? {
            let note = format!("`{name}` is computed: it changes with the properties that are set");
            test.recorder.note(format!("{}: {note}", test.target.key));
            continue;
        }
        let contract = format!("`{name}` is absent and stays {was}");
        record(test, case, "absent-property-changed", &name, contract, &is);
    }
    Ok(())
}

/// Undoes the update, and returns true if that restores an absent property: then its value follows from
/// the properties that were sent.
async fn follows(
    test: &mut OperationTest<'_>,
    sent: &Map<String, Value>,
    before: &Map<String, Value>,
    name: &str,
) -> Result<bool, SendError> {
    let undo: Map<_, _> =
        sent.keys().filter_map(|sent| Some((sent.clone(), before.get(sent)?.clone()))).collect();
    if undo.is_empty() {
        return Ok(false);
    }
    let shown = test.update("an update undone", &undo).await?;
    let is = shown.as_ref().and_then(|shown| shown.get(name));
    Ok(is.is_some_and(|is| test.equal(name, &before[name], is)))
}

fn record(
    test: &mut OperationTest<'_>,
    case: &Case,
    rule: &'static str,
    name: &str,
    contract: String,
    is: &Value,
) {
    let server = format!("`{name}` is {}", excerpt(&is.to_string()));
    let problem = Problem::new(rule, pointer(test, name), contract, server);
    test.record(problem, &case.name, &case.request);
}

/// Returns the position of a property of the body in the contract.
fn pointer(test: &OperationTest<'_>, name: &str) -> String {
    let schema = test.target.body_schema().map(|id| &test.checker.model.schemas[id]);
    let property = schema.and_then(|schema| schema.properties.get(name));
    property.map_or_else(
        || child(&test.target.operation.pointer, "requestBody"),
        |property| property.pointer.clone(),
    )
}
