//! What the tasks find, as data; and how it is written for people and for machines.
//!
//! A finding carries what is particular to it: the place, what each side says, the edit that fixes
//! it. What holds for all findings of one rule (how severe it is, why it matters) stands once, in
//! `rules`.

mod github;
mod human;
mod json;
mod report;
pub mod rules;
mod sarif;
mod sources;

use crate::reader::{Contract, Span};

pub use report::{Format, Report, coloured};
pub use rules::Severity;
pub use sources::Sources;

/// One thing that is wrong, and what fixes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The stable name of what is wrong, for example `request-property-nullable`.
    pub rule: String,
    /// What it is about, for people: `PUT /v1/things/{id}, request body, name`.
    pub subject: String,
    /// The file, relative to the repository.
    pub file: String,
    /// Where in the file; `None` where the whole file is meant.
    pub span: Option<Span>,
    /// The JSON pointer in the contract, for what stands in the contract.
    pub pointer: Option<String>,
    /// What each side says, in the order in which it is printed.
    pub statements: Vec<Statement>,
    /// Other places that belong to it: the Rust item, the other document.
    pub related: Vec<Related>,
    /// The command or the edit that fixes it.
    pub fix: String,
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

/// Another place that a finding is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// What is there: `the server's type`.
    pub what: &'static str,
    pub file: String,
    pub span: Span,
    /// The JSON pointer, where the file is a document.
    pub pointer: Option<String>,
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
            span: Some(contract.span(pointer)),
            pointer: Some(pointer.to_owned()),
            statements: Vec::new(),
            related: Vec::new(),
            fix: String::new(),
        }
    }

    /// `file:line:column`, as far as it is known.
    pub fn at(&self) -> String {
        match self.span {
            Some(span) => format!("{}:{}:{}", self.file, span.line, span.column),
            None => self.file.clone(),
        }
    }

    /// How severe it is; an error, where the rule is not known.
    pub fn severity(&self) -> Severity {
        rules::find(&self.rule).map_or(Severity::Error, |rule| rule.severity)
    }

    /// Why it matters.
    pub fn why(&self) -> &'static str {
        rules::find(&self.rule).map_or("", |rule| rule.why.as_str())
    }
}

#[cfg(test)]
mod tests;
