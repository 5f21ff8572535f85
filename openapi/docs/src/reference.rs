//! The reference: a list of all operations, and a page for each.
//!
//! The pages are complete without a script. Five renderers that build the page in the browser (Scalar,
//! Redoc, Swagger UI, RapiDoc, Elements) were rejected: each loads a script of megabytes before it shows
//! the first word, and none shows the three states of a field.

use agenthuman_contract::{Contract, ContractError, child};
use serde_json::Value;

use crate::case::Case;
use crate::fields::{self, one_line};
use crate::operations::{method_and_path, pages, text};
use crate::page::{Block, Page};
use crate::samples::Sample;
use crate::{field_states, try_it};

/// Path of a JSON body's schema, relative to its operation.
const BODY: &str = "/requestBody/content/application~1json/schema";

/// Returns the path of the page of an operation, without an extension.
pub(crate) fn path(contract: &Contract, operation: &str) -> String {
    format!("reference/{}", contract.operation_id(operation))
}

/// Returns the list of all operations in Markdown.
pub(crate) fn operations(contract: &Contract) -> String {
    let mut list = "| operation | request |\n| --- | --- |\n".to_owned();
    for operation in contract.operations() {
        let (method, request) = method_and_path(&operation);
        let summary = text(contract, &format!("{operation}/summary"));
        let path = path(contract, &operation);
        list.push_str(&format!(
            "| [{}]({path}.html) | `{method} {request}` |\n",
            one_line(summary).replace('|', "\\|")
        ));
    }
    list.push('\n');
    list
}

/// Returns the page with the list of operations.
pub(crate) fn index(contract: &Contract) -> Page {
    let [title, base_url] = ["/info/title", "/servers/0/url"].map(|at| text(contract, at));
    let header = text(contract, "/components/securitySchemes/ApiKey/name");
    let key = one_line(text(contract, "/components/securitySchemes/ApiKey/description"));
    let text = format!(
        "# Reference\n\nAll requests go to `{base_url}` with the API key in the header `{header}`. \
         {key}\n\n{}\
         The reference is generated from the contract, which you can read as \
         [YAML](openapi.yaml) and [JSON](openapi.json).\n",
        operations(contract)
    );
    let description = format!("All operations of the {title}");
    Page::of_markdown("reference", "Reference", &description, text)
}

/// Returns the page of an operation.
pub(crate) fn page(
    contract: &Contract,
    samples: &[Sample],
    operation: &str,
) -> Result<Page, ContractError> {
    let (method, path) = method_and_path(operation);
    let summary = text(contract, &format!("{operation}/summary"));
    let description = text(contract, &format!("{operation}/description"));
    let mut main = vec![Block::Markdown(format!(
        "# {summary}\n\n`{method} {path}`\n\n{description}\n\n{}",
        pages(contract, operation).unwrap_or_default()
    ))];
    let mut section = |title: &str, prefix: &str, fields: Vec<fields::Field>| {
        if !fields.is_empty() {
            main.push(Block::Markdown(format!("## {title}\n\n")));
            main.push(Block::Fields { prefix: prefix.to_owned(), fields });
        }
    };
    for (location, title) in
        [("path", "Path parameters"), ("query", "Query parameters"), ("header", "Headers")]
    {
        section(title, location, fields::parameters(contract, operation, location)?);
    }
    let body = format!("{operation}{BODY}");
    if contract.get(&body).is_some() {
        let about = text(contract, &format!("{operation}/requestBody/description"));
        let fields = fields::properties(contract, &body, &[])?;
        section(&format!("Body\n\n{about}"), "body", fields);
        if let Some(table) = field_states::markdown(contract, operation)? {
            main.push(Block::Markdown(format!("### States of the fields\n\n{table}")));
        }
    }
    main.push(Block::Markdown("## Responses\n".to_owned()));
    main.extend(responses(contract, operation)?);
    main.push(Block::Form(try_it::html(contract, operation)?));
    let own = samples.iter().filter(|sample| sample.operation == operation);
    let cases: Vec<_> = own.map(Case::new).collect();
    let first = description.split(". ").next().unwrap_or_default();
    Ok(Page {
        path: self::path(contract, operation),
        title: summary.to_owned(),
        description: format!("{method} {path}: {}", one_line(first).trim_end_matches('.')),
        main,
        aside: vec![
            Block::Markdown(
                "## Samples\n\nThe samples read the API key [from the environment](guides/keys.html).\n"
                    .to_owned(),
            ),
            Block::Samples(cases),
        ],
    })
}

/// Returns the responses of an operation, of which the first one is open.
fn responses(contract: &Contract, operation: &str) -> Result<Vec<Block>, ContractError> {
    let responses = format!("{operation}/responses");
    let members = contract.get(&responses).and_then(Value::as_object);
    let mut blocks = Vec::new();
    for status in members.into_iter().flat_map(|members| members.keys()) {
        let unresolved = child(&responses, status);
        let (pointer, response) = contract.resolve(&unresolved)?;
        let description = response["description"].as_str().unwrap_or_default();
        let mut inner = vec![Block::Markdown(description.to_owned())];
        let json = format!("{pointer}/content/application~1json");
        let examples = contract.get(&format!("{json}/examples")).and_then(Value::as_object);
        let examples: Vec<_> = examples.into_iter().flat_map(|all| all.values()).collect();
        let examples = own_examples(contract, operation, examples)?;
        let values: Vec<_> = examples.iter().map(|example| &example["value"]).collect();
        let schema = format!("{json}/schema");
        if contract.get(&schema).is_some() {
            let prefix = format!("response-{status}");
            let fields = fields::properties(contract, &schema, &values)?;
            inner.push(Block::Markdown("**Body**\n".to_owned()));
            inner.push(Block::Fields { prefix, fields });
        }
        // The samples show the examples of a success.
        if !status.starts_with('2') {
            for example in &examples {
                let summary = example["summary"].as_str().unwrap_or_default();
                let value = &example["value"];
                inner.push(Block::Markdown(format!("{summary}:\n\n```json\n{value:#}\n```\n")));
            }
        }
        let headers = fields::headers(contract, &pointer)?;
        if !headers.is_empty() {
            inner.push(Block::Markdown("**Headers**\n".to_owned()));
            inner.push(Block::Fields { prefix: format!("header-{status}"), fields: headers });
        }
        let summary = format!("{status} {}", reason(status));
        let id = format!("response-{status}");
        blocks.push(Block::Details { id, summary: summary.trim_end().to_owned(), blocks: inner });
    }
    Ok(blocks)
}

/// Returns the examples of a response that fit this operation. Operations share responses, and so the
/// examples of errors in fields of other operations.
fn own_examples<'a>(
    contract: &Contract,
    operation: &str,
    examples: Vec<&'a Value>,
) -> Result<Vec<&'a Value>, ContractError> {
    let own = input_names(contract, operation)?;
    let mut others = Vec::new();
    for other in contract.operations() {
        others.extend(input_names(contract, &other)?);
    }
    let has_body = contract.get(&format!("{operation}/requestBody")).is_some();
    let field = |example: &Value| {
        example.pointer("/value/error/details/field").and_then(Value::as_str).map(str::to_owned)
    };
    let is_foreign = |example: &&Value| {
        field(example)
            .is_some_and(|field| !own.contains(&field) && (!has_body || others.contains(&field)))
    };
    // An operation without a body has none of the errors of bodies.
    if !has_body && examples.iter().any(is_foreign) {
        return Ok(Vec::new());
    }
    Ok(examples.into_iter().filter(|example| !is_foreign(example)).collect())
}

/// Returns the names of the parameters and of the fields of the body.
fn input_names(contract: &Contract, operation: &str) -> Result<Vec<String>, ContractError> {
    let mut inputs = Vec::new();
    for location in ["path", "query", "header"] {
        inputs.extend(fields::parameters(contract, operation, location)?);
    }
    let body = format!("{operation}{BODY}");
    if contract.get(&body).is_some() {
        inputs.extend(fields::properties(contract, &body, &[])?);
    }
    Ok(inputs.into_iter().map(|input| input.name).collect())
}

/// Returns the reason phrase of a status (RFC 9110 §15); empty if it is not a usual one.
fn reason(status: &str) -> &'static str {
    match status {
        "200" => "OK",
        "201" => "Created",
        "202" => "Accepted",
        "204" => "No Content",
        "400" => "Bad Request",
        "401" => "Unauthorized",
        "403" => "Forbidden",
        "404" => "Not Found",
        "405" => "Method Not Allowed",
        "409" => "Conflict",
        "413" => "Content Too Large",
        "415" => "Unsupported Media Type",
        "422" => "Unprocessable Content",
        "429" => "Too Many Requests",
        "500" => "Internal Server Error",
        "503" => "Service Unavailable",
        _ => "",
    }
}
