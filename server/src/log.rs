//! The log on stderr. It never stops the server: a line that cannot be written is lost.
//!
//! Dropshot's own `ConfigLogging` was rejected: it panics in that case.

use std::io::Write;

use chrono::{SecondsFormat, Utc};
use slog::{Drain, FnValue, Level, LevelFilter, Logger, Never, PushFnValue, o};
use slog_async::OverflowStrategy;

use crate::config::{LogFormat, LogLevel};

/// Lines that may wait to be written; what is more is lost, and the log says how many.
const WAITING_LINES: usize = 4096;

/// Logs what is at least as grave as `level`.
pub(crate) fn to_stderr(format: LogFormat, level: LogLevel) -> Logger {
    let level = match level {
        LogLevel::Error => Level::Error,
        LogLevel::Warn => Level::Warning,
        LogLevel::Info => Level::Info,
    };
    match format {
        LogFormat::Text => {
            let decorator = slog_term::TermDecorator::new().stderr().build();
            let lines = slog_term::FullFormat::new(decorator).use_utc_timestamp().build();
            root(lines.ignore_res(), level)
        }
        LogFormat::Json => root(json(std::io::stderr()).ignore_res(), level),
    }
}

fn root<D>(lines: D, level: Level) -> Logger
where
    D: Drain<Ok = (), Err = Never> + Send + 'static,
{
    let lines = slog_async::Async::new(lines)
        .chan_size(WAITING_LINES)
        .overflow_strategy(OverflowStrategy::DropAndReport)
        .build();
    // outermost: what is not logged is not even handed to the thread that writes
    Logger::root(LevelFilter::new(lines.ignore_res(), level).ignore_res(), o!())
}

/// One object in each line, in the names of OpenTelemetry where it has one.
fn json<W: Write + Send>(output: W) -> slog_json::Json<W> {
    slog_json::Json::new(output)
        .add_key_value(o!(
            "message" => PushFnValue(|record, serializer| serializer.emit(record.msg())),
            "level" => FnValue(|record| record.level().as_str()),
            "timestamp" => FnValue(|_| Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true)),
        ))
        .build()
}

/// A log for a library that has more to say than is worth a line.
pub(crate) fn only_warnings(log: &Logger) -> Logger {
    let warnings = LevelFilter::new(log.clone(), Level::Warning).ignore_res();
    Logger::root(warnings, o!())
}
