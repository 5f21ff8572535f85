//! The reference: the contract, shown by Scalar.
//!
//! Scalar was chosen by looking at this contract in Chromium, beside Redoc 2, Swagger UI 5, RapiDoc 9
//! and Elements 9. It says `string | null` where a field is nullable and marks what is required, shows
//! the alternatives of `oneOf`, the headers of each response, samples of our own, and sends requests; it
//! finds a field by its name, is dark where the reader is, fits a phone, obeys a strict
//! Content-Security-Policy and asks no other host once told not to. Its makers publish it as a crate
//! with everything in it, so neither a build nor a page needs Node or a network. The others: Redoc shows
//! headers and `null` as well, but sends nothing, is never dark, and loads a picture from its makers;
//! Swagger UI says `nullable: true` in small print, has no search and no samples of our own; RapiDoc and
//! Elements are on npm only, RapiDoc no longer developed, Elements with a search for titles alone.
//!
//! What the page shows is the contract with two additions to each operation: its samples, and the table
//! of the three states. The contract that can be downloaded has neither.

use std::error::Error;

use serde_json::{Value, json};

use super::samples::Sample;
use super::states;
use agenthuman_contract::Contract;

const SCRIPT: &str = include_str!("../assets/reference.js");

/// Where the page is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// By a server of the API, which is the one to try.
    Server,
    /// By anybody, or from a folder.
    Anybody,
}

/// The page; the contract is in its script.
pub fn page(contract: &Contract, generated: &str, host: Host) -> String {
    let title = contract.get("/info/title").and_then(Value::as_str).unwrap_or_default();
    let server = if host == Host::Server { " data-server=\"here\"" } else { "" };
    format!(
        "<!doctype html><!-- {generated} -->
<html lang=\"en\"{server}>
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>{} · Reference</title>
<link rel=\"icon\" href=\"data:,\">
</head>
<body class=\"reference\">
<noscript>The reference needs JavaScript; <a href=\"openapi.yaml\">the contract</a> does not.</noscript>
<div id=\"reference\"></div>
<link rel=\"stylesheet\" href=\"style.css\">
<script src=\"scalar.js\"></script>
<script src=\"reference.js\"></script>
</body>
</html>
",
        super::page::escape(title)
    )
}

/// The script that shows the contract.
pub fn script(contract: &Contract, samples: &[Sample]) -> Result<String, Box<dyn Error>> {
    let mut document = contract.document().clone();
    for sample in samples {
        let Some(operation) = document.pointer_mut(&sample.operation) else { continue };
        if operation["x-codeSamples"].is_null() {
            operation["x-codeSamples"] = json!([]);
            if let Some(table) = states::table(contract, &sample.operation)? {
                let description = operation["description"].as_str().unwrap_or_default();
                operation["description"] =
                    format!("{description}\n\n{}\n\n{table}", states::INTRODUCTION).into();
            }
        }
        if let Some(shown) = operation["x-codeSamples"].as_array_mut() {
            let label = |language| format!("{language}: {}", sample.summary);
            shown.push(
                json!({"lang": "shell", "label": label("curl"), "source": sample.curl.trim()}),
            );
            if let Some(rust) = &sample.rust {
                shown.push(json!({"lang": "rust", "label": label("Rust"), "source": rust.trim()}));
            }
        }
    }
    let description = document["info"]["description"].as_str().unwrap_or_default();
    document["info"]["description"] = format!(
        "[Overview](index.html) · [Change log](changes.html) · Contract as [YAML](openapi.yaml) and \
         [JSON](openapi.json)\n\n{description}"
    )
    .into();
    let configuration = json!({
        "content": document,
        // Nothing from elsewhere.
        "withDefaultFonts": false,
        "telemetry": false,
        "proxyUrl": "",
        "agent": { "disabled": true },
        "mcp": { "disabled": true },
        "showDeveloperTools": "never",
        "hideClientButton": true,
        "documentDownloadType": "none",
        // The samples are ours, those that are tested.
        "hiddenClients": true,
        // The contract's order is meant.
        "orderSchemaPropertiesBy": "preserve",
        "orderRequiredPropertiesFirst": false,
        "expandAllResponses": true,
    });
    Ok(SCRIPT.replacen("CONFIGURATION", &format!("{configuration:#}"), 1))
}
