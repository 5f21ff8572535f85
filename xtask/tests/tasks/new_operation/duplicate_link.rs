
    async fn duplicate_link(
        rqctx: RequestContext<Arc<Context>>,
        api_key: ApiKey,
        path: PathParameters<agenthuman_links_api::DuplicateLinkPath>,
    ) -> Documented<agenthuman_links_api::DuplicateLinkCreated> {
        let operation = async |call: Call<()>| {
            let link_id = path.read()?.link_id;
            reject_query(&rqctx)?;
            let link = call.context.get_link(call.client, link_id).await?;
            let request = serde_json::from_value(serde_json::json!({
                "agent_id": link.agent.agent_id,
                "name": link.name,
                "expires_at": link.expires_at,
                "use_limit": link.use_limit,
            }));
            let request = request.map_err(|error| crate::store::StoreError::Failed(error.into()))?;
            let link = call.context.create_link(call.client, request).await?;
            Ok(LinkResponse { success: true, link })
        };
        let success = |body, headers| agenthuman_links_api::DuplicateLinkCreated { body, headers };
        respond(&rqctx, &api_key, (), operation, success).await
    }
