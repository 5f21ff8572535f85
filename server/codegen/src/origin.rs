//! Finds the part of a contract from which a line of generated source comes.

use std::collections::BTreeMap;

use agenthuman_contract::Contract;

use crate::names::function_names;
use crate::source::literal;

/// Returns the location in the contract of the source that rustfmt rejects; empty if it is not known.
///
/// `problem` is rustfmt's message, which has the first line. `names` has the location of each type.
pub fn origin(
    contract: &Contract,
    names: &BTreeMap<String, String>,
    source: &str,
    problem: &str,
) -> String {
    let line = problem.split("<stdin>:").nth(1).and_then(|rest| rest.split(':').next());
    let number = line.and_then(|line| line.parse().ok()).unwrap_or_default();
    let lines: Vec<_> = source.lines().take(number).collect();
    let location = |line: &&str| {
        let line = line.trim();
        declared_type(line).and_then(|name| names.get(name).cloned()).or_else(|| {
            let id = line.strip_prefix("operation_id = ")?;
            operation(contract, id.trim_end_matches(','))
        })
    };
    lines.iter().rev().find_map(location).unwrap_or_default()
}

/// Returns the name of the type that a line declares.
fn declared_type(line: &str) -> Option<&str> {
    let line = line.strip_prefix("inline ").unwrap_or(line);
    let name =
        ["pub struct ", "pub enum "].into_iter().find_map(|begin| line.strip_prefix(begin))?;
    name.split(|one: char| !(one.is_alphanumeric() || one == '_')).next()
}

/// Returns the location of the operation whose `operationId` is this literal.
fn operation(contract: &Contract, id: &str) -> Option<String> {
    let locations = function_names(contract).into_keys();
    locations.into_iter().find(|location| literal(&contract.operation_id(location)) == id)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use super::*;
    use crate::rustfmt;

    #[test]
    fn origin_of_rejected_source_is_its_type_or_operation() {
        let text = "openapi: 3.0.3\npaths:\n  /a: {get: {operationId: get_a}}\n";
        let contract = Contract::parse("test.yaml", text).unwrap();
        let names = BTreeMap::from([("A".to_owned(), "/components/schemas/A".to_owned())]);
        for (source, expected) in [
            ("pub struct B;\npub struct A {\n    pub gen: u8,\n}\n", "/components/schemas/A"),
            (
                "#[endpoint {\n    operation_id = \"get_a\",\n}]\nasync fn gen() {}\n",
                "/paths/~1a/get",
            ),
            ("pub gen: u8", ""),
        ] {
            let problem = rustfmt::format(source).unwrap_err();
            assert_eq!(origin(&contract, &names, source, &problem), expected, "{problem}");
        }
    }
}
