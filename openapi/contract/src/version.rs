//! The version of a contract.

use semver::Version;
use serde_json::Value;

use crate::Contract;

impl Contract {
    /// Returns `info.version` as a semantic version, which Cargo and Dropshot require. A version of
    /// another form becomes the one of its first three numbers: `1.2.0` for `v1.2`, and `0.0.0` if
    /// there are none.
    pub fn semantic_version(&self) -> Version {
        let text = match &self.document()["info"]["version"] {
            Value::String(text) => text.clone(),
            // YAML reads `1.0` without quotes as a number.
            other => other.to_string(),
        };
        Version::parse(&text).unwrap_or_else(|_| first_numbers(&text))
    }
}

fn first_numbers(text: &str) -> Version {
    let numbers = text.split(|one: char| !one.is_ascii_digit()).filter(|part| !part.is_empty());
    let mut numbers = numbers.map(|part| part.parse().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    Version::new(next(), next(), next())
}

#[cfg(test)]
mod tests {
    use super::first_numbers;

    #[test]
    fn first_three_numbers_are_the_version() {
        for (text, version) in
            [("v1", "1.0.0"), ("2024.09.2", "2024.9.2"), ("1.2.3.4", "1.2.3"), ("beta", "0.0.0")]
        {
            assert_eq!(first_numbers(text).to_string(), version);
        }
    }
}
