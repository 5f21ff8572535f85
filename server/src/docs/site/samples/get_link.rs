use agenthuman_links::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder()
        .base_url(std::env::var("AGENTHUMAN_BASE_URL")?)
        .api_key(std::env::var("AGENTHUMAN_API_KEY")?)
        .build()?;
    let response = client
        .get_link("lnk_01J8ZK4R2N5M6P7Q8W4T")
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
