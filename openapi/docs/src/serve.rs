//! Serves a site on this machine, to look at it.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::site::{Site, media_type};

/// A web server for one site. It accepts connections from this machine only.
#[derive(Debug)]
pub struct SiteServer {
    listener: TcpListener,
    address: SocketAddr,
    site: Arc<Site>,
}

impl SiteServer {
    /// Binds a free port of the loopback interface.
    ///
    /// # Errors
    ///
    /// No port can be bound.
    pub async fn bind(site: Site) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        Ok(SiteServer { listener, address, site: Arc::new(site) })
    }

    /// Returns the URL of the first page.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Serves the site until Ctrl-C.
    ///
    /// # Errors
    ///
    /// A connection cannot be accepted, or Ctrl-C cannot be received.
    pub async fn run(self) -> io::Result<()> {
        tokio::select! {
            result = self.accept() => result,
            result = tokio::signal::ctrl_c() => result,
        }
    }

    async fn accept(&self) -> io::Result<()> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            let site = Arc::clone(&self.site);
            let service = service_fn(move |request: Request<Incoming>| {
                let response = respond(&site, request.uri().path());
                async move { Ok::<_, Infallible>(response) }
            });
            // A browser that disconnects is not an error.
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    }
}

fn respond(site: &Site, path: &str) -> Response<Full<Bytes>> {
    let name = match path.trim_start_matches('/') {
        "" => "index.html",
        name => name,
    };
    let Some(file) = site.get(name) else {
        let mut response = Response::default();
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    };
    let mut response = Response::new(Full::from(file.bytes.clone()));
    let media_type = HeaderValue::from_static(media_type(name));
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    response
}
