//! The program that `cargo xtask demo` runs: an update through the generated client, and a rejected one.
//!
//! Usage: `demo LINK_ID EXPECTED`, with `AGENTHUMAN_BASE_URL` and `AGENTHUMAN_API_KEY` set;
//! `EXPECTED` is a file with the documented response.

use std::error::Error;

use agenthuman_links::{Client, LinkStatus, UpdateLinkRequest};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(link_id), Some(expected)) = (arguments.next(), arguments.next()) else {
        return Err("usage: demo LINK_ID EXPECTED".into());
    };
    let expected: Value = serde_json::from_str(&std::fs::read_to_string(expected)?)?;
    let client = Client::from_env()?;

    println!("An update through the generated client:\n");
    println!("    client.update_link({link_id:?})");
    println!("        .name(\"Updated Name\")");
    println!("        .status(LinkStatus::Paused)");
    println!("        .clear_expires_at()");
    println!("        .use_limit(100)");
    println!("        .send()\n");
    let update = client
        .update_link(&*link_id)
        .name("Updated Name")
        .status(LinkStatus::Paused)
        .clear_expires_at()
        .use_limit(100);
    let request: UpdateLinkRequest = update.request().clone();
    println!("PUT /v1/links/{link_id}\n{}\n", serde_json::to_string_pretty(&request)?);
    let link = update.send().await?;
    let response = json!({ "success": true, "link": link });
    println!("200\n{}\n", serde_json::to_string_pretty(&response)?);
    check_equal("the client's response", &response, &expected)?;

    // the client returns only the link, so the whole body is compared over plain HTTP
    let url = format!("{}/v1/links/{link_id}", std::env::var("AGENTHUMAN_BASE_URL")?);
    let response_over_http = reqwest::Client::new()
        .put(url)
        .header("x-api-key", std::env::var("AGENTHUMAN_API_KEY")?)
        .json(&request)
        .send()
        .await?;
    check_equal("the same request over plain HTTP", &response_over_http.json().await?, &expected)?;

    println!("\nAn update that is rejected, because `use_limit` is not greater than `uses`:\n");
    let uses = link.uses;
    println!("    client.update_link({link_id:?}).use_limit({uses}).send()\n");
    match client.update_link(&*link_id).use_limit(uses).send().await {
        Ok(_) => Err("the server accepted a session limit that is already reached".into()),
        Err(error) => {
            println!("{}", error.status().unwrap_or_default());
            println!("    message:    {}", error.message());
            println!(
                "    suggestion: {}",
                error.suggestion().ok_or("the error has no suggestion")?
            );
            Ok(())
        }
    }
}

fn check_equal(what: &str, found: &Value, expected: &Value) -> Result<(), String> {
    if found == expected {
        println!("{what}: equal to the documented example");
        Ok(())
    } else {
        Err(format!("{what} differs from the documented example: {found:#}"))
    }
}
