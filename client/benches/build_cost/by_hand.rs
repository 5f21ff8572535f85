//! The update as it is written without any client: no retries, no pacing, no error but reqwest's.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct Update {
    name: String,
    expires_at: Option<DateTime<Utc>>,
    use_limit: u64,
}

#[derive(Deserialize)]
struct Answer {
    link: Link,
}

#[derive(Deserialize)]
struct Link {
    link_id: String,
    status: String,
    expires_at: Option<DateTime<Utc>>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let update = Update { name: "Summer demo".to_owned(), expires_at: None, use_limit: 100 };
    let answer = reqwest::Client::new()
        .put("https://api.agenthuman.com/v1/links/lnk_01J8ZK4R2N5M6P7Q8W4T")
        .header("x-api-key", std::env::var("AGENTHUMAN_API_KEY")?)
        .json(&update)
        .send()
        .await?
        .error_for_status()?;
    let Link { link_id, status, expires_at } = answer.json::<Answer>().await?.link;
    println!("{link_id} is {status} until {expires_at:?}");
    Ok(())
}
