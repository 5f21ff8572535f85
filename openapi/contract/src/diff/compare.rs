//! The comparison of two models.

use std::collections::{BTreeMap, HashSet, VecDeque};

use super::difference::Comparison;
use super::emission;
use super::location::Location;
use super::mode::ComparisonMode;
use super::part::Part;
use super::walk::{Presence, Walk, union};
use crate::model::{Aspect, Model, Operation, OperationKey};

/// Compares a contract with another document.
pub fn compare(contract: &Model, server: &Model, mode: ComparisonMode) -> Comparison {
    let mut walk = Walk {
        contract,
        server,
        mode,
        result: Comparison::default(),
        servers: HashSet::new(),
        seen: HashSet::new(),
        pending: VecDeque::new(),
    };
    walk.tags();
    walk.operations(&contract.operations, &server.operations, "");
    walk.operations(&contract.callbacks, &server.callbacks, "callbacks");
    walk.schemas();
    walk.result
}

impl Walk<'_> {
    /// Compares the declared tags.
    fn tags(&mut self) {
        let location = Location::new("the document".to_owned(), Part::Document);
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
        for key in union(contract, server) {
            match (contract.get(key), server.get(key)) {
                (Some(mine), Some(other)) => self.operation(key, mine, other),
                (mine, other) => {
                    let side = |one: Option<&Operation>| match one {
                        Some(operation) => (true, operation.pointer.clone()),
                        None => (false, "/paths".to_owned()),
                    };
                    let (mine, other) = (side(mine), side(other));
                    self.presence(Presence {
                        location: &Location::new(key.to_string(), Part::Operation),
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
