//! The samples: each example of a request in the contract, as a command of curl's and as a program.
//!
//! What is shown is what the server's tests compile and run (`server/tests/integration/samples.rs`),
//! to the byte: the address and the key come from the environment, and nothing is left out.

use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::Value;

use super::states;
use agenthuman_contract::{Contract, ContractError, METHODS, child};

/// One request, in every language.
#[derive(Debug)]
pub struct Sample {
    /// Of files: the operation, and the example if there are several.
    pub name: String,
    /// Where the operation stands in the contract.
    pub operation: String,
    /// For people.
    pub summary: String,
    pub body: Option<Value>,
    pub curl: String,
    /// The client does not send what changes nothing.
    pub rust: Option<String>,
}

/// All samples, in the contract's order.
pub fn samples(contract: &Contract) -> Result<Vec<Sample>, ContractError> {
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

/// Pointers to all operations.
pub fn operations(contract: &Contract) -> Vec<String> {
    let mut operations = Vec::new();
    for (path, item) in contract.get("/paths").and_then(Value::as_object).into_iter().flatten() {
        let methods = METHODS.iter().filter(|method| item.get(method).is_some());
        operations.extend(methods.map(|method| child(&child("/paths", path), method)));
    }
    operations
}

/// The method in capitals, and the path.
pub fn method_and_path(operation: &str) -> (String, String) {
    let (path, method) = operation.rsplit_once('/').unwrap_or_default();
    let path = path.trim_start_matches("/paths/").replace("~1", "/").replace("~0", "~");
    (method.to_uppercase(), path)
}

/// What all requests of an operation have in common.
struct Request<'a> {
    contract: &'a Contract,
    operation: &'a str,
    method: String,
    path: String,
    /// Of the path, in its order.
    arguments: Vec<String>,
}

impl<'a> Request<'a> {
    fn read(contract: &'a Contract, operation: &'a str) -> Result<Self, ContractError> {
        let (method, mut path) = method_and_path(operation);
        let mut arguments = Vec::new();
        let declared = format!("{operation}/parameters");
        let count = contract.get(&declared).and_then(Value::as_array).map_or(0, Vec::len);
        for number in 0..count {
            let at = format!("{declared}/{number}");
            let (at, parameter) = contract.resolve(&at)?;
            let required = parameter["required"] == Value::Bool(true);
            match (parameter["in"].as_str(), parameter["name"].as_str()) {
                (Some("path"), Some(name)) => {
                    let value = example(contract, &at)?;
                    path = path.replace(&format!("{{{name}}}"), &value);
                    arguments.push(value);
                }
                _ if required => {
                    return Err(contract.error(&at, "the docs have no sample for this parameter"));
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
        let changes_nothing = body.as_ref().is_some_and(|body| body == &serde_json::json!({}));
        Ok(Sample {
            name,
            operation: self.operation.to_owned(),
            summary: summary.as_str().unwrap_or_default().to_owned(),
            curl: self.curl(body.as_ref()),
            rust: if changes_nothing { None } else { Some(self.rust(body.as_ref())?) },
            body,
        })
    }

    fn curl(&self, body: Option<&Value>) -> String {
        let get = |pointer| self.contract.get(pointer).and_then(Value::as_str).unwrap_or_default();
        let url = format!("${{AGENTHUMAN_BASE_URL:-{}}}{}", get("/servers/0/url"), self.path);
        let header = get("/components/securitySchemes/ApiKey/name");
        let mut curl = format!(
            "curl --fail-with-body --request {} \\\n  \"{url}\" \\\n  --header \"{header}: $AGENTHUMAN_API_KEY\"",
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
            "use agenthuman_links::{imports};\n{}\n\
             #[tokio::main]\n\
             async fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    \
                 let client = Client::from_env()?; // AGENTHUMAN_API_KEY, AGENTHUMAN_BASE_URL\n    \
                 let answer = client\n        {}\n    \
                 println!(\"{{answer:#?}}\");\n    \
                 Ok(())\n\
             }}\n",
            if has_time { "use chrono::{DateTime, Utc};\n" } else { "" },
            calls.join("\n        "),
        ))
    }

    /// The call that gives a field a value or clears it.
    fn call(
        &self,
        field: &str,
        value: &Value,
        imports: &mut Vec<String>,
    ) -> Result<String, ContractError> {
        let verb = field.to_snake_case();
        let object = format!("{}/requestBody/content/application~1json/schema", self.operation);
        let (object, _) = self.contract.resolve(&object)?;
        let at = states::meant(self.contract, &child(&format!("{object}/properties"), field))?;
        let schema = self.contract.get(&at).unwrap_or(&Value::Null);
        Ok(match value {
            Value::Null => format!(".clear_{verb}()"),
            Value::String(text) if schema["enum"].is_array() => {
                let name = at.rsplit('/').next().unwrap_or_default();
                let name = name.to_upper_camel_case();
                let call = format!(".{verb}({name}::{})", text.to_upper_camel_case());
                imports.push(name);
                call
            }
            Value::String(text) if schema["format"] == "date-time" => {
                format!(".{verb}({text:?}.parse::<DateTime<Utc>>()?)")
            }
            Value::String(text) => format!(".{verb}({text:?})"),
            Value::Number(_) | Value::Bool(_) => format!(".{verb}({value})"),
            Value::Array(_) | Value::Object(_) => {
                return Err(self.contract.error(&at, "the docs have no sample for such a value"));
            }
        })
    }
}

/// A value for a parameter: the samples are requests that can be sent.
fn example(contract: &Contract, parameter: &str) -> Result<String, ContractError> {
    let schema = format!("{parameter}/schema");
    let (_, schema) = contract.resolve(&schema)?;
    let own = contract.get(parameter).and_then(|parameter| parameter["example"].as_str());
    match own.or(schema["example"].as_str()) {
        Some(example) => Ok(example.to_owned()),
        None => Err(contract.error(parameter, "needs an `example`: the docs make samples of it")),
    }
}
