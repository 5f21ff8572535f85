//! The names of commands and flags on the command line.
//!
//! They are chosen here and not when the program starts, so that a contract whose names clash fails to
//! generate. clap detects a duplicate name only in debug builds.

use std::collections::HashMap;

use agenthuman_contract::{Contract, ContractError, child};
use heck::ToKebabCase;

use crate::operations::{Input, Operation, Presence};
use crate::unsupported::Limit;

/// The commands of the program itself (`client/src/cli/definition.rs`), and the one that clap adds.
const PROGRAM_COMMANDS: [&str; 4] = ["completions", "config", "help", "man"];

/// The flags of the program itself (`client/src/cli/definition.rs`), and those that clap adds.
const PROGRAM_FLAGS: [&str; 14] = [
    "all",
    "allow-http",
    "base-url",
    "color",
    "dry-run",
    "failures",
    "from",
    "help",
    "json",
    "output",
    "profile",
    "verbose",
    "version",
    "yes",
];

/// Returns the name of the command of an operation: the first word of its id, `update` for
/// `update_thing`, or the whole id if another operation has the same first word. A command of the
/// program itself keeps its name: `help` becomes `call-help`.
pub fn command_name(operation: &Operation<'_>, operations: &[Operation<'_>]) -> String {
    let id = |operation: &Operation<'_>| operation.name.to_string().to_kebab_case();
    let first_word = |operation: &Operation<'_>| id(operation).split('-').next().map(str::to_owned);
    let short = first_word(operation);
    let has_same = operations.iter().filter(|other| first_word(other) == short).count() > 1;
    let name = short.filter(|_| !has_same).unwrap_or_else(|| id(operation));
    unreserved("call", name, &PROGRAM_COMMANDS)
}

/// Returns the flag that sets an input, without its dashes. A flag of the program itself keeps its
/// name: the flag of `json` becomes `set-json`.
pub fn flag(input: &Input) -> String {
    unreserved("set", input.name.to_kebab_case(), &PROGRAM_FLAGS)
}

/// Returns the flag that clears an input, without its dashes.
pub fn clear_flag(input: &Input) -> Option<String> {
    let is_clearable = input.presence == Presence::Clearable;
    is_clearable.then(|| format!("clear-{}", input.name.to_kebab_case()))
}

/// Returns the flag that sets a time to one after a duration from now, without its dashes.
pub fn later_flag(input: &Input) -> Option<String> {
    let later = input.later()?.to_string().to_kebab_case();
    Some(unreserved("set", later, &PROGRAM_FLAGS))
}

fn unreserved(prefix: &str, name: String, reserved: &[&str]) -> String {
    if reserved.contains(&name.as_str()) { format!("{prefix}-{name}") } else { name }
}

/// Returns an error for each command or flag whose name another one has.
pub fn duplicates(contract: &Contract, operations: &[Operation<'_>]) -> Vec<ContractError> {
    let mut errors = Vec::new();
    let mut commands = HashMap::new();
    for operation in operations {
        let pointer = child(&operation.pointer, "operationId");
        let name = command_name(operation, operations);
        if let Some(first) = commands.insert(name.clone(), operation.name) {
            let problem = format!("two commands with the name `{name}`; `{first}` has it too");
            errors.push(contract.error(&pointer, Limit::Generator.message(problem)));
        }
        let mut flags = HashMap::new();
        for input in operation.inputs().filter(|input| input.presence != Presence::Required) {
            let flags_of_input = [Some(flag(input)), clear_flag(input), later_flag(input)];
            for flag in flags_of_input.into_iter().flatten() {
                if let Some(first) = flags.insert(flag.clone(), &input.name) {
                    let problem =
                        format!("two flags with the name `--{flag}`; `{first}` has it too");
                    let problem = Limit::Generator.message(problem);
                    errors.push(contract.error(&input.schema, problem));
                }
            }
        }
    }
    errors
}
