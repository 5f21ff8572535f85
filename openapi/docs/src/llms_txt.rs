//! `llms.txt`: everything that is needed to write a correct request, on one page for language models, in
//! the format of <https://llmstxt.org>.

use agenthuman_contract::{Contract, ContractError, child};
use serde_json::Value;

use crate::fields::{self, markdown, parameters};
use crate::operations::{method_and_path, pages, text};
use crate::page::Page;
use crate::product::KEY_VARIABLE;
use crate::samples::{Language, Sample};
use crate::{error_codes, field_states};

/// Returns the file. `listed` are the pages that it lists.
pub(crate) fn page(
    contract: &Contract,
    samples: &[Sample],
    listed: &[Page],
) -> Result<String, ContractError> {
    let [title, version, base_url, header] = [
        "/info/title",
        "/info/version",
        "/servers/0/url",
        "/components/securitySchemes/ApiKey/name",
    ]
    .map(|at| text(contract, at));
    let mut page = format!(
        "# {title}\n\n> Version {version}. {}\n\n{}\n\
         **Base URL.** `{base_url}`\n\n\
         **Authentication.** Each request has the header `{header}` with an API key, which the samples \
         read from the environment variable `{KEY_VARIABLE}`. A body is JSON with the header \
         `content-type: application/json`.\n\n",
        text(contract, "/tags/0/description"),
        text(contract, "/info/description")
    );
    for operation in contract.operations() {
        let (method, path) = method_and_path(&operation);
        let [summary, description] =
            ["summary", "description"].map(|key| text(contract, &format!("{operation}/{key}")));
        page.push_str(&format!("## {summary}\n\n`{method} {path}`\n\n{description}\n\n"));
        page.push_str(&pages(contract, &operation).unwrap_or_default());
        let mut inputs = Vec::new();
        for location in ["path", "query", "header"] {
            inputs.extend(parameters(contract, &operation, location)?);
        }
        if !inputs.is_empty() {
            page.push_str(&format!("Parameters:\n\n{}\n", markdown(&inputs, 0)));
        }
        let body = format!("{operation}/requestBody/content/application~1json/schema");
        if contract.get(&body).is_some() {
            let body = fields::properties(contract, &body, &[])?;
            page.push_str(&format!("Body:\n\n{}\n", markdown(&body, 0)));
        }
        if let Some(table) = field_states::markdown(contract, &operation)? {
            page.push_str(&format!("{table}\n"));
        }
        page.push_str(&response_fields(contract, &operation)?);
        let mut own = samples.iter().filter(|sample| sample.operation == operation);
        if let Some(sample) = own.find(|sample| sample.text(Language::Curl).is_some()) {
            let curl = sample.text(Language::Curl).unwrap_or_default();
            page.push_str(&format!("{}:\n\n```sh\n{curl}```\n\n", sample.summary));
            if let Some((status, body)) = &sample.response {
                page.push_str(&format!("Response {status}:\n\n```json\n{body:#}\n```\n\n"));
            }
        }
    }
    page.push_str(&error_codes::markdown(contract));
    page.push_str("## Docs\n\n");
    for Page { path, title, description, .. } in listed {
        page.push_str(&format!("- [{title}]({path}.md): {description}\n"));
    }
    page.push_str(
        "- [Contract](openapi.yaml): OpenAPI 3.0, the complete specification\n\
         - [Contract as JSON](openapi.json)\n",
    );
    Ok(page)
}

/// Returns the list of the fields of a success.
fn response_fields(contract: &Contract, operation: &str) -> Result<String, ContractError> {
    let responses = format!("{operation}/responses");
    let statuses = contract.get(&responses).and_then(Value::as_object);
    let success = statuses.into_iter().flat_map(|all| all.keys()).find(|one| one.starts_with('2'));
    let Some(status) = success else { return Ok(String::new()) };
    let unresolved = child(&responses, status);
    let (response, _) = contract.resolve(&unresolved)?;
    let schema = format!("{response}/content/application~1json/schema");
    if contract.get(&schema).is_none() {
        return Ok(String::new());
    }
    let fields = fields::properties(contract, &schema, &[])?;
    Ok(format!("Fields of the response {status}:\n\n{}\n", markdown(&fields, 0)))
}
