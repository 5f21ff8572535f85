//! The reference: the contract, rendered by Scalar.
//!
//! Scalar was chosen by comparing five renderers with this contract in Chromium. It shows
//! `string | null` for a nullable field, required fields, the alternatives of `oneOf`, the headers of
//! each response and custom samples; it sends requests, finds a field by name, has a dark mode, fits a
//! phone, works with a strict Content-Security-Policy, and can be configured to send no request to
//! another host. Its vendor publishes it as a crate that contains the script, so that neither a build
//! nor a page needs Node or a network.
//!
//! Rejected:
//! - Redoc 2: it also shows headers and `null`, but sends no requests, has no dark mode, and loads an
//!   image from its vendor.
//! - Swagger UI 5: it shows nullable fields only as `nullable: true`, and has neither a search nor
//!   custom samples.
//! - RapiDoc 9 and Elements 9: they are on npm only. RapiDoc is no longer developed; the search of
//!   Elements covers only titles.
//!
//! The page shows the contract with two additions to each operation: its samples, and the table of the
//! three states. The contract for download has neither.

use std::error::Error;

use agenthuman_contract::Contract;
use serde_json::json;

use crate::field_states;
use crate::html;
use crate::operations::text;
use crate::samples::{Sample, SampleText};
use crate::sanitize;

/// The script of Scalar, as `scalar_api_reference` and the site name it.
pub(crate) const RENDERER: &str = "scalar.js";

/// The script that starts Scalar. `CONFIGURATION` is replaced.
const SCRIPT: &str = include_str!("../assets/reference.js");

/// The host of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// An API server: the page sends its requests to this server.
    ApiServer,
    /// A folder, or any other web server.
    Static,
}

/// Returns the page, without the contract: that is in its script.
pub(crate) fn page(contract: &Contract, generated: &str, host: Host) -> String {
    let title = text(contract, "/info/title");
    let server = if host == Host::ApiServer { " data-server=\"here\"" } else { "" };
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
<noscript>The reference requires JavaScript. Without it, read <a href=\"openapi.yaml\">the contract</a>.</noscript>
<div id=\"reference\"></div>
<link rel=\"stylesheet\" href=\"style.css\">
<script src=\"{RENDERER}\"></script>
<script src=\"reference.js\"></script>
</body>
</html>
",
        html::escape(title)
    )
}

/// Returns the script that shows the contract.
pub(crate) fn script(contract: &Contract, samples: &[Sample]) -> Result<String, Box<dyn Error>> {
    let mut document = contract.document().clone();
    for sample in samples {
        let Some(operation) = document.pointer_mut(&sample.operation) else { continue };
        if operation["x-codeSamples"].is_null() {
            operation["x-codeSamples"] = json!([]);
            if let Some(table) = field_states::markdown(contract, &sample.operation)? {
                let description = operation["description"].as_str().unwrap_or_default();
                operation["description"] = format!("{description}\n\n{table}").into();
            }
        }
        if let Some(shown) = operation["x-codeSamples"].as_array_mut() {
            for SampleText { language, text } in &sample.texts {
                let label = format!("{}: {}", language.name(), sample.summary);
                shown.push(
                    json!({"lang": language.syntax(), "label": label, "source": text.trim()}),
                );
            }
        }
    }
    let description = document["info"]["description"].as_str().unwrap_or_default();
    document["info"]["description"] = format!(
        "[Overview](index.html) · [Change log](changes.html) · Contract as [YAML](openapi.yaml) and \
         [JSON](openapi.json)\n\n{description}"
    )
    .into();
    sanitize::descriptions(&mut document);
    let configuration = json!({
        "content": document,
        // No requests to other hosts.
        "withDefaultFonts": false,
        "telemetry": false,
        "proxyUrl": "",
        "agent": { "disabled": true },
        "mcp": { "disabled": true },
        "showDeveloperTools": "never",
        "hideClientButton": true,
        "documentDownloadType": "none",
        // Only our own samples: they are tested.
        "hiddenClients": true,
        // The order in the contract is intended.
        "orderSchemaPropertiesBy": "preserve",
        "orderRequiredPropertiesFirst": false,
        "expandAllResponses": true,
    });
    Ok(SCRIPT.replacen("CONFIGURATION", &format!("{configuration:#}"), 1))
}
