//! The log on stderr. A line that cannot be written is dropped and never stops the server.
//!
//! Dropshot's own `ConfigLogging` was rejected because it panics if a line cannot be written.

use std::io::Write;

use chrono::{SecondsFormat, Utc};
use slog::{Drain, FnValue, Level, LevelFilter, Logger, Never, PushFnValue, o};
use slog_async::OverflowStrategy;

use crate::config::{LogFormat, LogLevel};

/// Maximum number of lines that wait to be written. Further lines are dropped, and the log reports their
/// number.
const QUEUE_LENGTH: usize = 4096;

/// Returns a log on stderr of records at `level` and above.
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
        .chan_size(QUEUE_LENGTH)
        .overflow_strategy(OverflowStrategy::DropAndReport)
        .build();
    // the outermost drain, so that filtered records never reach the writing thread
    Logger::root(LevelFilter::new(lines.ignore_res(), level).ignore_res(), o!())
}

/// Returns a drain that writes one JSON object per line. Names of attributes are OpenTelemetry's where it
/// has one.
fn json<W: Write + Send>(output: W) -> slog_json::Json<W> {
    slog_json::Json::new(output)
        .add_key_value(o!(
            "message" => PushFnValue(|record, serializer| serializer.emit(record.msg())),
            "level" => FnValue(|record| record.level().as_str()),
            "timestamp" => FnValue(|_| Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true)),
        ))
        .build()
}

/// Returns a log that drops records below warnings, for Dropshot's own messages.
pub(crate) fn only_warnings(log: &Logger) -> Logger {
    let warnings = LevelFilter::new(log.clone(), Level::Warning).ignore_res();
    Logger::root(warnings, o!())
}
