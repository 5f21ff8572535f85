//! The comparison of two models.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use super::difference::Comparison;
use super::emission;
use super::location::Location;
use super::mode::ComparisonMode;
use super::path;
use super::usage::Usage;
use super::walk::{Presence, Walk, union};
use crate::model::{Aspect, Model, Operation, OperationKey};

/// Compares a contract with another document.
pub fn compare(contract: &Model, server: &Model, mode: ComparisonMode) -> Comparison {
    let mut walk = Walk {
        contract,
        server,
        mode,
        result: Comparison::default(),
        users: Vec::new(),
        usage: Usage::new(),
        pending: VecDeque::new(),
    };
    walk.tags();
    walk.operations(&contract.operations, &server.operations, "");
    // Dropshot cannot express callbacks.
    if mode != ComparisonMode::Emission || !server.callbacks.is_empty() {
        walk.operations(&contract.callbacks, &server.callbacks, "callbacks");
    }
    walk.schemas();
    walk.finish()
}

impl Walk<'_> {
    /// Compares the declared tags.
    fn tags(&mut self) {
        let location = Location::document();
        for name in union(&self.contract.tags, &self.server.tags) {
            if self.mode == ComparisonMode::Emission && emission::declares_tag(self.contract, name)
            {
                continue;
            }
            let side = |model: &'_ Model| match model.tags.get(name) {
                Some(pointer) => (true, pointer.clone()),
                None => (false, "/tags".to_owned()),
            };
            let (mine, other) = (side(self.contract), side(self.server));
            self.presence(Presence {
                location: &location,
                keyword: Aspect::Tags.keyword(),
                required: false,
                thing: format!("the declaration of the tag `{name}`"),
                contract: (mine.0, &mine.1),
                server: (other.0, &other.1),
            });
        }
    }

    /// Compares all operations; `keyword` is that of a difference in their existence.
    fn operations(
        &mut self,
        contract: &BTreeMap<OperationKey, Operation>,
        server: &BTreeMap<OperationKey, Operation>,
        keyword: &'static str,
    ) {
        // Requests to both of `/a/{x}` and `/a/{y}` are the same.
        let identity = |key: &OperationKey| (path::shape(&key.path), key.method.clone());
        let mut others: HashMap<_, _> = server
            .iter()
            .filter(|(key, _)| !contract.contains_key(*key))
            .map(|(key, other)| (identity(key), (key, other)))
            .collect();
        let mut renamed = HashMap::new();
        for key in contract.keys().filter(|key| !server.contains_key(*key)) {
            renamed.extend(others.remove(&identity(key)).map(|other| (key, other)));
        }
        let paired: HashSet<_> = renamed.values().map(|(key, _)| *key).collect();
        for key in union(contract, server).into_iter().filter(|key| !paired.contains(key)) {
            let other = renamed.get(key).copied().or_else(|| server.get_key_value(key));
            match (contract.get(key), other) {
                (Some(mine), Some((other_key, other))) => {
                    if keyword.is_empty() {
                        self.path([key, other_key]);
                    }
                    self.operation([key, other_key], mine, other, !keyword.is_empty());
                }
                (mine, other) => {
                    let other = other.map(|(_, other)| other);
                    let side = |one: Option<&Operation>| match one {
                        Some(operation) => (true, operation.pointer.clone()),
                        None => (false, "/paths".to_owned()),
                    };
                    let (mine, other) = (side(mine), side(other));
                    self.presence(Presence {
                        location: &Location::operation(key),
                        keyword,
                        required: false,
                        thing: format!("the operation {key}"),
                        contract: (mine.0, &mine.1),
                        server: (other.0, &other.1),
                    });
                }
            }
        }
    }
}
