//! The log on stderr. A line that cannot be written is dropped and never stops the server.
//!
//! No line contains an API key, a body or a query: the server's own lines have none, those of Dropshot
//! are written anew by [`DropshotLog`] from the fields that may be logged, and [`KeyMask`] replaces
//! whatever looks like a key, for example in a path.
//!
//! Dropshot's own `ConfigLogging` was rejected because it panics if a line cannot be written.

use std::io::{self, Write};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chrono::{SecondsFormat, Utc};
use prometheus_client::metrics::counter::Counter;
use slog::{
    BorrowedKV, Drain, FnValue, KV, Key, Level, LevelFilter, Logger, Never, OwnedKVList,
    PushFnValue, Record, RecordStatic, Serializer, o,
};
use slog_async::{AsyncCore, AsyncGuard};

use crate::config::{LogFormat, LogLevel};
use crate::key;
use crate::metrics::{Metrics, NO_OPERATION};

/// Maximum number of lines that wait to be written. Further lines are dropped and counted.
const QUEUE_LENGTH: usize = 4096;

/// Time limit for writing the last lines when the process ends.
const FLUSH_TIME_LIMIT: Duration = Duration::from_secs(1);

/// A log whose lines are written by a thread of its own.
pub(crate) struct Log {
    pub(crate) logger: Logger,
    /// Number of lines that were dropped.
    pub(crate) dropped: Counter,
    guard: AsyncGuard,
}

impl Log {
    /// Starts a log on stderr of records at `level` and above.
    pub(crate) fn to_stderr(format: LogFormat, level: LogLevel) -> Self {
        let level = match level {
            LogLevel::Error => Level::Error,
            LogLevel::Warn => Level::Warning,
            LogLevel::Info => Level::Info,
        };
        let stderr = KeyMask::new(io::stderr());
        match format {
            LogFormat::Text => {
                let decorator = slog_term::PlainDecorator::new(stderr);
                let lines = slog_term::FullFormat::new(decorator).use_utc_timestamp().build();
                Log::start(lines.ignore_res(), level)
            }
            LogFormat::Json => Log::start(json(stderr).ignore_res(), level),
        }
    }

    fn start<D>(lines: D, level: Level) -> Self
    where
        D: Drain<Ok = (), Err = Never> + Send + 'static,
    {
        let (queue, guard) = AsyncCore::custom(lines).chan_size(QUEUE_LENGTH).build_with_guard();
        let dropped = Counter::default();
        let queue = Queue { queue, dropped: dropped.clone() };
        // the outermost drain, so that filtered records never reach the writing thread
        let filter = LevelFilter::new(queue, level).ignore_res();
        Log { logger: Logger::root(filter, o!()), dropped, guard }
    }

    /// Writes the lines that wait, unless stderr is blocked.
    pub(crate) fn flush(self) {
        let (done, flushed) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            drop(self.guard);
            // fails after the time limit, when the receiver is gone
            let _ = done.send(());
        });
        let _ = flushed.recv_timeout(FLUSH_TIME_LIMIT);
    }
}

/// Drain that hands records over to the writing thread, and counts those that it has no room for.
struct Queue {
    queue: AsyncCore,
    dropped: Counter,
}

impl Drain for Queue {
    type Ok = ();
    type Err = Never;

    fn log(&self, record: &Record<'_>, values: &OwnedKVList) -> Result<(), Never> {
        if self.queue.log(record, values).is_err() {
            self.dropped.inc();
        }
        Ok(())
    }
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

/// Writer that replaces API keys in the lines written to it.
struct KeyMask<W> {
    output: W,
    line: Vec<u8>,
}

impl<W> KeyMask<W> {
    fn new(output: W) -> Self {
        KeyMask { output, line: Vec::new() }
    }
}

impl<W: Write> Write for KeyMask<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.line.extend_from_slice(bytes);
        if bytes.ends_with(b"\n") {
            let line = String::from_utf8_lossy(&self.line);
            let written = self.output.write_all(key::mask(&line).as_bytes());
            self.line.clear();
            written?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

/// Returns a log for Dropshot, which writes its records to `log`.
pub(crate) fn for_dropshot(log: &Logger, metrics: Arc<Metrics>) -> Logger {
    Logger::root(DropshotLog { log: log.clone(), metrics: AssertUnwindSafe(metrics) }, o!())
}

/// Drain that writes Dropshot's records with this server's names of attributes.
///
/// Dropshot logs the whole URI of each request, whose query may contain anything. The handlers log the
/// requests that reach them, so of Dropshot's requests only those are left that it rejected itself.
struct DropshotLog {
    log: Logger,
    metrics: AssertUnwindSafe<Arc<Metrics>>,
}

impl Drain for DropshotLog {
    type Ok = ();
    type Err = Never;

    fn log(&self, record: &Record<'_>, values: &OwnedKVList) -> Result<(), Never> {
        let mut cause = HasCause(false);
        // the serializers do not fail
        let _ = record.kv().serialize(record, &mut cause);
        let is_failure = record.level().is_at_least(Level::Warning);
        let is_rejection = cause.0 && record.level() == Level::Info;
        if !is_failure && !is_rejection {
            return Ok(());
        }
        let mut fields = DropshotFields::default();
        let _ = record.kv().serialize(record, &mut fields);
        let _ = values.serialize(record, &mut fields);
        let message = record.msg().to_string();
        if is_rejection {
            self.metrics.observe_request(NO_OPERATION, fields.status, fields.duration());
        } else if message.starts_with("tls accept err") {
            self.metrics.tls_failures.inc();
        }
        let (location, level) = (record.location(), record.level());
        let place = RecordStatic { location, tag: "", level };
        self.log.log(&Record::new(&place, &format_args!("{message}"), BorrowedKV(&fields)));
        Ok(())
    }
}

/// Name of the field in which Dropshot says why it rejected a request.
const DROPSHOT_CAUSE: &str = "error_message_internal";

/// Finds out whether a record has a cause, without a copy of its fields.
struct HasCause(bool);

impl Serializer for HasCause {
    fn emit_arguments(&mut self, key: Key, _value: &std::fmt::Arguments<'_>) -> slog::Result {
        self.0 |= key.as_str() == DROPSHOT_CAUSE;
        Ok(())
    }
}

/// The fields of Dropshot's records that may be logged.
#[derive(Clone, Default)]
struct DropshotFields {
    method: Option<String>,
    path: Option<String>,
    status: u16,
    duration_us: u64,
    peer_address: Option<String>,
    request_id: Option<String>,
    cause: Option<String>,
}

impl DropshotFields {
    fn duration(&self) -> Duration {
        Duration::from_micros(self.duration_us)
    }
}

impl Serializer for DropshotFields {
    fn emit_arguments(&mut self, key: Key, value: &std::fmt::Arguments<'_>) -> slog::Result {
        let value = value.to_string();
        match key.as_str() {
            "method" => self.method = Some(value),
            "uri" => self.path = value.split('?').next().map(str::to_owned),
            "response_code" => self.status = value.parse().unwrap_or_default(),
            "latency_us" => self.duration_us = value.parse().unwrap_or_default(),
            "remote_addr" => self.peer_address = Some(value),
            "req_id" => self.request_id = Some(value),
            DROPSHOT_CAUSE => self.cause = Some(value),
            _ => {}
        }
        Ok(())
    }
}

impl KV for DropshotFields {
    fn serialize(&self, _record: &Record<'_>, serializer: &mut dyn Serializer) -> slog::Result {
        let texts = [
            ("http.request.method", &self.method),
            ("url.path", &self.path),
            ("network.peer.address", &self.peer_address),
            ("request_id", &self.request_id),
            ("cause", &self.cause),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                serializer.emit_str(name.into(), text)?;
            }
        }
        if self.status > 0 {
            serializer.emit_u16("http.response.status_code".into(), self.status)?;
        }
        if self.duration_us > 0 {
            serializer.emit_u64("duration_us".into(), self.duration_us)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn keys_are_masked_in_lines_that_are_written_in_parts() {
        let mut output = Vec::new();
        let mut mask = KeyMask::new(&mut output);
        let key = "ah_live_0123456789abcdefghijklmnopqrstuv";
        for part in ["path=/v1/", "links/", key, " and ah_te", "st_abc, ok\n", "next ", "line\n"] {
            mask.write_all(part.as_bytes()).unwrap();
        }
        let lines = String::from_utf8(output).unwrap();
        assert_eq!(lines, "path=/v1/links/ah_live_… and ah_test_…, ok\nnext line\n");
    }
}
