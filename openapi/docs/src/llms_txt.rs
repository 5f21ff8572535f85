//! `llms.txt`: the overview for language models, in the format of <https://llmstxt.org>.

use agenthuman_contract::{Contract, ContractError};

use crate::field_states;
use crate::operations::{method_and_path, operations, text};
use crate::samples::Sample;

/// Returns the file.
pub(crate) fn markdown(contract: &Contract, samples: &[Sample]) -> Result<String, ContractError> {
    let [title, version] = ["/info/title", "/info/version"].map(|at| text(contract, at));
    let mut page = format!(
        "# {title}\n\n> Version {version}. {}\n\n{}\n",
        text(contract, "/tags/0/description"),
        text(contract, "/info/description")
    );
    for operation in operations(contract) {
        let (method, path) = method_and_path(&operation);
        let summary = text(contract, &format!("{operation}/summary"));
        page.push_str(&format!("{summary}: `{method} {path}`\n\n"));
        if let Some(table) = field_states::markdown(contract, &operation)? {
            page.push_str(&format!("{table}\n"));
        }
    }
    page.push_str(
        "## Docs\n\n- [Contract](openapi.yaml): OpenAPI 3.0, the complete specification\n\
         - [Contract as JSON](openapi.json)\n\
         - [Change log](changes.html): the changes of each release, and whom they break\n\n\
         ## Samples\n\n",
    );
    for Sample { name, summary, rust, .. } in samples {
        page.push_str(&format!("- [{summary}, curl](samples/{name}.sh)\n"));
        if rust.is_some() {
            page.push_str(&format!("- [{summary}, Rust](samples/{name}.rs)\n"));
        }
    }
    Ok(page)
}
