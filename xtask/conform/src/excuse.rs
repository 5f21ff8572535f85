//! Whether a refusal of good input is a rule between fields, which a contract of OpenAPI cannot say.
//!
//! "The server says that it is a rule" is not enough: a server whose bound is off by one says the
//! same. An excuse needs evidence, besides an answer in the documented shape for bad input that names
//! a property of the request:
//! - the same value is accepted in another state of the object or beside other values (a status that
//!   can be set only together with a later time), or
//! - the value is a number or a time, and the line between what is refused and what is accepted runs
//!   exactly at another number or time that the object shows (a limit that must be above what is used
//!   already), and not at the bound that the contract gives.
//!
//! What is excused is a note. Where the two lines fall together, nothing can tell them apart: testing
//! with an object whose own numbers lie elsewhere can.

use serde_json::{Map, Value};

use super::answer::Answer;
use super::echo::instant;
use super::plan::Case;
use super::run::Run;
use super::session::Halt;

/// How many documented examples are tried as company for a refused value.
const EXAMPLES: usize = 3;

impl Run<'_> {
    /// The evidence that a refusal is a rule between fields.
    pub(super) async fn excuse(
        &mut self,
        case: &Case,
        answer: &Answer,
    ) -> Result<Option<String>, Halt> {
        let (Some(echo), Some(Value::Object(sent))) = (self.echo.clone(), &case.body) else {
            return Ok(None);
        };
        let names = answer.json().is_some_and(|body| names_one(&body, &echo.properties));
        if !names || ![400, 409, 422].contains(&answer.status) {
            return Ok(None);
        }
        for company in self.companies() {
            let mut body = company;
            body.extend(sent.clone());
            if self.update("a refused value in another company", &body).await?.is_some() {
                let beside: Vec<_> = body.keys().filter(|name| !sent.contains_key(*name)).collect();
                let why = format!("refused by a rule: it is accepted beside other {beside:?}");
                return Ok(Some(why));
            }
        }
        for (name, value) in sent {
            if let Some(why) = self.line(name, value).await? {
                return Ok(Some(why));
            }
        }
        Ok(None)
    }

    /// A sent value that is shown in another company is stored, and shown only where nothing hides it.
    pub(super) async fn shows_elsewhere(
        &mut self,
        sent: &Map<String, Value>,
        name: &str,
        value: &Value,
    ) -> Result<Option<String>, Halt> {
        for company in self.companies() {
            let mut body = company;
            body.extend(sent.clone());
            let shown = self.update("an update in another company", &body).await?;
            let is = shown.as_ref().and_then(|shown| shown.get(name));
            if is.is_some_and(|is| self.same(name, value, is)) {
                return Ok(Some("it is worked out, and shows beside other values".to_owned()));
            }
        }
        Ok(None)
    }

    /// Values for the other properties: as they were, cleared, as in the examples.
    fn companies(&self) -> Vec<Map<String, Value>> {
        let [as_it_was, ..] = self.state.ways_back();
        let mut companies = as_it_was;
        companies.push(self.state.cleared());
        for (.., example) in self.target.examples().into_iter().take(EXAMPLES) {
            if let Value::Object(example) = example {
                let mut company = example.clone();
                company.retain(|name, _| !self.state.pinned.contains_key(name));
                companies.push(company);
            }
        }
        companies
    }

    /// Whether what is refused of this property begins at something else that the object shows.
    async fn line(&mut self, name: &str, refused: &Value) -> Result<Option<String>, Halt> {
        let Some(span) = Point::of(refused) else { return Ok(None) };
        let (answer, _) = self
            .exchange(
                "a request that changes nothing",
                &self.target.request(self.target.base().as_ref()),
            )
            .await?;
        let Some(body) = answer.json() else { return Ok(None) };
        let others = self.echo.as_ref().map(|echo| echo.others(&body)).unwrap_or_default();
        for (other, value) in others.iter().filter(|(other, _)| other != name) {
            let Some(line) = Point::of(value).filter(|line| line.is_time() == span.is_time())
            else {
                continue;
            };
            let mut accepted = Vec::new();
            for step in [-1, 0, 1] {
                let near = line.moved(step);
                let body = Map::from_iter([(name.to_owned(), near.value())]);
                let valid = self.accepts(&body);
                accepted.push(valid && self.update("a value at the line", &body).await?.is_some());
            }
            let below = span.number() <= line.number();
            let above = span.number() >= line.number();
            let explained = match accepted[..] {
                [false, false, true] => below,
                [false, true, true] => span.number() < line.number(),
                [true, false, false] => above,
                [true, true, false] => span.number() > line.number(),
                _ => false,
            };
            if explained {
                let why =
                    format!("refused by a rule: what is accepted begins at `{other}`, {value}");
                return Ok(Some(why));
            }
        }
        Ok(None)
    }

    fn accepts(&self, body: &Map<String, Value>) -> bool {
        self.target.body_schema().is_some_and(|id| {
            let pointer = &self.rules.model.schemas[id].pointer;
            self.rules.schemas.is_valid(pointer, &Value::Object(body.clone()))
        })
    }
}

/// A whole number, or a second in time.
#[derive(Clone, Copy, Debug)]
enum Point {
    Number(i64),
    Second(i64),
}

const NANOSECONDS: i64 = 1_000_000_000;

impl Point {
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_i64().map(Point::Number),
            Value::String(text) => Some(Point::Second(instant(text)?.div_euclid(NANOSECONDS))),
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
            Point::Second(seconds) => chrono::DateTime::from_timestamp(seconds, 0)
                .map(|time| time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
                .into(),
        }
    }
}

/// Whether a text in an error's body is, or has in it, the name of a property.
fn names_one(body: &Value, names: &[String]) -> bool {
    match body {
        Value::String(text) => names.iter().any(|name| text.contains(name.as_str())),
        Value::Array(items) => items.iter().any(|item| names_one(item, names)),
        Value::Object(members) => members.values().any(|member| names_one(member, names)),
        _ => false,
    }
}
