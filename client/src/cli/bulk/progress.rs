//! The progress of a command that is run for each row of a file.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::error_report::print_line;

/// The time between two lines of progress if stderr is not a terminal.
const INTERVAL: Duration = Duration::from_secs(5);

/// The bar on a terminal.
const TEMPLATE: &str = "[{wide_bar}] {pos}/{len} rows{msg}";

/// The letters of the bar: done, current, and to do. They are ASCII, which every terminal has.
const BAR: &str = "=> ";

/// The progress on stderr: a bar on a terminal, and otherwise a line now and then.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    rows: usize,
    done: usize,
    failed: usize,
    reported: Instant,
}

impl Progress {
    /// `in_lines` avoids the bar, which other lines would break.
    pub(super) fn new(rows: usize, in_lines: bool) -> Self {
        let bar = (io::stderr().is_terminal() && !in_lines).then(|| {
            // A test shows that the template is valid.
            let style = ProgressStyle::with_template(TEMPLATE);
            let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(rows as u64).with_style(style.progress_chars(BAR))
        });
        Progress { bar, rows, done: 0, failed: 0, reported: Instant::now() }
    }

    /// Counts a row.
    pub(super) fn add(&mut self, is_failed: bool) {
        self.done += 1;
        self.failed += usize::from(is_failed);
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    /// Writes something else to the terminal.
    pub(super) fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Shows the progress, and what the requests wait for.
    pub(super) fn show(&mut self, wait: Option<String>) {
        let failed = match self.failed {
            0 => String::new(),
            failed => format!(", {failed} failed"),
        };
        let wait = wait.map_or_else(String::new, |wait| format!("; {wait}"));
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{failed}{wait}"));
        } else if self.reported.elapsed() >= INTERVAL {
            self.reported = Instant::now();
            print_line(&format!("{} of {} rows{failed}{wait}", self.done, self.rows));
        }
    }

    /// Removes the bar.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn template_is_valid() {
        assert!(ProgressStyle::with_template(TEMPLATE).is_ok());
    }
}
