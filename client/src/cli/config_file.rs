//! The configuration file, with named base URLs and API keys.
//!
//! ```toml
//! default_profile = "test"
//!
//! [profiles.test]
//! base_url = "http://127.0.0.1:8080"
//! api_key = "…"
//! ```
//!
//! It is walked by hand instead of with serde, because serde's messages quote the values that they
//! reject, and a value can be a key.

use std::env;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use crate::constructors::CONFIG_FOLDER;
use crate::error::{Error, Result};

const FILE_NAME: &str = "config.toml";

/// A configuration file. It has no `Debug`, which would show the keys.
pub(super) struct ConfigFile {
    path: PathBuf,
    default_profile: Option<String>,
    profiles: Vec<Profile>,
}

/// A named server with a key.
pub(super) struct Profile {
    pub(super) name: String,
    pub(super) base_url: Option<String>,
    pub(super) api_key: Option<String>,
}

impl ConfigFile {
    /// Returns the path of the file: in `$XDG_CONFIG_HOME` or else in `~/.config`, on every system.
    pub(super) fn path() -> Option<PathBuf> {
        // The specification of XDG says that a relative path is to be ignored.
        let folder = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
        let folder = folder.filter(|folder| folder.is_absolute());
        let folder = folder.or_else(|| Some(env::home_dir()?.join(".config")))?;
        Some(folder.join(CONFIG_FOLDER).join(FILE_NAME))
    }

    /// Reads the file, if there is one.
    pub(super) fn read() -> Result<Option<Self>> {
        let Some(path) = ConfigFile::path() else { return Ok(None) };
        let error =
            |problem: String| Error::configuration(format!("{}: {problem}", path.display()));
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(cause)
                if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                return Ok(None);
            }
            Err(cause) => return Err(error(format!("failed to open: {cause}"))),
        };
        check_permissions(&file, &path)?;
        let mut text = String::new();
        file.read_to_string(&mut text)
            .map_err(|cause| error(format!("failed to read: {cause}")))?;
        let parsed = ConfigFile::parse(&path, &text);
        parsed.map(Some).map_err(|Problem { span, message }| {
            let line = text.get(..span.start).unwrap_or(&text).matches('\n').count() + 1;
            Error::configuration(format!("{}:{line}: {message}", path.display()))
        })
    }

    fn parse(path: &Path, text: &str) -> Result<Self, Problem> {
        let document = DeTable::parse(text).map_err(|error| Problem {
            span: error.span().unwrap_or_default(),
            // The message of a syntax error names what was expected, and quotes nothing.
            message: format!("invalid TOML: {}", error.message()),
        })?;
        let mut config =
            ConfigFile { path: path.to_owned(), default_profile: None, profiles: Vec::new() };
        for (key, value) in document.get_ref() {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("default_profile", DeValue::String(name)) => {
                    config.default_profile = Some(name.to_string());
                }
                ("profiles", DeValue::Table(profiles)) => {
                    for (name, profile) in profiles {
                        let DeValue::Table(settings) = profile.get_ref() else {
                            return Err(Problem::new(name.span(), "a profile must be a table"));
                        };
                        config.profiles.push(Profile::parse(name.get_ref(), settings)?);
                    }
                }
                ("default_profile", _) => {
                    return Err(Problem::new(key.span(), "`default_profile` must be a string"));
                }
                ("profiles", _) => {
                    return Err(Problem::new(key.span(), "`profiles` must be a table"));
                }
                _ => {
                    let message = "unknown setting; known are `default_profile` and `profiles`";
                    return Err(Problem::new(key.span(), message));
                }
            }
        }
        Ok(config)
    }

    /// Returns the profile with a name, or the default one if there is no name.
    pub(super) fn into_profile(self, name: Option<&str>) -> Result<Option<Profile>> {
        let ConfigFile { path, default_profile, mut profiles } = self;
        let Some(name) = name.or(default_profile.as_deref()) else { return Ok(None) };
        match profiles.iter().position(|profile| profile.name == name) {
            Some(position) => Ok(Some(profiles.swap_remove(position))),
            None => {
                let known: Vec<_> = profiles.iter().map(|one| format!("`{}`", one.name)).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                Err(Error::configuration(format!(
                    "no profile `{name}` in {}; its profiles: {known}",
                    path.display()
                )))
            }
        }
    }

    /// Returns the profiles, and whether each is the default one.
    pub(super) fn profiles(&self) -> impl Iterator<Item = (&Profile, bool)> {
        let default = self.default_profile.as_deref();
        self.profiles.iter().map(move |profile| (profile, default == Some(&profile.name)))
    }
}

impl Profile {
    fn parse(name: &str, settings: &DeTable<'_>) -> Result<Self, Problem> {
        let mut profile = Profile { name: name.to_owned(), base_url: None, api_key: None };
        for (key, value) in settings {
            let setting = match key.get_ref().as_ref() {
                "base_url" => &mut profile.base_url,
                "api_key" => &mut profile.api_key,
                _ => {
                    let message =
                        "unknown setting of a profile; known are `base_url` and `api_key`";
                    return Err(Problem::new(key.span(), message));
                }
            };
            let DeValue::String(text) = value.get_ref() else {
                return Err(Problem::new(key.span(), "the setting must be a string"));
            };
            *setting = Some(text.to_string());
        }
        Ok(profile)
    }

    /// Returns the API key with all but its first and last letters hidden.
    pub(super) fn masked_key(&self) -> String {
        /// The letters that stay visible, at each end of a key that is long enough.
        const VISIBLE: usize = 4;
        let Some(key) = &self.api_key else { return "-".to_owned() };
        let letters: Vec<_> = key.chars().collect();
        match letters.len() >= 6 * VISIBLE {
            true => {
                let (first, last) = (&letters[..VISIBLE], &letters[letters.len() - VISIBLE..]);
                format!("{}…{}", String::from_iter(first), String::from_iter(last))
            }
            false => "…".to_owned(),
        }
    }
}

/// A mistake in the file. Its message never contains a value.
struct Problem {
    span: Range<usize>,
    message: String,
}

impl Problem {
    fn new(span: Range<usize>, message: &str) -> Self {
        Problem { span, message: message.to_owned() }
    }
}

/// Rejects a file that other users can read or write.
#[cfg(unix)]
fn check_permissions(file: &File, path: &Path) -> Result<()> {
    use std::os::unix::fs::MetadataExt;

    /// The permissions of the group and of others.
    const OTHERS: u32 = 0o077;
    let mode = file.metadata().map_or(0, |metadata| metadata.mode());
    match mode & OTHERS {
        0 => Ok(()),
        _ => {
            let path = path.display();
            let mode = mode & 0o777;
            Err(Error::configuration(format!(
                "{path}: other users have access to the API keys (mode {mode:03o}); \
                 run: chmod 600 {path}"
            )))
        }
    }
}

#[cfg(not(unix))]
fn check_permissions(_: &File, _: &Path) -> Result<()> {
    Ok(())
}
