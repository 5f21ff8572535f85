//! The first page, and its twin for language models.

use std::fmt::Write;

use serde_json::Value;

use super::samples::{Sample, method_and_path, operations};
use super::states;
use agenthuman_contract::{Contract, ContractError};

/// Where the client comes from.
const DEPENDENCIES: &str = "\
[dependencies]
agenthuman-links = { git = \"https://github.com/agenthuman/agenthuman-links\" }
chrono = \"0.4\"
tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }";

/// The page, in Markdown.
pub fn markdown(
    contract: &Contract,
    samples: &[Sample],
    has_rustdoc: bool,
) -> Result<String, ContractError> {
    let [title, version] = ["/info/title", "/info/version"].map(|at| text(contract, at));
    let rustdoc =
        if has_rustdoc { " · [Rust client](rust/agenthuman_links/index.html)" } else { "" };
    let mut page = format!(
        "# {title}\n\nVersion {version} · [Reference](reference.html) · [Change log](changes.html){rustdoc} · \
         contract as [YAML](openapi.yaml) and [JSON](openapi.json) · [llms.txt](llms.txt)\n\n{}\n",
        text(contract, "/info/description")
    );
    if let Some(sample) = first(samples) {
        page.push_str("## Quick start\n\n");
        page.push_str("Both read `AGENTHUMAN_API_KEY`, and `AGENTHUMAN_BASE_URL` where it is not production.\n\n");
        if let Some(rust) = &sample.rust {
            page.push_str(&format!(
                "### Rust\n\n```toml\n{DEPENDENCIES}\n```\n\n```rust\n{rust}```\n\n"
            ));
        }
        page.push_str(&format!("### curl\n\n```sh\n{}```\n\n", sample.curl));
    }
    for operation in operations(contract) {
        let (method, path) = method_and_path(&operation);
        let summary = text(contract, &format!("{operation}/summary"));
        page.push_str(&format!("## {summary}\n\n`{method} {path}`\n\n"));
        page.push_str(text(contract, &format!("{operation}/description")));
        page.push('\n');
        if let Some(table) = states::table(contract, &operation)? {
            page.push_str(&format!("{}\n\n{table}\n", states::INTRODUCTION));
        }
        page.push_str(&answers(contract, &operation)?);
        for sample in samples.iter().filter(|sample| sample.operation == operation) {
            let Sample { name, summary, rust, .. } = sample;
            let rust =
                if rust.is_some() { format!(", [Rust](samples/{name}.rs)") } else { String::new() };
            page.push_str(&format!("- {summary}: [curl](samples/{name}.sh){rust}\n"));
        }
    }
    page.push_str(
        "\nThe samples are run against a server of this contract before they are shown. ",
    );
    page.push_str("[Licences](licences.txt)\n");
    Ok(page)
}

/// As <https://llmstxt.org> has it: what it is, and where the rest is, in few words.
pub fn for_models(contract: &Contract, samples: &[Sample]) -> Result<String, ContractError> {
    let [title, version] = ["/info/title", "/info/version"].map(|at| text(contract, at));
    let mut page = format!(
        "# {title}\n\n> Version {version}. {}\n\n{}\n",
        contract.get("/tags/0/description").and_then(Value::as_str).unwrap_or_default(),
        text(contract, "/info/description")
    );
    for operation in operations(contract) {
        let (method, path) = method_and_path(&operation);
        let summary = text(contract, &format!("{operation}/summary"));
        page.push_str(&format!("{summary}: `{method} {path}`\n\n"));
        if let Some(table) = states::table(contract, &operation)? {
            page.push_str(&format!("{}\n\n{table}\n", states::INTRODUCTION));
        }
    }
    page.push_str(
        "## Docs\n\n- [Contract](openapi.yaml): OpenAPI 3.0, everything that is decided\n\
         - [Contract as JSON](openapi.json)\n- [Change log](changes.html): whom each release breaks\n\n## Samples\n\n",
    );
    for Sample { name, summary, rust, .. } in samples {
        page.push_str(&format!("- [{summary}, curl](samples/{name}.sh)\n"));
        if rust.is_some() {
            page.push_str(&format!("- [{summary}, Rust](samples/{name}.rs)\n"));
        }
    }
    Ok(page)
}

/// What a request may be answered with.
fn answers(contract: &Contract, operation: &str) -> Result<String, ContractError> {
    let mut table = "| status | when | headers |\n| --- | --- | --- |\n".to_owned();
    let responses = format!("{operation}/responses");
    for status in
        contract.get(&responses).and_then(Value::as_object).into_iter().flat_map(|all| all.keys())
    {
        let at = format!("{responses}/{status}");
        let (_, response) = contract.resolve(&at)?;
        let description = response["description"].as_str().unwrap_or_default();
        let description = description.split_whitespace().collect::<Vec<_>>().join(" ");
        let headers = response["headers"].as_object().into_iter().flat_map(|all| all.keys());
        let headers: Vec<_> = headers.map(|name| format!("`{name}`")).collect();
        // writing to a text cannot fail
        let _ = writeln!(table, "| {status} | {description} | {} |", headers.join(" "));
    }
    table.push('\n');
    Ok(table)
}

/// The sample that shows most: a value, and a field that is cleared.
fn first(samples: &[Sample]) -> Option<&Sample> {
    let shows_both = |sample: &&Sample| {
        let fields = sample.body.as_ref().and_then(Value::as_object);
        let mut values = fields.into_iter().flat_map(|fields| fields.values());
        let has_null = values.clone().any(Value::is_null);
        has_null && values.any(|value| !value.is_null())
    };
    samples.iter().find(shows_both).or(samples.first())
}

fn text<'a>(contract: &'a Contract, pointer: &str) -> &'a str {
    contract.get(pointer).and_then(Value::as_str).unwrap_or_default()
}
