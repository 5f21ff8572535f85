//! Accepts connections, as many as there may be, and ends those that are too slow.
//!
//! A caller has [`Limits::header`] for its handshake and for the head of each request, and
//! [`Limits::idle`] to go on with whatever it has begun, reading its answers included. What there are
//! too many of waits in the operating system's queue.
//!
//! HTTP/2 is what TLS has negotiated; without TLS there is HTTP/1.1 and nothing else. Looking at the
//! first bytes to tell them apart was rejected: a caller that sends those slowly is hard to time out.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use prometheus_client::metrics::gauge::Gauge;
use slog::{Logger, warn};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;

/// After a failure that is not one connection's own, such as too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The largest head of a request: a key, a path and a few headers are far below.
const HEAD_BYTES: usize = 64 * 1024;

/// Requests that one HTTP/2 connection may have in flight.
const STREAMS: u32 = 100;

/// An HTTP/2 connection on which nothing arrives is asked whether it is still there.
const PING_INTERVAL: Duration = Duration::from_secs(20);

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What callers may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) connections: usize,
    pub(crate) header: Duration,
    pub(crate) idle: Duration,
}

/// Accepts until it is closed or dropped.
pub(crate) struct Listener {
    address: SocketAddr,
    closing: watch::Sender<bool>,
    accepting: tokio::task::JoinHandle<GracefulShutdown>,
}

impl Listener {
    /// Serves every connection with what `service` makes of its caller's address.
    pub(crate) fn start<S, B>(
        tcp: std::net::TcpListener,
        tls: Option<TlsAcceptor>,
        limits: Limits,
        open: Gauge,
        log: Logger,
        service: impl Fn(SocketAddr) -> S + Send + 'static,
    ) -> std::io::Result<Self>
    where
        S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Send + 'static,
        S::Future: Send + 'static,
        B: Body<Error: Into<BoxError>, Data: Send> + Send + 'static,
    {
        tcp.set_nonblocking(true)?;
        let tcp = TcpListener::from_std(tcp)?;
        let address = tcp.local_addr()?;
        let (closing, mut closed) = watch::channel(false);
        let graceful = GracefulShutdown::new();
        let slots = Arc::new(Semaphore::new(limits.connections.min(Semaphore::MAX_PERMITS)));
        let accepting = tokio::spawn(async move {
            loop {
                let next = async {
                    // never closed, so never an error
                    let slot = Arc::clone(&slots).acquire_owned().await.ok();
                    (slot, accept(&tcp, &log).await)
                };
                let (slot, (socket, caller)) = tokio::select! {
                    next = next => next,
                    // its sender being gone means the same
                    _ = closed.changed() => return graceful,
                };
                open.inc();
                let (tls, open) = (tls.clone(), open.clone());
                let (watcher, service) = (graceful.watcher(), service(caller));
                tokio::spawn(async move {
                    serve(socket, tls, limits, watcher, service).await;
                    open.dec();
                    drop(slot);
                });
            }
        });
        Ok(Listener { address, closing, accepting })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Accepts nothing more, and returns when every connection has ended.
    pub(crate) async fn close(self) {
        // where nobody listens to this, the task has ended already
        let _ = self.closing.send(true);
        if let Ok(graceful) = self.accepting.await {
            graceful.shutdown().await;
        }
    }
}

async fn accept(tcp: &TcpListener, log: &Logger) -> (TcpStream, SocketAddr) {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    loop {
        match tcp.accept().await {
            Ok(accepted) => return accepted,
            Err(error)
                if matches!(
                    error.kind(),
                    ConnectionAborted | ConnectionRefused | ConnectionReset
                ) => {}
            Err(error) => {
                warn!(log, "cannot accept a connection"; "cause" => %error);
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Serves one connection to its end, whatever that is: nobody is left to tell.
async fn serve<S, B>(
    socket: TcpStream,
    tls: Option<TlsAcceptor>,
    limits: Limits,
    watcher: Watcher,
    service: S,
) where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Send + 'static,
    S::Future: Send + 'static,
    B: Body<Error: Into<BoxError>, Data: Send> + Send + 'static,
{
    // an answer is written at once and whole
    let _ = socket.set_nodelay(true);
    let mut socket = TimeoutStream::new(socket);
    socket.set_read_timeout(Some(limits.idle));
    socket.set_write_timeout(Some(limits.idle));
    let socket = Box::pin(socket);
    let Some(tls) = tls else {
        return serve_http1(socket, limits, watcher, service).await;
    };
    let Ok(Ok(stream)) = timeout(limits.header, tls.accept(socket)).await else { return };
    if stream.get_ref().1.alpn_protocol() != Some(b"h2") {
        return serve_http1(stream, limits, watcher, service).await;
    }
    let mut http = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
    http.timer(TokioTimer::new())
        .keep_alive_interval(PING_INTERVAL)
        .keep_alive_timeout(limits.header)
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEAD_BYTES as u32);
    let _ = watcher.watch(http.serve_connection(TokioIo::new(stream), service)).await;
}

async fn serve_http1<T, S, B>(stream: T, limits: Limits, watcher: Watcher, service: S)
where
    T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Send + 'static,
    S::Future: Send + 'static,
    B: Body<Error: Into<BoxError>, Data: Send> + Send + 'static,
{
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.header).max_buf_size(HEAD_BYTES);
    let _ = watcher.watch(http.serve_connection(TokioIo::new(stream), service)).await;
}
