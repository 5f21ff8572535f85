//! The test of one operation: its target, the object it changes, and the checks that every response
//! goes through.
//!
//! The phases of the test are modules of their own, which use this one: [`crate::preparation`],
//! [`crate::case_test`], [`crate::atomicity`], [`crate::restore`].

use serde_json::{Map, Value};

use crate::cases;
use crate::lifecycle::{Created, Lifecycle};
use crate::object_identity;
use crate::object_state::ObjectState;
use crate::problem::Problem;
use crate::recorder::Recorder;
use crate::representation::Representation;
use crate::request::Request;
use crate::response::{Response, documented_response};
use crate::response_check::ResponseChecker;
use crate::session::{SendError, Session};
use crate::target::Target;

/// Name of the request that is sent to read the object.
pub(crate) const NO_CHANGE: &str = "a request that changes nothing";

/// The test of one operation.
pub(crate) struct OperationTest<'a> {
    pub target: &'a Target<'a>,
    pub checker: ResponseChecker<'a>,
    pub session: &'a mut Session,
    pub recorder: &'a mut Recorder,
    /// The environment variable that `curl` commands take the key from.
    pub key_variable: &'a str,
    /// The object in responses that shows an update; `None` if the operation changes nothing.
    pub representation: Option<Representation>,
    pub state: ObjectState,
    /// True if the run has created the object, and deletes it: it need not be restored.
    pub is_own_object: bool,
    /// All kinds of objects that the run can create.
    pub lifecycles: &'a [Lifecycle<'a>],
    /// The objects that the run has created and not deleted yet.
    pub created: &'a mut Vec<Created>,
}

impl OperationTest<'_> {
    /// Returns the test of another operation, which changes no object that must be restored.
    pub(crate) fn of<'t>(&'t mut self, target: &'t Target<'t>) -> OperationTest<'t> {
        OperationTest {
            target,
            checker: self.checker,
            session: self.session,
            recorder: self.recorder,
            key_variable: self.key_variable,
            representation: None,
            state: ObjectState::default(),
            is_own_object: false,
            lifecycles: self.lifecycles,
            created: self.created,
        }
    }

    /// Records the documented examples that cannot be sent.
    pub(crate) fn record_unsendable_examples(&mut self) {
        for example in cases::unsendable_examples(self.target) {
            self.recorder.skip(format!("{}: {example}", self.target.key));
        }
    }

    /// Records what is not checked if the request budget is exhausted, which is no error.
    pub(crate) fn stop_at_budget(
        &mut self,
        result: Result<(), SendError>,
        unchecked: &str,
    ) -> Result<(), SendError> {
        match result {
            Err(error @ SendError::BudgetExhausted) => {
                self.recorder.skip(format!("{}: {unchecked}: {error}", self.target.key));
                Ok(())
            }
            result => result,
        }
    }

    /// Returns the index of the lifecycle whose objects the operation creates; `None` if it creates
    /// none.
    pub(crate) fn created_lifecycle(&self) -> Option<usize> {
        self.lifecycles.iter().position(|lifecycle| lifecycle.create.0 == self.target.key)
    }

    /// Remembers an object that a request has created, so that the run deletes it.
    fn record_creation(&mut self, request: &Request, response: &Result<Response, SendError>) {
        let Some(lifecycle) = self.created_lifecycle() else { return };
        let left_behind = match response {
            Ok(response) => match self.lifecycles[lifecycle].shown(response) {
                Some((id, object)) => {
                    let mut path_parameters = request.path_parameters.clone();
                    path_parameters
                        .insert(self.lifecycles[lifecycle].parameter.clone(), id.clone());
                    self.created.push(Created { lifecycle, id, path_parameters, object });
                    return;
                }
                None => response.is_success(),
            },
            // The server may have received the request.
            Err(SendError::NoResponse(_)) => true,
            Err(_) => false,
        };
        if left_behind {
            self.recorder.note(format!(
                "{}: a response does not show what was created: the run may leave an object behind",
                self.target.key
            ));
        }
    }

    /// Sends a request and checks its response. Returns the response, and true if it is well formed.
    pub(crate) async fn exchange(
        &mut self,
        name: &str,
        request: &Request,
    ) -> Result<(Response, bool), SendError> {
        let credential = self.target.credential.as_ref();
        let response = self.session.send(self.target.operation, credential, request).await;
        self.record_creation(request, &response);
        let response = response?;
        let is_well_formed = self.check(name, request, &response);
        Ok((response, is_well_formed))
    }

    /// Records the problems that a response has regardless of its request. Returns true if there is
    /// none.
    pub(crate) fn check(&mut self, name: &str, request: &Request, response: &Response) -> bool {
        let Target { operation, key, .. } = self.target;
        if let Some((status, _)) = documented_response(operation, response.status) {
            self.recorder.covered.insert((key.to_string(), status.to_owned()));
        }
        let mut problems = self.checker.problems(operation, &key.method, response);
        problems.extend(object_identity::problems(
            self.checker.model,
            operation,
            request,
            response,
        ));
        if response.status >= 500 {
            let contract = "a request is accepted or rejected";
            problems.push(Problem::new(
                "server-error",
                &operation.pointer,
                contract,
                response.text(),
            ));
        }
        let is_well_formed = problems.is_empty();
        for problem in problems {
            self.record(problem, name, request);
        }
        is_well_formed
    }

    /// Records a problem with the request that showed it.
    pub(crate) fn record(&mut self, problem: Problem, name: &str, request: &Request) {
        let subject = format!("{}: {name}", self.target.key);
        let (base, credential) = (&self.session.base_url, self.target.credential.as_ref());
        let curl = || request.curl(base, credential, self.key_variable);
        self.recorder.record(problem, &subject, curl);
    }

    /// Sends an update and returns the properties in its response; `None` if it is rejected.
    pub(crate) async fn update(
        &mut self,
        name: &str,
        body: &Map<String, Value>,
    ) -> Result<Option<Map<String, Value>>, SendError> {
        let request = self.target.request(Some(&Value::Object(body.clone())));
        let (response, _) = self.exchange(name, &request).await?;
        Ok(self.observe(&response))
    }

    /// Updates the current state from a successful response, and returns the properties it shows.
    pub(crate) fn observe(&mut self, response: &Response) -> Option<Map<String, Value>> {
        let representation = self.representation.as_ref().filter(|_| response.is_success())?;
        self.state.observe(representation, response.json().as_ref())
    }

    /// Returns true if two values of a property mean the same.
    pub(crate) fn equal(&self, property: &str, one: &Value, other: &Value) -> bool {
        let model = self.checker.model;
        let representation = self.representation.as_ref();
        representation.is_some_and(|object| object.equal(model, property, one, other))
    }

    /// Returns the properties of `after` that also occur in `before`, with another value.
    pub(crate) fn changes(
        &self,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
    ) -> Map<String, Value> {
        let changed = after
            .iter()
            .filter(|(name, is)| before.get(*name).is_some_and(|was| !self.equal(name, was, is)));
        changed.map(|(name, is)| (name.clone(), is.clone())).collect()
    }
}

/// Joins statuses for a message: `400 or 422`.
pub(crate) fn status_list(statuses: &[u16]) -> String {
    let texts: Vec<_> = statuses.iter().map(u16::to_string).collect();
    texts.join(" or ")
}
