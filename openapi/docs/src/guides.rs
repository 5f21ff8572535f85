//! The guides: Markdown files in `openapi/docs/guides`, in the order of their names.
//!
//! A guide begins with its title as a heading and a paragraph that summarizes it. `{{name}}` is replaced by
//! a part that is generated from the contract; see [`Guides::part`]. An unknown name is an error, so that a
//! guide cannot refer to something that does not exist any more.

use std::error::Error;
use std::fs;
use std::path::Path;

use agenthuman_contract::{Contract, child};
use serde_json::Value;

use crate::fields::{self, one_line};
use crate::operations::{method_and_path, pages, text};
use crate::page::Page;
use crate::product::{
    BASE_URL_VARIABLE, CLIENT_LIBRARY, CLIENT_PACKAGE, KEY_VARIABLE, REPOSITORY, SERVER_PACKAGE,
};
use crate::samples::{Language, Sample};
use crate::site::Host;
use crate::{error_codes, field_states, reference};

/// The folder of the guides, relative to the repository.
const FOLDER: &str = "openapi/docs/guides";

/// The media type of the bodies that the guides show.
const JSON: &str = "content/application~1json";

/// The sources of the generated parts.
pub(crate) struct Guides<'a> {
    pub contract: &'a Contract,
    pub samples: &'a [Sample],
    pub host: Host,
    /// The repository.
    pub root: &'a Path,
}

impl Guides<'_> {
    /// Returns the pages of all guides.
    pub(crate) fn pages(&self) -> Result<Vec<Page>, Box<dyn Error>> {
        let folder = self.root.join(FOLDER);
        let failed = |error| format!("failed to read {FOLDER}: {error}");
        let mut names = Vec::new();
        for entry in fs::read_dir(&folder).map_err(failed)? {
            names.push(entry.map_err(failed)?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        let guides = names.iter().filter(|name| name.ends_with(".md"));
        guides.map(|name| self.page(&folder, name)).collect()
    }

    fn page(&self, folder: &Path, name: &str) -> Result<Page, Box<dyn Error>> {
        let file = format!("{FOLDER}/{name}");
        let text = fs::read_to_string(folder.join(name))
            .map_err(|error| format!("failed to read {file}: {error}"))?;
        let at = |error: Box<dyn Error>| format!("{file}: {error}");
        let text = self.filled_in(&text).map_err(at)?;
        let mut paragraphs = text.split("\n\n");
        let title = paragraphs.next().and_then(|line| line.trim().strip_prefix("# "));
        let title = title.ok_or_else(|| format!("{file}: missing title"))?.to_owned();
        let description = one_line(paragraphs.next().unwrap_or_default()).replace('`', "");
        // The number in front of the name is only for the order.
        let name = name.trim_end_matches(".md");
        let name = name.trim_start_matches(|one: char| one.is_ascii_digit() || one == '-');
        Ok(Page::of_markdown(&format!("guides/{name}"), &title, &description, text))
    }

    fn filled_in(&self, text: &str) -> Result<String, Box<dyn Error>> {
        let mut filled_in = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (name, after) = after.split_once("}}").ok_or("missing `}}`")?;
            filled_in.push_str(before);
            filled_in.push_str(self.part(name)?.trim_end());
            rest = after;
        }
        Ok(filled_in + rest)
    }

    /// Returns a generated part.
    fn part(&self, name: &str) -> Result<String, Box<dyn Error>> {
        let of_contract = |pointer: &str| text(self.contract, pointer).to_owned();
        let (name, argument) = name.split_once(' ').unwrap_or((name, ""));
        Ok(match name {
            "base-url" => of_contract("/servers/0/url"),
            // A script replaces `BASE_URL` with the address of the page.
            "shown-base-url" => match self.host {
                Host::Static => of_contract("/servers/0/url"),
                Host::ApiServer => "BASE_URL".to_owned(),
            },
            "key-header" => of_contract("/components/securitySchemes/ApiKey/name"),
            "version" => of_contract("/info/version"),
            "key-variable" => KEY_VARIABLE.to_owned(),
            "base-url-variable" => BASE_URL_VARIABLE.to_owned(),
            "client-package" => CLIENT_PACKAGE.to_owned(),
            "client-library" => CLIENT_LIBRARY.to_owned(),
            "server-package" => SERVER_PACKAGE.to_owned(),
            "repository" => REPOSITORY.to_owned(),
            "rust-version" => self.rust_version()?,
            "file" => self.file(argument)?,
            "examples" => self.examples_of_status(argument)?,
            "error-codes" => error_codes::table(self.contract),
            "error-statuses" => self.error_statuses()?,
            "error-examples" => self.error_examples()?,
            "rate-limit-headers" => self.rate_limit_headers()?,
            "states" => self.states()?,
            "pages" => self.each_operation(|operation| pages(self.contract, operation)),
            "repeatable" => self.repeatable(),
            "commands" => self.commands(),
            "sample" => self.sample(argument)?,
            _ => return Err(format!("unknown name `{{{{{name}}}}}`").into()),
        })
    }

    /// Returns the `rust-version` of the workspace.
    fn rust_version(&self) -> Result<String, Box<dyn Error>> {
        let manifest = fs::read_to_string(self.root.join("Cargo.toml"))?;
        let version = manifest.lines().find_map(|line| line.strip_prefix("rust-version = \""));
        let version = version.and_then(|rest| rest.strip_suffix('"'));
        Ok(version.ok_or("Cargo.toml has no rust-version")?.to_owned())
    }

    fn file(&self, path: &str) -> Result<String, Box<dyn Error>> {
        let text = fs::read_to_string(self.root.join(path))
            .map_err(|error| format!("failed to read {path}: {error}"))?;
        let language = path.rsplit('.').next().unwrap_or_default();
        Ok(format!("```{language}\n{text}```\n"))
    }

    /// Returns the examples of the first response with this status. The name of a component has no meaning
    /// for a guide.
    fn examples_of_status(&self, status: &str) -> Result<String, Box<dyn Error>> {
        let response = self.contract.operations().into_iter().find_map(|operation| {
            let response = child(&format!("{operation}/responses"), status);
            Some(self.contract.resolve(&response).ok()?.0.into_owned())
        });
        let response = response.ok_or_else(|| format!("no response with the status `{status}`"))?;
        self.examples(&response)
    }

    /// Returns the examples of a response.
    fn examples(&self, response: &str) -> Result<String, Box<dyn Error>> {
        let examples = self.contract.get(&format!("{response}/{JSON}/examples"));
        let examples = examples.and_then(Value::as_object);
        let examples = examples.ok_or_else(|| format!("no examples of the response {response}"))?;
        let examples = examples.values().map(|example| {
            let summary = example["summary"].as_str().unwrap_or_default();
            format!("{summary}:\n\n```json\n{:#}\n```\n\n", example["value"])
        });
        Ok(examples.collect())
    }

    /// Returns the statuses of all errors with the name of the response, the lowest first.
    fn errors(&self) -> Vec<(String, String)> {
        let mut errors = Vec::new();
        for operation in self.contract.operations() {
            let responses = self.contract.get(&format!("{operation}/responses"));
            for (status, response) in responses.and_then(Value::as_object).into_iter().flatten() {
                let reference = response["$ref"].as_str().unwrap_or_default();
                let name = reference.rsplit('/').next().unwrap_or_default();
                let error = (status.clone(), name.to_owned());
                if !status.starts_with('2') && !name.is_empty() && !errors.contains(&error) {
                    errors.push(error);
                }
            }
        }
        errors.sort();
        errors
    }

    fn error_statuses(&self) -> Result<String, Box<dyn Error>> {
        let mut rows = String::new();
        for (status, name) in self.errors() {
            let response = format!("/components/responses/{name}");
            let schema = format!("{response}/{JSON}/schema");
            let examples = self.contract.get(&format!("{response}/{JSON}/examples"));
            let examples = examples.and_then(Value::as_object).into_iter().flatten();
            let values: Vec<_> = examples.map(|(_, example)| &example["value"]).collect();
            let fields = fields::properties(self.contract, &schema, &values)?;
            let kind = fields.iter().find(|field| field.name == "error").map(|field| &*field.kind);
            let kind = match kind.unwrap_or("string") {
                "string" => "a string",
                "object" => "an object",
                other => other,
            };
            let when = one_line(text(self.contract, &format!("{response}/description")));
            rows.push_str(&format!("| {status} | {kind} | {when} |\n"));
        }
        Ok(rows)
    }

    fn error_examples(&self) -> Result<String, Box<dyn Error>> {
        let mut examples = String::new();
        for (status, name) in self.errors() {
            examples.push_str(&format!(
                "### {status}\n\n{}",
                self.examples(&format!("/components/responses/{name}"))?
            ));
        }
        Ok(examples)
    }

    /// Returns the headers of the first response 429.
    fn rate_limit_headers(&self) -> Result<String, Box<dyn Error>> {
        for operation in self.contract.operations() {
            let unresolved = child(&format!("{operation}/responses"), "429");
            if self.contract.get(&unresolved).is_some() {
                let (response, _) = self.contract.resolve(&unresolved)?;
                let headers = fields::headers(self.contract, &response)?;
                let rows = headers.iter().map(|header| {
                    format!("| `{}` | {} |\n", header.name, one_line(&header.description))
                });
                let rows: String = rows.collect();
                return Ok(format!("| header | value |\n| --- | --- |\n{rows}"));
            }
        }
        Err("no operation has the response 429".into())
    }

    /// Returns the table of field states of each operation that has one.
    fn states(&self) -> Result<String, Box<dyn Error>> {
        let mut tables = String::new();
        for operation in self.contract.operations() {
            if let Some(table) = field_states::markdown(self.contract, &operation)? {
                let summary = text(self.contract, &format!("{operation}/summary"));
                let rules = field_states::rules(self.contract, &operation)?;
                tables.push_str(&format!(
                    "## {summary}\n\n{table}\nThese rules reject or accept values:\n\n{rules}\n"
                ));
            }
        }
        Ok(tables)
    }

    fn each_operation(&self, part: impl Fn(&str) -> Option<String>) -> String {
        let operations = self.contract.operations();
        let parts = operations.iter().filter_map(|operation| {
            let summary = text(self.contract, &format!("{operation}/summary"));
            let path = reference::path(self.contract, operation);
            Some(format!("[{summary}]({path}.html): {}", part(operation)?))
        });
        parts.collect()
    }

    /// Returns for each operation whether a request can be repeated (RFC 9110 §9.2.2).
    fn repeatable(&self) -> String {
        let mut table = "| operation | safe to repeat |\n| --- | --- |\n".to_owned();
        for operation in self.contract.operations() {
            let (method, path) = method_and_path(&operation);
            let answer = match method.as_str() {
                "GET" | "HEAD" => "yes: it changes nothing",
                "PUT" => "yes: the same request again has the same result",
                "DELETE" => {
                    "yes; the status 404 can then mean that an earlier attempt has succeeded"
                }
                _ => "no: each request that takes effect does so again",
            };
            table.push_str(&format!("| `{method} {path}` | {answer} |\n"));
        }
        table
    }

    /// Returns the first command of each operation.
    fn commands(&self) -> String {
        let mut commands = String::new();
        for operation in self.contract.operations() {
            let mut samples = self.samples.iter().filter(|sample| sample.operation == operation);
            if let Some(command) = samples.find_map(|sample| sample.text(Language::CommandLine)) {
                commands.push_str(command);
            }
        }
        format!("```sh\n{commands}```\n")
    }

    /// Returns a sample; the argument is its name and its language.
    fn sample(&self, argument: &str) -> Result<String, Box<dyn Error>> {
        let (name, language) = argument.split_once(' ').unwrap_or((argument, ""));
        let sample = self.samples.iter().find(|sample| sample.name == name);
        let texts = sample.into_iter().flat_map(|sample| &sample.texts);
        let text = texts.into_iter().find(|text| text.language.name() == language);
        let text = text.ok_or_else(|| format!("no sample `{argument}`"))?;
        // Tests compile the programs of the guides.
        let attribute = if text.language == Language::Rust { ",no_run" } else { "" };
        Ok(format!("```{}{attribute}\n{}```\n", text.language.syntax(), text.text))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn unknown_name_in_guide_is_an_error() {
        let contract = Contract::parse("c", "openapi: 3.0.3\ninfo: {version: 1.2.3}").unwrap();
        let (host, root) = (Host::Static, Path::new("."));
        let guides = Guides { contract: &contract, samples: &[], host, root };
        assert_eq!(guides.filled_in("a {{version}} b").unwrap(), "a 1.2.3 b");
        let error = guides.filled_in("{{no-such-part}}").unwrap_err().to_string();
        assert_eq!(error, "unknown name `{{no-such-part}}`");
        let error = guides.filled_in("{{sample no_such curl}}").unwrap_err().to_string();
        assert_eq!(error, "no sample `no_such curl`");
        assert!(guides.filled_in("{{version").is_err());
    }
}
