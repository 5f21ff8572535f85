//! The cases of a plan that are about parameters: path, query, header.
//!
//! A parameter is text. Whether a text is inside is judged after it has been read as what the schema
//! says, so that `1` is no wrong type for a string.

use serde_json::Value;

use super::plan::{Case, Expect, Target, accepted, plain};
use super::probe::quoted;
use super::request::Body;
use super::schemas::from_text;
use agenthuman_contract::child;
use agenthuman_contract::model::{Aspect, Parameter};

impl Target<'_> {
    pub(super) fn parameters(&self, cases: &mut Vec<Case>) {
        let base = self.base();
        let body = || base.as_ref().map_or(Body::None, |value| Body::Text(value.to_string()));
        for ((span, name), parameter) in &self.operation.parameters {
            let given = self.path.get(name).filter(|_| span == "path");
            for (what, pointer, text, inside) in self.texts(parameter, given) {
                let name = format!("the {span} parameter `{name}` is {what}");
                let mut path = self.path.clone();
                let mut others = self.needed.clone();
                let bad = self.refused(&[400, 422]);
                let expect = match (span.as_str(), inside) {
                    // There need not be such a thing.
                    ("path", true) => Expect { success: true, ..self.refused(&[404]) },
                    (_, true) => accepted(),
                    (_, false) => bad,
                };
                if span == "path" {
                    if text.is_empty() || text == "." || text == ".." || text.contains('/') {
                        continue;
                    }
                    path.insert(parameter.name.clone(), text);
                } else {
                    others.retain(|(at, other, _)| (at, other) != (span, &parameter.name));
                    others.push((span.clone(), parameter.name.clone(), text));
                }
                let request = self.request_to(&path, &others, body());
                cases.push(self.case(name, &pointer, request, expect, base.clone()));
            }
            if let (Some(given), true) = (given, self.operation.responses.contains_key("404"))
                && let Some(other) = self.unknown(parameter, given)
            {
                let what = format!("{}, which does not exist", quoted(&other));
                let name = format!("the path parameter `{name}` is {what}");
                let mut path = self.path.clone();
                path.insert(parameter.name.clone(), other);
                let pointer = child(&child(&self.operation.pointer, "responses"), "404");
                let request = self.request_to(&path, &self.needed, body());
                let expect = self.refused(&[404]);
                cases.push(self.case(name, &pointer, request, expect, base.clone()));
            } else if span != "path" && parameter.facts.contains_key(&Aspect::Required) {
                let mut others = self.needed.clone();
                others.retain(|(at, other, _)| (at, other) != (span, &parameter.name));
                let request = self.request_to(&self.path, &others, body());
                let name = format!("no {span} parameter `{name}`");
                let pointer = child(&parameter.pointer, "required");
                let expect = self.refused(&[400, 422]);
                cases.push(self.case(name, &pointer, request, expect, base.clone()));
            }
        }
    }

    /// Texts for a parameter: what they are, the constraint, the text, whether it is inside.
    fn texts(
        &self,
        parameter: &Parameter,
        given: Option<&String>,
    ) -> Vec<(String, String, String, bool)> {
        let Some(id) = parameter.schema else { return Vec::new() };
        let schema = &self.prober.model.schemas[id];
        let known = given.map(|text| from_text(Some(schema), text));
        let known: Vec<&Value> = known.iter().collect();
        let mut found: Vec<(String, String, String, bool)> = Vec::new();
        for probe in self.prober.probes(id, &known) {
            let Some(text) = plain(&probe.value) else { continue };
            // As text it may be what it was not as JSON: `1` for a string.
            let takes =
                self.prober.schemas.is_valid(&schema.pointer, &from_text(Some(schema), &text));
            let header =
                text.bytes().all(|byte| (b' '..0x7f).contains(&byte)) && text.trim() == text;
            let twice = found.iter().any(|(.., other, _)| *other == text);
            if takes == probe.inside && (given.is_some() || header) && !twice {
                found.push((probe.what, probe.pointer, text, probe.inside));
            }
        }
        found
    }

    /// A value of the same form that nothing is called.
    fn unknown(&self, parameter: &Parameter, given: &str) -> Option<String> {
        let schema = &self.prober.model.schemas[parameter.schema?];
        let next = |c: char| match c {
            '0'..='8' | 'a'..='y' | 'A'..='Y' => char::from(c as u8 + 1),
            '9' => '0',
            'z' => 'a',
            'Z' => 'A',
            other => other,
        };
        // The end of it; the beginning may say what kind of thing it is.
        let keep = given.chars().count() / 2;
        let changed: String =
            given.chars().enumerate().map(|(at, c)| if at < keep { c } else { next(c) }).collect();
        let takes =
            self.prober.schemas.is_valid(&schema.pointer, &from_text(Some(schema), &changed));
        (takes && changed != given).then_some(changed)
    }
}
