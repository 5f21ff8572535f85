//! The operations of the API.
//!
//! Each reads its own part of the request, calls the context and names its success. [`respond`] has the
//! steps that all operations share.

use std::sync::Arc;

use agenthuman_links_api::types::{
    CreateLinkRequest, DeleteLinkResponse, LinkResponse, UpdateLinkRequest,
};
use agenthuman_links_api::{
    AgentHumanLinksApi, ApiKey, CreateLinkCreated, DeleteLinkOk, DeleteLinkPath, GetLinkOk,
    GetLinkPath, ListLinksOk, ListLinksQuery, UpdateLinkOk, UpdateLinkPath,
};
use agenthuman_server_runtime::request::{JsonBody, PathParameters, QueryParameters, reject_query};
use dropshot::RequestContext;

use crate::context::Context;
use crate::handler::{Call, Documented, respond};
use crate::list;

/// The text of the response to a deletion.
const DELETED: &str = "Link deleted";

/// Implementation of the API on a [`Context`].
pub(crate) enum LinksServer {}

impl AgentHumanLinksApi for LinksServer {
    type Context = Arc<Context>;

    async fn list_links(
        rqctx: RequestContext<Arc<Context>>,
        api_key: ApiKey,
        query: QueryParameters<ListLinksQuery>,
    ) -> Documented<ListLinksOk> {
        let operation = async |call: Call<()>| list::list_links(call, query.read()?).await;
        let success = |body, headers| ListLinksOk { body, headers };
        respond(&rqctx, &api_key, (), operation, success).await
    }

    async fn create_link(
        rqctx: RequestContext<Arc<Context>>,
        api_key: ApiKey,
        body: JsonBody<CreateLinkRequest>,
    ) -> Documented<CreateLinkCreated> {
        let operation = async |call: Call<_>| {
            reject_query(&rqctx)?;
            let link = call.context.create_link(call.client, call.body?).await?;
            Ok(LinkResponse { success: true, link })
        };
        let success = |body, headers| CreateLinkCreated { body, headers };
        respond(&rqctx, &api_key, body, operation, success).await
    }

    async fn get_link(
        rqctx: RequestContext<Arc<Context>>,
        api_key: ApiKey,
        path: PathParameters<GetLinkPath>,
    ) -> Documented<GetLinkOk> {
        let operation = async |call: Call<()>| {
            let link_id = path.read()?.link_id;
            reject_query(&rqctx)?;
            let link = call.context.get_link(call.client, link_id).await?;
            Ok(LinkResponse { success: true, link })
        };
        let success = |body, headers| GetLinkOk { body, headers };
        respond(&rqctx, &api_key, (), operation, success).await
    }

    async fn update_link(
        rqctx: RequestContext<Arc<Context>>,
        api_key: ApiKey,
        path: PathParameters<UpdateLinkPath>,
        body: JsonBody<UpdateLinkRequest>,
    ) -> Documented<UpdateLinkOk> {
        let operation = async |call: Call<_>| {
            let link_id = path.read()?.link_id;
            reject_query(&rqctx)?;
            let link = call.context.update_link(call.client, link_id, call.body?).await?;
            Ok(LinkResponse { success: true, link })
        };
        let success = |body, headers| UpdateLinkOk { body, headers };
        respond(&rqctx, &api_key, body, operation, success).await
    }

    async fn delete_link(
        rqctx: RequestContext<Arc<Context>>,
        api_key: ApiKey,
        path: PathParameters<DeleteLinkPath>,
    ) -> Documented<DeleteLinkOk> {
        let operation = async |call: Call<()>| {
            let link_id = path.read()?.link_id;
            reject_query(&rqctx)?;
            call.context.delete_link(call.client, link_id).await?;
            Ok(DeleteLinkResponse { success: true, message: DELETED.to_owned() })
        };
        let success = |body, headers| DeleteLinkOk { body, headers };
        respond(&rqctx, &api_key, (), operation, success).await
    }
}
