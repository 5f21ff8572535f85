//! The first page: a quick start, the operations and the guides.

use agenthuman_contract::{Contract, ContractError};
use serde_json::Value;

use crate::operations::text;
use crate::page::Page;
use crate::product::{BASE_URL_VARIABLE, CLIENT_LIBRARY, CLIENT_PACKAGE, KEY_VARIABLE, REPOSITORY};
use crate::samples::{Language, Sample};
use crate::site::Host;
use crate::{reference, rustdoc};

/// Returns the page.
pub(crate) fn page(
    contract: &Contract,
    samples: &[Sample],
    guides: &[Page],
    host: Host,
    has_rustdoc: bool,
) -> Result<Page, ContractError> {
    let [title, version, about] =
        ["/info/title", "/info/version", "/info/description"].map(|at| text(contract, at));
    let rustdoc = match has_rustdoc {
        true => format!(" · [Rust client]({}/{CLIENT_LIBRARY}/index.html)", rustdoc::FOLDER),
        false => String::new(),
    };
    let (lead, rest) = about.split_once("\n\n").unwrap_or((about, ""));
    let mut page = format!(
        "# {title}\n\n{lead}\n\nVersion {version} · [Reference](reference.html) · \
         [Change log](changes.html){rustdoc} · [llms.txt](llms.txt)\n\n"
    );
    if let Some(sample) = best_sample(samples) {
        page.push_str(&quick_start(sample, host));
    }
    page.push_str(&format!("## Operations\n\n{}", reference::operations(contract)));
    page.push_str("## Guides\n\n");
    for guide in guides {
        page.push_str(&format!(
            "- [{}]({}.html): {}\n",
            guide.title, guide.path, guide.description
        ));
    }
    page.push_str(&format!("\n## Principles\n\n{rest}\n"));
    let description = crate::fields::one_line(lead).replace(['*', '`'], "");
    Ok(Page::of_markdown("index", title, &description, page))
}

/// Returns the numbered steps to the first request, with the expected response.
fn quick_start(sample: &Sample, host: Host) -> String {
    let base_url = match host {
        Host::Static => String::new(),
        // A script replaces `BASE_URL` with the address of the page.
        Host::ApiServer => format!("   export {BASE_URL_VARIABLE}=BASE_URL\n"),
    };
    let what = if base_url.is_empty() { "" } else { " together with the address of the server" };
    let mut steps = format!(
        "## Quick start\n\n1. [Get a key](guides/keys.html), and set it in your shell{what}:\n\n   \
         ```sh\n   export {KEY_VARIABLE}=YOUR_API_KEY\n{base_url}   ```\n\n"
    );
    if let Some(curl) = sample.text(Language::Curl) {
        steps.push_str(&format!(
            "2. Send a request. Use the ids of your own account:\n\n{}",
            indented("sh", curl)
        ));
    }
    if let Some((status, body)) = &sample.response {
        steps.push_str(&format!(
            "3. The response has the status {status} and this body:\n\n{}",
            indented("json", &format!("{body:#}\n"))
        ));
    }
    steps.push_str(
        "4. If it is another status, the body says what to change; see \
         [errors](guides/errors.html).\n\n",
    );
    if let Some(rust) = sample.text(Language::Rust) {
        steps.push_str(&format!(
            "The same request in Rust:\n\n```toml\n[dependencies]\n{CLIENT_PACKAGE} = \
             {{ git = \"{REPOSITORY}\" }}\n\
             tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n```\n\n\
             ```rust\n{rust}```\n\n"
        ));
    }
    if let Some(command) = sample.text(Language::CommandLine) {
        steps.push_str(&format!(
            "And with the [program](guides/command-line.html) for shells:\n\n```sh\n{command}```\n\n"
        ));
    }
    steps
}

/// Returns a code block inside of a list item.
fn indented(language: &str, code: &str) -> String {
    let code: String = code.lines().map(|line| format!("   {line}\n")).collect();
    format!("   ```{language}\n{code}   ```\n\n")
}

/// Returns the first sample that both sets and clears a field; else the first one.
fn best_sample(samples: &[Sample]) -> Option<&Sample> {
    let sets_and_clears = |sample: &&Sample| {
        let fields = sample.body.as_ref().and_then(Value::as_object);
        let mut values = fields.into_iter().flat_map(|fields| fields.values());
        let has_null = values.clone().any(Value::is_null);
        has_null && values.any(|value| !value.is_null())
    };
    samples.iter().find(sets_and_clears).or(samples.first())
}
