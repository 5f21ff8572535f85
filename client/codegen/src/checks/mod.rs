//! Checks of the document for constructs that the generated client does not support.
//!
//! progenitor (0.15.1, `method.rs` and `lib.rs`) stops at most of these with an assertion, a `todo!`
//! or an error without a position, in the middle of `build.rs`. The checks read the document instead
//! of running progenitor, which takes seconds and stops at the first construct.

mod alternatives;
mod merges;
mod operations;
mod references;
mod walk;

use agenthuman_contract::Contract;

use crate::security;
use crate::unsupported::Unsupported;

pub(crate) use alternatives::overlapping_objects;

/// Returns everything in a contract that the generated client does not support, in the order of the
/// document.
pub fn unsupported(contract: &Contract) -> Vec<Unsupported> {
    let mut found = references::check(contract);
    found.extend(alternatives::check(contract));
    found.extend(merges::check(contract));
    found.extend(operations::check(contract));
    found.extend(security::check(contract));
    found.sort_by_key(|one| contract.span(&one.pointer).start);
    found.dedup();
    found
}
