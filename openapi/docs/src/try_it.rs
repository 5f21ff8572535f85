//! The form that sends a request of an operation, which `assets/site.js` runs.
//!
//! It replaces the renderer Scalar (4.9 MB, render-blocking), of which the pages needed only this: a form
//! with the inputs of one request, and its response with status, headers and body. The shown command,
//! and the request that is sent, are made from the same inputs.

use agenthuman_contract::{Contract, ContractError};
use serde_json::Value;

use crate::fields::parameters;
use crate::html::escape;
use crate::operations::{method_and_path, text};
use crate::product::{CROSS_ORIGIN_HINT, KEY_VARIABLE};

/// Returns the dialog of an operation.
pub(crate) fn html(contract: &Contract, operation: &str) -> Result<String, ContractError> {
    let (method, path) = method_and_path(operation);
    let [base_url, header] = ["/servers/0/url", "/components/securitySchemes/ApiKey/name"]
        .map(|pointer| escape(text(contract, pointer)));
    let summary = escape(text(contract, &format!("{operation}/summary")));
    let mut inputs = input("base", "Server", &base_url, "id=\"try-base\" required");
    inputs.push_str(&format!(
        "<label class=\"try-input\"><span>{header}</span><input id=\"try-key\" type=\"password\" \
         autocomplete=\"off\" spellcheck=\"false\" placeholder=\"YOUR_API_KEY\"></label>\
         <p class=\"hint\">The key stays in this page: it is sent only to the server above, and is \
         not stored.</p>"
    ));
    for location in ["path", "query", "header"] {
        for field in parameters(contract, operation, location)? {
            let required = if field.required { " required" } else { "" };
            let name = escape(&field.name);
            inputs.push_str(&input(
                &name,
                &field.name,
                "",
                &format!("data-in=\"{location}\" data-name=\"{name}\"{required}"),
            ));
        }
    }
    let has_body = contract.get(&format!("{operation}/requestBody")).is_some();
    if has_body {
        inputs.push_str(
            "<label class=\"try-input\"><span>Body</span><textarea id=\"try-body\" rows=\"9\" \
             spellcheck=\"false\"></textarea></label>",
        );
    }
    let confirmation = contract.get(&format!("{operation}/x-cli-confirm"));
    let confirmation = confirmation.and_then(Value::as_str).map_or(String::new(), |question| {
        format!("<p class=\"hint warning\">{} This sends a real request.</p>", escape(question))
    });
    let [hint, path, method] = [CROSS_ORIGIN_HINT, &path, &method].map(escape);
    Ok(format!(
        "<dialog id=\"try\" aria-labelledby=\"try-title\" data-method=\"{method}\" \
         data-path=\"{path}\" data-header=\"{header}\" data-key-variable=\"{KEY_VARIABLE}\">\
         <form><div class=\"try-head\"><h2 id=\"try-title\">Try it: {summary}</h2>\
         <button type=\"button\" class=\"plain\" data-close aria-label=\"Close\">✕</button></div>\
         <div class=\"try-columns\"><div>{inputs}{confirmation}\
         <p><button type=\"submit\">Send {method}</button></p>\
         <p class=\"hint\" data-cross-origin>{hint}</p></div>\
         <div><p class=\"code-title\">Request</p><pre tabindex=\"0\"><code id=\"try-request\"></code></pre>\
         <p class=\"code-title\" id=\"try-status\" role=\"status\">No request was sent yet.</p>\
         <div id=\"try-response\" hidden><pre tabindex=\"0\"><code id=\"try-headers\"></code></pre>\
         <pre tabindex=\"0\"><code id=\"try-content\"></code></pre></div></div></div></form></dialog>"
    ))
}

/// Returns a labelled line of the form. `attributes` are HTML.
fn input(name: &str, label: &str, value: &str, attributes: &str) -> String {
    format!(
        "<label class=\"try-input\"><span>{}</span><input name=\"{name}\" value=\"{value}\" \
         autocomplete=\"off\" spellcheck=\"false\" {attributes}></label>",
        escape(label)
    )
}
