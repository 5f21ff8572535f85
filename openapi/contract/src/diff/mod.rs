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

use crate::model::{Aspect, Fact, Facts, Model, Operation, OperationKey, SchemaId};
use location::Location;

pub use location::{Part, rules};

/// What the contract is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// A document that can say everything that a contract can.
    Document,
    /// The same document at another time: what people read in it counts too.
    Release,
    /// What Dropshot emits; see `emission` for what it cannot say.
    Emission,
}

impl Against {
    /// How a document is to be read, where nobody says so: as an emission if it has the form of
    /// one and the contract has not. Two emissions can say the same, so between them nothing is
    /// forgiven; nor is anything where the other document says what no emission says.
    pub fn of(contract: &Model, other: &Model) -> Self {
        if emission::has_its_form(other) && !emission::has_its_form(contract) {
            Against::Emission
        } else {
            Against::Document
        }
    }
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
    /// The same for programs.
    pub change: Change,
}

/// What is different, without words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub part: Part,
    /// None, where it is the part itself that only one side has.
    pub keyword: &'static str,
    /// What each side says; `true` of something that is there or is so, a number of alternatives.
    pub sides: [Option<Value>; 2],
    /// Whether it must be sent, for something that only one side has.
    pub required: bool,
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

/// The walk through both models.
struct Walk<'m> {
    contract: &'m Model,
    server: &'m Model,
    against: Against,
    result: Comparison,
    /// Where both sides say where operations are served; usually for all of them at once.
    servers: HashSet<[String; 2]>,
    seen: HashSet<(Part, SchemaId, SchemaId)>,
    pending: VecDeque<(SchemaId, SchemaId, Location)>,
}

/// Something that one side has and the other one may not have.
struct Presence<'a> {
    location: &'a Location,
    /// None for the location itself.
    keyword: &'static str,
    required: bool,
    /// With its article: `the property `name``.
    thing: String,
    contract: (bool, &'a str),
    server: (bool, &'a str),
}

impl Walk<'_> {
    fn differ(&mut self, location: &Location, said: [Said; 2], edit: String, change: Change) {
        let [contract, server] = said;
        let rule = change.part.rule(change.keyword);
        let subject = location.to_string();
        self.result.differences.push(Difference { rule, subject, contract, server, edit, change });
    }

    /// Counts one fact, and reports it if only one side has the thing.
    fn presence(&mut self, presence: Presence<'_>) {
        self.result.compared += 1;
        let Presence { location, keyword, required, thing, contract, server } = presence;
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
        let sides = [contract.0, server.0].map(|has| has.then_some(Value::Bool(true)));
        let change = Change { part: location.part, keyword, sides, required };
        self.differ(location, [said(contract), said(server)], edit, change);
    }

    /// The declared tags: they have an order in documentation, and no operation may be in one.
    fn tags(&mut self) {
        let location = Location::new("the document".to_owned(), Part::Document);
        for name in union(&self.contract.tags, &self.server.tags) {
            if self.against == Against::Emission && emission::declares_tag(self.contract, name) {
                continue;
            }
            let said = |model: &'_ Model| match model.tags.get(name) {
                Some(pointer) => (true, pointer.clone()),
                None => (false, "/tags".to_owned()),
            };
            let (mine, other) = (said(self.contract), said(self.server));
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

    /// All operations; `keyword` is what a difference in which there are is about.
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
                    let said = |one: Option<&Operation>| match one {
                        Some(operation) => (true, operation.pointer.clone()),
                        None => (false, "/paths".to_owned()),
                    };
                    let (mine, other) = (said(mine), said(other));
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

    /// What people read, where that counts.
    fn texts(&mut self, location: &Location, whole: [&str; 2], contract: &Facts, server: &Facts) {
        if self.against == Against::Release {
            self.facts(location, whole, contract, server);
        }
    }

    /// Compares facts about one thing; `whole` are the pointers of the thing on both sides.
    fn facts(&mut self, location: &Location, whole: [&str; 2], contract: &Facts, server: &Facts) {
        let aspects: BTreeSet<_> = contract.keys().chain(server.keys()).copied().collect();
        for aspect in aspects {
            if self.against == Against::Emission
                && emission::cannot_say(location.part, aspect)
                && !server.contains_key(&aspect)
            {
                continue;
            }
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
        if aspect == Aspect::Servers {
            let pointers = [contract, server].map(|one| one.map_or("", |fact| &fact.pointer));
            if !self.servers.insert(pointers.map(str::to_owned)) {
                return;
            }
        }
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
        let change = Change {
            part: location.part,
            keyword: aspect.keyword(),
            sides: [contract, server].map(|fact| fact.map(|fact| fact.value.clone())),
            required: false,
        };
        self.differ(location, [said(contract, whole[0]), said(server, whole[1])], edit, change);
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
                keyword: "schema",
                required: false,
                thing: "a schema here".to_owned(),
                contract: (mine.is_some(), whole[0]),
                server: (other.is_some(), whole[1]),
            }),
        }
    }
}

/// How many characters of a text are repeated.
const LONGEST_TEXT: usize = 200;

/// A keyword with its value, as a document has it.
fn stated(aspect: Aspect, value: &Value) -> String {
    let keyword = aspect.keyword();
    match value {
        Value::String(text) => match text.char_indices().nth(LONGEST_TEXT) {
            Some((end, _)) => format!("`{keyword}: {}…`", &text[..end]),
            None => format!("`{keyword}: {text}`"),
        },
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
