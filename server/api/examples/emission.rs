// @generated from openapi/links.yaml by `cargo xtask generate`. Do not edit: edit the contract.

//! Prints the OpenAPI document that Dropshot emits for this API.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let api = agenthuman_links_api::agent_human_links_api_mod::stub_api_description()?;
    api.openapi("AgentHuman Links API", "1.1.2".parse()?).write(&mut std::io::stdout())?;
    Ok(())
}
