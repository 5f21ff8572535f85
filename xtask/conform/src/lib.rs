//! Tests a *running* server against its OpenAPI 3.0 contract.
//!
//! A comparison of the server's types with the contract does not show how the server behaves; only its
//! responses do. All requests and all expectations are derived from the contract: this crate does not
//! know what the API is about.
//!
//! # Findings
//! - For any request: a status, media type, header or body that differs from the contract, an
//!   undocumented property, a 5xx, no response.
//! - For an invalid request: it is accepted (`bad-input-accepted`), or rejected with a status for
//!   another error (`refusal-status`).
//! - For a valid request, including the documented examples: it is rejected (`good-input-refused`),
//!   unless there is evidence for a rule between fields.
//! - For an update: the response does not show the sent values, or shows a change of others; a
//!   rejected update has changed something.
//! - For objects that the run creates itself and deletes afterwards: a sent value is not shown, the
//!   object reads back differently, a list misses it, a page or a filter is wrong, or it exists after
//!   it was deleted.
//!
//! # Alternatives that were rejected
//! - Random requests: a gate must give the same result twice.
//! - A hand-written list of requests: it misses what is added to the contract.
//!
//! # Example
//! ```no_run
//! use std::collections::BTreeMap;
//! use std::path::Path;
//!
//! use agenthuman_conform::{Options, interrupts, test_server};
//! use agenthuman_contract::Contract;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let contract = Contract::read(Path::new("."), "openapi.yaml")?;
//! let options = Options {
//!     url: "http://127.0.0.1:8080".to_owned(),
//!     path_parameters: BTreeMap::from([("thing_id".to_owned(), "thing_1".to_owned())]),
//!     set: BTreeMap::new(),
//!     key: std::env::var("API_KEY").ok(),
//!     key_variable: "API_KEY".to_owned(),
//!     max_requests: 1000,
//! };
//! // At Ctrl-C the run restores the object and ends.
//! let stop = interrupts(|| eprintln!("interrupted"));
//! let report = test_server(&options, &contract, stop).await?;
//! let findings = report.findings(&contract);
//! println!("{}", report.summary(findings.len()));
//! # Ok(())
//! # }
//! ```
//!
//! # Modules
//! Each module uses only modules of its own and of earlier rows, without a cycle.
//!
//! | modules | purpose |
//! |---|---|
//! | `excerpt`, `problem`, `options`, `schemas`, `examples` | texts, problems, options, validators, documented examples |
//! | `request`, `response`, `representation`, `values` | requests, responses, the object in a response, test values |
//! | `case`, `target`, `cases` | the test cases of an operation |
//! | `response_check`, `object_identity`, `object_state`, `rate_limit`, `session`, `recorder` | checks of a response, sending, recording |
//! | `lifecycle` | the operations that create, list and delete one kind of object |
//! | `operation_test` | the test of one operation |
//! | `restore`, `preparation`, `cross_field_rules`, `update_check`, `case_test`, `atomicity`, `object_test`, `listing`, `creation`, `deletion`, `rate_limit_check` | its phases |
//! | `report`, `run` | the result, and the run over all operations |
//! | `interrupt` | ends a run at Ctrl-C |

#![warn(missing_docs)]

mod atomicity;
mod case;
mod case_test;
mod cases;
mod creation;
mod cross_field_rules;
mod deletion;
mod examples;
mod excerpt;
mod interrupt;
mod lifecycle;
mod listing;
mod object_identity;
mod object_state;
mod object_test;
mod operation_test;
mod options;
mod preparation;
mod problem;
mod rate_limit;
mod rate_limit_check;
mod recorder;
mod report;
mod representation;
mod request;
mod response;
mod response_check;
mod restore;
mod run;
mod schemas;
mod session;
mod target;
mod update_check;
mod values;

pub use interrupt::interrupts;
pub use options::{ConformError, Options};
pub use report::ConformanceReport;
pub use run::test_server;
