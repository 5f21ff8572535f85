//! The formats of a report.

use std::io::{self, IsTerminal, Write};

use super::report::Report;
use super::sources::Sources;
use super::{github, human, json, sarif};

/// A format of findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Format {
    /// For people, with the lines of the source
    #[default]
    Human,
    /// One JSON object, described in openapi/contract/README.md
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands, which GitHub shows beside the lines
    Github,
}

impl Report<'_> {
    /// Writes the report. `colour` applies to [`Format::Human`] only.
    ///
    /// # Errors
    ///
    /// The errors of `out`.
    pub fn write(
        &self,
        format: Format,
        colour: bool,
        sources: &Sources,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match format {
            Format::Human => human::write(self, colour, sources, out),
            Format::Json => json::write(self, sources, out),
            Format::Sarif => sarif::write(self, sources, out),
            Format::Github => github::write(self, sources, out),
        }
    }
}

/// Returns true if standard output takes colour: if it is a terminal, and `NO_COLOR`
/// (<https://no-color.org>) is not set or empty.
pub fn coloured() -> bool {
    let disabled = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !disabled && io::stdout().is_terminal()
}
