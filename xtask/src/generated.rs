//! All files that are generated from the contract and checked in, and how they are written.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use agenthuman_contract::check::compare_generated_files;
use agenthuman_contract::findings::{Finding, Statement};
use agenthuman_contract::{Contract, ContractError};
use agenthuman_server_codegen::rustfmt;

use crate::{CONTRACT, RELEASED};

const CLIENT: &str = "client/src/generated.rs";
pub(crate) const STUB: &str = "server/api";
const STUB_LIBRARY: &str = "agenthuman_links_api";
const DOCS: &str = "server/src/docs";

/// Folders in which every file is generated.
const OWNED: [&str; 3] = ["server/api/src", "server/api/examples", "server/src/docs/site"];

const FIX: &str = "cargo xtask generate";

/// The generated files, and what could not be generated.
#[derive(Debug, Default)]
pub struct Generated {
    /// The text of each file, by its path relative to the repository.
    pub files: BTreeMap<PathBuf, String>,
    /// Everything in the contract that a generator does not support, with the generator's name.
    pub errors: Vec<(&'static str, ContractError)>,
}

/// Generates all files. What one generator does not support does not stop the others.
pub fn files(contract: &Contract, root: &Path) -> Generated {
    let mut generated = Generated::default();
    let (stub, client) = side_by_side(
        || agenthuman_server_codegen::generate(contract, STUB_LIBRARY, CONTRACT),
        || agenthuman_client_codegen::generate(contract, CONTRACT),
    );
    match stub {
        Ok(files) => generated
            .files
            .extend(files.into_iter().map(|(path, text)| (Path::new(STUB).join(path), text))),
        Err(errors) => generated.errors.extend(errors.into_iter().map(|error| ("stub", error))),
    }
    match client {
        Ok(text) => drop(generated.files.insert(PathBuf::from(CLIENT), text)),
        Err(errors) => generated.errors.extend(errors.into_iter().map(|error| ("client", error))),
    }
    match docs(contract, root) {
        Ok(files) => generated.files.extend(files),
        Err(error) => generated.errors.push(("docs", error)),
    }
    generated
}

/// Runs two functions, the first one in a thread of its own.
pub(crate) fn side_by_side<A: Send, B>(
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B,
) -> (A, B) {
    std::thread::scope(|scope| {
        let thread = scope.spawn(one);
        let other = other();
        match thread.join() {
            Ok(one) => (one, other),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn docs(contract: &Contract, root: &Path) -> Result<BTreeMap<PathBuf, String>, ContractError> {
    let at = |error: Box<dyn std::error::Error>| match error.downcast::<ContractError>() {
        Ok(error) => *error,
        Err(error) => contract.error("", error.to_string()),
    };
    let mut files = agenthuman_docs::embedded(contract, root, RELEASED, DOCS).map_err(at)?;
    for (path, text) in &mut files {
        if path.ends_with("files.rs") {
            *text = rustfmt::format(text).map_err(|error| contract.error("", error))?;
        }
    }
    Ok(files)
}

/// Writes the files whose content has changed below `root`, and returns their paths.
///
/// Each is written beside its place and then renamed, so that none is ever half written.
///
/// # Errors
///
/// The first file that cannot be written.
pub fn write(root: &Path, files: &BTreeMap<PathBuf, String>) -> io::Result<Vec<PathBuf>> {
    let mut changed = Vec::new();
    for (path, text) in files {
        let target = root.join(path);
        if fs::read(&target).is_ok_and(|bytes| bytes == text.as_bytes()) {
            continue;
        }
        replace(&target, text.as_bytes())?;
        changed.push(path.clone());
    }
    Ok(changed)
}

/// Replaces a file by rename, so that it is never half written.
///
/// # Errors
///
/// A folder that cannot be created, or a file that cannot be written or renamed.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut beside = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The permissions of a new file, not those of a temporary one; the umask still applies.
        beside.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut beside = beside.prefix(".xtask-").tempfile_in(folder)?;
    beside.write_all(bytes)?;
    beside.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Compares the files below `root` with what was generated.
pub fn compare(files: &BTreeMap<PathBuf, String>, root: &Path) -> Vec<Finding> {
    compare_generated_files(files, &OWNED, root, FIX)
}

/// Returns the finding for something that a generator does not support.
pub fn unsupported(contract: &Contract, generator: &str, error: ContractError) -> Finding {
    let pointer = error.pointer.unwrap_or_default();
    let subject = format!("the {generator} cannot be generated from this");
    let mut finding = Finding::in_contract(contract, &pointer, "not-expressible", subject);
    finding.span = error.span;
    finding.statements.push(Statement::new("generator", error.message));
    finding.fix = format!("express it differently at {}", finding.at());
    finding
}
