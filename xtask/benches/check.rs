//! The time that the check and the comparison of two documents take, for contracts of up to 4,000
//! operations: `cargo bench -p xtask`. The second table has the crate `drift` side by side, with the same
//! documents in the same run.
//!
//! A plain program that prints medians. criterion was rejected: it brings forty crates to measure
//! what takes tens of milliseconds and is wanted as four lines.

use std::error::Error;
use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use agenthuman_contract::Contract;
use agenthuman_contract::check::compare_documents;
use agenthuman_contract::diff::ComparisonMode;
use serde_json::Value;
use xtask::check;

/// Odd, so that there is a median.
const RUNS: usize = 7;

fn main() -> Result<(), Box<dyn Error>> {
    println!("operations  lines    read   check  check, one drift each  generate  total");
    for operations in [100, 1_000, 2_000] {
        let text = document(operations, false)?;
        let emission = Contract::parse("emission", &document(operations, true)?)?;
        let drifted = document(operations, true)?.replace("maximum: 9", "maximum: 8");
        let drifted = Contract::parse("drifted", &drifted)?;
        let contract = Contract::parse("contract.yaml", &text)?;
        let found = |server: &Contract| -> Result<usize, Box<dyn Error>> {
            let nowhere = Path::new("/nowhere");
            Ok(check::documents(&contract, server.document(), nowhere)?.findings.len())
        };
        assert_eq!(found(&emission)?, 0);
        assert_eq!(found(&drifted)?, operations);
        let read = median(|| drop(black_box(Contract::parse("contract.yaml", &text))));
        let checked = median(|| drop(black_box(found(&emission))));
        let drifts = median(|| drop(black_box(found(&drifted))));
        let generated = median(|| {
            drop(black_box(agenthuman_server_codegen::generate(&contract, "stub", "contract.yaml")))
        });
        let lines = text.lines().count();
        println!(
            "{operations:10} {lines:6} {:>7} {:>7} {:>22} {:>9} {:>6}",
            milliseconds(read),
            milliseconds(checked),
            milliseconds(drifts),
            milliseconds(generated),
            milliseconds(read + checked + generated),
        );
    }
    println!();
    compare()
}

/// Compares documents with and without changes, by this project and by `drift`. Both read JSON: this project
/// with the position of each value, `drift` from `serde_json`.
fn compare() -> Result<(), Box<dyn Error>> {
    println!("                               |      this project        |          drift");
    println!("operations  change         MB  |   read  compare   found  |   read  compare   found");
    for operations in [500, 1_000, 2_000, 4_000] {
        let yaml = document(operations, false)?;
        for (change, from, to) in [
            ("none", "", ""),
            ("maximum", "maximum: 9", "maximum: 8"),
            ("nullable", "string, nullable: true}", "string}"),
            ("order", "required: [id, name, tags]", "required: [tags, name, id]"),
        ] {
            let json = |yaml: &str| -> Result<String, Box<dyn Error>> {
                Ok(Contract::parse("contract.yaml", yaml)?.document().to_string())
            };
            let (old, new) = (json(&yaml)?, json(&yaml.replace(from, to))?);
            let read = |text: &str| Contract::parse("contract.json", text);
            let ours = [read(&old)?, read(&new)?];
            let found = || -> Result<usize, Box<dyn Error>> {
                let mode = Some(ComparisonMode::Documents);
                Ok(compare_documents(&ours[0], &ours[1], mode)?.findings.len())
            };
            let theirs: [Value; 2] = [serde_json::from_str(&old)?, serde_json::from_str(&new)?];
            let drift = || drift::compare(&theirs[0], &theirs[1]).map(|changes| changes.len());
            print!("{operations:10}  {change:8} {:8.1}", old.len() as f64 / 1e6);
            for (read, compare, found) in [
                (
                    median(|| drop(black_box((read(&old), read(&new))))),
                    median(|| drop(black_box(found()))),
                    found()?,
                ),
                (
                    median(|| {
                        drop(black_box(
                            [&old, &new].map(|text| serde_json::from_str::<Value>(text)),
                        ));
                    }),
                    median(|| drop(black_box(drift()))),
                    drift()?,
                ),
            ] {
                let [read, compare] = [read, compare].map(milliseconds);
                print!("  | {read:>6} {compare:>8} {found:7}");
            }
            println!();
        }
    }
    Ok(())
}

fn milliseconds(time: Duration) -> String {
    format!("{:.0}ms", time.as_secs_f64() * 1000.0)
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<_> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[RUNS / 2]
}

/// A contract, or what Dropshot would emit for it. Each operation has a body and an answer of its
/// own; all share one error.
fn document(operations: usize, emission: bool) -> Result<String, std::fmt::Error> {
    let mut paths = String::new();
    let mut schemas = String::new();
    let errors = if emission { ["4XX", "5XX"] } else { ["404", "503"] };
    for n in 0..operations {
        write!(
            paths,
            "  /v1/things{n}/{{id}}:
    put:
      operationId: update_{n}
      tags: [things]
      parameters:
        - {{name: id, in: path, required: true, schema: {{type: string}}}}
      requestBody:
        required: true
        content:
          application/json:
            schema: {{$ref: '#/components/schemas/Update{n}'}}
      responses:
        '200':
          description: The thing.
          content:
            application/json:
              schema: {{$ref: '#/components/schemas/Thing{n}'}}
        {}: {{$ref: '#/components/responses/Error'}}
        {}: {{$ref: '#/components/responses/Error'}}
",
            quoted(errors[0]),
            quoted(errors[1]),
        )?;
        write!(
            schemas,
            "    Update{n}:
      type: object
      additionalProperties: false
      properties:
        name: {{type: string, nullable: true}}
        limit: {{type: integer, format: int64, minimum: 1, maximum: 9}}
        at: {{type: string, format: date-time, nullable: true}}
    Thing{n}:
      type: object
      required: [id, name, tags]
      properties:
        id: {{type: string, example: a}}
        name: {{type: string}}
        tags: {{type: array, items: {{type: string}}}}
        state: {{type: string, enum: [on, off]}}
"
        )?;
    }
    Ok(format!(
        "openapi: 3.0.3
info: {{title: Things, version: 1.0.0}}
paths:
{paths}components:
  responses:
    Error:
      description: What went wrong.
      content:
        application/json:
          schema: {{$ref: '#/components/schemas/Error'}}
  schemas:
    Error: {{type: object, required: [error], properties: {{error: {{type: string}}}}}}
{schemas}"
    ))
}

fn quoted(status: &str) -> String {
    format!("'{status}'")
}
