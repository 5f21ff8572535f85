//! `cargo xtask diff OLD NEW`: whether two OpenAPI 3.0 documents mean the same.
//!
//! The comparison is the one of `check`. What Dropshot emits for a contract cannot say everything
//! that the contract says, so it must be read as such; by default that is told from the documents
//! (`drift::Against::of`), and the summary says how NEW was read.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::drift::{self, Against, Difference};
use crate::findings::{self, Finding, Format, Related, Sources, Statement};
use crate::model::{Model, ModelError};
use crate::reader::{Contract, ContractError};

/// What to compare.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// An OpenAPI 3.0 document, YAML or JSON; a contract
    old: PathBuf,
    /// Another one, or what Dropshot emits for the first
    new: PathBuf,
    /// How to read NEW
    #[arg(long = "as", value_name = "KIND", value_enum, default_value_t)]
    kind: Kind,
    /// How to write what was found
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
}

/// What NEW is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// An emission where NEW has the form of one and OLD has not, else a document
    #[default]
    Auto,
    /// A document that means all that it says and nothing else
    Document,
    /// What Dropshot emits, which has neither security nor single error statuses
    Emission,
}

/// Why nothing could be compared.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    #[error("{}", .0.iter().map(ContractError::to_string).collect::<Vec<_>>().join("\n"))]
    Document(Vec<ContractError>),
    #[error("cannot write the report")]
    Output(#[from] io::Error),
}

/// Compares and reports; whether they mean the same.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<bool, DiffError> {
    let (old, new) = (read(&options.old)?, read(&options.new)?);
    let (findings, summary) = compare(&old, &new, options.kind)?;
    let report = findings::Report { tool: "cargo xtask diff", findings: &findings, summary };
    report.write(options.format, findings::coloured(), &Sources::new(Path::new("")), out)?;
    Ok(!report.fails())
}

fn read(file: &Path) -> Result<Contract, DiffError> {
    Contract::read(Path::new(""), &file.display().to_string())
        .map_err(|error| DiffError::Document(vec![error]))
}

fn compare(
    old: &Contract,
    new: &Contract,
    kind: Kind,
) -> Result<(Vec<Finding>, String), DiffError> {
    let model = |document: &Contract| {
        let place = |error: ModelError| document.error(&error.pointer, error.message);
        let model = Model::read(document.document());
        model.map_err(|errors| DiffError::Document(errors.into_iter().map(place).collect()))
    };
    let models = [model(old)?, model(new)?];
    let against = match kind {
        Kind::Auto => Against::of(&models[0], &models[1]),
        Kind::Document => Against::Document,
        Kind::Emission => Against::Emission,
    };
    let comparison = drift::compare(&models[0], &models[1], against);
    let mut findings: Vec<_> = comparison
        .differences
        .into_iter()
        .map(|difference| finding(old, new, difference))
        .collect();
    findings.sort_by_key(|finding| finding.place.map(|place| place.start));
    let read = match against {
        Against::Document | Against::Release => "a document",
        Against::Emission => "what Dropshot emits",
    };
    let count = match findings.len() {
        0 => "no difference".to_owned(),
        1 => "1 difference".to_owned(),
        count => format!("{count} differences"),
    };
    let facts = comparison.compared;
    let summary = format!("{count} in {facts} facts; {} read as {read}", new.file());
    Ok((findings, summary))
}

fn finding(old: &Contract, new: &Contract, difference: Difference) -> Finding {
    let Difference { rule, subject, contract: mine, server: other, edit, .. } = difference;
    let mut finding = Finding::in_contract(old, &mine.pointer, rule, subject);
    finding.statements = vec![Statement::new("old", mine.text), Statement::new("new", other.text)];
    finding.related = vec![Related {
        what: "the new document",
        file: new.file().to_owned(),
        place: new.place(&other.pointer),
        pointer: Some(other.pointer),
    }];
    finding.mend = format!("to follow the new document: {edit} at {}", finding.at());
    finding
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const CONTRACT: &str = "\
openapi: 3.0.3
info: {title: T, version: 1.0.0}
security: [{Key: []}]
paths:
  /a:
    get:
      operationId: get_a
      responses:
        '200': {description: yes}
        '404': {$ref: '#/components/responses/Error'}
components:
  securitySchemes: {Key: {type: apiKey, in: header, name: x-key}}
  responses:
    Error: {description: no, content: {application/json: {schema: {type: string}}}}
";

    const EMISSION: &str = r##"{
  "openapi": "3.0.3",
  "info": { "title": "T", "version": "1.0.0" },
  "paths": { "/a": { "get": {
    "operationId": "get_a",
    "parameters": [{ "in": "header", "name": "x-key", "required": true, "schema": { "type": "string" } }],
    "responses": {
      "200": { "description": "yes" },
      "4XX": { "$ref": "#/components/responses/Error" },
      "5XX": { "$ref": "#/components/responses/Error" }
    }
  } } },
  "components": { "responses": { "Error": {
    "description": "no", "content": { "application/json": { "schema": { "type": "string" } } }
  } } }
}
"##;

    fn found(old: &str, new: &str, kind: Kind) -> (Vec<String>, String) {
        let old = Contract::parse("old.yaml", old).unwrap();
        let new = Contract::parse("new.json", new).unwrap();
        let (findings, summary) = compare(&old, &new, kind).unwrap();
        let place = |finding: Finding| {
            let related = &finding.related[0].place;
            format!("{} {} {}:{}", finding.rule, finding.at(), related.line, related.column)
        };
        (findings.into_iter().map(place).collect(), summary)
    }

    #[test]
    fn an_emission_is_read_as_one() {
        let (findings, summary) = found(CONTRACT, EMISSION, Kind::Auto);
        assert!(findings.is_empty(), "{findings:?}");
        assert!(summary.ends_with("new.json read as what Dropshot emits"), "{summary}");
        let (findings, _) = found(CONTRACT, EMISSION, Kind::Document);
        assert_eq!(findings.len(), 5, "{findings:?}");
        let less = EMISSION.replace("x-key", "x-other");
        assert_eq!(found(CONTRACT, &less, Kind::Auto).0.len(), 2);
    }

    #[test]
    fn two_documents_are_read_as_they_are() {
        for document in [CONTRACT, EMISSION] {
            let (findings, summary) = found(document, document, Kind::Auto);
            assert!(findings.is_empty() && summary.ends_with("read as a document"), "{summary}");
        }
        let open = CONTRACT.replace("security: [{Key: []}]\n", "");
        assert_eq!(
            found(CONTRACT, &open, Kind::Auto).0,
            ["operation-security old.yaml:3:1 5:5"],
            "an operation without security, and not an emission"
        );
        let servers = |url: &str| format!("{CONTRACT}servers: [{{url: {url}}}]\n");
        assert_eq!(
            found(&servers("https://a"), &servers("https://b"), Kind::Document).0,
            ["operation-servers old.yaml:15:1 15:1"],
            "whatever operations there are, once"
        );
        for (more, expected) in [
            (
                "callbacks: {c: {$url: {post: {responses: {}}}}}",
                "operation-callbacks old.yaml:4:1 7:30",
            ),
            ("servers: [{url: https://b}]", "operation-servers old.yaml:6:5 7:7"),
        ] {
            let new =
                CONTRACT.replace("      operationId", &format!("      {more}\n      operationId"));
            assert_eq!(found(CONTRACT, &new, Kind::Document).0, [expected]);
        }
        let links = CONTRACT.replace("yes}", "yes, links: {l: {operationId: get_a}}}");
        assert_eq!(found(CONTRACT, &links, Kind::Document).0, ["response-links old.yaml:9:9 9:35"]);
        let tags = format!("{CONTRACT}tags: [{{name: t}}]\n");
        assert_eq!(found(CONTRACT, &tags, Kind::Document).0, ["document-tags old.yaml:1:1 15:8"]);
        let other = EMISSION.replace("get_a", "get_b");
        assert_eq!(found(EMISSION, &other, Kind::Auto).0, ["operation-id old.yaml:5:5 5:5"]);
    }

    /// On one line there is nothing to underline, and drawing it once for each finding has no end.
    #[test]
    fn a_document_on_one_line_is_not_drawn() {
        let of = |text: &str, name: &str| {
            let one_line: serde_json::Value = serde_json::from_str(text).unwrap();
            let long =
                one_line.to_string().replacen("\"T\"", &format!("{:?}", "T".repeat(2000)), 1);
            Contract::parse(name, &long).unwrap()
        };
        let (old, new) =
            (of(EMISSION, "old.json"), of(&EMISSION.replace("get_a", "get_b"), "new.json"));
        let (findings, summary) = compare(&old, &new, Kind::Auto).unwrap();
        let report = findings::Report { tool: "cargo xtask diff", findings: &findings, summary };
        let directory = std::env::temp_dir().join(format!("xtask-diff-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        for document in [&old, &new] {
            std::fs::write(directory.join(document.file()), document.document().to_string())
                .unwrap();
        }
        let mut out = Vec::new();
        report.write(Format::Human, false, &Sources::new(&directory), &mut out).unwrap();
        std::fs::remove_dir_all(&directory).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.contains("old.json:1:") && !out.contains("TTTT"), "{out}");
    }

    #[test]
    fn a_parameter_that_is_there_twice_is_said_with_its_place() {
        let twice = EMISSION.replace(
            "\"parameters\": [",
            r#""parameters": [{ "in": "header", "name": "X-Key", "schema": {} }, "#,
        );
        let document = Contract::parse("new.json", &twice).unwrap();
        let error = compare(&document, &document, Kind::Auto).unwrap_err().to_string();
        assert!(error.starts_with("new.json:6:") && error.contains("there twice"), "{error}");
    }
}
