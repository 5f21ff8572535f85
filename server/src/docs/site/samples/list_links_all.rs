use agenthuman_links::Client;
use futures_util::TryStreamExt;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder()
        .base_url(std::env::var("AGENTHUMAN_BASE_URL")?)
        .api_key(std::env::var("AGENTHUMAN_API_KEY")?)
        .build()?;
    let mut items = std::pin::pin!(client.list_links().stream());
    while let Some(item) = items.try_next().await? {
        println!("{item:#?}");
    }
    Ok(())
}
