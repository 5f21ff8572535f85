//! `llms.txt`: the overview for language models, in the format of <https://llmstxt.org>.

use agenthuman_contract::{Contract, ContractError};

use crate::operations::{method_and_path, pages, text};
use crate::samples::{Sample, SampleText};
use crate::{error_codes, field_states};

/// Returns the file.
pub(crate) fn markdown(contract: &Contract, samples: &[Sample]) -> Result<String, ContractError> {
    let [title, version] = ["/info/title", "/info/version"].map(|at| text(contract, at));
    let mut page = format!(
        "# {title}\n\n> Version {version}. {}\n\n{}\n",
        text(contract, "/tags/0/description"),
        text(contract, "/info/description")
    );
    for operation in contract.operations() {
        let (method, path) = method_and_path(&operation);
        let summary = text(contract, &format!("{operation}/summary"));
        page.push_str(&format!("{summary}: `{method} {path}`\n\n"));
        page.push_str(&pages(contract, &operation).unwrap_or_default());
        if let Some(table) = field_states::markdown(contract, &operation)? {
            page.push_str(&format!("{table}\n"));
        }
    }
    page.push_str(&error_codes::markdown(contract));
    page.push_str(
        "## Docs\n\n- [Contract](openapi.yaml): OpenAPI 3.0, the complete specification\n\
         - [Contract as JSON](openapi.json)\n\
         - [Change log](changes.html): the changes of each release, and whom they break\n\n\
         ## Samples\n\n",
    );
    for sample in samples {
        for SampleText { language, .. } in &sample.texts {
            let file = sample.file(*language);
            page.push_str(&format!("- [{}, {}]({file})\n", sample.summary, language.name()));
        }
    }
    Ok(page)
}
