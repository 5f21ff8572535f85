//! `links-server serve`.

use std::sync::Arc;
use std::time::Duration;

use slog::{Logger, error, info, warn};

use super::arguments::ConfigFile;
use super::error::{CommandError, one_line};
use super::output::{print_error, write_stdout};
use super::signals::{Signal, Signals};
use crate::clock::SystemClock;
use crate::config::{Config, Settings};
use crate::log::Log;
use crate::open_files;
use crate::server::{Server, start_server};

/// Time limit for the last message of a process.
const PRINT_TIME_LIMIT: Duration = Duration::from_millis(100);

pub(super) async fn run(settings: Settings, config: ConfigFile) -> Result<(), CommandError> {
    let settings = settings.or(config.read()?);
    let differences = settings.differences();
    let mut config = settings.into_config(Arc::new(SystemClock))?;
    let log = Log::to_stderr(config.log_format, config.log_level);
    config.log = log.logger.clone();
    config.log_lines_dropped = log.dropped.clone();
    let result = serve(config, &differences).await;
    log.flush();
    result
}

async fn serve(config: Config, differences: &[(&'static str, String)]) -> Result<(), CommandError> {
    let log = config.log.clone();
    let differences = differences.iter().filter(|(name, _)| *name != "database");
    let differences: Vec<_> =
        differences.map(|(name, value)| format!("{name} = {value}")).collect();
    let database = config.database.to_string();
    let needed_files = open_files::needed(config.max_in_flight + config.database_connections);
    let open_files = open_files::raise_limit();
    // before the first line of output, because its reader may send a signal at once
    let mut signals = Signals::listen()?;
    let server = start_server(config).await?;
    // the server keeps running if its output has no reader
    let _ = write_stdout(&format!("listening on {}\n", server.url()));
    info!(log, "listening";
        "version" => env!("CARGO_PKG_VERSION"),
        "url" => server.url(),
        "admin_address" => server.admin_address(),
        "database" => database,
        "settings" => differences.join(", "),
        "open_files_limit" => open_files,
    );
    if let Some(files) = open_files.filter(|files| *files < needed_files) {
        warn!(
            log, "the limit of open files is too low for max_in_flight: raise it (ulimit -n)";
            "open_files_limit" => files, "needed" => needed_files
        );
    }
    run_until_stopped(server, &mut signals, &log).await
}

/// Waits for a signal that stops the server, and finishes the requests in flight.
pub(super) async fn run_until_stopped(
    server: Server,
    signals: &mut Signals,
    log: &Logger,
) -> Result<(), CommandError> {
    let signal = loop {
        match signals.next().await {
            Signal::Reload => reload_certificate(&server, log).await,
            Signal::Stop(name) => break name,
        }
    };
    info!(log, "{} received, finishing requests in flight", signal);
    let closed = tokio::select! {
        closed = server.close() => closed,
        signal = signals.stop() => exit_immediately(signal),
    };
    info!(log, "stopped");
    Ok(closed?)
}

async fn reload_certificate(server: &Server, log: &Logger) {
    match server.reload_certificate().await {
        Ok(true) => info!(log, "certificate reloaded"),
        Ok(false) => info!(log, "SIGHUP ignored: TLS is off"),
        Err(error) => {
            error!(log, "certificate not reloaded, the old one stays in use"; "cause" => one_line(&error));
        }
    }
}

/// Exits without waiting for the store, to which a crash does no harm, or for stderr.
fn exit_immediately(signal: &str) -> ! {
    let message = format!("{signal} received again, exiting immediately");
    let (done, printed) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        print_error(&message);
        let _ = done.send(());
    });
    let _ = printed.recv_timeout(PRINT_TIME_LIMIT);
    std::process::exit(1)
}
