//! Finds out whether a rejection of valid input is due to a rule between fields, which OpenAPI cannot
//! express.
//!
//! It is not enough that the server says so: a server with a bound that is off by one says the same.
//! The rejection must be a documented response for invalid input that names a property of the request,
//! and there must be evidence:
//! - the same value is accepted for another state of the object, or together with other values (a
//!   status that can be set only together with a later time, for example), or
//! - the value is a number or a time, and the boundary between rejected and accepted values is exactly
//!   another number or time of the object (a limit that must exceed the current usage, for example),
//!   and not the bound in the contract.
//!
//! Such a rejection becomes a note. If both boundaries are equal, nothing can tell them apart; a test
//! with an object that has other numbers can.

use agenthuman_server_runtime::timestamp::Timestamp;
use serde_json::{Map, Value};

use crate::case::Case;
use crate::operation_test::{NO_CHANGE, OperationTest};
use crate::representation::instant;
use crate::response::Response;
use crate::session::SendError;

/// Maximum number of documented examples whose other values a rejected value is combined with.
const MAX_EXAMPLES: usize = 3;

/// Returns the evidence that a rejection is due to a rule between fields; `None` if there is none.
pub(crate) async fn find(
    test: &mut OperationTest<'_>,
    case: &Case,
    response: &Response,
) -> Result<Option<String>, SendError> {
    let (Some(representation), Some(Value::Object(sent))) = (&test.representation, &case.body)
    else {
        return Ok(None);
    };
    let properties = &representation.properties;
    let names_property = response.json().is_some_and(|body| contains_name(&body, properties));
    if !names_property || ![400, 409, 422].contains(&response.status) {
        return Ok(None);
    }
    for mut body in combinations(test) {
        body.extend(sent.clone());
        let name = "a rejected value together with other values";
        if test.update(name, &body).await?.is_some() {
            let others: Vec<_> = body.keys().filter(|name| !sent.contains_key(*name)).collect();
            let evidence = format!("rejected by a rule: it is accepted with other {others:?}");
            return Ok(Some(evidence));
        }
    }
    for (name, value) in sent {
        if let Some(evidence) = find_boundary(test, name, value).await? {
            return Ok(Some(evidence));
        }
    }
    Ok(None)
}

/// Returns true if a sent value is shown after an update that also sets other values: then it is
/// stored, and was hidden by the others.
pub(crate) async fn is_shown_with_other_values(
    test: &mut OperationTest<'_>,
    sent: &Map<String, Value>,
    name: &str,
    value: &Value,
) -> Result<bool, SendError> {
    for mut body in combinations(test) {
        body.extend(sent.clone());
        let shown = test.update("an update together with other values", &body).await?;
        let is = shown.as_ref().and_then(|shown| shown.get(name));
        if is.is_some_and(|is| test.equal(name, value, is)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns values for the other properties: the original ones, all cleared, those of the examples.
fn combinations(test: &OperationTest<'_>) -> Vec<Map<String, Value>> {
    let [original, ..] = test.state.restore_plans();
    let mut combinations = original;
    combinations.push(test.state.cleared());
    for example in test.target.examples().into_iter().take(MAX_EXAMPLES) {
        if let Value::Object(example) = example {
            let mut values = example.clone();
            values.retain(|name, _| !test.state.excluded.contains_key(name));
            combinations.push(values);
        }
    }
    combinations
}

/// Returns the evidence that the rejected values of a property begin at another number or time of the
/// object; `None` if there is none.
async fn find_boundary(
    test: &mut OperationTest<'_>,
    name: &str,
    rejected: &Value,
) -> Result<Option<String>, SendError> {
    let Some(rejected) = Point::new(rejected) else { return Ok(None) };
    let (response, _) = test.exchange(NO_CHANGE, &test.target.minimal_request()).await?;
    let Some(body) = response.json() else { return Ok(None) };
    let representation = test.representation.as_ref();
    let shown = representation.map(|object| object.all_properties(&body)).unwrap_or_default();
    for (other, value) in shown.iter().filter(|(other, _)| other != name) {
        let Some(boundary) =
            Point::new(value).filter(|boundary| boundary.is_time() == rejected.is_time())
        else {
            continue;
        };
        let mut accepted = [false; 3];
        for (step, accepted) in [-1, 0, 1].into_iter().zip(&mut accepted) {
            let body = Map::from_iter([(name.to_owned(), boundary.moved(step).value())]);
            *accepted = is_valid(test, &body)
                && test.update("a value at a boundary", &body).await?.is_some();
        }
        let (rejected, boundary) = (rejected.number(), boundary.number());
        let is_explained = match accepted {
            [false, false, true] => rejected <= boundary,
            [false, true, true] => rejected < boundary,
            [true, false, false] => rejected >= boundary,
            [true, true, false] => rejected > boundary,
            _ => false,
        };
        if is_explained {
            let evidence =
                format!("rejected by a rule: the accepted values begin at `{other}`, {value}");
            return Ok(Some(evidence));
        }
    }
    Ok(None)
}

fn is_valid(test: &OperationTest<'_>, body: &Map<String, Value>) -> bool {
    test.target.body_schema().is_some_and(|id| {
        let pointer = &test.checker.model.schemas[id].pointer;
        test.checker.schemas.is_valid(pointer, &Value::Object(body.clone()))
    })
}

/// An integer, or a time in whole seconds.
#[derive(Clone, Copy, Debug)]
enum Point {
    Number(i64),
    Second(i64),
}

const MICROSECONDS_PER_SECOND: i64 = 1_000_000;

impl Point {
    fn new(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_i64().map(Point::Number),
            Value::String(text) => {
                Some(Point::Second(instant(text)?.div_euclid(MICROSECONDS_PER_SECOND)))
            }
            _ => None,
        }
    }

    fn is_time(self) -> bool {
        matches!(self, Point::Second(_))
    }

    fn number(self) -> i64 {
        match self {
            Point::Number(number) | Point::Second(number) => number,
        }
    }

    fn moved(self, step: i64) -> Self {
        match self {
            Point::Number(number) => Point::Number(number.saturating_add(step)),
            Point::Second(number) => Point::Second(number.saturating_add(step)),
        }
    }

    fn value(self) -> Value {
        match self {
            Point::Number(number) => number.into(),
            Point::Second(seconds) => seconds
                .checked_mul(MICROSECONDS_PER_SECOND)
                .and_then(Timestamp::from_micros)
                .map(|time| time.to_string())
                .into(),
        }
    }
}

/// Returns true if a string anywhere in a body contains one of the names.
fn contains_name(body: &Value, names: &[String]) -> bool {
    match body {
        Value::String(text) => names.iter().any(|name| text.contains(name.as_str())),
        Value::Array(items) => items.iter().any(|item| contains_name(item, names)),
        Value::Object(members) => members.values().any(|member| contains_name(member, names)),
        _ => false,
    }
}
