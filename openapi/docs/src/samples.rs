//! The samples: each example of a request in the contract, as a `curl` command, as a Rust program and as a
//! command line.
//!
//! The server's tests (`server/tests/integration/samples.rs`) compile and run exactly the bytes that the
//! server shows: the base URL and the key come from the environment, and the programs are complete. The
//! samples of a static site differ from them only in the base URL.
//!
//! An operation has a sample for each example of its body. An operation without a body has a sample with
//! its required parameters, another one with the optional parameters that have an `example`, and, if it
//! returns page by page, one that reads all pages.

mod request;

use agenthuman_contract::{Contract, ContractError, child};
use heck::ToSnakeCase;
use serde_json::Value;

use self::request::Request;
use crate::operations::{pagination, text};
use crate::site::Host;

/// A request, in every language.
#[derive(Debug)]
pub(crate) struct Sample {
    /// Name of its files: the operation, and the example if there are several.
    pub name: String,
    /// Pointer of the operation.
    pub operation: String,
    /// Description, from the example.
    pub summary: String,
    /// The name, the location and the value of each parameter.
    pub parameters: Vec<(String, String, String)>,
    pub body: Option<Value>,
    /// A response to this request, from the examples of the contract.
    pub response: Option<(String, Value)>,
    /// One text for each language that can express the request.
    pub texts: Vec<SampleText>,
}

/// A sample in one language.
#[derive(Debug)]
pub(crate) struct SampleText {
    pub language: Language,
    pub text: String,
}

/// The language of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Curl,
    Rust,
    CommandLine,
}

impl Language {
    /// The name that the pages show.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Language::Curl => "curl",
            Language::Rust => "Rust",
            Language::CommandLine => "command line",
        }
    }

    /// The language for highlighting.
    pub(crate) fn syntax(self) -> &'static str {
        match self {
            Language::Curl | Language::CommandLine => "shell",
            Language::Rust => "rust",
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Language::Curl => "sh",
            Language::Rust => "rs",
            Language::CommandLine => "cli.sh",
        }
    }
}

impl Sample {
    /// Returns the text in a language.
    pub(crate) fn text(&self, language: Language) -> Option<&str> {
        let text = self.texts.iter().find(|text| text.language == language);
        text.map(|text| text.text.as_str())
    }

    /// Returns the path of a text in the site.
    pub(crate) fn file(&self, language: Language) -> String {
        format!("samples/{}.{}", self.name, language.extension())
    }
}

/// Returns all samples, in the order of the contract.
///
/// On an API server the base URL is always that of the environment, so that a key of that server is never
/// sent to production.
pub(crate) fn samples(contract: &Contract, host: Host) -> Result<Vec<Sample>, ContractError> {
    let mut samples = Vec::new();
    for operation in contract.operations() {
        let Some(value) = contract.get(&operation) else { continue };
        let id = text(contract, &format!("{operation}/operationId")).to_snake_case();
        let request = Request::read(contract, &operation, host)?;
        let examples = value.pointer("/requestBody/content/application~1json/examples");
        if let Some(examples) = examples.and_then(Value::as_object) {
            for (name, example) in examples {
                let response = response(contract, &operation, |known, _| known == name)?;
                let name = format!("{id}_{}", name.to_snake_case());
                let summary = example["summary"].as_str().unwrap_or_default().to_owned();
                let sample = request.sample(name, summary, Some(&example["value"]))?;
                samples.push(Sample { response, ..sample });
            }
            continue;
        }
        let summary = value["summary"].as_str().unwrap_or_default().to_owned();
        // A response has the cursor of a next page only if the request bounds its page.
        let pagination = pagination(contract, &operation);
        let has_next =
            |value: &Value| pagination.as_ref().is_some_and(|pages| !value[pages.next].is_null());
        let plain = request.without_options().sample(id.clone(), summary.clone(), None)?;
        let example = response(contract, &operation, |_, value| !has_next(value))?;
        samples.push(Sample { response: example, ..plain });
        let options = request.inputs.iter().filter(|input| !input.required);
        let names: Vec<_> = options.map(|input| format!("`{}`", input.name)).collect();
        if !names.is_empty() {
            let summary = format!("{summary}, with {}", names.join(" and "));
            let sample = request.sample(format!("{id}_with_parameters"), summary, None)?;
            let example =
                response(contract, &operation, |_, value| pagination.is_none() || has_next(value))?;
            samples.push(Sample { response: example, ..sample });
        }
        if pagination.is_some() {
            let request = request.without_options();
            samples.push(request.all_pages(format!("{id}_all"), format!("{summary}, all pages"))?);
        }
    }
    Ok(samples)
}

/// Returns the status and the body of the first example of a success that is accepted.
fn response(
    contract: &Contract,
    operation: &str,
    is_accepted: impl Fn(&str, &Value) -> bool,
) -> Result<Option<(String, Value)>, ContractError> {
    let responses = format!("{operation}/responses");
    let statuses = contract.get(&responses).and_then(Value::as_object);
    let success = statuses.into_iter().flat_map(|all| all.keys()).find(|one| one.starts_with('2'));
    let Some(status) = success else { return Ok(None) };
    let pointer = child(&responses, status);
    let (_, value) = contract.resolve(&pointer)?;
    let examples = value.pointer("/content/application~1json/examples").and_then(Value::as_object);
    let mut examples = examples.into_iter().flatten();
    let example = examples.find(|(name, example)| is_accepted(name, &example["value"]));
    Ok(example.map(|(_, example)| (status.clone(), example["value"].clone())))
}
