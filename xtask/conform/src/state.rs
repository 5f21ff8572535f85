//! The object under test: what it was, and how it is put back.
//!
//! Nothing is changed that could not be put back. So before the run each property is set to what it
//! is: where the server refuses that (a limit that is used up already, say), or where the answer does
//! not show the property, the run leaves it alone and says so.
//!
//! What an answer shows can be worked out instead of stored: a status that says `expired` because
//! a time has passed. Sending that back would store it. So everything that can be cleared is cleared
//! once: what changes without having been sent is worked out, and what shows then is stored.
//!
//! Until all that is known, nothing is put back either: an object that has not been changed is as it
//! was, and the way back could lead elsewhere.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::echo::Echo;

/// The object under test.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// What the first answer showed.
    pub original: Map<String, Value>,
    /// What must be sent to have it so again.
    pub stored: Map<String, Value>,
    /// Properties that can be null.
    pub clearable: Vec<String>,
    /// Properties that are left alone, and why.
    pub pinned: BTreeMap<String, String>,
    /// Whether the run has begun to change it.
    pub changed: bool,
    /// What the last answer showed.
    pub current: Map<String, Value>,
}

impl State {
    /// Whether a body leaves alone what must be left alone.
    pub fn may_send(&self, body: &Value) -> Result<(), (&str, &str)> {
        let sent = body.as_object();
        let pinned =
            self.pinned.iter().find(|(name, _)| sent.is_some_and(|sent| sent.contains_key(*name)));
        pinned.map_or(Ok(()), |(name, why)| Err((name, why)))
    }

    /// Everything that can be cleared, cleared.
    pub fn cleared(&self) -> Map<String, Value> {
        let free = self.clearable.iter().filter(|name| !self.pinned.contains_key(*name));
        free.map(|name| (name.clone(), Value::Null)).collect()
    }

    /// Updates that put the object back, each to be tried only where the ones before have not done
    /// it. All at once is the usual way; a rule between fields can want the way through the cleared
    /// object.
    pub fn ways_back(&self) -> [Vec<Map<String, Value>>; 2] {
        let free: Map<String, Value> = self
            .stored
            .iter()
            .filter(|(name, _)| !self.pinned.contains_key(*name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let clearable = |name: &String| self.clearable.contains(name);
        let (mut first, last): (Map<_, _>, Map<_, _>) =
            free.clone().into_iter().partition(|(name, _)| !clearable(name));
        first.extend(self.cleared());
        [vec![free], vec![first, last]]
    }

    /// What is to be sent for what is not as it was.
    pub fn left(&self, same: impl Fn(&str, &Value, &Value) -> bool) -> Map<String, Value> {
        let changed = |name: &String| {
            let is = self.current.get(name).unwrap_or(&Value::Null);
            self.original.get(name).is_some_and(|was| !same(name, was, is))
        };
        let left = self
            .stored
            .iter()
            .filter(|(name, _)| !self.pinned.contains_key(*name) && changed(name));
        left.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// What is not as it was: name, what it was, what it is.
    pub fn differences(&self, same: impl Fn(&str, &Value, &Value) -> bool) -> Vec<String> {
        let changed = self.original.iter().filter_map(|(name, was)| {
            let is = self.current.get(name).unwrap_or(&Value::Null);
            (!same(name, was, is)).then(|| format!("`{name}` is {is} and was {was}"))
        });
        changed.collect()
    }

    /// Takes over what an answer shows.
    pub fn shown(&mut self, echo: &Echo, body: Option<&Value>) -> Option<Map<String, Value>> {
        let shown = echo.of(body?)?;
        self.current = shown.clone();
        Some(shown)
    }
}
