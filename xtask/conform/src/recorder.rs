//! Records what a run finds, and turns it into findings. No other module here knows the shape of a
//! finding.

use std::collections::BTreeSet;

use agenthuman_contract::Contract;
use agenthuman_contract::findings::{Finding, Statement, rules};

use crate::problem::Problem;

/// Problems, notes and unchecked parts of a run.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    recorded: Vec<Recorded>,
    /// Observations that are not problems.
    notes: Vec<String>,
    /// Parts of the contract that were not checked, each with the reason.
    skipped: Vec<String>,
    /// Pairs of an operation and a documented status that a response had.
    pub covered: BTreeSet<(String, String)>,
}

#[derive(Debug)]
struct Recorded {
    problem: Problem,
    subject: String,
    curl: String,
    /// Number of responses with this problem.
    count: usize,
}

impl Recorder {
    /// Records a problem. The same problem in several responses becomes one finding, with the request
    /// that showed it first.
    pub(crate) fn record(
        &mut self,
        problem: Problem,
        subject: &str,
        curl: impl FnOnce() -> String,
    ) {
        // A malformed response is one problem, whichever request caused it. Every other problem is a
        // problem of its request.
        let any_request = problem.rule.starts_with("response-") || problem.rule == "server-error";
        let known = self.recorded.iter_mut().find(|found| {
            found.problem.rule == problem.rule
                && found.problem.pointer == problem.pointer
                && (any_request || found.subject == subject)
        });
        match known {
            Some(found) => found.count += 1,
            None => self.recorded.push(Recorded {
                problem,
                subject: subject.to_owned(),
                curl: curl(),
                count: 1,
            }),
        }
    }

    /// Records an observation that is not a problem.
    pub(crate) fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Records a part of the contract that is not checked, with the reason.
    pub(crate) fn skip(&mut self, part: String) {
        if !self.skipped.contains(&part) {
            self.skipped.push(part);
        }
    }

    pub(crate) fn notes(&self) -> &[String] {
        &self.notes
    }

    pub(crate) fn skipped(&self) -> &[String] {
        &self.skipped
    }

    /// Returns the findings in the order of the contract.
    pub(crate) fn findings(&self, contract: &Contract) -> Vec<Finding> {
        let mut findings: Vec<_> =
            self.recorded.iter().map(|found| finding(contract, found)).collect();
        findings.sort_by_key(|finding| finding.span.map(|span| span.start));
        findings
    }
}

fn finding(contract: &Contract, found: &Recorded) -> Finding {
    let Recorded { problem, subject, curl, count } = found;
    let mut finding =
        Finding::in_contract(contract, &problem.pointer, problem.rule, subject.as_str());
    let server = match count {
        1 => problem.server.clone(),
        count => format!("{} (and in {} more responses)", problem.server, count - 1),
    };
    finding.statements = vec![
        Statement::new("contract", problem.contract.as_str()),
        Statement::new("server", server),
        Statement::new("repeat", curl.as_str()),
    ];
    finding.fix = rules::find(problem.rule).map(|rule| rule.fix.clone()).unwrap_or_default();
    finding
}
