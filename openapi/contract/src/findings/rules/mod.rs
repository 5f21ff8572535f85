//! Every rule that a finding can have: what it says, how severe it is, why it matters and how to
//! fix it.
//!
//! One table, so that `--explain`, SARIF's list of rules and the exceptions of
//! `openapi/drift-allow.toml` all know the same names. Most drift rules are made of a part of an
//! API and a keyword; `drift` lists them all and `drift.rs` in here has their words.

mod conform;
mod diff;
mod table;

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::sync::LazyLock;

/// How much a finding matters. Errors and warnings fail the run, notes do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Note,
    Warning,
    Error,
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// What is the same for all findings of one name.
#[derive(Debug)]
pub struct Rule {
    /// Stable: exceptions and dashboards refer to it.
    pub id: String,
    pub severity: Severity,
    /// In one line.
    pub title: String,
    /// What it means for a client or a server.
    pub why: String,
    pub fix: String,
}

impl Display for Rule {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}[{}]: {}\n", self.severity.name(), self.id, self.title)?;
        writeln!(formatter, "Why it matters: {}\n", self.why)?;
        writeln!(formatter, "How to fix it: {}", self.fix)
    }
}

static RULES: LazyLock<BTreeMap<String, Rule>> = LazyLock::new(|| {
    let rules = table::rules().chain(diff::rules());
    rules.map(|rule| (rule.id.clone(), rule)).collect()
});

/// All rules, by their names.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.values()
}

/// The rule of this name.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.get(id)
}

/// There is no such rule.
#[derive(Debug, thiserror::Error)]
#[error("there is no rule `{id}`; the nearest is `{nearest}`")]
pub struct UnknownRule {
    pub id: String,
    pub nearest: &'static str,
}

/// The rule of this name, or the nearest name.
pub fn explain(id: &str) -> Result<&'static Rule, UnknownRule> {
    find(id).ok_or_else(|| {
        let names = all().map(|rule| rule.id.as_str());
        let nearest = nearest(id, names).unwrap_or_default();
        UnknownRule { id: id.to_owned(), nearest }
    })
}

/// The name that is most like `wanted`.
pub fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names.min_by_key(|name| strsim::damerau_levenshtein(wanted, name))
}
