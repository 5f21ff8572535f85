use serde_json::json;

use super::*;

fn document(path: &str, names: &[&str], methods: &[&str]) -> Value {
    let parameter = |name: &&str| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } });
    let operation = json!({
        "parameters": names.iter().map(parameter).collect::<Vec<_>>(),
        "responses": { "204": { "description": "" } },
    });
    let item: serde_json::Map<_, _> =
        methods.iter().map(|method| ((*method).to_owned(), operation.clone())).collect();
    json!({ "openapi": "3.0.3", "paths": { path: item } })
}

fn differences(one: &Value, other: &Value) -> Vec<Difference> {
    let [one, other] = [one, other].map(|document| Model::read(document).unwrap());
    compare(&one, &other, ComparisonMode::Documents).differences
}

#[test]
fn renamed_path_parameter_is_one_difference() {
    let old = document("/things/{thing_id}", &["thing_id"], &["get", "put", "delete"]);
    let new = document("/things/{id}", &["id"], &["get", "put", "delete"]);
    let found = differences(&old, &new);
    let [Difference { rule, contract, other, .. }] = &found[..] else { panic!("{found:?}") };
    assert_eq!(rule, "parameter-name");
    assert_eq!(contract.pointer, "/paths/~1things~1{thing_id}");
    assert_eq!(other.pointer, "/paths/~1things~1{id}");
    assert_eq!(contract.text, "the path parameter is called `thing_id`");
    assert!(other.text.contains("`id`: not breaking over HTTP"), "{}", other.text);
    assert!(other.text.contains("breaking for generated code"), "{}", other.text);
}

#[test]
fn operations_of_renamed_path_are_compared() {
    let old = document("/a/{x}/{y}", &["x", "y"], &["get", "put"]);
    let mut new = document("/a/{x}/{z}", &["z", "x"], &["get"]);
    new["paths"]["/a/{x}/{z}"]["get"]["parameters"][0]["schema"]["type"] = json!("integer");
    let found = differences(&old, &new);
    let found: Vec<_> =
        found.iter().map(|one| (one.rule.as_str(), one.contract.pointer.as_str())).collect();
    let expected = [
        ("parameter-name", "/paths/~1a~1{x}~1{y}"),
        ("operation", "/paths/~1a~1{x}~1{y}/put"),
        ("parameter-type", "/paths/~1a~1{x}~1{y}/get/parameters/1/schema/type"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn swapped_path_parameters_are_two_differences() {
    let old = document("/a/{x}/{y}", &["x", "y"], &["get"]);
    let new = document("/a/{y}/{x}", &["x", "y"], &["get"]);
    let found = differences(&old, &new);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().all(|one| one.rule == "parameter-name"), "{found:?}");
}

#[test]
fn other_path_is_another_operation() {
    let old = document("/a/{x}", &["x"], &["get"]);
    for (path, names) in [("/b/{x}", ["x"].as_slice()), ("/a/x", &[]), ("/a/{x}/", &["x"])] {
        let found = differences(&old, &document(path, names, &["get"]));
        let rules: Vec<_> = found.iter().map(|one| one.rule.as_str()).collect();
        assert_eq!(rules, ["operation", "operation"], "{path}");
    }
}
