//! Checks that a rejected update changes nothing, including the properties with valid values.
//!
//! No keyword of OpenAPI states this, but HTTP does: a 4xx means that the request was not fulfilled
//! (RFC 9110 §15.5), and RFC 5789 §2 requires it of PATCH explicitly.

use agenthuman_contract::child;
use serde_json::{Map, Value};

use crate::operation_test::{NO_CHANGE, OperationTest, status_list};
use crate::problem::Problem;
use crate::session::SendError;
use crate::target::Target;

/// An update of two properties, of which only the first has a valid value.
struct PartlyValid {
    name: String,
    pointer: String,
    /// The property with the valid value.
    valid_property: String,
    body: Map<String, Value>,
}

/// Returns an update for each property, together with the next one that has an invalid value.
fn partly_valid_updates(target: &Target<'_>) -> Vec<PartlyValid> {
    let Some(id) = target.body_schema() else { return Vec::new() };
    let properties = &target.generator.model.schemas[id].properties;
    let mut updates = Vec::new();
    for (valid_property, property) in properties {
        let value = property.schema.and_then(|id| target.generator.sample(id, &[]));
        let mut others = properties.iter().filter(|(name, _)| *name != valid_property);
        let invalid = others.find_map(|(name, property)| {
            let values = target.generator.test_values(property.schema?, &[]);
            Some((name, values.into_iter().find(|value| !value.valid)?))
        });
        if let (Some(value), Some((invalid_property, invalid))) = (value, invalid) {
            updates.push(PartlyValid {
                name: format!(
                    "`{valid_property}` is valid, but `{invalid_property}` is {}",
                    invalid.description
                ),
                pointer: invalid.pointer,
                valid_property: valid_property.clone(),
                body: Map::from_iter([
                    (valid_property.clone(), value),
                    (invalid_property.clone(), invalid.value),
                ]),
            });
        }
    }
    updates
}

/// Sends partly valid updates, and compares the object before and after each.
pub(crate) async fn check(test: &mut OperationTest<'_>) -> Result<(), SendError> {
    if test.representation.is_none() {
        return Ok(());
    }
    for PartlyValid { name, pointer, valid_property, body } in partly_valid_updates(test.target) {
        let value = body[&valid_property].clone();
        let body = Value::Object(body);
        if !test.is_own_object && test.state.excluded_in(&body).is_some() {
            continue;
        }
        test.update("everything cleared", &test.state.cleared()).await?;
        let before = test.state.current.clone();
        if before.get(&valid_property).is_some_and(|is| test.equal(&valid_property, &value, is)) {
            continue;
        }
        let request = test.target.request(Some(&body));
        let (response, _) = test.exchange(&name, &request).await?;
        if response.is_success() {
            let contract = format!("rejects it with {}", status_list(&[400, 422]));
            let problem = Problem::new("bad-input-accepted", pointer, contract, response.text());
            test.record(problem, &name, &request);
            continue;
        }
        let after = test.update(NO_CHANGE, &Map::new()).await?.unwrap_or_default();
        let changes: Vec<_> = test
            .changes(&before, &after)
            .iter()
            .map(|(name, is)| format!("`{name}` is {is} after a {}", response.status))
            .collect();
        if !changes.is_empty() {
            let pointer = child(&test.target.operation.pointer, "requestBody");
            let contract = "a rejected request changes nothing";
            let server = changes.join(", ");
            let problem = Problem::new("refusal-changed-object", pointer, contract, server);
            test.record(problem, &name, &request);
        }
    }
    Ok(())
}
