//! The update through this repository's client.

use agenthuman_links::Client;

#[tokio::main]
async fn main() -> Result<(), agenthuman_links::Error> {
    let client = Client::from_env()?;
    let update = client.update_link("lnk_01J8ZK4R2N5M6P7Q8W4T").name("Summer demo");
    let link = update.clear_expires_at().use_limit(100).send().await?;
    println!("{} is {}", link.link_id, link.status);
    Ok(())
}
