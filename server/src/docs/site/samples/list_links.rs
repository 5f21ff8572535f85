use agenthuman_links::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder()
        .base_url(std::env::var("AGENTHUMAN_BASE_URL")?)
        .api_key(std::env::var("AGENTHUMAN_API_KEY")?)
        .build()?;
    let response = client
        .list_links()
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
