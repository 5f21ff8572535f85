//! The queue of the requests that wait for the rate limit.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::Notify;

use crate::deadline::DeadlineCause;

/// The position of a call in the queue. A retry has the ticket of the first attempt, and so keeps its
/// turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ticket(u64);

/// The waiting requests in order of their tickets.
///
/// Only the first one watches the rate limit, and each request that leaves the queue wakes the next
/// one, so that the work per request does not grow with the length of the queue.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: BTreeMap<Ticket, Arc<Waiter>>,
    next_ticket: u64,
}

/// A waiting request.
#[derive(Debug)]
pub(super) struct Waiter {
    pub(super) wake: Notify,
    deadline: Duration,
    /// The reason why the request will not be sent.
    pub(super) rejected: OnceLock<DeadlineCause>,
}

impl Queue {
    pub(super) fn ticket(&mut self) -> Ticket {
        self.next_ticket += 1;
        Ticket(self.next_ticket)
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Returns true if no other request is ahead of this one.
    pub(super) fn is_first(&self, ticket: Ticket) -> bool {
        self.waiting.first_key_value().is_none_or(|(first, _)| ticket <= *first)
    }

    pub(super) fn insert(&mut self, ticket: Ticket, deadline: Duration) -> Arc<Waiter> {
        let waiter = Waiter { wake: Notify::new(), deadline, rejected: OnceLock::new() };
        let waiter = Arc::new(waiter);
        self.waiting.insert(ticket, Arc::clone(&waiter));
        waiter
    }

    pub(super) fn remove(&mut self, ticket: Ticket) {
        self.waiting.remove(&ticket);
        self.wake_first();
    }

    pub(super) fn wake_first(&self) {
        if let Some((_, waiter)) = self.waiting.first_key_value() {
            waiter.wake.notify_one();
        }
    }

    /// Rejects the requests whose wait exceeds their deadline. `wait` returns the wait of a request
    /// from the number of requests ahead of it.
    pub(super) fn reject_late(&mut self, now: Duration, wait: impl Fn(u64) -> Duration) {
        let mut ahead = 0;
        self.waiting.retain(|_, waiter| {
            let wait = wait(ahead);
            let is_late = now.saturating_add(wait) >= waiter.deadline;
            if is_late {
                // It is set once: the request leaves the queue here.
                let _ = waiter.rejected.set(DeadlineCause::Wait(wait));
                waiter.wake.notify_one();
            } else {
                ahead += 1;
            }
            !is_late
        });
        self.wake_first();
    }
}
