use agenthuman_links::{Client, LinkStatusFilter};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::from_env()?; // reads AGENTHUMAN_API_KEY, AGENTHUMAN_BASE_URL
    let response = client
        .list_links()
        .status(LinkStatusFilter::Active)
        .limit(100)
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
