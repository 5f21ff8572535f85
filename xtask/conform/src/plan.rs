//! What is sent to one operation: every documented example, then a request on each side of each
//! constraint, then what is no proper request at all.
//!
//! Which status refuses what is not in a contract, only which statuses there are. So it is taken
//! from HTTP: a bad request is 400 or 422, a key 401 or 403, and so on, as far as they are
//! documented; where none of them is, any documented 4xx will do.

use std::collections::BTreeMap;

use serde_json::Value;

use super::probe::{Prober, quoted};
use super::request::{Body, Credential, Key, Request, percent_encoded};
use agenthuman_contract::child;
use agenthuman_contract::model::{Aspect, MediaType, Operation, OperationKey, SchemaId};

/// One request, and what the contract says must come of it.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// What is sent, for people.
    pub name: String,
    /// The place of the contract that it is about.
    pub pointer: String,
    pub request: Request,
    pub expect: Expect,
    /// The body as JSON, where it is the object that the operation takes.
    pub body: Option<Value>,
}

/// What must come of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expect {
    /// A 2xx will do.
    pub success: bool,
    /// These will do.
    pub refusals: Vec<u16>,
}

/// An operation, with what it takes to call it.
pub(super) struct Target<'a> {
    pub prober: Prober<'a>,
    pub key: &'a OperationKey,
    pub operation: &'a Operation,
    pub credential: Option<Credential>,
    /// The values of path parameters.
    pub path: BTreeMap<String, String>,
    /// The values of the query and header parameters that are needed: place, name, text.
    pub needed: Vec<(String, String, String)>,
}

/// Why an operation is not called.
pub(super) type LeftOut = String;

/// Large enough for any limit on the bodies of an API that has one, in bytes.
const OVERSIZED: usize = 1 << 20;

impl<'a> Target<'a> {
    /// Finds a value for every parameter that the operation needs.
    pub fn new(
        prober: Prober<'a>,
        key: &'a OperationKey,
        operation: &'a Operation,
        given: &BTreeMap<String, String>,
    ) -> Result<Self, LeftOut> {
        let mut path = BTreeMap::new();
        let mut needed = Vec::new();
        for ((span, name), parameter) in &operation.parameters {
            if span == "path" {
                let Some(value) = given.get(name) else {
                    return Err(format!("{key}: say `--path-parameter {name}=VALUE`"));
                };
                path.insert(name.clone(), value.clone());
            } else if parameter.facts.contains_key(&Aspect::Required)
                && !(span == "header" && name == "authorization")
            {
                let sample = parameter.schema.and_then(|id| prober.sample(id, &[]));
                let Some(text) = sample.as_ref().and_then(plain) else {
                    let message = format!("{key}: no value is known for the {span} `{name}`");
                    return Err(message);
                };
                needed.push((span.clone(), parameter.name.clone(), text));
            }
        }
        let credential = Credential::of(&operation.security);
        Ok(Target { prober, key, operation, credential, path, needed })
    }

    /// The media type of the body and what the contract says of it: JSON where it is documented.
    pub fn media(&self) -> Option<(&'a str, &'a MediaType)> {
        let content = &self.operation.body.as_ref()?.content;
        let (name, media) = content.get_key_value("application/json").or(content.iter().next())?;
        Some((name.as_str(), media))
    }

    pub fn body_schema(&self) -> Option<SchemaId> {
        let (name, media) = self.media()?;
        if name == "application/json" || name.ends_with("+json") { media.schema } else { None }
    }

    /// A proper request with this body.
    pub fn request(&self, body: Option<&Value>) -> Request {
        let body = body.map_or(Body::None, |value| Body::Text(value.to_string()));
        self.request_to(&self.path, &self.needed, body)
    }

    pub(super) fn request_to(
        &self,
        path: &BTreeMap<String, String>,
        parameters: &[(String, String, String)],
        body: Body,
    ) -> Request {
        let mut target = self.key.path.clone();
        for (name, value) in path {
            target = target.replace(&format!("{{{name}}}"), &percent_encoded(value));
        }
        let mut headers = Vec::new();
        for (span, name, text) in parameters {
            match span.as_str() {
                "query" => {
                    target.push(if target.contains('?') { '&' } else { '?' });
                    target.push_str(&format!(
                        "{}={}",
                        percent_encoded(name),
                        percent_encoded(text)
                    ));
                }
                "cookie" => headers.push(("cookie".to_owned(), format!("{name}={text}"))),
                _ => headers.push((name.clone(), text.clone())),
            }
        }
        if let (Some((media, _)), false) = (self.media(), matches!(body, Body::None)) {
            headers.push(("content-type".to_owned(), media.to_owned()));
        }
        let method = self.key.method.clone();
        Request { method, target, headers, named: path.clone(), key: Key::Right, body }
    }

    /// The smallest body that the operation takes.
    pub fn base(&self) -> Option<Value> {
        let id = self.body_schema()?;
        let schema = &self.prober.model.schemas[id];
        let empty = Value::Object(serde_json::Map::new());
        if self.prober.schemas.is_valid(&schema.pointer, &empty) {
            return Some(empty);
        }
        self.prober
            .sample(id, &self.examples().iter().map(|(_, _, value)| *value).collect::<Vec<_>>())
    }

    /// The documented examples of the body: name, pointer, value.
    pub fn examples(&self) -> Vec<(String, String, &'a Value)> {
        let Some((_, media)) = self.media() else { return Vec::new() };
        let contract = self.prober.contract;
        let at = child(&media.pointer, "example");
        let mut found: Vec<_> =
            contract.get(&at).map(|value| ("example".to_owned(), at, value)).into_iter().collect();
        let at = child(&media.pointer, "examples");
        for name in
            contract.get(&at).and_then(Value::as_object).into_iter().flat_map(|all| all.keys())
        {
            let pointer = child(&at, name);
            let Ok((pointer, _)) = contract.resolve(&pointer) else { continue };
            let at = child(&pointer, "value");
            if let Some(value) = contract.get(&at) {
                found.push((name.clone(), at, value));
            }
        }
        found
    }

    /// The wanted statuses, as far as they are documented.
    pub(super) fn refused(&self, wanted: &[u16]) -> Expect {
        let documented: Vec<u16> =
            self.operation.responses.keys().filter_map(|status| status.parse().ok()).collect();
        let has = |status: &u16| documented.contains(status);
        let mut refusals: Vec<u16> = wanted.iter().copied().filter(has).collect();
        if refusals.is_empty() {
            let input = |status: &u16| {
                (400..500).contains(status) && ![401, 403, 404, 429].contains(status)
            };
            refusals = documented.into_iter().filter(input).collect();
        }
        if refusals.is_empty() {
            refusals = wanted.to_vec();
        }
        Expect { success: false, refusals }
    }

    /// Everything that is sent, in this order.
    pub fn cases(&self) -> Vec<Case> {
        let mut cases = Vec::new();
        self.documented(&mut cases);
        self.bodies(&mut cases);
        self.broken_bodies(&mut cases);
        self.media_types(&mut cases);
        self.parameters(&mut cases);
        self.keys(&mut cases);
        if self.operation.body.is_none() {
            let name = "the request as it is documented".to_owned();
            let request = self.request(None);
            cases.insert(0, self.case(name, &self.operation.pointer, request, accepted(), None));
        }
        // `{}` is an example, what is left without what is required, and more.
        let mut sent = std::collections::BTreeSet::new();
        cases.retain(|case| sent.insert(format!("{:?}", case.request)));
        cases
    }

    pub(super) fn case(
        &self,
        name: String,
        pointer: &str,
        request: Request,
        expect: Expect,
        body: Option<Value>,
    ) -> Case {
        Case { name, pointer: pointer.to_owned(), request, expect, body }
    }

    fn documented(&self, cases: &mut Vec<Case>) {
        for (name, pointer, value) in self.examples() {
            let name = format!("the documented example `{name}`");
            let request = self.request(Some(value));
            cases.push(self.case(name, &pointer, request, accepted(), Some(value.clone())));
        }
    }

    fn bodies(&self, cases: &mut Vec<Case>) {
        let Some(id) = self.body_schema() else { return };
        let examples = self.examples();
        let values: Vec<&Value> = examples.iter().map(|(.., value)| *value).collect();
        for probe in self.prober.probes(id, &values) {
            let expect = if probe.inside { accepted() } else { self.refused(&[400, 422]) };
            let name = if probe.value.is_object() {
                format!("a body where {}", probe.what)
            } else {
                format!("a body that is {}", probe.what)
            };
            let request = self.request(Some(&probe.value));
            cases.push(self.case(name, &probe.pointer, request, expect, Some(probe.value)));
        }
    }

    fn broken_bodies(&self, cases: &mut Vec<Case>) {
        let Some(body) = &self.operation.body else { return };
        let Some(base) = self.base() else { return };
        let mut add = |what: &str, pointer: &str, body: Body, expect: Expect| {
            let request = self.request_to(&self.path, &self.needed, body);
            cases.push(self.case(what.to_owned(), pointer, request, expect, None));
        };
        let text = |text: &str| Body::Text(text.to_owned());
        let bad = self.refused(&[400, 422]);
        let at = &body.pointer;
        add("a body that is not JSON", at, text("not JSON"), bad.clone());
        add("a body that breaks off", at, text("{\"a\": "), bad.clone());
        add("a body with a comma too many", at, text(&comma_too_many(&base)), bad.clone());
        add("a body with something behind it", at, text(&format!("{base} {base}")), bad.clone());
        if body.facts.contains_key(&Aspect::Required) {
            let required = child(at, "required");
            add("an empty body", &required, text(""), bad.clone());
        }
        if let Some((name, value)) = self.a_property() {
            let name = quoted(&name);
            let twice = format!("{{{name}: {value}, {name}: {value}}}");
            add("a body that has a property twice", at, text(&twice), bad);
        }
        if self.operation.responses.contains_key("413") {
            let expect = self.refused(&[413]);
            let what = "a body of 1 MiB, which is nearly all spaces";
            let pointer = child(&child(&self.operation.pointer, "responses"), "413");
            add(what, &pointer, Body::Padded(base.to_string(), OVERSIZED), expect);
        }
    }

    /// A property of the body, with a value that it takes.
    fn a_property(&self) -> Option<(String, Value)> {
        let schema = &self.prober.model.schemas[self.body_schema()?];
        schema.properties.iter().find_map(|(name, property)| {
            let sample = self.prober.sample(property.schema?, &[])?;
            let alone = serde_json::json!({ name.as_str(): sample });
            let fits = self.prober.schemas.is_valid(&schema.pointer, &alone);
            fits.then(|| (name.clone(), sample))
        })
    }

    fn media_types(&self, cases: &mut Vec<Case>) {
        let (Some(body), Some(base)) = (&self.operation.body, self.base()) else { return };
        let at = child(&body.pointer, "content");
        // Where the contract has a status for just this, no other will do.
        let refused = match self.operation.responses.contains_key("415") {
            true => self.refused(&[415]),
            false => self.refused(&[400, 422]),
        };
        for media in ["text/plain", "text/json", "application/x-www-form-urlencoded"] {
            if body.content.contains_key(media) || body.content.contains_key("*/*") {
                continue;
            }
            let mut request = self.request(Some(&base));
            request.headers.retain(|(name, _)| name != "content-type");
            request.headers.push(("content-type".to_owned(), media.to_owned()));
            let name = format!("a body that says it is {media}");
            cases.push(self.case(name, &at, request, refused.clone(), None));
        }
        // RFC 9110, 8.3.1: parameters do not make another type of it, nor do capitals.
        let mut request = self.request(Some(&base));
        for (_, value) in request.headers.iter_mut().filter(|(name, _)| name == "content-type") {
            if value == "application/json" {
                "Application/JSON; charset=utf-8".clone_into(value);
            }
        }
        let name = "a media type with a parameter and in other letters".to_owned();
        cases.push(self.case(name, &at, request, accepted(), Some(base)));
    }

    fn keys(&self, cases: &mut Vec<Case>) {
        let security = &self.operation.security;
        if self.credential.is_none() || security.requirements.iter().any(BTreeMap::is_empty) {
            return;
        }
        for (key, name) in [
            (Key::Missing, "no key"),
            (Key::Empty, "an empty key"),
            (Key::Wrong, "a key that nobody has"),
            (Key::Longer, "the key with more behind it"),
        ] {
            let request = Request { key, ..self.request(self.base().as_ref()) };
            let expect = self.refused(&[401, 403]);
            cases.push(self.case(name.to_owned(), &security.pointer, request, expect, None));
        }
    }
}

pub(super) fn accepted() -> Expect {
    Expect { success: true, refusals: Vec::new() }
}

/// An object as no JSON has it.
fn comma_too_many(value: &Value) -> String {
    let text = value.to_string();
    match text.strip_suffix('}') {
        Some(open) if open.len() > 1 => format!("{open},}}"),
        _ => "{\"a\": 1,}".to_owned(),
    }
}

/// A value as a parameter has it.
pub(super) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}
