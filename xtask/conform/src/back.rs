//! Puts the object under test back as it was.

use serde_json::{Map, Value};

use super::answer::Problem;
use super::run::Run;
use super::session::Halt;

/// How often each part is tried by itself: one can need another one to be back first.
pub(super) const ROUNDS: usize = 2;

impl Run<'_> {
    /// Puts the object back as it was; in any case, and as the last thing.
    /// Whether there was anything to do is the result.
    pub async fn put_back(&mut self) -> Result<bool, Halt> {
        let differences = self.state.differences(|name, was, is| self.same(name, was, is));
        if !self.state.changed && differences.is_empty() {
            return Ok(false);
        }
        let mut halted = None;
        'ways: for way in self.state.ways_back() {
            for body in way {
                let request = self.target.request(Some(&Value::Object(body)));
                let credential = self.target.credential.as_ref();
                let operation = self.target.operation;
                let answer = match self.session.insist(operation, credential, &request).await {
                    Ok(answer) => answer,
                    Err(halt) => {
                        halted = Some(halt);
                        break 'ways;
                    }
                };
                self.look("the object put back", &request, &answer);
                if self.take(&answer).is_none() {
                    break;
                }
            }
            if self.state.differences(|name, was, is| self.same(name, was, is)).is_empty() {
                return Ok(true);
            }
        }
        // What keeps the whole from being put back need not keep each part of it.
        for _ in 0..ROUNDS {
            let left = self.state.left(|name, was, is| self.same(name, was, is));
            for (name, value) in left {
                if halted.is_some() {
                    break;
                }
                let body = Value::Object(Map::from_iter([(name, value)]));
                let request = self.target.request(Some(&body));
                let credential = self.target.credential.as_ref();
                match self.session.insist(self.target.operation, credential, &request).await {
                    Ok(answer) => drop(self.take(&answer)),
                    Err(halt) => halted = Some(halt),
                }
            }
            if self.state.differences(|name, was, is| self.same(name, was, is)).is_empty() {
                return Ok(true);
            }
        }
        let differences = self.state.differences(|name, was, is| self.same(name, was, is));
        let why = halted.as_ref().map_or_else(|| differences.join(", "), Halt::to_string);
        let left = self.state.left(|name, was, is| self.same(name, was, is));
        let request = self.target.request(Some(&Value::Object(left)));
        let problem = Problem::new(
            "object-not-restored",
            &self.target.operation.pointer,
            "what was accepted before the run is accepted after it",
            why,
        );
        self.add(problem, "the object put back", &request);
        halted.map_or(Ok(true), Err)
    }
}
