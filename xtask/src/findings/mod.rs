//! What the checks find, as data. Printing is separate, so that a finding can be compared in a test
//! and, later, be written in other formats.

use std::io::{self, Write};

use crate::reader::{Contract, Place};

/// One thing that is wrong, and what mends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The stable name of what is wrong, for example `request-property-nullable`.
    pub rule: String,
    /// What it is about, for people: `PUT /v1/things/{id}, request body, name`.
    pub subject: String,
    /// The file, relative to the repository.
    pub file: String,
    /// Where in the file; `None` where the whole file is meant.
    pub place: Option<Place>,
    /// The JSON pointer in the contract, for what stands in the contract.
    pub pointer: Option<String>,
    /// What each side says, in the order in which it is printed.
    pub statements: Vec<Statement>,
    /// The command or the edit that mends it.
    pub mend: String,
}

/// What one side says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Who says it: `contract`, `server`, `example`, …
    pub by: &'static str,
    /// What it says.
    pub text: String,
}

impl Statement {
    /// What `by` says.
    pub fn new(by: &'static str, text: impl Into<String>) -> Self {
        Statement { by, text: text.into() }
    }
}

impl Finding {
    /// A finding about the value at `pointer` of the contract.
    pub fn in_contract(
        contract: &Contract,
        pointer: &str,
        rule: impl Into<String>,
        subject: impl Into<String>,
    ) -> Self {
        Finding {
            rule: rule.into(),
            subject: subject.into(),
            file: contract.file().to_owned(),
            place: Some(contract.place(pointer)),
            pointer: Some(pointer.to_owned()),
            statements: Vec::new(),
            mend: String::new(),
        }
    }

    /// `file:line:column`, as far as it is known.
    pub fn at(&self) -> String {
        match self.place {
            Some(place) => format!("{}:{}:{}", self.file, place.line, place.column),
            None => self.file.clone(),
        }
    }
}

/// Writes findings for people.
pub fn write(findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    for finding in findings {
        writeln!(out, "{}: {}", finding.rule, finding.subject)?;
        write!(out, "  --> {}", finding.at())?;
        match &finding.pointer {
            Some(pointer) => writeln!(out, " (#{pointer})")?,
            None => writeln!(out)?,
        }
        let label = |by: &str| format!("{by}:");
        let widest = finding.statements.iter().map(|statement| statement.by.len()).max();
        let width = widest.unwrap_or(0).max("mend".len()) + 1;
        for statement in &finding.statements {
            writeln!(out, "  {:width$} {}", label(statement.by), statement.text)?;
        }
        writeln!(out, "  {:width$} {}\n", label("mend"), finding.mend)?;
    }
    Ok(())
}
