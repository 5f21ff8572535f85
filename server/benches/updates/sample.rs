//! Measurements, and the sequence of links that they update.

use std::time::Duration;

/// Result of one round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    pub(crate) updates: u64,
    pub(crate) per_second: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
    /// Processor time of the server per update.
    pub(crate) processor_time: Duration,
}

impl Measured {
    /// Returns the result of updates with these latencies.
    pub(crate) fn new(mut latencies: Vec<Duration>, took: Duration) -> Self {
        latencies.sort_unstable();
        let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize];
        let updates = u64::try_from(latencies.len()).unwrap();
        let per_second = latencies.len() as f64 / took.as_secs_f64();
        Measured {
            updates,
            per_second,
            p50: at(0.5),
            p99: at(0.99),
            processor_time: Duration::ZERO,
        }
    }

    /// Adds the processor time of the server for all updates.
    pub(crate) fn with_processor_time(self, total: Duration) -> Self {
        let updates = u32::try_from(self.updates.max(1)).unwrap();
        Measured { processor_time: total / updates, ..self }
    }
}

/// Returns the next number of a pseudo-random sequence (splitmix64).
pub(crate) fn next(random: u64) -> u64 {
    let mixed = random.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed ^ mixed >> 27
}

/// Returns the id of a link in the databases of the benchmark.
pub(crate) fn link_id(number: usize) -> String {
    format!("lnk_{number:08}")
}
