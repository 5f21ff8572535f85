//! Serves the documentation site on a free port of this machine.

use std::convert::Infallible;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use agenthuman_docs::{Site, media_type};

/// Serves until the process is ended.
pub fn serve(site: Site) -> io::Result<()> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        println!("http://{}/", listener.local_addr()?);
        let site = Arc::new(site);
        loop {
            let (stream, _) = listener.accept().await?;
            let site = Arc::clone(&site);
            let service = service_fn(move |request: Request<Incoming>| {
                let response = answer(&site, request.uri().path());
                async move { Ok::<_, Infallible>(response) }
            });
            let http = hyper::server::conn::http1::Builder::new();
            // a reader that goes away is no failure
            tokio::spawn(http.serve_connection(TokioIo::new(stream), service));
        }
    })
}

fn answer(site: &Site, path: &str) -> Response<Full<Bytes>> {
    let name = match path.trim_start_matches('/') {
        "" => "index.html",
        name => name,
    };
    let Some(page) = site.get(name) else {
        let mut response = Response::default();
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    };
    let mut response = Response::new(Full::from(page.bytes.clone()));
    let media_type = HeaderValue::from_static(media_type(name));
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    response
}
