//! Passes requests on to the real server, except those that are to fail.

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

use super::{Failure, TestClock};

/// A proxy on a free port, until it is dropped.
#[derive(Debug)]
pub(super) struct Proxy {
    url: String,
    shared: Arc<Shared>,
    /// Aborted with it.
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
    pub(super) async fn start(real: SocketAddr, clock: TestClock) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let http = Client::builder(TokioExecutor::new()).build_http();
        let shared = Arc::new(Shared { real, clock, http, plan: Mutex::default() });
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, Arc::clone(&shared)));
        Ok(Proxy { url, shared, _tasks: tasks })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn fail_next(&self, requests: usize, failure: Failure) {
        self.shared.plan().failures.extend(std::iter::repeat_n(failure, requests));
    }

    pub(super) fn requests(&self) -> usize {
        self.shared.plan().requests
    }
}

impl Shared {
    /// The plan is whole between two statements, so a panic elsewhere has not broken it.
    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<Failure> {
        let mut plan = self.plan();
        plan.requests += 1;
        plan.failures.pop_front()
    }

    /// `Err` closes the connection.
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Failed> {
        let failure = self.next();
        if let Some(failure) = &failure
            && let Some(response) = failure.response()
        {
            // A connection on which a body is left over can't be used again.
            let _ = request.into_body().collect().await;
            return Ok(self.dated(response));
        }
        match failure {
            Some(Failure::Hang) => std::future::pending().await,
            Some(_) => Err(Failed),
            None => self.pass_on(request).await.map(|response| self.dated(response)),
        }
    }

    async fn pass_on(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Failed> {
        let (mut head, body) = request.into_parts();
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        head.uri = format!("http://{}{path}", self.real).parse::<Uri>().map_err(|_| Failed)?;
        let body = body.collect().await.map_err(|_| Failed)?.to_bytes();
        let request = Request::from_parts(head, Full::new(body));
        let answer = self.http.request(request).await.map_err(|_| Failed)?;
        let (head, body) = answer.into_parts();
        let body = body.collect().await.map_err(|_| Failed)?.to_bytes();
        Ok(Response::from_parts(head, Full::new(body)))
    }

    /// The time of the answer is the test's, as all others in it are.
    fn dated(&self, mut response: Response<Full<Bytes>>) -> Response<Full<Bytes>> {
        let date = self.clock.time().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        if let Ok(date) = date.parse() {
            response.headers_mut().insert(DATE, date);
        }
        response
    }
}

/// There is no answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closed")]
struct Failed;

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
        async move { shared.answer(request).await }
    });
    // It ends with an error where the caller goes away, or a failure closes it.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(socket), service)
        .await;
}
