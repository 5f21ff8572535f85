//! The number of changes of each operation.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{ChangeKind, Class};

/// The changes of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationChanges {
    /// The operation, as `GET /things`; `None` for the document itself.
    pub operation: Option<Arc<str>>,
    /// The effect on the whole operation.
    pub kind: ChangeKind,
    /// The number of changes that break clients.
    pub breaking: usize,
    /// The number of changes that break only servers.
    pub warning: usize,
    /// The number of other changes.
    pub other: usize,
}

/// Counts changes by operation, in alphabetical order, after those of the document itself. A change of
/// something that operations share counts for each of them.
pub fn operation_changes<'a>(
    changes: impl IntoIterator<Item = (Class, ChangeKind, &'a [Arc<str>])>,
) -> Vec<OperationChanges> {
    let mut counted: BTreeMap<Option<&Arc<str>>, OperationChanges> = BTreeMap::new();
    for (class, kind, operations) in changes {
        let document = operations.is_empty().then_some(None);
        for operation in operations.iter().map(Some).chain(document) {
            let counts = counted.entry(operation).or_insert_with(|| OperationChanges {
                operation: operation.cloned(),
                kind: ChangeKind::Other,
                breaking: 0,
                warning: 0,
                other: 0,
            });
            match class {
                Class::BreakingForClients => counts.breaking += 1,
                Class::BreakingForServers => counts.warning += 1,
                Class::Compatible | Class::Documentation => counts.other += 1,
            }
            if kind != ChangeKind::Other {
                counts.kind = kind;
            }
        }
    }
    counted.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operation_changes_counts_shared_change_for_each_operation() {
        let [get, put]: [Arc<str>; 2] = ["GET /a".into(), "PUT /a".into()];
        let both = [get.clone(), put.clone()];
        let counted = operation_changes([
            (Class::BreakingForClients, ChangeKind::Other, &both[..]),
            (Class::Documentation, ChangeKind::Other, &[]),
            (Class::BreakingForServers, ChangeKind::Other, &both[..1]),
            (Class::Compatible, ChangeKind::OperationAdded, &["GET /b".into()]),
        ]);
        let counted: Vec<_> = counted
            .iter()
            .map(|one| {
                let counts = (one.breaking, one.warning, one.other);
                (one.operation.as_deref().unwrap_or_default(), one.kind, counts)
            })
            .collect();
        assert_eq!(
            counted,
            [
                ("", ChangeKind::Other, (0, 0, 1)),
                ("GET /a", ChangeKind::Other, (1, 1, 0)),
                ("GET /b", ChangeKind::OperationAdded, (0, 0, 1)),
                ("PUT /a", ChangeKind::Other, (1, 0, 0)),
            ]
        );
    }
}
