#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod schemas;

use super::*;
use Class::{BreakingForClients, BreakingForServers, Compatible, Documentation};

const RELEASED: &str = "\
openapi: 3.0.3
info: {title: T, version: 1.2.3, description: what it is}
servers: [{url: https://a}]
security: [{Key: []}, {Other: []}]
paths:
  /a:
    put:
      operationId: a
      tags: [t]
      x-pagination: {cursor: q}
      parameters:
        - {name: q, in: query, schema: {type: integer, minimum: 1, maximum: 9}}
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: '#/components/schemas/In'}}
      responses:
        '200':
          description: fine
          headers: {X: {required: true, schema: {type: string}}}
          content:
            application/json: {schema: {$ref: '#/components/schemas/Out'}, example: {id: a}}
        '404': {description: none}
components:
  securitySchemes:
    Key: {type: apiKey, in: header, name: k}
    Other: {type: apiKey, in: query, name: k}
  schemas:
    In:
      type: object
      additionalProperties: false
      required: [must]
      properties:
        must: {type: string, maxLength: 5}
        may: {type: string, enum: [a, b], nullable: true}
        one: {oneOf: [{type: string}, {type: integer}]}
    Out:
      type: object
      required: [id]
      properties:
        id: {type: string, pattern: '^a', maxLength: 5}
        state: {type: string, enum: [on, off]}
        gone: {type: integer, minimum: 0, nullable: true}
";

/// The text to replace, its replacement, and the class of the worst change.
const EDITS: [(&str, &str, Class); 55] = [
    // Operations.
    (
        "  /a:\n",
        "  /b: {get: {operationId: b, responses: {'204': {description: x}}}}\n  /a:\n",
        Compatible,
    ),
    ("    put:\n", "    post:\n", BreakingForClients),
    ("operationId: a", "operationId: b", BreakingForClients),
    ("      x-pagination: {cursor: q}\n", "", BreakingForClients),
    ("{cursor: q}", "{cursor: q, limit: q}", BreakingForClients),
    ("tags: [t]", "tags: [u]", Documentation),
    ("tags: [t]", "tags: [t]\n      deprecated: true", Compatible),
    ("[{Key: []}, {Other: []}]", "[{Key: []}]", BreakingForClients),
    ("[{Key: []}, {Other: []}]", "[{Key: []}, {Other: []}, {}]", BreakingForServers),
    ("url: https://a}]", "url: https://a}, {url: https://b}]", Compatible),
    ("url: https://a}]", "url: https://b}]", BreakingForClients),
    ("servers: [{url: https://a}]\n", "", BreakingForClients),
    ("      tags: [t]", "      tags: [t]\n      servers: [{url: https://b}]", BreakingForClients),
    ("    put:\n", "    servers: [{url: https://a}, {url: /}]\n    put:\n", Compatible),
    ("url: https://a}]", "url: https://a, variables: {v: {default: x}}}]", BreakingForClients),
    ("security:", "tags: [{name: t}]\nsecurity:", Documentation),
    (
        "        '404': {description: none}",
        "        '404': {description: none, links: {l: {operationId: a}}}",
        Compatible,
    ),
    (
        "      tags: [t]",
        "      tags: [t]\n      callbacks: {c: {'{$url}': {post: {responses: {}}}}}",
        BreakingForClients,
    ),
    (
        "application/json: {schema: {$ref: '#/components/schemas/Out'}",
        "text/plain: {schema: {$ref: '#/components/schemas/Out'}",
        BreakingForClients,
    ),
    // Parameters.
    ("- {name: q", "- {name: p, in: query, schema: {}}\n        - {name: q", Compatible),
    (
        "- {name: q",
        "- {name: p, in: query, required: true, schema: {}}\n        - {name: q",
        BreakingForClients,
    ),
    ("name: q, in: query,", "name: q, in: query, required: true,", BreakingForClients),
    ("name: q, in: query", "name: q, in: header", BreakingForClients),
    ("minimum: 1,", "minimum: 2,", BreakingForClients),
    ("minimum: 1,", "minimum: 0,", BreakingForServers),
    ("maximum: 9", "maximum: 10", BreakingForServers),
    ("maximum: 9", "maximum: 9, exclusiveMaximum: true", BreakingForClients),
    ("maximum: 9}", "maximum: 18446744073709551617}", BreakingForServers),
    // Requests.
    ("required: true\n        content", "required: false\n        content", BreakingForServers),
    ("required: [must]", "required: [must, may]", BreakingForClients),
    ("      required: [must]\n", "", BreakingForServers),
    ("        must:", "        new: {type: string}\n        must:", Compatible),
    (
        "required: [must]\n      properties:\n",
        "required: [must, new]\n      properties:\n        new: {}\n",
        BreakingForClients,
    ),
    ("        may: {type: string, enum: [a, b], nullable: true}\n", "", BreakingForClients),
    ("enum: [a, b], nullable: true", "enum: [a, b]", BreakingForClients),
    ("must: {type: string", "must: {nullable: true, type: string", BreakingForServers),
    ("enum: [a, b]", "enum: [a]", BreakingForClients),
    ("enum: [a, b]", "enum: [a, b, c]", BreakingForServers),
    (
        "must: {type: string, maxLength: 5}",
        "must: {type: string, maxLength: 4}",
        BreakingForClients,
    ),
    ("must: {type: string, maxLength: 5}", "must: {type: string}", BreakingForServers),
    ("      additionalProperties: false\n", "", BreakingForServers),
    (
        "{oneOf: [{type: string}, {type: integer}]}",
        "{oneOf: [{type: string}, {type: integer}, {type: boolean}]}",
        BreakingForServers,
    ),
    // Responses.
    ("        '404'", "        '409': {description: none}\n        '404'", Compatible),
    ("        '404'", "        '202': {description: none}\n        '404'", BreakingForClients),
    ("        '404': {description: none}\n", "", BreakingForServers),
    ("headers: {X: ", "headers: {Y: {schema: {}}, X: ", Compatible),
    ("X: {required: true, ", "X: {", BreakingForClients),
    ("        state:", "        new: {type: string}\n        state:", Compatible),
    ("        state: {type: string, enum: [on, off]}\n", "", BreakingForClients),
    ("required: [id]", "required: [id, state]", BreakingForServers),
    ("      required: [id]\n", "", BreakingForClients),
    ("enum: [on, off]", "enum: [on, off, mixed]", BreakingForClients),
    ("enum: [on, off]", "enum: [on, off], nullable: true", BreakingForClients),
    ("minimum: 0, nullable: true", "minimum: 1", BreakingForServers),
    ("pattern: '^a', ", "", BreakingForClients),
];

const TEXTS: [(&str, &str); 6] = [
    ("what it is", "what it was"),
    ("description: fine", "description: good"),
    ("example: {id: a}", "example: {id: ab}"),
    ("description: none", "description: fine"),
    ("title: T", "title: U"),
    ("maxLength: 5}\n        may", "maxLength: 5, description: x}\n        may"),
];

const NOTHING: [(&str, &str); 5] = [
    ("enum: [a, b]", "enum: [b, a]"),
    ("      tags: [t]", "      tags: [t]\n      servers: [{url: https://a}]"),
    ("{type: string, maxLength: 5}", "{maxLength: 5.0, type: string} # why"),
    ("description: fine", "description: >\n            fine"),
    ("required: [must]", "required: [must]\n      minProperties: 0"),
];

fn edited(from: &str, to: &str) -> Contract {
    assert!(RELEASED.contains(from), "{from}");
    Contract::parse("openapi/links.yaml", &RELEASED.replacen(from, to, 1)).unwrap()
}

fn found(contract: &Contract) -> Vec<Change> {
    let released = Contract::parse("openapi/released/1.2.3.yaml", RELEASED).unwrap();
    let model = |contract: &Contract| Model::read(contract.document()).unwrap();
    changes(contract, &model(contract), &released, &model(&released))
}

#[test]
fn classify_returns_class_of_each_change() {
    let texts = TEXTS.iter().map(|(from, to)| (*from, *to, Documentation));
    for (from, to, class) in EDITS.into_iter().chain(texts) {
        let changes = found(&edited(from, to));
        let worst = changes.iter().map(|change| change.class).max();
        let statements: Vec<_> =
            changes.iter().map(|change| (change.class, &change.statements)).collect();
        assert_eq!(worst, Some(class), "{from} -> {to}: {statements:?}");
    }
    for (from, to) in NOTHING {
        assert_eq!(found(&edited(from, to)).len(), 0, "{from} -> {to}");
    }
    println!("{} edits classified", EDITS.len() + TEXTS.len() + NOTHING.len());
}

#[test]
fn changes_include_swapped_responses() {
    let text = RELEASED.replace(
        "        '404': {description: none}",
        "        '400': {$ref: '#/components/responses/Bad'}\n        \
         '404': {$ref: '#/components/responses/None'}",
    ) + "  responses:\n    Bad: {description: bad}\n    None: {description: none}\n";
    let swapped = text
        .replace("responses/Bad", "responses/X")
        .replace("responses/None", "responses/Bad")
        .replace("responses/X", "responses/None");
    let [old, new] = [text, swapped].map(|text| Contract::parse("c.yaml", &text).unwrap());
    let models = [&old, &new].map(|contract| Model::read(contract.document()).unwrap());
    let found = changes(&new, &models[1], &old, &models[0]);
    let found: Vec<_> = found.iter().map(|one| (one.class, one.pointer.as_str())).collect();
    let expected = [
        (Documentation, "/paths/~1a/put/responses/400/$ref"),
        (Documentation, "/paths/~1a/put/responses/404/$ref"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn required_version_follows_class() {
    use Class::*;
    for (released, class, least) in [
        ("1.2.3", BreakingForClients, "2.0.0"),
        ("1.2.3", BreakingForServers, "1.3.0"),
        ("1.2.3", Compatible, "1.3.0"),
        ("1.2.3", Documentation, "1.2.4"),
        ("0.2.3", BreakingForClients, "0.3.0"),
        ("0.2.3", Compatible, "0.2.4"),
        ("0.2.3", Documentation, "0.2.4"),
    ] {
        assert_eq!(required_version(&released.parse().unwrap(), class).to_string(), least);
    }
}

/// The rules of the findings for a contract with one edit and a version.
fn rules(from: &str, to: &str, version: &str) -> Vec<String> {
    let text = RELEASED.replacen(from, to, 1).replace("1.2.3", version);
    let contract = Contract::parse("openapi/links.yaml", &text).unwrap();
    let released = Contract::parse("openapi/released/1.2.3.yaml", RELEASED).unwrap();
    let model = |contract: &Contract| Model::read(contract.document()).unwrap();
    let version = Version::new(1, 2, 3);
    compare(&contract, &model(&contract), &version, &released, &model(&released))
        .into_iter()
        .map(|finding| finding.rule)
        .collect()
}

#[test]
fn compare_reports_version_that_is_too_low() {
    let clients = "change-breaking-for-clients";
    let edit = ("enum: [a, b]", "enum: [a]");
    let low = [clients, "version-too-low"];
    assert_eq!(rules(edit.0, edit.1, "1.2.3"), low);
    assert_eq!(rules(edit.0, edit.1, "1.9.9"), low);
    assert_eq!(rules(edit.0, edit.1, "2.0.0"), [clients]);
    assert_eq!(rules(edit.0, edit.1, "2.0.0-rc.1"), [clients]);
    let documentation = ["change-documentation", "version-too-low"];
    assert_eq!(rules("what it is", "what it was", "1.2.3"), documentation);
    assert_eq!(rules("what it is", "what it was", "1.2.4"), documentation[..1]);
    assert_eq!(rules("", "", "1.2.3"), [] as [&str; 0]);
    assert_eq!(rules("", "", "1.3.0"), [] as [&str; 0]);
    assert_eq!(rules("", "", "1.2.2"), ["version-too-low"]);
}

#[test]
fn check_compares_with_newest_release() {
    let root = std::env::temp_dir().join(format!("xtask-release-{}", std::process::id()));
    let folder = root.join("openapi/released");
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: &str| std::fs::write(root.join(name), text).unwrap();
    let read = || Contract::read(&root, "openapi/links.yaml").unwrap();
    let findings = |contract: &Contract| -> Vec<String> {
        let model = Model::read(contract.document()).unwrap();
        let found = check(contract, &model, &root, "openapi/released");
        found.iter().map(|finding| format!("{} {}", finding.rule, finding.file)).collect()
    };
    write("openapi/links.yaml", RELEASED);
    assert_eq!(findings(&read()), [] as [&str; 0], "no release yet");
    write("openapi/released/1.2.3.yaml", RELEASED);
    assert_eq!(findings(&read()), [] as [&str; 0]);

    write("openapi/links.yaml", &RELEASED.replace("tags: [t]", "tags: [u]"));
    assert_eq!(
        findings(&read()),
        ["change-documentation openapi/links.yaml", "version-too-low openapi/links.yaml"]
    );
    // 1.10.0 is newer than 1.2.3 and 1.9.0.
    let ten = RELEASED.replace("1.2.3", "1.10.0").replace("tags: [t]", "tags: [u]");
    write("openapi/released/1.10.0.yaml", &ten);
    write("openapi/released/1.9.0.yaml", "openapi: 3.0.3");
    assert_eq!(findings(&read()), ["version-too-low openapi/links.yaml"]);
    write("openapi/released/next.yaml", "");
    write("openapi/released/1.10.0.yaml", RELEASED);
    assert_eq!(
        findings(&read())[..2],
        [
            "unreadable-release openapi/released/next.yaml",
            "unreadable-release openapi/released/1.10.0.yaml"
        ]
    );
    std::fs::remove_dir_all(&root).unwrap();
}

#[test]
fn classify_compares_bounds_exactly() {
    let with_maximum = |bound: &str| {
        let text = RELEASED.replace(
            "type: integer, minimum: 1, maximum: 9}",
            &format!("type: number, minimum: 1, maximum: {bound}}}"),
        );
        Contract::parse("c.yaml", &text).unwrap()
    };
    for (lower, higher) in [
        ("9007199254740992", "9007199254740993"),
        ("18446744073709551616", "18446744073709551617"),
        ("0.1", "0.10000000000000000000001"),
        ("1e400", "1e401"),
    ] {
        for (old, new, class) in
            [(lower, higher, BreakingForServers), (higher, lower, BreakingForClients)]
        {
            let [old, new] = [old, new].map(with_maximum);
            let models = [&old, &new].map(|contract| Model::of(contract).unwrap());
            let found = changes(&new, &models[1], &old, &models[0]);
            let classes: Vec<_> = found.iter().map(|change| change.class).collect();
            assert_eq!(classes, [class], "{lower} and {higher}");
        }
    }
}

#[test]
fn renamed_path_parameter_breaks_clients_once() {
    let released = RELEASED.replace("  /a:\n", "  /a/{x}:\n").replace(
        "{name: q, in: query, schema: {type: integer, minimum: 1, maximum: 9}}",
        "{name: x, in: path, required: true, schema: {type: string}}",
    );
    let renamed = released.replace("{x}", "{y}").replace("name: x", "name: y");
    let [old, new] = [released, renamed].map(|text| Contract::parse("c.yaml", &text).unwrap());
    let models = [&old, &new].map(|contract| Model::of(contract).unwrap());
    let found = changes(&new, &models[1], &old, &models[0]);
    let found: Vec<_> = found.iter().map(|one| (one.class, one.pointer.as_str())).collect();
    assert_eq!(found, [(BreakingForClients, "/paths/~1a~1{y}")]);
}

#[test]
fn changes_include_texts_of_components_with_any_name() {
    let released = format!("{RELEASED}  responses:\n    default: {{description: before}}\n");
    let [old, new] = [released.clone(), released.replace("before", "after")]
        .map(|text| Contract::parse("c.yaml", &text).unwrap());
    let models = [&old, &new].map(|contract| Model::of(contract).unwrap());
    let found = changes(&new, &models[1], &old, &models[0]);
    let found: Vec<_> = found.iter().map(|one| (one.class, one.pointer.as_str())).collect();
    assert_eq!(found, [(Documentation, "/components/responses/default/description")]);
}
