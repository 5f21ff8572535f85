//! Mutations of every keyword of every schema that an operation uses.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::{Map, json};

use super::*;

/// Returns the pointers of all schemas that operations use, without the model, which is under test.
fn pointers(root: &Value) -> BTreeSet<String> {
    let mut pointers = BTreeSet::new();
    let mut pending = vec![("/paths".to_owned(), false)];
    let mut seen = BTreeSet::new();
    while let Some((pointer, schema)) = pending.pop() {
        if !seen.insert(pointer.clone()) {
            continue;
        }
        let Some(members) = root.pointer(&pointer).and_then(Value::as_object) else { continue };
        if let Some(target) = members.get("$ref").and_then(Value::as_str) {
            pending.push((target[1..].to_owned(), schema));
            continue;
        }
        if schema {
            pointers.insert(pointer.clone());
        }
        for (key, value) in members {
            let pointer = agenthuman_contract::child(&pointer, key);
            match (key.as_str(), value) {
                ("example" | "examples" | "default" | "enum" | "required", _) => {}
                ("properties", Value::Object(properties)) if schema => {
                    let child = |name: &String| (agenthuman_contract::child(&pointer, name), true);
                    pending.extend(properties.keys().map(child));
                }
                (_, Value::Array(items)) => {
                    pending.extend((0..items.len()).map(|n| (format!("{pointer}/{n}"), schema)));
                }
                _ => pending.push((pointer, schema || key == "schema")),
            }
        }
    }
    pointers
}

/// Returns all mutations of a schema by one keyword: a description and the result.
fn mutations(schema: &Map<String, Value>) -> Vec<(String, Value)> {
    let mut mutations = Vec::new();
    let mut with = |key: &str, value: Value| {
        let mut changed = schema.clone();
        changed.insert(key.to_owned(), value);
        mutations.push((format!("{key}: {}", changed[key]), changed.into()));
    };
    let flip = |key: &str| json!(schema.get(key) != Some(&json!(true)));
    for key in ["nullable", "deprecated", "readOnly", "writeOnly"] {
        with(key, flip(key));
    }
    let kind = schema.get("type").and_then(Value::as_str).unwrap_or_default();
    with("default", if kind == "integer" { json!(7) } else { json!("mutant") });
    with("type", json!(if kind == "boolean" { "integer" } else { "boolean" }));
    let (texts, numbers): (&[&str], &[&str]) = match kind {
        "string" => (&["pattern", "format"], &["minLength", "maxLength"]),
        "integer" => (&["format"], &["minimum", "maximum", "multipleOf"]),
        "object" => (&[], &["minProperties", "maxProperties"]),
        _ => (&[], &[]),
    };
    for key in texts {
        let text = schema.get(*key).and_then(Value::as_str).unwrap_or_default();
        with(key, json!(format!("{text}x")));
    }
    for key in numbers {
        match schema.get(*key).and_then(Value::as_i64) {
            Some(number) => {
                with(key, json!(number + 1));
                with(key, json!(number - 1));
            }
            None => with(key, json!(7)),
        }
    }
    for (key, flag) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        if schema.contains_key(key) {
            with(flag, flip(flag));
        }
    }
    if kind == "string" || kind == "integer" {
        let mut values = schema.get("enum").and_then(Value::as_array).cloned().unwrap_or_default();
        for number in 0..values.len() {
            let mut fewer = values.clone();
            fewer.remove(number);
            with("enum", fewer.into());
        }
        values.push(if kind == "string" { json!("mutant") } else { json!(42) });
        with("enum", values.into());
    }
    if kind == "object" {
        let closed = schema.get("additionalProperties") == Some(&json!(false));
        with("additionalProperties", json!(closed));
        with("additionalProperties", json!({ "type": "string" }));
        let properties =
            schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        let required: Vec<Value> =
            schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        for name in properties.keys() {
            let mut fewer = properties.clone();
            let property = fewer.remove(name).unwrap();
            with("properties", fewer.clone().into());
            fewer.insert(format!("{name}_mutant"), property);
            with("properties", fewer.into());
            let mut other: Vec<_> = required.iter().filter(|one| *one != name).cloned().collect();
            if other.len() == required.len() {
                other.push(json!(name));
            }
            with("required", other.into());
        }
        let mut more = properties;
        more.insert("mutant".to_owned(), json!({ "type": "string" }));
        with("properties", more.into());
    }
    for key in ["allOf", "oneOf", "anyOf"] {
        for number in 0..schema.get(key).and_then(Value::as_array).map_or(0, Vec::len) {
            let mut fewer = schema[key].as_array().unwrap().clone();
            fewer.remove(number);
            with(key, fewer.into());
        }
    }
    for (key, value) in schema {
        // These have no meaning: documentation, extensions for the command line, the type of listed
        // values, a default.
        let silent = match key.as_str() {
            "description" | "title" | "example" => true,
            key if key.starts_with("x-cli-") => true,
            "type" => schema.contains_key("enum"),
            "additionalProperties" => *value == json!(true),
            _ => false,
        };
        if silent {
            continue;
        }
        let mut fewer = schema.clone();
        fewer.remove(key);
        mutations.push((format!("no {key}"), fewer.into()));
    }
    mutations
}

/// Returns true if all uses of a schema are nullable, so that `nullable` in it has no effect.
fn only_with_null(root: &Value, pointer: &str) -> bool {
    fn uses(value: &Value, reference: &Value, with_null: bool, found: &mut Vec<bool>) {
        match value {
            Value::Array(items) => {
                items.iter().for_each(|item| uses(item, reference, with_null, found))
            }
            Value::Object(members) => {
                if members.get("$ref") == Some(reference) {
                    found.push(with_null);
                }
                for (key, value) in members {
                    let with_null = key == "allOf" && members.get("nullable") == Some(&json!(true));
                    uses(value, reference, with_null, found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    uses(root, &json!(format!("#{pointer}")), false, &mut found);
    !found.is_empty() && found.into_iter().all(|with_null| with_null)
}

/// Counts the mutations of all schemas of a document, and returns those that `found` misses. `found` is
/// called with the mutant and the pointer of the mutation.
fn sweep(document: &Value, found: impl Fn(&Value, &str) -> bool) -> (usize, Vec<(String, Value)>) {
    let (mut all, mut missed) = (0, Vec::new());
    for at in pointers(document) {
        for (what, schema) in mutations(document.pointer(&at).unwrap().as_object().unwrap()) {
            if what.starts_with("nullable") && only_with_null(document, &at) {
                continue;
            }
            let mutant = changed(document, &at, |value| *value = schema);
            all += 1;
            if !found(&mutant, &at) {
                missed.push((format!("{at} {what}"), mutant));
            }
        }
    }
    (all, missed)
}

/// Mutates each schema of the contract. Each mutation must be found at its pointer.
pub fn in_schemas() -> Score {
    let contract = contract();
    let server = emitted();
    let elsewhere = RefCell::new(Vec::new());
    let (all, unseen) = sweep(contract.document(), |mutant, at| {
        let found = differences(mutant, server);
        let found_something = !found.is_empty();
        // At the pointer, or one reference away: an only alternative is the schema itself, and a part
        // missing in a shared schema is missing at its uses.
        let refers = |from: &str, to: &str| {
            let text = mutant.pointer(from).map(Value::to_string).unwrap_or_default();
            text.contains(&format!("\"#{to}\""))
        };
        let here = |one: &Difference| {
            let pointer = &one.contract.pointer;
            let component = pointer.split('/').take(4).collect::<Vec<_>>().join("/");
            pointer.starts_with(at) || refers(pointer, at) || refers(at, &component)
        };
        if !found.is_empty() && !found.iter().any(here) {
            let found: Vec<_> = found.into_iter().map(|one| one.contract.pointer).collect();
            elsewhere.borrow_mut().push((at.to_owned(), found));
        }
        found_something
    });
    let elsewhere = elsewhere.into_inner();
    assert!(elsewhere.is_empty(), "found at another pointer: {elsewhere:#?}");
    println!("mutations of the contract: {} of {all} found in the emission", all - unseen.len());
    // The emission has neither the headers of errors nor the defaults of parameters; the generated
    // files show them.
    let is_hidden = |what: &str| {
        let annotations = [" deprecated: ", " readOnly: ", " writeOnly: "];
        what.starts_with("/components/schemas/DelaySeconds ")
            || what.contains(" default: ")
            || what.ends_with(" no default")
            || what.ends_with(" no type")
            || annotations.iter().any(|annotation| what.contains(annotation))
    };
    let files = Files::of(&contract);
    let mut missed = Vec::new();
    let shown: Vec<_> =
        unseen.iter().map(|(what, _)| what).filter(|what| !is_hidden(what)).collect();
    assert!(shown.is_empty(), "not found in the emission: {shown:#?}");
    for (what, mutant) in &unseen {
        if !files.differ(mutant) {
            missed.push(what);
        }
    }
    println!("and {} of {} in the generated files", unseen.len() - missed.len(), unseen.len());
    let silent = missed.iter().filter(|what| what.starts_with(SAYS_NOTHING)).count();
    missed.retain(|what| !what.starts_with(SAYS_NOTHING));
    assert!(missed.is_empty(), "{missed:#?}");
    // A change without meaning is no mutation.
    Score { found: all - silent - missed.len(), all: all - silent }
}

/// The default of a header that is always sent, which is never used.
const SAYS_NOTHING: &str = "/components/schemas/DelaySeconds default";

/// The generated stub and client of the contract.
pub struct Files {
    stub: agenthuman_server_codegen::Files,
    client: String,
}

impl Files {
    pub fn of(contract: &Contract) -> Self {
        let (stub, client) = (Files::stub(contract).unwrap(), Files::client(contract).unwrap());
        Files { stub, client }
    }

    fn stub(contract: &Contract) -> Option<agenthuman_server_codegen::Files> {
        agenthuman_server_codegen::generate(contract, "stub", CONTRACT).ok()
    }

    fn client(contract: &Contract) -> Option<String> {
        agenthuman_client_codegen::generate(contract, CONTRACT).ok()
    }

    /// Returns true if the stub or the client of another contract differs or is not supported. The
    /// client takes longer to generate.
    pub fn differ(&self, document: &Value) -> bool {
        let contract = parse(document);
        Files::stub(&contract).as_ref() != Some(&self.stub)
            || Files::client(&contract).as_ref() != Some(&self.client)
    }
}

/// Mutates the operations outside of their schemas.
pub fn in_operations() -> Score {
    let contract = contract();
    let (document, server) = (contract.document(), emitted());
    let mut mutants = Vec::new();
    let mut mutate = |pointer: &str, what: &str, change: &dyn Fn(&mut Value)| {
        mutants.push((format!("{pointer} {what}"), changed(document, pointer, change)));
    };
    let keys = |pointer: &str| -> Vec<String> {
        let members = document.pointer(pointer).and_then(Value::as_object);
        members.map(|members| members.keys().cloned().collect()).unwrap_or_default()
    };
    mutate("", "no security", &|value| remove("security")(value));
    mutate("", "optional security", &|value| value["security"] = json!([{ "ApiKey": [] }, {}]));
    for (key, to) in [("in", "query"), ("name", "x-other")] {
        mutate("/components/securitySchemes/ApiKey", key, &|value| value[key] = json!(to));
    }
    let mut responses: Vec<_> = keys("/components/responses")
        .iter()
        .map(|name| format!("/components/responses/{name}"))
        .collect();
    let mut bodies = Vec::new();
    for operation in operations(document) {
        for key in keys(&operation) {
            if !["summary", "description"].contains(&key.as_str()) && !key.starts_with("x-cli-") {
                mutate(&operation, &format!("without {key}"), &|value| remove(&key)(value));
            }
        }
        mutate(&operation, "deprecated", &|value| value["deprecated"] = json!(true));
        mutate(&operation, "other id", &|value| value["operationId"] = json!("other"));
        mutate(&operation, "other tags", &|value| value["tags"] = json!(["links", "other"]));
        mutate(&operation, "no security", &|value| value["security"] = json!([]));
        let pagination = format!("{operation}/x-pagination");
        for key in keys(&pagination) {
            mutate(&pagination, &format!("other {key}"), &|value| value[&key] = json!("success"));
        }
        let parameters = document.pointer(&format!("{operation}/parameters"));
        for number in 0..parameters.and_then(Value::as_array).map_or(0, Vec::len) {
            let parameter = format!("{operation}/parameters/{number}");
            let location = document.pointer(&format!("{parameter}/in")).unwrap();
            let other = if location == "query" { "header" } else { "query" };
            for (key, to) in [("name", "id"), ("in", other), ("style", "label")] {
                mutate(&parameter, key, &|value| value[key] = json!(to));
            }
            mutate(&parameter, "required or not", &|value| {
                value["required"] = json!(value["required"] != json!(true));
            });
        }
        let body = format!("{operation}/requestBody");
        if document.pointer(&body).is_some() {
            mutate(&body, "optional", &|value| value["required"] = json!(false));
            bodies.push(body);
        }
        let statuses = format!("{operation}/responses");
        for status in keys(&statuses) {
            mutate(&statuses, &format!("without {status}"), &|value| remove(&status)(value));
            if status.starts_with('2') {
                responses.push(format!("{statuses}/{status}"));
            }
        }
        for status in ["202", "409", "502", "default", "4XX"] {
            mutate(&statuses, &format!("with {status}"), &|value| {
                value[status] = json!({ "$ref": "#/components/responses/NotFound" });
            });
        }
    }
    for around in responses.iter().chain(&bodies) {
        let content = format!("{around}/content");
        mutate(&content, "other media type", &|value| {
            let media = value.as_object_mut().unwrap().remove("application/json").unwrap();
            value["application/xml"] = media;
        });
        mutate(around, "no content", &|value| remove("content")(value));
        let media = format!("{content}/application~1json");
        mutate(&media, "other schema", &|value| {
            value["schema"] = json!({ "$ref": "#/components/schemas/Agent" });
        });
    }
    for response in &responses {
        let headers = format!("{response}/headers");
        for name in keys(&headers) {
            mutate(&headers, &format!("without {name}"), &|value| remove(&name)(value));
        }
        mutate(&headers, "one more", &|value| {
            value["X-More"] = json!({ "schema": { "type": "string" } })
        });
    }
    for name in keys("/components/headers") {
        let header = format!("/components/headers/{name}");
        mutate(&header, "required or not", &|value| {
            value["required"] = json!(value["required"] != json!(true));
        });
        mutate(&header, "other schema", &|value| value["schema"] = json!({ "type": "boolean" }));
    }
    let files = Files::of(&contract);
    let all = mutants.len();
    let in_emission = |mutant: &Value| {
        let (Ok(mine), Ok(theirs)) = (Model::read(mutant), Model::read(server)) else {
            return true;
        };
        !diff::compare(&mine, &theirs, ComparisonMode::Emission).differences.is_empty()
    };
    let (seen, unseen): (Vec<_>, Vec<_>) =
        mutants.into_iter().partition(|(_, mutant)| in_emission(mutant));
    let missed: Vec<_> =
        unseen.iter().filter(|(_, mutant)| !files.differ(mutant)).map(|(what, _)| what).collect();
    let stale = unseen.len() - missed.len();
    println!(
        "changes of the operations: {} of {all} found in the emission, {stale} in the files",
        seen.len()
    );
    assert!(missed.is_empty(), "{missed:#?}");
    Score { found: all - missed.len(), all }
}

/// Mutates each schema of the emission, as if the types of the stub had changed.
pub fn in_emission() -> Score {
    let contract = contract();
    let server = emitted();
    let (all, missed) =
        sweep(server, |mutant, _| !differences(contract.document(), mutant).is_empty());
    println!("mutations of the emission: {} of {all} found", all - missed.len());
    let missed: Vec<_> = missed.into_iter().map(|(what, _)| what).collect();
    assert!(missed.is_empty(), "{missed:#?}");
    Score { found: all, all }
}
