//! A Dropshot server with the operation and nothing else: no authentication, no rate limit, no rules, no
//! store, no metrics, no log. It is the limit of what a server on Dropshot can reach.

use agenthuman_links_api::types::{Link, LinkResponse, UpdateLinkRequest};
use agenthuman_links_api::{CommonHeaders, UpdateLinkOk, UpdateLinkPath};
use agenthuman_links_server::clock::{Clock, SystemClock};
use agenthuman_server_runtime::request::{JsonBody, PathParameters};
use dropshot::{
    ApiDescription, ConfigDropshot, HttpError, RequestContext, ServerBuilder, endpoint,
};
use slog::{Discard, Logger, o};

use crate::{sample, store};

/// Maximum length of a request body, as in the contract.
const MAX_BYTES: usize = 65_536;

#[endpoint { method = PUT, path = "/v1/links/{link_id}" }]
async fn update_link(
    rqctx: RequestContext<Link>,
    path: PathParameters<UpdateLinkPath>,
    body: JsonBody<UpdateLinkRequest>,
) -> Result<UpdateLinkOk, HttpError> {
    let bad_request = || HttpError::for_bad_request(None, "invalid request".to_owned());
    let link_id = path.read().map_err(|_| bad_request())?.link_id;
    body.read(MAX_BYTES).await.map_err(|_| bad_request())?;
    let link = Link { link_id, ..rqctx.context().clone() };
    let headers = CommonHeaders {
        x_rate_limit_limit: 60.try_into().map_err(|_| bad_request())?,
        x_rate_limit_remaining: 59.try_into().map_err(|_| bad_request())?,
        x_rate_limit_reset: 1.try_into().map_err(|_| bad_request())?,
        x_request_id: rqctx.request_id.clone(),
    };
    Ok(UpdateLinkOk { body: LinkResponse { success: true, link }, headers })
}

/// Serves until the process is killed.
pub(crate) async fn serve() {
    let link = store::link(sample::link_id(0).try_into().unwrap()).into_link(SystemClock.now());
    let mut api = ApiDescription::new();
    api.register(update_link).unwrap();
    let config = ConfigDropshot::default();
    let server = ServerBuilder::new(api, link, Logger::root(Discard, o!())).config(config);
    let server = server.start().unwrap();
    println!("listening on http://{}", server.local_addr());
    server.await.unwrap();
}
