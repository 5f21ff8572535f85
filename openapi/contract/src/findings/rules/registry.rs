//! The registry of all rules.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::rule::Rule;
use super::{difference_rules, tables};

static RULES: LazyLock<BTreeMap<String, Rule>> = LazyLock::new(|| {
    let rules = tables::rules().chain(difference_rules::rules());
    rules.map(|rule| (rule.id.clone(), rule)).collect()
});

/// Returns all rules, ordered by name.
pub(in crate::findings) fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.values()
}

/// Returns the rule with this name.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.get(id)
}

/// The error for the name of an unknown rule.
#[derive(Debug, thiserror::Error)]
#[error("unknown rule `{id}`; the nearest is `{nearest}`")]
pub struct UnknownRule {
    /// The unknown name.
    pub id: String,
    /// The nearest name of a rule.
    pub nearest: &'static str,
}

/// Returns the rule with this name.
///
/// # Errors
///
/// An unknown name; the error has the nearest one.
pub fn explain(id: &str) -> Result<&'static Rule, UnknownRule> {
    find(id).ok_or_else(|| {
        let names = all().map(|rule| rule.id.as_str());
        let nearest = nearest(id, names).unwrap_or_default();
        UnknownRule { id: id.to_owned(), nearest }
    })
}

/// Returns the name with the smallest edit distance to `wanted`.
pub(crate) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names.min_by_key(|name| strsim::damerau_levenshtein(wanted, name))
}
