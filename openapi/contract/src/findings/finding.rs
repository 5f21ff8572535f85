//! Findings.

use std::sync::Arc;

use super::rules::{self, Severity};
use crate::compatibility::{ChangeKind, Class};
use crate::reader::{Contract, Span};

/// A problem, and its fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The name of the rule, for example `request-property-nullable`.
    pub rule: String,
    /// The subject, for people: `PUT /v1/things/{id}, request body, name`.
    pub subject: String,
    /// The file, relative to the repository or absolute.
    pub file: String,
    /// The span in the file; `None` for the whole file.
    pub span: Option<Span>,
    /// The JSON pointer, if the file is a document.
    pub pointer: Option<String>,
    /// The statements of the two sides, in the order of output.
    pub statements: Vec<Statement>,
    /// Related locations: the Rust item, the other document.
    pub related: Vec<Related>,
    /// The operations that are affected, as `GET /things`, if it is a difference.
    pub operations: Arc<[Arc<str>]>,
    /// The change, if it is one from one version of a document to another.
    pub change: Option<VersionChange>,
    /// The command or the edit that fixes the problem.
    pub fix: String,
}

/// A change from one version of a document to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionChange {
    /// The class of the change.
    pub class: Class,
    /// The effect on the whole operation.
    pub kind: ChangeKind,
}

/// A statement of one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The side: `contract`, `server`, `example`, ….
    pub by: &'static str,
    /// The statement.
    pub text: String,
}

impl Statement {
    /// Returns a statement of the side `by`.
    pub fn new(by: &'static str, text: impl Into<String>) -> Self {
        Statement { by, text: text.into() }
    }
}

/// A related location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The element at the location: `the server's type`.
    pub what: &'static str,
    /// The file, relative to the repository or absolute.
    pub file: String,
    /// The span in the file.
    pub span: Span,
    /// The JSON pointer, if the file is a document.
    pub pointer: Option<String>,
}

impl Related {
    /// Returns the location of the value at `pointer` of a contract.
    pub fn in_contract(contract: &Contract, what: &'static str, pointer: String) -> Self {
        Related {
            what,
            file: contract.file().to_owned(),
            span: contract.span(&pointer),
            pointer: Some(pointer),
        }
    }
}

impl Finding {
    /// Returns a finding about the value at `pointer` of a contract, without statements and fix.
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
            operations: Arc::default(),
            change: None,
            fix: String::new(),
        }
    }

    /// Returns a finding about a construct that a generator does not support, with the rule's fix.
    pub fn unsupported(
        contract: &Contract,
        pointer: &str,
        rule: &str,
        subject: &str,
        message: String,
    ) -> Self {
        let mut finding = Finding::in_contract(contract, pointer, rule, subject);
        finding.statements = vec![Statement::new("contract", message)];
        let fix = rules::find(rule).map_or("", |rule| rule.fix.as_str());
        finding.fix = format!("{fix}, at {}", finding.at());
        finding
    }

    /// Returns the position as `file:line:column`, or the file if there is no span.
    pub fn at(&self) -> String {
        match self.span {
            Some(span) => format!("{}:{}:{}", self.file, span.line, span.column),
            None => self.file.clone(),
        }
    }

    /// Returns the severity: that of the change, or else that of the rule. That of an unknown rule is
    /// `Error`.
    pub fn severity(&self) -> Severity {
        if let Some(change) = self.change {
            return match change.class {
                Class::BreakingForClients => Severity::Error,
                Class::BreakingForServers => Severity::Warning,
                Class::Compatible | Class::Documentation => Severity::Note,
            };
        }
        rules::find(&self.rule).map_or(Severity::Error, |rule| rule.severity)
    }

    /// Returns the statements in one line.
    pub fn text(&self) -> String {
        let statement = |Statement { by, text }: &Statement| format!("{by}: {text}");
        self.statements.iter().map(statement).collect::<Vec<_>>().join("; ")
    }

    /// Returns the reason why the rule matters.
    pub fn why(&self) -> &'static str {
        rules::find(&self.rule).map_or("", |rule| rule.why.as_str())
    }
}
