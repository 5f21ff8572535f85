//! The walk through two models side by side: its state, and the comparison of facts.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use serde_json::Value;

use super::difference::{Comparison, Delta, Difference, Side};
use super::emission;
use super::location::{Location, Role, Site};
use super::mode::ComparisonMode;
use super::usage::{Usage, User};
use crate::exact::{is_number, json};
use crate::model::{Aspect, Fact, Facts, Model, SchemaId};
use crate::reader::child;

/// The walk through both models.
pub(super) struct Walk<'m> {
    pub contract: &'m Model,
    pub server: &'m Model,
    pub mode: ComparisonMode,
    pub result: Comparison,
    /// The user of the location of each difference in `result`.
    pub users: Vec<User>,
    /// The shared elements compared so far.
    pub usage: Usage<Element>,
    /// The pairs of schemas left to compare.
    pub pending: VecDeque<(SchemaId, SchemaId, Location)>,
}

/// A pair of elements that operations share. It is compared once.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) enum Element {
    /// Two schemas, by their use.
    Schemas(Role, SchemaId, SchemaId, Option<[Site; 2]>),
    /// The pointers of servers.
    Servers([String; 2]),
    /// Two templates of a path.
    Path([String; 2]),
}

/// An element that only one side can have.
pub(super) struct Presence<'a> {
    pub location: &'a Location,
    /// Empty for the location itself.
    pub keyword: &'static str,
    pub required: bool,
    /// The element with its article: `the property `name``.
    pub thing: String,
    /// True if the contract has it, and the pointer.
    pub contract: (bool, &'a str),
    /// True if the server has it, and the pointer.
    pub server: (bool, &'a str),
}

impl Walk<'_> {
    /// Adds a difference.
    pub fn differ(&mut self, location: &Location, sides: [Side; 2], edit: String, delta: Delta) {
        let ([contract, other], edit) = match &location.retargeted {
            Some(sites) if !location.merged || are_behind(sites, &sides) => {
                retargeted(sites, sides)
            }
            _ => (sides, edit),
        };
        let rule = delta.part.rule(delta.keyword);
        let subject = location.to_string();
        // `finish` adds the operations.
        let operations = Arc::default();
        self.users.push(location.user.clone());
        let difference = Difference { rule, subject, operations, contract, other, edit, delta };
        self.result.differences.push(difference);
    }

    /// Returns the result, with the operations of each difference.
    pub fn finish(mut self) -> Comparison {
        let operations = self.usage.operations(&self.users);
        for (difference, operations) in self.result.differences.iter_mut().zip(operations) {
            difference.operations = operations;
        }
        self.result
    }

    /// Returns the location behind the references at `sites`, where an element of each side is listed.
    ///
    /// A component that only has another name is the same component, and one that both sides refer to
    /// differs in itself.
    pub fn behind(&self, location: Location, sites: [&str; 2]) -> Location {
        let targets =
            [self.contract.references.target(sites[0]), self.server.references.target(sites[1])];
        if targets[0] == targets[1] {
            return if targets[0].is_none() { location } else { location.behind(None) };
        }
        let exists = |model: &Model, target: Option<&str>| {
            target.is_some_and(|target| model.references.has_component(target))
        };
        let other_component = self.mode != ComparisonMode::Emission
            && (exists(self.server, targets[0]) || exists(self.contract, targets[1]));
        if let Some(outer) = location.retargeted.clone() {
            let inside = !location.merged || (0..2).any(|side| outer[side].contains(sites[side]));
            if inside {
                return location.behind(Some(outer));
            }
        }
        if !other_component {
            return location;
        }
        let site = |side: usize| Site {
            pointer: match targets[side] {
                Some(_) => child(sites[side], "$ref"),
                None => sites[side].to_owned(),
            },
            target: targets[side].map(str::to_owned),
        };
        location.behind(Some([site(0), site(1)]))
    }

    /// Returns the location behind the first reference in an `allOf` of each side that points to another
    /// component.
    pub fn behind_merged(&self, location: &Location, members: [&[String]; 2]) -> Location {
        let pairs = members[0].iter().zip(members[1]);
        let behind = |(mine, other): (&String, &String)| {
            self.behind(location.clone(), [mine, other]).retargeted
        };
        match &location.retargeted {
            None => location.clone().behind_merged(pairs.map(behind).find_map(|sites| sites)),
            Some(_) => location.clone(),
        }
    }

    /// Counts one fact, and adds a difference if only one side has the element.
    pub fn presence(&mut self, presence: Presence<'_>) {
        self.result.compared += 1;
        let Presence { location, keyword, required, thing, contract, server } = presence;
        if contract.0 == server.0 {
            return;
        }
        let side = |(has, pointer): (bool, &str)| {
            Side::new(
                pointer,
                if has { format!("has {thing}") } else { format!("does not have {thing}") },
            )
        };
        let edit = if server.0 { format!("add {thing}") } else { format!("remove {thing}") };
        let values = [contract.0, server.0].map(|has| has.then_some(Value::Bool(true)));
        let delta = Delta { required, ..location.delta(keyword, values) };
        self.differ(location, [side(contract), side(server)], edit, delta);
    }

    /// Compares documentation, if the mode includes it.
    pub fn texts(
        &mut self,
        location: &Location,
        whole: [&str; 2],
        contract: &Facts,
        server: &Facts,
    ) {
        if self.mode == ComparisonMode::Releases {
            self.facts(location, whole, contract, server);
        }
    }

    /// Compares the facts of one element; `whole` has its pointers on both sides.
    pub fn facts(
        &mut self,
        location: &Location,
        whole: [&str; 2],
        contract: &Facts,
        server: &Facts,
    ) {
        let aspects: BTreeSet<_> = contract.keys().chain(server.keys()).copied().collect();
        for aspect in aspects {
            let [one, other] =
                [contract, server].map(|facts| facts.get(&aspect).map(|fact| &**fact));
            if self.mode == ComparisonMode::Emission
                && emission::is_one_sided(location.part, aspect, one, other)
            {
                continue;
            }
            self.fact(location, whole, aspect, one, other);
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
        let mut location = Cow::Borrowed(location);
        if aspect == Aspect::Servers {
            let pointers = [contract, server].map(|one| one.map_or("", |fact| &fact.pointer));
            let element = Element::Servers(pointers.map(str::to_owned));
            let (user, is_first) = self.usage.record(element, location.user.clone());
            if !is_first {
                return;
            }
            location.to_mut().user = user;
        }
        self.result.compared += 1;
        let same = |one: &Fact, other: &Fact| {
            one.value == other.value
                || self.mode == ComparisonMode::Emission
                    && emission::rounds_to(&one.value, &other.value)
        };
        match (contract, server) {
            (None, None) => return,
            (Some(one), Some(other)) if same(one, other) => return,
            _ => {}
        }
        let side = |model: &Model, fact: Option<&Fact>, whole: &str| match fact {
            Some(fact) => Side::new(&fact.pointer, stated(model, aspect, fact)),
            None => Side::new(whole, aspect.absent()),
        };
        let edit = match server {
            Some(fact) => format!("write {}", stated(self.server, aspect, fact)),
            None => format!("remove `{}`", aspect.keyword()),
        };
        let values = [contract, server].map(|fact| fact.map(|fact| fact.value.clone()));
        let delta = location.delta(aspect.keyword(), values);
        let sides = [side(self.contract, contract, whole[0]), side(self.server, server, whole[1])];
        self.differ(&location, sides, edit, delta);
    }

    /// Compares the schemas of an element, which are at `sites`.
    pub fn described(
        &mut self,
        location: &Location,
        whole: [&str; 2],
        sites: [&str; 2],
        contract: Option<SchemaId>,
        server: Option<SchemaId>,
    ) {
        match (contract, server) {
            (Some(mine), Some(other)) => {
                let location = self.behind(location.clone(), sites);
                self.pending.push_back((mine, other, location));
            }
            (None, None) => {}
            // Dropshot describes every value.
            (None, Some(other))
                if self.mode == ComparisonMode::Emission
                    && emission::allows_everything(&self.server.schemas[other]) => {}
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

/// Returns true if one of the sides is stated in the target of its `$ref`.
fn are_behind(sites: &[Site; 2], sides: &[Side; 2]) -> bool {
    sites.iter().zip(sides).any(|(site, side)| site.contains(&side.pointer))
}

/// Returns the sides of a difference behind a `$ref` as sides of the `$ref`, and the edit that makes the
/// contract agree.
fn retargeted(sites: &[Site; 2], sides: [Side; 2]) -> ([Side; 2], String) {
    let written = |target: &str| format!("`$ref: '#{target}'`");
    let [mine, other] = sides;
    let at = |site: &Site, side: Side| match &site.target {
        None => side,
        Some(target) => Side {
            text: format!("{}, by {}", side.text, written(target)),
            target: Some(side.pointer),
            pointer: site.pointer.clone(),
        },
    };
    let edit = match &sites[1].target {
        Some(target) => format!("write {}", written(target)),
        None => "write the schema of the other document instead of the `$ref`".to_owned(),
    };
    ([at(&sites[0], mine), at(&sites[1], other)], edit)
}

/// The maximum number of characters of a text in a statement.
const MAX_TEXT: usize = 200;

/// Returns a keyword with its value, as the document of `model` writes it.
fn stated(model: &Model, aspect: Aspect, fact: &Fact) -> String {
    let keyword = aspect.keyword();
    let text = |value: &Value| match value.as_str() {
        Some(text) if !is_number(value) => text.to_owned(),
        _ => json(value),
    };
    let value = match &fact.value {
        number if is_number(number) => {
            model.numbers.get(&fact.pointer).cloned().unwrap_or_else(|| json(number))
        }
        Value::Object(members) if members.contains_key("exclusive") => {
            return format!("`{keyword}: {}`, exclusive", json(&members["exclusive"]));
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(", "))
        }
        string @ Value::String(_) => {
            let text = text(string);
            match text.char_indices().nth(MAX_TEXT) {
                Some((end, _)) => format!("{}…", &text[..end]),
                None => text,
            }
        }
        other => json(other),
    };
    format!("`{keyword}: {value}`")
}

/// Returns the keys of both sides.
pub(super) fn union<'a, K: Ord, C, S>(
    contract: &'a BTreeMap<K, C>,
    server: &'a BTreeMap<K, S>,
) -> BTreeSet<&'a K> {
    contract.keys().chain(server.keys()).collect()
}
