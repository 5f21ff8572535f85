//! The first page: quick start and operations.

use std::fmt::Write;

use agenthuman_contract::{Contract, ContractError};
use serde_json::Value;

use crate::operations::{method_and_path, pages, text};
use crate::product::{BASE_URL_VARIABLE, CLIENT_LIBRARY, CLIENT_PACKAGE, KEY_VARIABLE, REPOSITORY};
use crate::samples::{Language, Sample};
use crate::{error_codes, field_states, rustdoc};

/// Returns the page in Markdown.
pub(crate) fn markdown(
    contract: &Contract,
    samples: &[Sample],
    has_rustdoc: bool,
) -> Result<String, ContractError> {
    let [title, version] = ["/info/title", "/info/version"].map(|at| text(contract, at));
    let rustdoc = match has_rustdoc {
        true => format!(" · [Rust client]({}/{CLIENT_LIBRARY}/index.html)", rustdoc::FOLDER),
        false => String::new(),
    };
    let mut page = format!(
        "# {title}\n\nVersion {version} · [Reference](reference.html) · \
         [Change log](changes.html){rustdoc} · Contract as [YAML](openapi.yaml) and \
         [JSON](openapi.json) · [llms.txt](llms.txt)\n\n{}\n",
        text(contract, "/info/description")
    );
    if let Some(sample) = best_sample(samples) {
        page.push_str(&quick_start(sample));
    }
    for operation in contract.operations() {
        let (method, path) = method_and_path(&operation);
        let summary = text(contract, &format!("{operation}/summary"));
        page.push_str(&format!("## {summary}\n\n`{method} {path}`\n\n"));
        page.push_str(text(contract, &format!("{operation}/description")));
        page.push('\n');
        if let Some(pages) = pages(contract, &operation) {
            page.push_str(&format!("\n{pages}"));
        }
        if let Some(table) = field_states::markdown(contract, &operation)? {
            page.push_str(&format!("{table}\n"));
        }
        page.push_str(&responses(contract, &operation)?);
        for sample in samples.iter().filter(|sample| sample.operation == operation) {
            page.push_str(&format!("- {}: {}\n", sample.summary, sample.links()));
        }
        page.push('\n');
    }
    page.push_str(&error_codes::markdown(contract));
    page.push_str(
        "Every sample is tested against a server that implements this contract. \
         [Licences](licences.txt)\n",
    );
    Ok(page)
}

/// Returns the section with the first request, in Rust and for curl.
fn quick_start(sample: &Sample) -> String {
    let mut section = format!(
        "## Quick start\n\nAll samples read the API key from the environment variable \
         `{KEY_VARIABLE}`. Set `{BASE_URL_VARIABLE}` to use a server other than production.\n\n"
    );
    if let Some(rust) = sample.text(Language::Rust) {
        section.push_str(&format!(
            "### Rust\n\n```toml\n[dependencies]\n{CLIENT_PACKAGE} = {{ git = \"{REPOSITORY}\" }}\n\
             chrono = \"0.4\"\n\
             tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n```\n\n\
             ```rust\n{rust}```\n\n"
        ));
    }
    if let Some(curl) = sample.text(Language::Curl) {
        section.push_str(&format!("### curl\n\n```sh\n{curl}```\n\n"));
    }
    if let Some(command) = sample.text(Language::CommandLine) {
        section.push_str(&format!(
            "### Command line\n\n`cargo install --git {REPOSITORY} --features cli` installs the \
             program.\n\n```sh\n{command}```\n\n"
        ));
    }
    section
}

/// Returns the table of an operation's responses.
fn responses(contract: &Contract, operation: &str) -> Result<String, ContractError> {
    let mut table = "| status | when | headers |\n| --- | --- | --- |\n".to_owned();
    let responses = format!("{operation}/responses");
    let members = contract.get(&responses).and_then(Value::as_object);
    for status in members.into_iter().flat_map(|members| members.keys()) {
        let pointer = format!("{responses}/{status}");
        let (_, response) = contract.resolve(&pointer)?;
        let description = response["description"].as_str().unwrap_or_default();
        let description = description.split_whitespace().collect::<Vec<_>>().join(" ");
        let headers = response["headers"].as_object().into_iter().flat_map(|all| all.keys());
        let headers: Vec<_> = headers.map(|name| format!("`{name}`")).collect();
        // Writing to a `String` cannot fail.
        let _ = writeln!(table, "| {status} | {description} | {} |", headers.join(" "));
    }
    table.push('\n');
    Ok(table)
}

/// Returns the first sample that both sets and clears a field; else the first one.
fn best_sample(samples: &[Sample]) -> Option<&Sample> {
    let sets_and_clears = |sample: &&Sample| {
        let fields = sample.body.as_ref().and_then(Value::as_object);
        let mut values = fields.into_iter().flat_map(|fields| fields.values());
        let has_null = values.clone().any(Value::is_null);
        has_null && values.any(|value| !value.is_null())
    };
    samples.iter().find(sets_and_clears).or(samples.first())
}
