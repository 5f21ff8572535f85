//! The samples: each example of a request in the contract, as a `curl` command and as a Rust program.
//!
//! The server's tests (`server/tests/integration/samples.rs`) compile and run exactly the bytes that
//! are shown: the base URL and the key come from the environment, and the programs are complete.

use agenthuman_contract::{Contract, ContractError, child};
use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::Value;

use crate::operations::{method_and_path, operations, text};
use crate::product::{BASE_URL_VARIABLE, CLIENT_LIBRARY, KEY_VARIABLE};
use crate::schema;

/// A request, in every language.
#[derive(Debug)]
pub(crate) struct Sample {
    /// Name of its files: the operation, and the example if there are several.
    pub name: String,
    /// Pointer of the operation.
    pub operation: String,
    /// Description, from the example.
    pub summary: String,
    pub body: Option<Value>,
    /// The `curl` command.
    pub curl: String,
    /// The Rust program; `None` for an empty update, which the client does not send.
    pub rust: Option<String>,
}

/// Returns all samples, in the order of the contract.
pub(crate) fn samples(contract: &Contract) -> Result<Vec<Sample>, ContractError> {
    let mut samples = Vec::new();
    for operation in operations(contract) {
        let Some(value) = contract.get(&operation) else { continue };
        let id = value["operationId"].as_str().unwrap_or_default().to_snake_case();
        let request = Request::read(contract, &operation)?;
        let examples = value.pointer("/requestBody/content/application~1json/examples");
        match examples.and_then(Value::as_object) {
            None => samples.push(request.sample(id, value["summary"].clone(), None)?),
            Some(examples) => {
                for (name, example) in examples {
                    let name = format!("{id}_{}", name.to_snake_case());
                    let body = Some(example["value"].clone());
                    samples.push(request.sample(name, example["summary"].clone(), body)?);
                }
            }
        }
    }
    Ok(samples)
}

/// The common parts of all requests of an operation.
struct Request<'a> {
    contract: &'a Contract,
    operation: &'a str,
    method: String,
    /// The path, with the values of its parameters.
    path: String,
    /// The values of the path parameters, in their order.
    arguments: Vec<String>,
}

impl<'a> Request<'a> {
    fn read(contract: &'a Contract, operation: &'a str) -> Result<Self, ContractError> {
        let (method, mut path) = method_and_path(operation);
        let mut arguments = Vec::new();
        let declared = format!("{operation}/parameters");
        let count = contract.get(&declared).and_then(Value::as_array).map_or(0, Vec::len);
        for number in 0..count {
            let pointer = format!("{declared}/{number}");
            let (pointer, parameter) = contract.resolve(&pointer)?;
            let required = parameter["required"] == Value::Bool(true);
            match (parameter["in"].as_str(), parameter["name"].as_str()) {
                (Some("path"), Some(name)) => {
                    let value = example(contract, &pointer)?;
                    path = path.replace(&format!("{{{name}}}"), &value);
                    arguments.push(value);
                }
                _ if required => {
                    let message =
                        "not supported in samples: a required parameter outside of the path";
                    return Err(contract.error(&pointer, message));
                }
                _ => {}
            }
        }
        Ok(Request { contract, operation, method, path, arguments })
    }

    fn sample(
        &self,
        name: String,
        summary: Value,
        body: Option<Value>,
    ) -> Result<Sample, ContractError> {
        let is_empty_update = body.as_ref().is_some_and(|body| body == &serde_json::json!({}));
        Ok(Sample {
            name,
            operation: self.operation.to_owned(),
            summary: summary.as_str().unwrap_or_default().to_owned(),
            curl: self.curl(body.as_ref()),
            rust: if is_empty_update { None } else { Some(self.rust(body.as_ref())?) },
            body,
        })
    }

    fn curl(&self, body: Option<&Value>) -> String {
        let base_url = text(self.contract, "/servers/0/url");
        let url = format!("${{{BASE_URL_VARIABLE}:-{base_url}}}{}", self.path);
        let header = text(self.contract, "/components/securitySchemes/ApiKey/name");
        let mut curl = format!(
            "curl --fail-with-body --request {} \\\n  \"{url}\" \\\n  --header \"{header}: ${KEY_VARIABLE}\"",
            self.method
        );
        if let Some(body) = body {
            let body = format!("{body:#}").replace('\'', r"'\''");
            curl.push_str(" \\\n  --header 'content-type: application/json' \\\n  --data '");
            curl.push_str(&body);
            curl.push('\'');
        }
        curl.push('\n');
        curl
    }

    fn rust(&self, body: Option<&Value>) -> Result<String, ContractError> {
        let id = self.contract.get(self.operation).map(|operation| &operation["operationId"]);
        let id = id.and_then(Value::as_str).unwrap_or_default().to_snake_case();
        let arguments: Vec<_> = self.arguments.iter().map(|text| format!("{text:?}")).collect();
        let mut calls = vec![format!(".{id}({})", arguments.join(", "))];
        let mut imports = vec!["Client".to_owned()];
        for (field, value) in body.and_then(Value::as_object).into_iter().flatten() {
            calls.push(self.call(field, value, &mut imports)?);
        }
        calls.extend([".send()", ".await?;"].map(str::to_owned));
        let has_time = calls.iter().any(|call| call.contains("DateTime<Utc>"));
        let imports = match imports.as_slice() {
            [client] => client.clone(),
            several => format!("{{{}}}", several.join(", ")),
        };
        Ok(format!(
            "use {CLIENT_LIBRARY}::{imports};\n{}\n\
             #[tokio::main]\n\
             async fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    \
                 let client = Client::from_env()?; // reads {KEY_VARIABLE}, {BASE_URL_VARIABLE}\n    \
                 let response = client\n        {}\n    \
                 println!(\"{{response:#?}}\");\n    \
                 Ok(())\n\
             }}\n",
            if has_time { "use chrono::{DateTime, Utc};\n" } else { "" },
            calls.join("\n        "),
        ))
    }

    /// Returns the method call that sets or clears a field.
    fn call(
        &self,
        field: &str,
        value: &Value,
        imports: &mut Vec<String>,
    ) -> Result<String, ContractError> {
        let setter = field.to_snake_case();
        let object = format!("{}/requestBody/content/application~1json/schema", self.operation);
        let (object, _) = self.contract.resolve(&object)?;
        let property = child(&format!("{object}/properties"), field);
        let pointer = schema::resolve(self.contract, &property)?;
        let schema = self.contract.get(&pointer).unwrap_or(&Value::Null);
        Ok(match value {
            Value::Null => format!(".clear_{setter}()"),
            Value::String(text) if schema["enum"].is_array() => {
                let name = pointer.rsplit('/').next().unwrap_or_default();
                let name = name.to_upper_camel_case();
                let call = format!(".{setter}({name}::{})", text.to_upper_camel_case());
                imports.push(name);
                call
            }
            Value::String(text) if schema["format"] == "date-time" => {
                format!(".{setter}({text:?}.parse::<DateTime<Utc>>()?)")
            }
            Value::String(text) => format!(".{setter}({text:?})"),
            Value::Number(_) | Value::Bool(_) => format!(".{setter}({value})"),
            Value::Array(_) | Value::Object(_) => {
                let message =
                    "not supported in samples: an array or an object as the value of a field";
                return Err(self.contract.error(&pointer, message));
            }
        })
    }
}

/// Returns the example of a parameter.
fn example(contract: &Contract, parameter: &str) -> Result<String, ContractError> {
    let schema = format!("{parameter}/schema");
    let (_, schema) = contract.resolve(&schema)?;
    let own = contract.get(parameter).and_then(|parameter| parameter["example"].as_str());
    match own.or(schema["example"].as_str()) {
        Some(example) => Ok(example.to_owned()),
        None => {
            Err(contract.error(parameter, "missing `example`: the samples in the docs need one"))
        }
    }
}
