//! Names links from a file with the lines `link_id,name`:
//!
//! ```sh
//! cargo run --example update_from_csv -- names.csv
//! ```
//!
//! It sends as many requests as the rate limit permits. Lines that failed are printed to stdout in the
//! same form, so that a second run can take them.

use std::fs::File;
use std::io::{BufRead, BufReader};

use agenthuman_links::{Client, Error};
use futures_util::StreamExt;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: update_from_csv FILE")?;
    let lines = BufReader::new(File::open(path)?).lines().map_while(Result::ok);
    let client = Client::from_env()?;
    let run = client.bulk().run(lines, |client, line| async move {
        let result = update(&client, &line).await;
        Ok((line, result))
    });
    let mut results = std::pin::pin!(run);
    while let Some((index, result)) = results.next().await {
        let (line, result) = result?;
        if let Err(error) = result {
            eprintln!("line {}: {error}", index + 1);
            println!("{line}");
        }
    }
    Ok(())
}

async fn update(client: &Client, line: &str) -> Result<(), Error> {
    let (link_id, name) = line.split_once(',').unwrap_or((line, ""));
    client.update_link(link_id).name(name).send().await.map(drop)
}
