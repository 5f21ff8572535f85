//! The request of an operation, and its text in each language.

use agenthuman_contract::{Contract, ContractError, child, required};
use heck::{ToSnakeCase, ToUpperCamelCase};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{Language, Sample, SampleText};
use crate::operations::{method_and_path, text};
use crate::product::{BASE_URL_VARIABLE, BINARY, CLIENT_LIBRARY, KEY_VARIABLE};
use crate::schema;
use crate::site::Host;

/// The path of a JSON body's schema, relative to its operation.
const BODY: &str = "/requestBody/content/application~1json/schema";

/// The characters that are encoded in a URL: all but the unreserved ones of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The common parts of all requests of an operation.
#[derive(Clone)]
pub(super) struct Request<'a> {
    host: Host,
    contract: &'a Contract,
    operation: &'a str,
    method: String,
    path: String,
    /// The parameters that have a value.
    pub(super) inputs: Vec<Input>,
}

/// A parameter, or a field of the body.
#[derive(Clone)]
pub(super) struct Input {
    pub(super) name: String,
    /// The `in` of a parameter; `None` for a field of the body.
    location: Option<String>,
    /// The pointer of the schema.
    schema: String,
    pub(super) required: bool,
    value: Value,
}

impl<'a> Request<'a> {
    pub(super) fn read(
        contract: &'a Contract,
        operation: &'a str,
        host: Host,
    ) -> Result<Self, ContractError> {
        let (method, path) = method_and_path(operation);
        let mut inputs = Vec::new();
        let declared = format!("{operation}/parameters");
        let count = contract.get(&declared).and_then(Value::as_array).map_or(0, Vec::len);
        for number in 0..count {
            let pointer = format!("{declared}/{number}");
            let (pointer, parameter) = contract.resolve(&pointer)?;
            let required = parameter["required"] == Value::Bool(true);
            let schema = format!("{pointer}/schema");
            let own = parameter.get("example");
            let value = own.or(contract.resolve(&schema)?.1.get("example")).cloned();
            if value.is_none() && required {
                let message = "missing `example`: the samples in the docs need one";
                return Err(contract.error(&pointer, message));
            }
            let text = |key: &str| parameter[key].as_str().unwrap_or_default().to_owned();
            let (name, location) = (text("name"), Some(text("in")));
            inputs.extend(value.map(|value| Input { name, location, schema, required, value }));
        }
        Ok(Request { host, contract, operation, method, path, inputs })
    }

    pub(super) fn without_options(&self) -> Self {
        let mut request = self.clone();
        request.inputs.retain(|input| input.required);
        request
    }

    pub(super) fn sample(
        &self,
        name: String,
        summary: String,
        body: Option<&Value>,
    ) -> Result<Sample, ContractError> {
        let text = |language, text| SampleText { language, text };
        let mut texts = vec![text(Language::Curl, self.curl(body))];
        // The client and the command line do not send an empty update.
        if body.is_none_or(|body| body != &serde_json::json!({})) {
            let inputs = self.all_inputs(body)?;
            texts.push(text(Language::Rust, self.rust(&inputs)?));
            texts.push(text(Language::CommandLine, self.command_line(&inputs)));
        }
        let operation = self.operation.to_owned();
        let parameters = self.inputs.iter().map(|input| {
            let location = input.location.clone().unwrap_or_default();
            (input.name.clone(), location, plain(&input.value))
        });
        let parameters = parameters.collect();
        Ok(Sample {
            name,
            operation,
            summary,
            parameters,
            body: body.cloned(),
            response: None,
            texts,
        })
    }

    /// Returns the sample that reads all pages, which needs more than one request.
    pub(super) fn all_pages(&self, name: String, summary: String) -> Result<Sample, ContractError> {
        let inputs = self.all_inputs(None)?;
        let (imports, calls) = self.calls(&inputs)?;
        let rust = self.program(
            &[imports, vec!["futures_util::TryStreamExt".to_owned()]].concat(),
            &format!(
                "let mut items = std::pin::pin!(client{}.stream());\n    \
                 while let Some(item) = items.try_next().await? {{\n        \
                     println!(\"{{item:#?}}\");\n    \
                 }}",
                calls.concat()
            ),
        );
        let command = self.command_line(&inputs);
        let command = format!("{} --all --json\n", command.trim_end());
        let texts = [(Language::Rust, rust), (Language::CommandLine, command)];
        let texts = texts.map(|(language, text)| SampleText { language, text }).into();
        let operation = self.operation.to_owned();
        let parameters = Vec::new();
        Ok(Sample { name, operation, summary, parameters, body: None, response: None, texts })
    }

    /// Returns the parameters, then the fields of the body.
    fn all_inputs(&self, body: Option<&Value>) -> Result<Vec<Input>, ContractError> {
        let mut inputs = self.inputs.clone();
        if let Some(fields) = body.and_then(Value::as_object) {
            let body = format!("{}{BODY}", self.operation);
            let (object, _) = self.contract.resolve(&body)?;
            inputs.extend(fields.iter().map(|(name, value)| Input {
                name: name.clone(),
                location: None,
                schema: child(&format!("{object}/properties"), name),
                required: required(self.contract, &object, name),
                value: value.clone(),
            }));
        }
        Ok(inputs)
    }

    fn curl(&self, body: Option<&Value>) -> String {
        let base_url = text(self.contract, "/servers/0/url");
        let mut path = self.path.clone();
        let (mut query, mut headers) = (Vec::new(), String::new());
        for input in &self.inputs {
            let value = plain(&input.value);
            let encoded = utf8_percent_encode(&value, ENCODED);
            match input.location.as_deref() {
                Some("path") => {
                    path = path.replace(&format!("{{{}}}", input.name), &encoded.to_string());
                }
                Some("query") => query.push(format!("{}={encoded}", input.name)),
                _ => {
                    let header = quoted(&format!("{}: {value}", input.name));
                    headers.push_str(&format!(" \\\n  --header {header}"));
                }
            }
        }
        if !query.is_empty() {
            path = format!("{path}?{}", query.join("&"));
        }
        let url = match self.host {
            Host::ApiServer => format!("${BASE_URL_VARIABLE}{path}"),
            Host::Static => format!("{base_url}{path}"),
        };
        let header = text(self.contract, "/components/securitySchemes/ApiKey/name");
        let mut curl = format!(
            "curl --fail-with-body --request {} \\\n  \"{url}\" \\\n  --header \"{header}: ${KEY_VARIABLE}\"{headers}",
            self.method
        );
        if let Some(body) = body {
            let body = quoted(&format!("{body:#}"));
            curl.push_str(" \\\n  --header 'content-type: application/json' \\\n  --data ");
            curl.push_str(&body);
        }
        curl.push('\n');
        curl
    }

    fn rust(&self, inputs: &[Input]) -> Result<String, ContractError> {
        let (imports, mut calls) = self.calls(inputs)?;
        calls.extend([".send()", ".await?;"].map(str::to_owned));
        let body = format!(
            "let response = client\n        {}\n    println!(\"{{response:#?}}\");",
            calls.join("\n        ")
        );
        Ok(self.program(&imports, &body))
    }

    /// Returns the imports, and the method calls of a request: the operation with its required inputs,
    /// then the optional ones.
    fn calls(&self, inputs: &[Input]) -> Result<(Vec<String>, Vec<String>), ContractError> {
        let id = text(self.contract, &format!("{}/operationId", self.operation));
        let mut imports = vec![format!("{CLIENT_LIBRARY}::Client")];
        let (mut arguments, mut setters) = (Vec::new(), Vec::new());
        for input in inputs {
            let name = input.name.to_snake_case();
            if input.value.is_null() {
                setters.push(format!(".clear_{name}()"));
                continue;
            }
            let value = self.expression(id, input, &mut imports)?;
            match input.required {
                true => arguments.push(value),
                false => setters.push(format!(".{name}({value})")),
            }
        }
        let call = format!(".{}({})", id.to_snake_case(), arguments.join(", "));
        Ok((imports, std::iter::once(call).chain(setters).collect()))
    }

    /// Returns the value of an input as a Rust expression.
    fn expression(
        &self,
        operation_id: &str,
        input: &Input,
        imports: &mut Vec<String>,
    ) -> Result<String, ContractError> {
        let pointer = schema::resolve(self.contract, &input.schema)?;
        let schema = self.contract.get(&pointer).unwrap_or(&Value::Null);
        Ok(match &input.value {
            Value::String(text) if schema["enum"].is_array() => {
                let name = match pointer.strip_prefix("/components/schemas/") {
                    Some(name) if !name.contains('/') => name.to_upper_camel_case(),
                    _ => format!("{operation_id}_{}", input.name).to_upper_camel_case(),
                };
                imports.push(format!("{CLIENT_LIBRARY}::{name}"));
                format!("{name}::{}", text.to_upper_camel_case())
            }
            Value::String(text) if schema["format"] == "date-time" => {
                imports.push("chrono::{DateTime, Utc}".to_owned());
                format!("{text:?}.parse::<DateTime<Utc>>()?")
            }
            Value::String(text) => format!("{text:?}"),
            Value::Number(_) | Value::Bool(_) => input.value.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => {
                let message = "not supported in samples: a list, an object or a required `null`";
                return Err(self.contract.error(&pointer, message));
            }
        })
    }

    /// Returns the command of the program [`BINARY`]: required inputs are arguments, optional ones flags.
    fn command_line(&self, inputs: &[Input]) -> String {
        let id = |operation: &str| text(self.contract, &format!("{operation}/operationId"));
        let first_word = |operation: &str| {
            let id = id(operation);
            id.split('_').next().unwrap_or_default()
        };
        let word = first_word(self.operation);
        let is_shared = |other: &String| other != self.operation && first_word(other) == word;
        let name = match self.contract.operations().iter().any(is_shared) {
            true => id(self.operation).replace('_', "-"),
            false => word.to_owned(),
        };
        let mut command = format!("{BINARY} {name}");
        let (required, optional): (Vec<_>, Vec<_>) =
            inputs.iter().partition(|input| input.required);
        for input in required {
            command.push_str(&format!(" {}", quoted_if_needed(&plain(&input.value))));
        }
        for Input { name, value, .. } in optional {
            let flag = name.replace('_', "-");
            command.push_str(&match value {
                Value::Null => format!(" --clear-{flag}"),
                value => format!(" --{flag} {}", quoted_if_needed(&plain(value))),
            });
        }
        if self.host == Host::ApiServer {
            command.push_str(&format!(" --base-url \"${BASE_URL_VARIABLE}\""));
        }
        // a sample also runs in scripts, which cannot answer a question
        let confirmation = format!("{}/x-cli-confirm", self.operation);
        if self.contract.get(&confirmation).is_some() {
            command.push_str(" --yes");
        }
        command + "\n"
    }

    /// Returns a complete Rust program, with the imports in the order of rustfmt.
    fn program(&self, imports: &[String], body: &str) -> String {
        let own = format!("{CLIENT_LIBRARY}::");
        let (own, mut uses): (Vec<_>, Vec<_>) =
            imports.iter().cloned().partition(|import| import.starts_with(&own));
        let mut own: Vec<_> = own.iter().filter_map(|import| import.rsplit("::").next()).collect();
        own.sort_unstable();
        own.dedup();
        uses.push(match own.as_slice() {
            [one] => format!("{CLIENT_LIBRARY}::{one}"),
            several => format!("{CLIENT_LIBRARY}::{{{}}}", several.join(", ")),
        });
        uses.sort_unstable();
        uses.dedup();
        let uses: String = uses.iter().map(|import| format!("use {import};\n")).collect();
        let client = match self.host {
            Host::ApiServer => format!(
                "Client::builder()\n        \
                     .base_url(std::env::var(\"{BASE_URL_VARIABLE}\")?)\n        \
                     .api_key(std::env::var(\"{KEY_VARIABLE}\")?)\n        \
                     .build()?;"
            ),
            Host::Static => format!("Client::from_env()?; // reads {KEY_VARIABLE}"),
        };
        format!(
            "{uses}\n\
             #[tokio::main]\n\
             async fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    \
                 let client = {client}\n    \
                 {body}\n    \
                 Ok(())\n\
             }}\n"
        )
    }
}

/// Returns a value as text, a string without quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Returns a text in single quotes of the shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn quoted_if_needed(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/".contains(&byte);
    match !text.is_empty() && text.bytes().all(is_plain) {
        true => text.to_owned(),
        false => quoted(text),
    }
}
