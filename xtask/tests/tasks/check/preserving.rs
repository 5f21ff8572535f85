//! Edits of the contract that preserve its meaning, which must have no findings.

use serde_json::{Map, json};

use super::*;

/// Changes each object of a document, innermost first.
fn everywhere(value: &Value, change: &dyn Fn(Map<String, Value>) -> Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| everywhere(item, change)).collect(),
        Value::Object(members) => change(
            members.iter().map(|(key, value)| (key.clone(), everywhere(value, change))).collect(),
        ),
        other => other.clone(),
    }
}

/// Changes each schema that has a type, innermost first.
fn every_schema(value: &Value, change: &dyn Fn(Map<String, Value>) -> Value) -> Value {
    let schema = |members: &Map<String, Value>| {
        members.get("type").is_some_and(|name| name.is_string() && name != "apiKey")
    };
    everywhere(value, &|members| if schema(&members) { change(members) } else { members.into() })
}

fn reversed(mut members: Map<String, Value>, keys: &[&str]) -> Value {
    for key in keys {
        if let Some(Value::Array(items)) = members.get_mut(*key) {
            items.reverse();
        }
    }
    members.into()
}

/// Returns `document` with every reference replaced by its target.
fn inlined(root: &Value, value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| inlined(root, item)).collect(),
        Value::Object(members) => match members.get("$ref").and_then(Value::as_str) {
            Some(target) => inlined(root, root.pointer(&target[1..]).unwrap()),
            None => {
                members.iter().map(|(key, value)| (key.clone(), inlined(root, value))).collect()
            }
        },
        other => other.clone(),
    }
}

fn renamed(document: &Value) -> Value {
    let mut document = everywhere(document, &|mut members| {
        if let Some(Value::String(target)) = members.get_mut("$ref") {
            target.push_str("Renamed");
        }
        members.into()
    });
    for group in ["schemas", "headers", "responses"] {
        let members = document["components"][group].as_object().unwrap();
        let members: Map<_, _> =
            members.iter().map(|(name, value)| (format!("{name}Renamed"), value.clone())).collect();
        document["components"][group] = members.into();
    }
    document["components"]["securitySchemes"] =
        json!({ "Other": document["components"]["securitySchemes"]["ApiKey"] });
    document["security"] = json!([{ "Other": [] }]);
    document
}

/// Counts the edits that preserve the meaning, and those of them with a finding. Notes do not count,
/// nor do stale generated files that contain documentation.
pub fn false_alarms() -> Score {
    let contract = contract();
    let (document, server) = (contract.document(), emitted());
    let edits: Vec<(&str, Value)> = vec![
        (
            "the order of all keys",
            everywhere(document, &|members| Value::Object(members.into_iter().rev().collect())),
        ),
        (
            "the order of required, enum, oneOf and tags",
            everywhere(document, &|members| {
                reversed(members, &["required", "enum", "oneOf", "tags", "parameters"])
            }),
        ),
        ("all references inlined", inlined(document, document)),
        ("all components renamed", renamed(document)),
        (
            "an allOf of one around every schema",
            every_schema(document, &|members| json!({ "description": "x", "allOf": [members] })),
        ),
        (
            "nullable outside of an allOf of one",
            every_schema(document, &|mut members| match members.remove("nullable") {
                Some(nullable) => json!({ "nullable": nullable, "allOf": [members] }),
                None => members.into(),
            }),
        ),
        (
            "no texts and examples",
            everywhere(document, &|mut members| {
                // No property is called `description` here. A response must have a description.
                members
                    .retain(|key, _| !["summary", "example", "examples"].contains(&key.as_str()));
                if let Some(text) = members.get_mut("description") {
                    *text = json!("x");
                }
                members.into()
            }),
        ),
        (
            "defaults stated",
            every_schema(document, &|mut members| {
                for key in ["nullable", "deprecated", "readOnly", "uniqueItems", "exclusiveMinimum"]
                {
                    members.entry(key).or_insert(json!(false));
                }
                if members["type"] == "object" {
                    members.entry("additionalProperties").or_insert(json!({}));
                }
                if members["type"] == "string" {
                    members.entry("minLength").or_insert(json!(0));
                }
                members.entry("minProperties").or_insert(json!(0));
                members.entry("required").or_insert(json!([]));
                members.into()
            }),
        ),
        (
            "defaults stated outside of schemas",
            everywhere(document, &|mut members| {
                let has = |key: &str| members.contains_key(key);
                let defaults = if has("operationId") {
                    json!({ "deprecated": false, "callbacks": {} })
                } else if has("schema") && has("description") {
                    let in_query = members.get("in").is_some_and(|location| location == "query");
                    let style = if in_query { "form" } else { "simple" };
                    json!({
                        "deprecated": false, "allowReserved": false, "allowEmptyValue": false,
                        "style": style, "explode": in_query, "examples": {},
                    })
                } else if has("schema") {
                    json!({ "encoding": {}, "examples": {} })
                } else if has("content") && has("headers") {
                    json!({ "links": {} })
                } else {
                    json!({})
                };
                for (key, value) in defaults.as_object().unwrap() {
                    members.entry(key.clone()).or_insert(value.clone());
                }
                members.into()
            }),
        ),
        (
            "bounds as floats",
            everywhere(document, &|mut members| {
                if let Some(number) = members.get_mut("minimum")
                    && let Some(float) = number.as_f64()
                {
                    *number = json!(float);
                }
                members.into()
            }),
        ),
        (
            "exclusive bounds of integers",
            everywhere(document, &|mut members| {
                if let Some(number) = members.get("minimum").and_then(Value::as_i64) {
                    members.insert("minimum".to_owned(), json!(number - 1));
                    members.insert("exclusiveMinimum".to_owned(), json!(true));
                }
                members.into()
            }),
        ),
        (
            "enums as documented variants",
            everywhere(document, &|mut members| match members.remove("enum") {
                Some(Value::Array(values)) => {
                    members.remove("type");
                    let variant =
                        |value| json!({ "description": "x", "type": "string", "enum": [value] });
                    members.insert("oneOf".to_owned(), values.into_iter().map(variant).collect());
                    members.into()
                }
                _ => members.into(),
            }),
        ),
        (
            "the name of a header in small letters",
            everywhere(document, &|members| {
                let small = |(key, value): (String, Value)| {
                    (
                        if key.starts_with("X-") && value.get("$ref").is_some() {
                            key.to_ascii_lowercase()
                        } else {
                            key
                        },
                        value,
                    )
                };
                members.into_iter().map(small).collect::<Map<_, _>>().into()
            }),
        ),
        (
            "the style of parameters stated",
            everywhere(document, &|mut members| {
                let style = match members.get("in").and_then(Value::as_str) {
                    Some("path") => Some(("simple", false)),
                    Some("query") => Some(("form", true)),
                    _ => None,
                };
                if let Some((style, explode)) = style {
                    members.insert("style".to_owned(), json!(style));
                    members.insert("explode".to_owned(), json!(explode));
                }
                members.into()
            }),
        ),
        (
            "security at each operation",
            operations(document).iter().fold(document.clone(), |edited, operation| {
                changed(&edited, operation, set("security", document["security"].clone()))
            }),
        ),
        (
            "parameters at the path",
            changed(document, "/paths/~1v1~1links~1{link_id}", |item| {
                for method in ["get", "put", "delete"] {
                    let operation = item[method].as_object_mut().unwrap();
                    let parameters = operation.remove("parameters").unwrap();
                    item["parameters"] = parameters;
                }
            }),
        ),
    ];
    let count = edits.len();
    let mut alarms = Vec::new();
    for (edit, edited) in edits {
        assert_ne!(
            serde_json::to_string(&edited).unwrap(),
            serde_json::to_string(document).unwrap(),
            "{edit}"
        );
        let models = [Model::read(document).unwrap(), Model::read(&edited).unwrap()];
        let mut found = differences(&edited, server);
        found.extend(diff::compare(&models[0], &models[1], ComparisonMode::Documents).differences);
        alarms.extend(found.into_iter().map(|one| (edit, one.rule, one.subject)));
        // All other checks must find nothing, either. A reordered list is another schema to the code
        // generator.
        let checked = check(&parse(&edited), server, &root()).unwrap();
        let alarm = |finding: &Finding| {
            finding.severity() != Severity::Note
                && finding.rule != "stale-generated-file"
                && finding.rule != "version-too-low"
                // The samples in the documentation are generated from the examples.
                && !(edit == "no texts and examples" && finding.subject.starts_with("the docs "))
                // Schemas that are written in place are different types, so this contract has no stub.
                && !(edit == "all references inlined" && finding.rule == "not-expressible")
        };
        let found = checked.findings.into_iter().filter(alarm);
        let said =
            |one: Finding| (edit, one.rule, format!("{:?} {:?}", one.pointer, one.statements));
        alarms.extend(found.map(said));
    }
    println!("false alarms: {} in {count} edits that change no meaning", alarms.len());
    assert!(alarms.is_empty(), "{alarms:#?}");
    Score { found: alarms.len(), all: count }
}
