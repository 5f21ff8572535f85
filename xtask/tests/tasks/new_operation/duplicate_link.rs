
    async fn duplicate_link(
        rqctx: RequestContext<Arc<Context>>,
        api_key: ApiKey,
        path: PathParameters<agenthuman_links_api::DuplicateLinkPath>,
    ) -> Documented<agenthuman_links_api::DuplicateLinkCreated> {
        let operation = async |context: Arc<Context>, client, ()| {
            let link_id = path.read()?.link_id;
            reject_query(&rqctx)?;
            let link = context.get_link(client, link_id).await?;
            let request = serde_json::from_value(serde_json::json!({
                "agent_id": link.agent.agent_id,
                "name": link.name,
                "expires_at": link.expires_at,
                "use_limit": link.use_limit,
            }));
            let request = request.map_err(|error| StoreError::Failed(error.into()))?;
            let link = context.create_link(client, request).await?;
            Ok(LinkResponse { success: true, link })
        };
        let success = |body, headers| agenthuman_links_api::DuplicateLinkCreated { body, headers };
        respond(&rqctx, &api_key, async {}, operation, success).await
    }
