//! The operations that use what several of them share: schemas, servers, the template of a path.
//!
//! A shared element is compared once, so a difference in it is found on behalf of the first operation that
//! uses it. The uses are recorded during the walk, and the operations are looked up afterwards, only for
//! elements that differ.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

/// The user of an element.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum User {
    /// The document as a whole.
    Document,
    /// An operation.
    Operation(Arc<str>),
    /// Another shared element, by its number.
    Element(usize),
}

/// Shared elements, each with its users.
#[derive(Debug)]
pub(super) struct Usage<E> {
    numbers: HashMap<E, usize>,
    users: Vec<HashSet<User>>,
}

impl<E: Eq + Hash> Usage<E> {
    pub fn new() -> Self {
        Usage { numbers: HashMap::new(), users: Vec::new() }
    }

    /// Records a use of an element. Returns the element as a user of others, and true if this is its first
    /// use.
    pub fn record(&mut self, element: E, user: User) -> (User, bool) {
        let next = self.users.len();
        let number = *self.numbers.entry(element).or_insert(next);
        if number == next {
            self.users.push(HashSet::new());
        }
        self.users[number].insert(user);
        (User::Element(number), number == next)
    }

    /// Returns the operations of each user, in alphabetical order. The document has none.
    pub fn operations(&self, users: &[User]) -> Vec<Arc<[Arc<str>]>> {
        let mut known: HashMap<&User, Arc<[Arc<str>]>> = HashMap::new();
        let of = |user| known.entry(user).or_insert_with(|| self.search(user)).clone();
        users.iter().map(of).collect()
    }

    fn search(&self, user: &User) -> Arc<[Arc<str>]> {
        let mut operations = BTreeSet::new();
        let mut seen = HashSet::from([user]);
        let mut pending = vec![user];
        while let Some(user) = pending.pop() {
            match user {
                User::Document => {}
                User::Operation(operation) => drop(operations.insert(operation.clone())),
                User::Element(number) => {
                    pending.extend(self.users[*number].iter().filter(|user| seen.insert(user)));
                }
            }
        }
        operations.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_found_through_shared_elements_and_cycles() {
        let mut usage = Usage::new();
        let operation = |name: &str| User::Operation(name.into());
        let (one, first) = usage.record("A", operation("PUT /b"));
        assert!(first);
        let (two, _) = usage.record("B", one.clone());
        assert_eq!(usage.record("A", two.clone()), (one, false));
        usage.record("A", operation("GET /a"));
        usage.record("B", operation("GET /c"));
        let found = usage.operations(&[two, operation("GET /d"), User::Document]);
        let found: Vec<_> = found.iter().map(|operations| operations.join(", ")).collect();
        assert_eq!(found, ["GET /a, GET /c, PUT /b", "GET /d", ""]);
    }
}
