use agenthuman_links::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::from_env()?; // reads AGENTHUMAN_API_KEY, AGENTHUMAN_BASE_URL
    let response = client
        .create_link("agnt_01J8ZK4R2N5M6P7Q8W4T")
        .send()
        .await?;
    println!("{response:#?}");
    Ok(())
}
