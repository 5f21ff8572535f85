//! Checks of `oneOf` and `anyOf`.
//!
//! progenitor reads `oneOf` as the first alternative that fits. An object of a response keeps the fields
//! that its type does not have, and so does an object of a request that overlaps with other alternatives
//! (`rewrite`). Overlapping alternatives of `anyOf` become a struct with one optional part for each. A part
//! takes its fields away from the next one, unless it keeps unknown fields.

use std::collections::BTreeSet;

use agenthuman_contract::alternatives::{
    Within, contain_themselves, may_overlap, open_object, type_of,
};
use agenthuman_contract::{Contract, child};

use super::walk;
use crate::prepare::request_objects;
use crate::unsupported::{Limit, Unsupported};

/// Returns every list of alternatives that the client would read endlessly, or not completely.
pub(super) fn check(contract: &Contract) -> Vec<Unsupported> {
    // References that cannot be resolved are reported elsewhere.
    let requested = request_objects(contract).unwrap_or_default();
    let found = lists(contract).into_iter().filter_map(|list| {
        let message = Limit::Progenitor.message(problem(contract, &list, &requested)?);
        let owner = list.pointer.rsplit_once('/').map_or("", |(owner, _)| owner);
        let subject = format!("the schema `#{owner}`");
        Some(Unsupported::new("client-alternatives", &list.pointer, &subject, message))
    });
    found.collect()
}

/// Returns the pointers of the objects that allow unknown fields, of which one can be a field of another
/// alternative.
pub(crate) fn overlapping_objects(contract: &Contract) -> BTreeSet<String> {
    let lists = lists(contract);
    let pairs = lists.iter().flat_map(|list| list.overlapping(contract));
    let objects = pairs.flat_map(|(one, other)| [one, other]);
    objects.filter_map(|pointer| open_object(contract, &pointer)).collect()
}

/// A list of alternatives.
struct List {
    pointer: String,
    keyword: &'static str,
    count: usize,
}

impl List {
    /// Returns the pairs of alternatives that can fit one value.
    fn overlapping(&self, contract: &Contract) -> Vec<(String, String)> {
        let at = |index: usize| format!("{}/{index}", self.pointer);
        let pairs =
            (0..self.count).flat_map(|one| (one + 1..self.count).map(move |two| (one, two)));
        let pairs = pairs.map(|(one, other)| (at(one), at(other)));
        pairs.filter(|(one, other)| may_overlap(contract, one, other)).collect()
    }
}

/// Returns all lists of alternatives in a contract.
fn lists(contract: &Contract) -> Vec<List> {
    let mut found = Vec::new();
    walk::objects(contract, &mut |pointer, members| {
        let list = |keyword: &'static str| {
            let count = members.get(keyword)?.as_array()?.len();
            Some(List { pointer: child(pointer, keyword), keyword, count })
        };
        found.extend(["oneOf", "anyOf"].into_iter().filter_map(list));
    });
    found
}

fn problem(contract: &Contract, list: &List, requested: &BTreeSet<String>) -> Option<String> {
    let keyword = list.keyword;
    if contain_themselves(contract, &list.pointer, Within::SameValue) {
        return Some(
            "alternatives that contain themselves without an object or array in between".to_owned(),
        );
    }
    let keeps_fields = |pointer: &str| {
        open_object(contract, pointer).is_some_and(|object| !requested.contains(&object))
    };
    let overlapping = list.overlapping(contract);
    if !overlapping.is_empty() && contain_themselves(contract, &list.pointer, Within::AnyValue) {
        return Some("overlapping alternatives that contain themselves".to_owned());
    }
    overlapping.into_iter().find_map(|(one, other)| {
        let types = [&one, &other].map(|pointer| type_of(contract, pointer));
        match types.each_ref().map(Option::as_deref) {
            [Some("number"), Some("integer")] => {
                Some(format!("a `{keyword}` with a number before an integer, which it would round"))
            }
            _ if keyword == "oneOf" => None,
            _ if keeps_fields(&one) && keeps_fields(&other) => None,
            _ => Some(
                "an `anyOf` with overlapping alternatives, of which one would lose fields"
                    .to_owned(),
            ),
        }
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// Returns a contract whose response, or request if `is_requested`, is the schema `S`.
    fn contract(schema: &str, is_requested: bool) -> Contract {
        let content = "content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}";
        let [request, response] = match is_requested {
            true => [format!("requestBody: {{{content}}}"), "{description: d}".to_owned()],
            false => ["tags: []".to_owned(), format!("{{description: d, {content}}}")],
        };
        let text = format!(
            "openapi: 3.0.3
paths:
  /a: {{put: {{{request}, responses: {{'200': {response}}}}}}}
components:
  schemas:
    A: {{type: object, required: [a], properties: {{a: {{type: integer}}}}}}
    B: {{type: object, required: [a, b], properties: {{a: {{type: integer}}, b: {{type: integer}}}}}}
    S:
      {schema}
"
        );
        Contract::parse("c.yaml", &text).unwrap()
    }

    #[test]
    fn alternatives_that_lose_a_part_are_reported_at_their_position() {
        let objects = "[{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]";
        let numbers = "[{type: number}, {type: integer}]";
        let one_of = format!("oneOf: {objects}");
        let any_of = format!("anyOf: {objects}");
        for (schema, is_requested, expected) in [
            (&*one_of, true, None),
            (&one_of, false, None),
            (&any_of, true, Some("would lose fields")),
            (&any_of, false, None),
            (&format!("oneOf: {numbers}"), false, Some("a number before an integer")),
            (&format!("anyOf: {numbers}"), true, Some("a number before an integer")),
            ("oneOf: [{type: integer}, {type: number}]", false, None),
            ("anyOf: [{type: string}, {type: string}]", false, Some("would lose fields")),
            ("anyOf: [{type: string}, {type: integer}]", true, None),
            (
                "oneOf: [{type: string}, {$ref: '#/components/schemas/S'}]",
                false,
                Some("contain themselves"),
            ),
            (
                "oneOf: [{type: string}, {type: array, items: {$ref: '#/components/schemas/S'}}]",
                true,
                None,
            ),
            (
                "oneOf: [{$ref: '#/components/schemas/A'}, {properties: {s: {$ref: '#/components/schemas/S'}}}]",
                false,
                Some("overlapping alternatives that contain themselves"),
            ),
        ] {
            let contract = contract(schema, is_requested);
            let found = check(&contract);
            let found: Vec<_> = found
                .iter()
                .map(|one| (one.message.as_str(), contract.span(&one.pointer)))
                .map(|(message, span)| (message, (span.line, span.column)))
                .collect();
            match (expected, found.as_slice()) {
                (None, []) => {}
                (Some(text), [(message, (9, 7))]) if message.contains(text) => {}
                _ => panic!("{schema} (requested: {is_requested}): {found:?}"),
            }
        }
    }

    #[test]
    fn alternatives_of_any_name_are_checked_and_examples_are_not() {
        let numbers = "{oneOf: [{type: number}, {type: integer}]}";
        for (schema, expected) in [
            (format!("properties: {{default: {numbers}}}"), 1),
            (format!("default: {numbers}"), 0),
            (format!("example: {{oneOf: [{numbers}]}}"), 0),
        ] {
            assert_eq!(check(&contract(&schema, false)).len(), expected, "{schema}");
        }
        let text = format!(
            "openapi: 3.0.3\npaths: {{/a: {{get: {{responses: {{default: {{content: \
             {{application/json: {{schema: {numbers}}}}}}}}}}}}}}}\n"
        );
        assert_eq!(check(&Contract::parse("c.yaml", &text).unwrap()).len(), 1);
    }

    #[test]
    fn overlapping_objects_are_found_in_every_schema() {
        let schema =
            "properties: {default: {oneOf: [{$ref: '#/components/schemas/A'}, {type: object}]}}";
        let found = overlapping_objects(&contract(schema, true));
        assert_eq!(found, BTreeSet::from(["/components/schemas/A".to_owned()]));
    }
}
