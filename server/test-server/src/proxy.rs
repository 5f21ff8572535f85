//! A proxy that forwards requests to the real server, except those that must fail.

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::DATE;
use hyper::service::service_fn;
use hyper::{Request, Response, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::clock::TestClock;
use crate::failure::Failure;

/// A proxy on a free port. It stops when it is dropped.
#[derive(Debug)]
pub(crate) struct Proxy {
    url: String,
    shared: Arc<Shared>,
    /// Aborted when the proxy is dropped.
    _tasks: JoinSet<()>,
}

#[derive(Debug)]
struct Shared {
    real: SocketAddr,
    clock: TestClock,
    http: Client<HttpConnector, Full<Bytes>>,
    plan: Mutex<Plan>,
}

#[derive(Debug, Default)]
struct Plan {
    failures: VecDeque<Failure>,
    requests: usize,
}

impl Proxy {
    pub(crate) async fn start(real: SocketAddr, clock: TestClock) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let http = Client::builder(TokioExecutor::new()).build_http();
        let shared = Arc::new(Shared { real, clock, http, plan: Mutex::default() });
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, Arc::clone(&shared)));
        Ok(Proxy { url, shared, _tasks: tasks })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn fail_next(&self, requests: usize, failure: Failure) {
        self.shared.plan().failures.extend(std::iter::repeat_n(failure, requests));
    }

    pub(crate) fn requests(&self) -> usize {
        self.shared.plan().requests
    }
}

impl Shared {
    /// Locks the plan. No panic can leave it half changed, so a poisoned lock is safe to use.
    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<Failure> {
        let mut plan = self.plan();
        plan.requests += 1;
        plan.failures.pop_front()
    }

    /// Responds to a request; an error closes the connection.
    async fn respond(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Closed> {
        let failure = self.next();
        if let Some(failure) = &failure
            && let Some(response) = failure.response()
        {
            // the connection can be reused only after the whole body was read
            let _ = request.into_body().collect().await;
            return Ok(self.with_date(response));
        }
        match failure {
            Some(Failure::Hang) => std::future::pending().await,
            Some(_) => Err(Closed),
            None => self.forward(request).await.map(|response| self.with_date(response)),
        }
    }

    async fn forward(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Closed> {
        let (mut head, body) = request.into_parts();
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        head.uri = format!("http://{}{path}", self.real).parse::<Uri>().map_err(|_| Closed)?;
        let body = body.collect().await.map_err(|_| Closed)?.to_bytes();
        let request = Request::from_parts(head, Full::new(body));
        let response = self.http.request(request).await.map_err(|_| Closed)?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.map_err(|_| Closed)?.to_bytes();
        Ok(Response::from_parts(head, Full::new(body)))
    }

    /// Sets the `Date` header to the time of the test's clock.
    fn with_date(&self, mut response: Response<Full<Bytes>>) -> Response<Full<Bytes>> {
        let date = self.clock.time().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        if let Ok(date) = date.parse() {
            response.headers_mut().insert(DATE, date);
        }
        response
    }
}

/// Error that makes hyper close the connection.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closed without a response")]
struct Closed;

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((socket, _)) = accepted {
                    connections.spawn(serve(socket, Arc::clone(&shared)));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(socket: TcpStream, shared: Arc<Shared>) {
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { shared.respond(request).await }
    });
    // an error means that the client disconnected, or that a failure closed the connection
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(socket), service)
        .await;
}
