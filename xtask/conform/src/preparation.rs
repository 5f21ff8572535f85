//! The first requests of a test: they find out whether the operation can be tested, and what can be
//! restored afterwards. See [`crate::object_state`].

use agenthuman_contract::model::SchemaId;
use serde_json::{Map, Value};

use crate::operation_test::{NO_CHANGE, OperationTest};
use crate::restore;
use crate::session::SendError;

/// An error that ends the test of an operation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TestError {
    #[error(transparent)]
    Send(#[from] SendError),
    #[error("the server rejects the API key: {0}")]
    KeyRejected(String),
    #[error("the server does not find the object of the path parameters: {0}")]
    ObjectNotFound(String),
    #[error(
        "the response to the first request, which changes nothing, does not show the object: {0}"
    )]
    ObjectNotShown(String),
}

/// Sends the first request. For an update, reads the object and finds out what can be restored.
pub(crate) async fn prepare(test: &mut OperationTest<'_>) -> Result<(), TestError> {
    let request = test.target.minimal_request();
    let (response, _) = test.exchange(NO_CHANGE, &request).await?;
    match response.status {
        401 | 403 => return Err(TestError::KeyRejected(response.text())),
        404 => return Err(TestError::ObjectNotFound(response.text())),
        400..500 => return Err(TestError::ObjectNotShown(response.text())),
        _ => {}
    }
    let Some(id) = test.target.body_schema().filter(|_| test.representation.is_some()) else {
        return Ok(());
    };
    let original = test.observe(&response);
    test.state.original = original.ok_or_else(|| TestError::ObjectNotShown(response.text()))?;
    test.session.reserve(restore::ROUNDS * test.state.original.len());
    find_restorable(test, id).await?;
    test.state.changed = true;
    Ok(())
}

/// Finds out which properties can be restored, and with which values.
async fn find_restorable(test: &mut OperationTest<'_>, id: SchemaId) -> Result<(), SendError> {
    test.state.stored = test.state.original.clone();
    set_each_to_its_value(test, id).await?;
    let state = &mut test.state;
    let required: Vec<_> =
        state.original.keys().filter(|name| !state.clearable.contains(name)).cloned().collect();
    if state.clearable.iter().any(|name| state.excluded.contains_key(name)) {
        for name in required {
            let reason = "cannot find out whether it is stored or computed".to_owned();
            state.excluded.entry(name).or_insert(reason);
        }
        return Ok(());
    }
    state.changed = true;
    find_stored_values(test, &required).await
}

/// Sets each property that can be cleared to its own value. Excludes those for which the server rejects
/// that, and those that the response does not show.
async fn set_each_to_its_value(
    test: &mut OperationTest<'_>,
    id: SchemaId,
) -> Result<(), SendError> {
    let model = test.checker.model;
    let original = test.state.original.clone();
    for (name, property) in &model.schemas[id].properties {
        let Some(value) = original.get(name) else {
            let reason = "the response does not show it".to_owned();
            test.state.excluded.insert(name.clone(), reason);
            continue;
        };
        let Some(id) = property.schema else { continue };
        if !test.checker.schemas.is_valid(&model.schemas[id].pointer, &Value::Null) {
            continue;
        }
        test.state.clearable.push(name.clone());
        let description = format!("`{name}` set to its own value");
        let body = Map::from_iter([(name.clone(), value.clone())]);
        if test.update(&description, &body).await?.is_none() {
            let reason = format!("the server rejects its own value, {value}");
            test.state.excluded.insert(name.clone(), reason);
        }
    }
    Ok(())
}

/// Clears everything that can be cleared, to see the stored values of the `required` properties.
async fn find_stored_values(
    test: &mut OperationTest<'_>,
    required: &[String],
) -> Result<(), SendError> {
    let cleared = test.state.cleared();
    let Some(shown) = test.update("everything cleared", &cleared).await? else { return Ok(()) };
    for name in required {
        let Some(stored) = shown.get(name) else { continue };
        let original = &test.state.original[name];
        if !test.equal(name, original, stored) {
            let note = format!("`{name}` was shown as {original}, but is stored as {stored}");
            test.recorder.note(note);
            test.state.stored.insert(name.clone(), stored.clone());
        }
    }
    Ok(())
}
