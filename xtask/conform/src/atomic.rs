//! Whether a refused update leaves everything as it is, also the part that was in order.
//!
//! No keyword of OpenAPI says so; HTTP does: a 4xx has not done what was asked (RFC 9110, 15.5), and
//! RFC 5789 wants it of PATCH in so many words.

use serde_json::{Map, Value};

use super::answer::Problem;
use super::plan::Target;
use super::run::{Run, statuses};
use super::session::Halt;
use agenthuman_contract::child;

/// An update of two properties of which only the first is in order.
struct Mixed {
    name: String,
    pointer: String,
    good: String,
    body: Map<String, Value>,
}

impl Target<'_> {
    /// One for each property, with the next one that something is wrong for.
    fn mixed(&self) -> Vec<Mixed> {
        let Some(id) = self.body_schema() else { return Vec::new() };
        let properties = &self.prober.model.schemas[id].properties;
        let mut mixed = Vec::new();
        for (good, property) in properties {
            let value = property.schema.and_then(|id| self.prober.sample(id, &[]));
            let wrong =
                properties.iter().filter(|(bad, _)| *bad != good).find_map(|(bad, property)| {
                    let probes = self.prober.probes(property.schema?, &[]);
                    Some((bad, probes.into_iter().find(|probe| !probe.inside)?))
                });
            if let (Some(value), Some((bad, probe))) = (value, wrong) {
                let name = format!("`{good}` in order, and `{bad}` is {}", probe.what);
                let body =
                    Map::from_iter([(good.clone(), value), (bad.clone(), probe.value.clone())]);
                let (pointer, good) = (probe.pointer, good.clone());
                mixed.push(Mixed { name, pointer, good, body });
            }
        }
        mixed
    }
}

impl Run<'_> {
    /// Sends them, and looks at the object after each.
    pub(super) async fn atomicity(&mut self) -> Result<(), Halt> {
        if self.echo.is_none() {
            return Ok(());
        }
        for Mixed { name, pointer, good, body } in self.target.mixed() {
            let body_value = Value::Object(body.clone());
            if self.state.may_send(&body_value).is_err() {
                continue;
            }
            self.update("everything cleared", &self.state.cleared()).await?;
            let before = self.state.current.clone();
            if before.get(&good).is_some_and(|is| self.same(&good, &body[&good], is)) {
                continue;
            }
            let request = self.target.request(Some(&body_value));
            let (answer, _) = self.exchange(&name, &request).await?;
            if answer.is_success() {
                let contract = format!("refuses it with {}", statuses(&[400, 422]));
                let problem = Problem::new("bad-input-accepted", pointer, contract, answer.text());
                self.add(problem, &name, &request);
                continue;
            }
            let after = self.update("a request that changes nothing", &Map::new()).await?;
            let changed: Vec<_> = after
                .iter()
                .flatten()
                .filter(|(name, is)| before.get(*name).is_some_and(|was| !self.same(name, was, is)))
                .map(|(name, is)| format!("`{name}` is {is} after a {}", answer.status))
                .collect();
            if !changed.is_empty() {
                let pointer = child(&self.target.operation.pointer, "requestBody");
                let contract = "a refused request changes nothing".to_owned();
                let server = changed.join(", ");
                let problem = Problem::new("refusal-changed-object", pointer, contract, server);
                self.add(problem, &name, &request);
            }
        }
        Ok(())
    }
}
