use agenthuman_links::Client;
use futures_util::TryStreamExt;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::from_env()?; // reads AGENTHUMAN_API_KEY, AGENTHUMAN_BASE_URL
    let mut items = std::pin::pin!(client.list_links().stream());
    while let Some(item) = items.try_next().await? {
        println!("{item:#?}");
    }
    Ok(())
}
