//! The operating system's limit of open files, which bounds the connections.

/// Open files besides the connections of requests and of PostgreSQL: the database, its journals, stderr,
/// the admin connections.
const OTHER_FILES: usize = 64;

/// Returns the number of open files that this many connections need.
pub(crate) fn needed(connections: usize) -> usize {
    connections.saturating_add(OTHER_FILES)
}

/// Raises the soft limit to the hard limit. Returns it, or `None` if there is no limit.
#[cfg(unix)]
pub(crate) fn raise_limit() -> Option<usize> {
    use rustix::process::{Resource, getrlimit, setrlimit};

    let mut limit = getrlimit(Resource::Nofile);
    let before = limit.current;
    limit.current = limit.maximum;
    // a process may always raise its soft limit; where it cannot, the limit stays
    let raised = setrlimit(Resource::Nofile, limit);
    let files = if raised.is_ok() { limit.current } else { before };
    files.map(|files| usize::try_from(files).unwrap_or(usize::MAX))
}

#[cfg(not(unix))]
pub(crate) fn raise_limit() -> Option<usize> {
    None
}
