//! Runs the cases of one operation, and puts the object back.

use serde_json::{Map, Value};

use super::answer::{Answer, Problem, Rulebook, documented, shortened};
use super::back;
use super::echo::Echo;
use super::identity;
use super::plan::{Case, Target};
use super::report::Report;
use super::request::Request;
use super::session::{Halt, Session};
use super::state::State;
use agenthuman_contract::child;
use agenthuman_contract::model::SchemaId;

/// One operation under test.
pub(super) struct Run<'a> {
    pub target: &'a Target<'a>,
    pub rules: Rulebook<'a>,
    pub session: &'a mut Session,
    pub report: &'a mut Report,
    /// The variable that holds the key, for curl lines.
    pub variable: &'a str,
    /// Where answers show what was set; `None` for an operation that changes nothing.
    pub echo: Option<Echo>,
    pub state: State,
}

/// Why nothing can be said of a server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    #[error(transparent)]
    Halt(#[from] Halt),
    #[error("the server refuses the key: {0}")]
    Key(String),
    #[error("the server does not have what the path parameters name: {0}")]
    Missing(String),
    #[error("the first request, which changes nothing, does not show the object: {0}")]
    First(String),
}

impl Run<'_> {
    /// Sends a request and looks at the answer; whether it is well formed is the second result.
    pub async fn exchange(
        &mut self,
        name: &str,
        request: &Request,
    ) -> Result<(Answer, bool), Halt> {
        let credential = self.target.credential.as_ref();
        let answer = self.session.exchange(self.target.operation, credential, request).await?;
        let clean = self.look(name, request, &answer);
        Ok((answer, clean))
    }

    /// Reports what is wrong with an answer, whatever was asked.
    pub fn look(&mut self, name: &str, request: &Request, answer: &Answer) -> bool {
        let Target { operation, key, .. } = self.target;
        if let Some((status, _)) = documented(operation, answer.status) {
            self.report.seen.insert((key.to_string(), status.to_owned()));
        }
        let mut problems = self.rules.problems(operation, &key.method, answer);
        problems.extend(identity::problems(self.rules.model, operation, request, answer));
        if answer.status >= 500 {
            let contract = "a request is answered or refused".to_owned();
            problems.push(Problem::new(
                "server-error",
                &operation.pointer,
                contract,
                answer.text(),
            ));
        }
        let clean = problems.is_empty();
        for problem in problems {
            self.add(problem, name, request);
        }
        clean
    }

    pub fn add(&mut self, problem: Problem, name: &str, request: &Request) {
        let subject = format!("{}: {name}", self.target.key);
        let (base, credential) = (&self.session.base, self.target.credential.as_ref());
        self.report.add(problem, &subject, || request.curl(base, credential, self.variable));
    }

    /// Sends an update; `None` where it is refused.
    pub async fn update(
        &mut self,
        name: &str,
        body: &Map<String, Value>,
    ) -> Result<Option<Map<String, Value>>, Halt> {
        let request = self.target.request(Some(&Value::Object(body.clone())));
        let (answer, _) = self.exchange(name, &request).await?;
        Ok(self.take(&answer))
    }

    /// What an answer shows of the object, if it is an answer of success.
    pub fn take(&mut self, answer: &Answer) -> Option<Map<String, Value>> {
        let echo = self.echo.as_ref().filter(|_| answer.is_success())?;
        self.state.shown(echo, answer.json().as_ref())
    }

    pub fn same(&self, property: &str, one: &Value, other: &Value) -> bool {
        let model = self.rules.model;
        self.echo.as_ref().is_some_and(|echo| echo.same(model, property, one, other))
    }

    /// The first request: is there anything to test? For an update, the object as it is.
    pub async fn begin(&mut self) -> Result<(), Refused> {
        let body = self.target.base();
        let request = self.target.request(body.as_ref());
        let (answer, _) = self.exchange("a request that changes nothing", &request).await?;
        match answer.status {
            401 | 403 => return Err(Refused::Key(answer.text())),
            404 => return Err(Refused::Missing(answer.text())),
            400..500 => return Err(Refused::First(answer.text())),
            _ => {}
        }
        let Some(id) = self.target.body_schema().filter(|_| self.echo.is_some()) else {
            return Ok(());
        };
        self.state.original = self.take(&answer).ok_or_else(|| Refused::First(answer.text()))?;
        self.session.keep_back(back::ROUNDS * self.state.original.len());
        self.rehearse(id).await?;
        self.state.changed = true;
        Ok(())
    }

    /// Finds out what can be put back; see `state`.
    async fn rehearse(&mut self, id: SchemaId) -> Result<(), Halt> {
        let model = self.rules.model;
        let original = self.state.original.clone();
        self.state.stored = original.clone();
        for (name, property) in &model.schemas[id].properties {
            let Some(was) = original.get(name) else {
                let why = "the answer does not show it".to_owned();
                self.state.pinned.insert(name.clone(), why);
                continue;
            };
            let Some(id) = property.schema else { continue };
            if !self.rules.schemas.is_valid(&model.schemas[id].pointer, &Value::Null) {
                continue;
            }
            self.state.clearable.push(name.clone());
            let what = format!("`{name}` set to what it is");
            let again = Map::from_iter([(name.clone(), was.clone())]);
            if self.update(&what, &again).await?.is_none() {
                let why = format!("the server refuses to set it to what it is, {was}");
                self.state.pinned.insert(name.clone(), why);
            }
        }
        let others: Vec<_> =
            original.keys().filter(|name| !self.state.clearable.contains(name)).cloned().collect();
        if self.state.clearable.iter().any(|name| self.state.pinned.contains_key(name)) {
            for name in others {
                let why = "whether it is stored or worked out cannot be told".to_owned();
                self.state.pinned.entry(name).or_insert(why);
            }
            return Ok(());
        }
        self.state.changed = true;
        if let Some(shown) = self.update("everything cleared", &self.state.cleared()).await? {
            for name in others {
                let Some(value) = shown.get(&name) else { continue };
                if !self.same(&name, &original[&name], value) {
                    let note = format!(
                        "`{name}` was shown as {} and is stored as {value}",
                        original[&name]
                    );
                    self.report.note(note);
                    self.state.stored.insert(name, value.clone());
                }
            }
        }
        Ok(())
    }

    /// Runs one case.
    pub async fn case(&mut self, case: &Case) -> Result<(), Halt> {
        if let Some(Err((name, why))) = case.body.as_ref().map(|body| self.state.may_send(body)) {
            let what = format!("{}: whatever sets `{name}`: {why}", self.target.key);
            self.report.leave_out(what);
            return Ok(());
        }
        let before = self.state.current.clone();
        let (answer, clean) = match self.exchange(&case.name, &case.request).await {
            Err(Halt::NoAnswer(why)) => {
                // It counts only where the server answers something else again.
                self.exchange(
                    "a request that changes nothing",
                    &self.target.request(self.target.base().as_ref()),
                )
                .await?;
                let contract = "every request is answered".to_owned();
                let problem = Problem::new("no-answer", &case.pointer, contract, why);
                self.add(problem, &case.name, &case.request);
                return Ok(());
            }
            other => other?,
        };
        let shown = self.take(&answer);
        if answer.is_success() {
            if !case.expect.success {
                let contract = format!("refuses it with {}", statuses(&case.expect.refusals));
                let problem =
                    Problem::new("bad-input-accepted", &case.pointer, contract, answer.text());
                self.add(problem, &case.name, &case.request);
            } else if let (Some(shown), Some(Value::Object(sent))) = (shown, &case.body) {
                // Another object may have answered to another path.
                if case.request.target == self.target.request(None).target {
                    self.verify(case, sent, &before, &shown).await?;
                }
            }
            return Ok(());
        }
        let known = documented(self.target.operation, answer.status).is_some();
        if answer.status >= 500 || !known || case.expect.refusals.contains(&answer.status) {
            return Ok(());
        }
        if !case.expect.success {
            let contract = format!("refuses it with {}", statuses(&case.expect.refusals));
            let problem = Problem::new("refusal-status", &case.pointer, contract, answer.text());
            self.add(problem, &case.name, &case.request);
        } else {
            let excuse = if clean { self.excuse(case, &answer).await? } else { None };
            match excuse {
                Some(why) => self.report.note(format!("{}: {}: {why}", self.target.key, case.name)),
                None => {
                    let contract = "accepts it".to_owned();
                    let problem =
                        Problem::new("good-input-refused", &case.pointer, contract, answer.text());
                    self.add(problem, &case.name, &case.request);
                }
            }
        }
        Ok(())
    }

    /// Whether an update did what it says and nothing else.
    async fn verify(
        &mut self,
        case: &Case,
        sent: &Map<String, Value>,
        before: &Map<String, Value>,
        shown: &Map<String, Value>,
    ) -> Result<(), Halt> {
        for (name, value) in sent {
            let Some(is) = shown.get(name).filter(|is| !self.same(name, value, is)) else {
                continue;
            };
            if let Some(why) = self.shows_elsewhere(sent, name, value).await? {
                let note = format!("`{name}` sent as {value} is shown as {is}: {why}");
                self.report.note(format!("{}: {note}", self.target.key));
                continue;
            }
            let contract =
                format!("the answer shows the object after the update: `{name}` {value}");
            let server = format!("`{name}` {}", shortened(&is.to_string()));
            let pointer = self.property(name);
            self.add(
                Problem::new("update-not-applied", pointer, contract, server),
                &case.name,
                &case.request,
            );
        }
        let changed: Vec<_> = shown
            .iter()
            .filter(|(name, _)| !sent.contains_key(*name))
            .filter(|(name, is)| before.get(*name).is_some_and(|was| !self.same(name, was, is)))
            .map(|(name, is)| (name.clone(), is.clone()))
            .collect();
        for (name, is) in changed {
            let was = &before[&name];
            if self.follows(sent, before, &name).await? {
                let note = format!("`{name}` is worked out: it changes with what is set");
                self.report.note(format!("{}: {note}", self.target.key));
                continue;
            }
            let contract = format!("`{name}` is absent and stays {was}");
            let server = format!("`{name}` {}", shortened(&is.to_string()));
            let pointer = self.property(&name);
            self.add(
                Problem::new("absent-property-changed", pointer, contract, server),
                &case.name,
                &case.request,
            );
        }
        Ok(())
    }

    /// Whether an absent property follows from those that were sent: then it goes back with them.
    async fn follows(
        &mut self,
        sent: &Map<String, Value>,
        before: &Map<String, Value>,
        name: &str,
    ) -> Result<bool, Halt> {
        let undo: Map<_, _> = sent
            .keys()
            .filter_map(|sent| Some((sent.clone(), before.get(sent)?.clone())))
            .collect();
        if undo.is_empty() {
            return Ok(false);
        }
        let shown = self.update("an update undone", &undo).await?;
        let is = shown.as_ref().and_then(|shown| shown.get(name));
        Ok(is.is_some_and(|is| self.same(name, &before[name], is)))
    }

    fn property(&self, name: &str) -> String {
        let schema = self.target.body_schema().map(|id| &self.rules.model.schemas[id]);
        let property = schema.and_then(|schema| schema.properties.get(name));
        property.map_or_else(
            || child(&self.target.operation.pointer, "requestBody"),
            |property| property.pointer.clone(),
        )
    }
}

pub(super) fn statuses(statuses: &[u16]) -> String {
    let texts: Vec<_> = statuses.iter().map(u16::to_string).collect();
    texts.join(" or ")
}
