//! The state of the object under test: original, stored and current values.
//!
//! A test changes no property that it could not restore, unless the run has created the object. Before the test, each property is therefore
//! set to its own value. If the server rejects that (a limit that is already reached, for example), or
//! the response does not show the property, the test does not set it (see [`crate::object_test`]).
//!
//! A response can show a computed value instead of the stored one: a status of `expired`, because a
//! time has passed. Sending the computed value would store it. Therefore everything that can be
//! cleared is cleared once: a property that changes without being sent is computed, and the value
//! shown then is the stored one.
//!
//! Until all this is known, nothing is restored either: the object has not been changed, and a
//! restore could change it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::representation::Representation;

/// The state of the object under test.
#[derive(Clone, Debug, Default)]
pub(crate) struct ObjectState {
    /// Values in the first response.
    pub original: Map<String, Value>,
    /// Values to send to restore the original ones.
    pub stored: Map<String, Value>,
    /// Properties that can be `null`.
    pub clearable: Vec<String>,
    /// Properties that are never set, each with the reason.
    pub excluded: BTreeMap<String, String>,
    /// True once the test has begun to change the object.
    pub changed: bool,
    /// Values in the last response.
    pub current: Map<String, Value>,
}

impl ObjectState {
    /// Returns the first excluded property that a body sets, with the reason; `None` if the body may
    /// be sent.
    pub(crate) fn excluded_in(&self, body: &Value) -> Option<(&str, &str)> {
        let sent = body.as_object()?;
        let excluded = self.excluded.iter().find(|(name, _)| sent.contains_key(*name));
        excluded.map(|(name, reason)| (name.as_str(), reason.as_str()))
    }

    /// Forgets the original values of the excluded properties, which then are not restored.
    pub(crate) fn forget_excluded(&mut self) {
        self.original.retain(|name, _| !self.excluded.contains_key(name));
    }

    /// Returns the update that clears everything that can be cleared.
    pub(crate) fn cleared(&self) -> Map<String, Value> {
        let settable = self.clearable.iter().filter(|name| !self.excluded.contains_key(*name));
        settable.map(|name| (name.clone(), Value::Null)).collect()
    }

    /// Returns sequences of updates that restore the object, to be tried one after the other. Usually
    /// a single update does; a cross-field rule can require that the object is cleared first.
    pub(crate) fn restore_plans(&self) -> [Vec<Map<String, Value>>; 2] {
        let all: Map<String, Value> = self
            .stored
            .iter()
            .filter(|(name, _)| !self.excluded.contains_key(*name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let clearable = |name: &String| self.clearable.contains(name);
        let (mut first, last): (Map<_, _>, Map<_, _>) =
            all.clone().into_iter().partition(|(name, _)| !clearable(name));
        first.extend(self.cleared());
        [vec![all], vec![first, last]]
    }

    /// Returns the values to send for the properties that are not restored yet.
    pub(crate) fn remaining(
        &self,
        equal: impl Fn(&str, &Value, &Value) -> bool,
    ) -> Map<String, Value> {
        let changed = |name: &String| {
            let is = self.current.get(name).unwrap_or(&Value::Null);
            self.original.get(name).is_some_and(|was| !equal(name, was, is))
        };
        let remaining = self
            .stored
            .iter()
            .filter(|(name, _)| !self.excluded.contains_key(*name) && changed(name));
        remaining.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Describes each property that differs from its original value.
    pub(crate) fn differences(&self, equal: impl Fn(&str, &Value, &Value) -> bool) -> Vec<String> {
        let changed = self.original.iter().filter_map(|(name, was)| {
            let is = self.current.get(name).unwrap_or(&Value::Null);
            (!equal(name, was, is)).then(|| format!("`{name}` is {is}, but was {was}"))
        });
        changed.collect()
    }

    /// Updates the current values from the body of a response, and returns them.
    pub(crate) fn observe(
        &mut self,
        representation: &Representation,
        body: Option<&Value>,
    ) -> Option<Map<String, Value>> {
        let shown = representation.read(body?)?;
        self.current = shown.clone();
        Some(shown)
    }
}
