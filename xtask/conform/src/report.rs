//! What a conformance run found, as findings. The only place here that knows what a finding is made
//! of.

use std::collections::BTreeSet;

use super::answer::Problem;
use agenthuman_contract::Contract;
use agenthuman_contract::findings::{Finding, Statement, rules};

/// Everything that a run has to say.
#[derive(Debug, Default)]
pub(super) struct Report {
    found: Vec<Found>,
    /// What is no fault, and worth knowing.
    notes: Vec<String>,
    /// What has not been tried, and why.
    left_out: Vec<String>,
    /// Whether requests that were planned have not been sent.
    pub partial: bool,
    /// Statuses that have been seen, with their operation.
    pub seen: BTreeSet<(String, String)>,
}

#[derive(Debug)]
struct Found {
    problem: Problem,
    subject: String,
    curl: String,
    /// In how many answers.
    count: usize,
}

impl Report {
    /// The same problem in several answers is one finding, with the request that showed it first.
    pub fn add(&mut self, problem: Problem, subject: &str, curl: impl FnOnce() -> String) {
        // What is wrong with an answer is one thing whatever was asked; what comes of a request is
        // about that request.
        let about_answers = problem.rule.starts_with("response-") || problem.rule == "server-error";
        let again = self.found.iter_mut().find(|found| {
            found.problem.rule == problem.rule
                && found.problem.pointer == problem.pointer
                && (about_answers || found.subject == subject)
        });
        match again {
            Some(found) => found.count += 1,
            None => self.found.push(Found {
                problem,
                subject: subject.to_owned(),
                curl: curl(),
                count: 1,
            }),
        }
    }

    pub fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    pub fn leave_out(&mut self, what: String) {
        if !self.left_out.contains(&what) {
            self.left_out.push(what);
        }
    }

    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }

    /// In the order of the contract.
    pub fn findings(&self, contract: &Contract) -> Vec<Finding> {
        let mut findings: Vec<_> =
            self.found.iter().map(|found| finding(contract, found)).collect();
        findings.sort_by_key(|finding| finding.span.map(|span| span.start));
        findings
    }
}

fn finding(contract: &Contract, found: &Found) -> Finding {
    let Found { problem, subject, curl, count } = found;
    let mut finding =
        Finding::in_contract(contract, &problem.pointer, problem.rule, subject.as_str());
    let server = match count {
        1 => problem.server.clone(),
        count => format!("{} (and in {} more answers)", problem.server, count - 1),
    };
    finding.statements = vec![
        Statement::new("contract", problem.contract.as_str()),
        Statement::new("server", server),
        Statement::new("repeat", curl.as_str()),
    ];
    finding.fix = rules::find(problem.rule).map(|rule| rule.fix.clone()).unwrap_or_default();
    finding
}
