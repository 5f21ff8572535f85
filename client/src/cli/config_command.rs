//! The command that shows the configuration file.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::cli::config_file::ConfigFile;
use crate::cli::output::{Format, List};
use crate::error::{Error, Result};

/// The columns of the list of profiles.
const COLUMNS: &[&str] = &["name", "default", "base_url", "api_key"];

/// Returns the path of the configuration file.
pub(super) fn path() -> Result<String> {
    let path = ConfigFile::path();
    let path = path.ok_or_else(|| Error::configuration("the home folder is not known"))?;
    Ok(path.display().to_string())
}

/// Returns the profiles, with masked keys.
pub(super) fn profiles() -> Result<Vec<Value>> {
    let Some(file) = ConfigFile::read()? else { return Ok(Vec::new()) };
    let profile = file.profiles().map(|(profile, is_default)| {
        json!({
            "name": profile.name,
            "default": is_default,
            "base_url": profile.base_url,
            "api_key": profile.masked_key(),
        })
    });
    Ok(profile.collect())
}

/// Writes the profiles.
pub(super) fn write(profiles: &[Value], format: Format, out: &mut dyn Write) -> io::Result<()> {
    let mut list = List::new(format, COLUMNS);
    list.write(profiles, out)?;
    list.finish(out)
}
