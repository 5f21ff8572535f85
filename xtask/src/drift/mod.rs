//! Drift: where two documents mean different things.
//!
//! Both models are walked side by side from their operations. Two schemas that have been compared
//! once, for the same use, are not compared again: that keeps the work in proportion to the
//! documents, ends recursion, and reports a shared schema once instead of once for each operation.

pub mod emission;
mod location;
mod operation;
mod schema;

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use serde_json::Value;

use crate::model::{Aspect, Fact, Facts, Model, SchemaId};
use location::{Location, Part};

/// What the contract is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// A document that can say everything that a contract can.
    #[cfg_attr(not(test), expect(dead_code, reason = "`cargo xtask diff` is still to come"))]
    Document,
    /// What Dropshot emits; see `emission` for what it cannot say.
    Emission,
}

/// One thing on which the two sides differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The stable name, for example `request-property-nullable`.
    pub rule: String,
    /// Where, for people.
    pub subject: String,
    pub contract: Said,
    pub server: Said,
    /// What to do to the contract to make it agree.
    pub edit: String,
}

/// What one side says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Where in its document; where it says nothing, what it says nothing in.
    pub pointer: String,
    pub text: String,
}

impl Said {
    fn new(pointer: &str, text: impl Into<String>) -> Self {
        Said { pointer: pointer.to_owned(), text: text.into() }
    }
}

/// All differences, and how much was compared.
#[derive(Debug, Default)]
pub struct Comparison {
    pub differences: Vec<Difference>,
    /// How many facts.
    pub compared: usize,
}

/// Compares the contract with what the other side says.
pub fn compare(contract: &Model, server: &Model, against: Against) -> Comparison {
    let mut walk = Walk {
        contract,
        server,
        against,
        result: Comparison::default(),
        seen: HashSet::new(),
        pending: VecDeque::new(),
    };
    let keys: BTreeSet<_> = contract.operations.keys().chain(server.operations.keys()).collect();
    for key in keys {
        match (contract.operations.get(key), server.operations.get(key)) {
            (Some(mine), Some(other)) => walk.operation(key, mine, other),
            (mine, other) => {
                let missing = "/paths".to_owned();
                walk.presence(Presence {
                    location: &Location::new(key.to_string(), Part::Operation),
                    rule: "operation".to_owned(),
                    thing: format!("the operation {key}"),
                    contract: (
                        mine.is_some(),
                        mine.map_or(&missing, |operation| &operation.pointer),
                    ),
                    server: (
                        other.is_some(),
                        other.map_or(&missing, |operation| &operation.pointer),
                    ),
                });
            }
        }
    }
    walk.schemas();
    walk.result
}

/// The walk through both models.
struct Walk<'m> {
    contract: &'m Model,
    server: &'m Model,
    against: Against,
    result: Comparison,
    seen: HashSet<(Part, SchemaId, SchemaId)>,
    pending: VecDeque<(SchemaId, SchemaId, Location)>,
}

/// Something that one side has and the other one may not have.
struct Presence<'a> {
    location: &'a Location,
    rule: String,
    /// With its article: `the property `name``.
    thing: String,
    contract: (bool, &'a str),
    server: (bool, &'a str),
}

impl Walk<'_> {
    fn differ(&mut self, rule: String, location: &Location, sides: [Said; 2], edit: String) {
        let [contract, server] = sides;
        let subject = location.to_string();
        self.result.differences.push(Difference { rule, subject, contract, server, edit });
    }

    /// Counts one fact, and reports it if only one side has the thing.
    fn presence(&mut self, presence: Presence<'_>) {
        self.result.compared += 1;
        let Presence { location, rule, thing, contract, server } = presence;
        if contract.0 == server.0 {
            return;
        }
        let said = |(has, pointer): (bool, &str)| {
            Said::new(
                pointer,
                if has { format!("has {thing}") } else { format!("does not have {thing}") },
            )
        };
        let edit = if server.0 { format!("add {thing}") } else { format!("remove {thing}") };
        self.differ(rule, location, [said(contract), said(server)], edit);
    }

    /// Compares facts about one thing; `whole` are the pointers of the thing on both sides.
    fn facts(&mut self, location: &Location, whole: [&str; 2], contract: &Facts, server: &Facts) {
        let aspects: BTreeSet<_> = contract.keys().chain(server.keys()).copied().collect();
        for aspect in aspects {
            self.fact(location, whole, aspect, contract.get(&aspect), server.get(&aspect));
        }
    }

    fn fact(
        &mut self,
        location: &Location,
        whole: [&str; 2],
        aspect: Aspect,
        contract: Option<&Fact>,
        server: Option<&Fact>,
    ) {
        self.result.compared += 1;
        if contract.map(|fact| &fact.value) == server.map(|fact| &fact.value) {
            return;
        }
        let said = |fact: Option<&Fact>, whole: &str| match fact {
            Some(fact) => Said::new(&fact.pointer, stated(aspect, &fact.value)),
            None => Said::new(whole, aspect.absent()),
        };
        let edit = match server {
            Some(fact) => format!("write {}", stated(aspect, &fact.value)),
            None => format!("remove `{}`", aspect.keyword()),
        };
        let sides = [said(contract, whole[0]), said(server, whole[1])];
        self.differ(location.part.rule(aspect.keyword()), location, sides, edit);
    }

    /// Something that is described by a schema on both sides.
    fn described(
        &mut self,
        location: &Location,
        whole: [&str; 2],
        contract: Option<SchemaId>,
        server: Option<SchemaId>,
    ) {
        match (contract, server) {
            (Some(mine), Some(other)) => self.pending.push_back((mine, other, location.clone())),
            (None, None) => {}
            (mine, other) => self.presence(Presence {
                location,
                rule: location.part.rule("schema"),
                thing: "a schema here".to_owned(),
                contract: (mine.is_some(), whole[0]),
                server: (other.is_some(), whole[1]),
            }),
        }
    }
}

/// A keyword with its value, as a document has it.
fn stated(aspect: Aspect, value: &Value) -> String {
    let keyword = aspect.keyword();
    match value {
        Value::String(text) => format!("`{keyword}: {text}`"),
        Value::Object(members) if members.contains_key("exclusive") => {
            format!("`{keyword}: {}`, exclusive", members["exclusive"])
        }
        Value::Array(items) => {
            let items: Vec<_> = items
                .iter()
                .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
                .collect();
            format!("`{keyword}: [{}]`", items.join(", "))
        }
        other => format!("`{keyword}: {other}`"),
    }
}

/// The keys of both sides.
fn union<'a, K: Ord, C, S>(
    contract: &'a BTreeMap<K, C>,
    server: &'a BTreeMap<K, S>,
) -> BTreeSet<&'a K> {
    contract.keys().chain(server.keys()).collect()
}

#[cfg(test)]
mod tests;
