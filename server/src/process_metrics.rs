//! Metrics of the process, under the names that Prometheus' own client libraries use.

use procfs::ProcResult;
use procfs::process::{LimitValue, Process};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// Collector that reads the state of this process when metrics are read.
#[derive(Debug)]
pub(crate) struct ProcessMetrics;

impl Collector for ProcessMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        // without /proc there are no such metrics
        let Ok(state) = State::read() else { return Ok(()) };
        let cpu = ConstCounter::new(state.cpu_seconds);
        let help = "Processor time in seconds";
        let encode =
            encoder.encode_descriptor("process_cpu_seconds", help, None, cpu.metric_type());
        cpu.encode(encode?)?;
        for (name, help, value) in [
            ("process_open_fds", "Open file descriptors", state.open_files),
            ("process_max_fds", "Limit of open file descriptors", state.max_files),
            ("process_resident_memory_bytes", "Resident memory", state.resident_bytes),
            ("process_virtual_memory_bytes", "Virtual memory", state.virtual_bytes),
            ("process_start_time_seconds", "Start, in seconds since 1970", state.started_at),
        ] {
            let gauge = ConstGauge::new(value);
            let encode = encoder.encode_descriptor(name, help, None, gauge.metric_type());
            gauge.encode(encode?)?;
        }
        Ok(())
    }
}

struct State {
    cpu_seconds: f64,
    open_files: f64,
    max_files: f64,
    resident_bytes: f64,
    virtual_bytes: f64,
    started_at: f64,
}

#[expect(clippy::cast_precision_loss, reason = "metrics are floating-point numbers")]
impl State {
    fn read() -> ProcResult<Self> {
        let process = Process::myself()?;
        let stat = process.stat()?;
        let ticks = procfs::ticks_per_second() as f64;
        let max_files = match process.limits()?.max_open_files.soft_limit {
            LimitValue::Value(limit) => limit as f64,
            LimitValue::Unlimited => f64::INFINITY,
        };
        Ok(State {
            cpu_seconds: (stat.utime + stat.stime) as f64 / ticks,
            open_files: process.fd_count()? as f64,
            max_files,
            resident_bytes: (stat.rss * procfs::page_size()) as f64,
            virtual_bytes: stat.vsize as f64,
            started_at: procfs::boot_time_secs()? as f64 + stat.starttime as f64 / ticks,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn state_is_that_of_this_process() {
        let state = State::read().unwrap();
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs_f64();
        assert!((now - 86_400.0..now + 2.0).contains(&state.started_at), "{}", state.started_at);
        assert!(state.open_files > 2.0 && state.open_files < state.max_files);
        assert!(state.resident_bytes > 1e6 && state.resident_bytes < state.virtual_bytes);
    }
}
