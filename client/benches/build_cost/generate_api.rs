//! The update through what progenitor's macro makes of the contract: it cannot clear a field.

progenitor::generate_api!("links.yaml");

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::new("https://api.agenthuman.com");
    let update = types::UpdateLinkRequest {
        name: Some("Summer demo".parse()?),
        expires_at: None,
        status: None,
        use_limit: std::num::NonZeroU64::new(100),
    };
    let answer = client.update_link(&"lnk_01J8ZK4R2N5M6P7Q8W4T".parse()?, &update).await?;
    println!("{} is {}", answer.link.link_id.to_string(), answer.link.status);
    Ok(())
}
