use std::fs;

use super::*;
use crate::repository_copy::RepositoryCopy;

/// Replaces numbers of at least three digits.
fn without_line_numbers(text: &str) -> String {
    let numbers = text.split_inclusive(|character: char| !character.is_ascii_digit());
    let replaced = numbers.map(|part| match part.find(|one: char| !one.is_ascii_digit()) {
        Some(digits) if digits >= 3 => format!("N{}", &part[digits..]),
        _ => part.to_owned(),
    });
    replaced.collect()
}

#[test]
fn human_format_shows_position_statements_and_fix() {
    let text = fs::read_to_string(root().join(CONTRACT)).unwrap();
    let contract = Contract::parse(CONTRACT, &text).unwrap();
    let line =
        contract.span("/components/schemas/UpdateLinkRequest/properties/use_limit/minimum").line;
    let lines = text.lines().enumerate().map(|(number, text)| match number + 1 == line {
        true => text.replace("minimum: 1", "minimum: 2"),
        false => text.to_owned(),
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let before = check(&contract, emitted(), &root()).unwrap().findings;
    let contract = Contract::parse(CONTRACT, &text).unwrap();
    let report = check(&contract, emitted(), &root()).unwrap();
    let drift: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| finding.rule == "request-property-minimum")
        .cloned()
        .collect();
    let sources = Sources::new(&root());
    sources.insert(CONTRACT, &text);
    let mut out = Vec::new();
    let summary = "one finding".to_owned();
    let written = Report { tool: "test", findings: &drift, summary };
    written.write(Format::Human, false, &sources, &mut out).unwrap();
    let stub = fs::read_to_string(root().join("server/api/src/types.rs")).unwrap();
    let field = "    pub use_limit: Patch<UpdateLinkRequestUseLimit>,";
    let item = 1 + stub.lines().position(|line| line == field).unwrap();
    // Dropshot decides on the pointer in the emission.
    let server = &drift[0].statements[1].text;
    assert!(server.starts_with("`minimum: 1` (at #/components/schemas/UpdateLinkRequest"));
    let expected = format!(
        "\
error[request-property-minimum]: PUT /v1/links/{{link_id}}, request body, `use_limit`
   --> openapi/links.yaml:{line}:11
    |
{line} |           minimum: 2
    |           ^^^^^^^^^^
    |
   ::: server/api/src/types.rs:{item}:5
    |
{item:3} |     pub use_limit: Patch<UpdateLinkRequestUseLimit>,
    |     ------------------------------------------------ the server's field
    |
    = at: #/components/schemas/UpdateLinkRequest/properties/use_limit/minimum
    = contract: `minimum: 2`
    = server: {server}
    = why: values at the bound are rejected although the contract allows them, or stored although it does not
    = help: if the contract is right: `cargo xtask generate`; if the server is: write `minimum: 1` at openapi/links.yaml:{line}:11

one finding
"
    );
    assert_eq!(String::from_utf8(out).unwrap(), expected);
    // Line numbers move with each change of the contract, and are not compared.
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let finding = expected.strip_suffix("\none finding\n").unwrap();
    assert!(
        without_line_numbers(&readme).contains(&without_line_numbers(finding)),
        "README.md does not have this finding:\n{finding}"
    );
    // The stub, the client and the docs are stale, and the version is too low. The contract may have
    // other changes since its last release.
    let is_new = |one: &&Finding| !before.iter().any(|known| known.statements == one.statements);
    let others = report.findings.iter().filter(|one| !one.file.starts_with(DOCS)).filter(is_new);
    let mut others: Vec<_> = others.map(|finding| finding.rule.as_str()).collect();
    others.sort_unstable();
    let expected = [
        "change-breaking-for-clients",
        "request-property-minimum",
        "stale-generated-file",
        "stale-generated-file",
        "version-too-low",
    ];
    assert_eq!(others, expected);
}

#[test]
fn run_of_invalid_contract_fails_with_position() {
    let folder = std::env::temp_dir().join(format!("xtask-report-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("contract.yaml");
    let head = "openapi: 3.0.3\ninfo: {title: T, version: 1.0.0}\n";
    for (text, expected) in [
        ("openapi: 3.0.3\nopenapi: 3.0.3\n".to_owned(), ":2:1: duplicate key `openapi`"),
        ("a: 1\n".to_owned(), ":1:1: not an OpenAPI document"),
        (head.to_owned(), ": there is nothing at `#/paths`"),
        (format!("{head}paths:\n  /a:\n    get:\n      tags: x\n"), ":6:7: `tags` must be a list"),
        (
            format!(
                "{head}paths:\n  /a:\n    get:\n      responses:\n        '200':\n          $ref: '#/x'\n"
            ),
            ":7:9: there is nothing at `#/x`",
        ),
    ] {
        fs::write(&file, &text).unwrap();
        let options = options(Some(file.clone()));
        let error = run(&options, &root(), &mut Vec::new()).expect_err(&text).to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
    fs::remove_dir_all(&folder).unwrap();
    let options = options(Some(file));
    let error = run(&options, &root(), &mut Vec::new()).expect_err("missing").to_string();
    assert!(error.contains("contract.yaml: failed to read the file"), "{error}");
}

#[test]
fn read_contract_outside_of_repository_has_absolute_path() {
    let file = std::env::temp_dir().join(format!("xtask-elsewhere-{}.yaml", std::process::id()));
    fs::write(&file, fs::read_to_string(root().join(CONTRACT)).unwrap()).unwrap();
    // A relative path, as from another folder.
    let up = "../".repeat(std::env::current_dir().unwrap().components().count() - 1);
    let relative =
        PathBuf::from(format!("{up}{}", file.display().to_string().trim_start_matches('/')));
    let contract = read_contract(Some(&relative), &root()).unwrap();
    fs::remove_file(&file).unwrap();
    assert!(Path::new(contract.file()).is_absolute(), "{}", contract.file());
}

#[test]
fn documentation_change_with_next_patch_version_is_only_notes() {
    let copy = RepositoryCopy::temporary();
    copy.edit(CONTRACT, |text| {
        let (before, after) = text.split_once("\n  version: ").unwrap();
        let (version, after) = after.split_once('\n').unwrap();
        let mut version = semver::Version::parse(version).unwrap();
        version.patch += 1;
        let after = after.replacen(
            "\n      summary: Delete a link\n",
            "\n      summary: Remove a link\n",
            1,
        );
        format!("{before}\n  version: {version}\n{after}")
    });
    let (outcome, out) = copy.generate();
    assert_eq!(outcome, Outcome::Clean, "{out}");
    let contract = Contract::read(&copy.root, CONTRACT).unwrap();
    let findings = check(&contract, emitted(), &copy.root).unwrap().findings;
    let is_change = |one: &Finding| {
        one.rule == "change-documentation" && one.statements[1].text.contains("Remove a link")
    };
    assert!(findings.iter().any(is_change), "{findings:#?}");
    assert!(findings.iter().all(|one| one.severity() == Severity::Note), "{findings:#?}");
}
