//! All findings of one run, in one of the formats.

use std::io::{self, IsTerminal, Write};

use super::{Finding, Severity, Sources, github, human, json, sarif};

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Format {
    /// For people, with the lines of the source
    #[default]
    Human,
    /// One JSON object; `xtask/README.md` describes it
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands, which GitHub shows beside the lines
    Github,
}

/// What one run of a task found.
#[derive(Debug)]
pub struct Report<'a> {
    /// The command: `cargo xtask check`.
    pub tool: &'static str,
    pub findings: &'a [Finding],
    /// What was compared, in one line.
    pub summary: String,
}

impl Report<'_> {
    /// Whether something must be fixed: a note alone is no reason to fail.
    pub fn fails(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity() != Severity::Note)
    }

    /// Writes it. `colour` is for people only.
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

/// Whether standard output takes colour: a terminal does, unless `NO_COLOR` says otherwise
/// (<https://no-color.org>: when it is there and not empty).
pub fn coloured() -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !refused && io::stdout().is_terminal()
}
