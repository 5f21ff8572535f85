//! Extractors of parameters.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use async_trait::async_trait;
use dropshot::{
    ApiEndpointBodyContentType, ExtensionMode, ExtractorMetadata, Header, HttpError, Path, Query,
    RequestContext, ServerContext, SharedExtractor,
};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::json::{self, InvalidRequest};

/// Extractor of the path parameters.
#[derive(Debug)]
pub struct PathParameters<P> {
    texts: BTreeMap<String, String>,
    parameters: PhantomData<fn() -> P>,
}

impl<P: DeserializeOwned> PathParameters<P> {
    /// Reads the parameters and checks them against the contract.
    ///
    /// # Errors
    ///
    /// See [`json::from_texts`].
    pub fn read(self) -> Result<P, InvalidRequest> {
        json::from_texts(self.texts)
    }
}

#[async_trait]
impl<P: JsonSchema + DeserializeOwned + Send + Sync + 'static> SharedExtractor
    for PathParameters<P>
{
    async fn from_request<C: ServerContext>(rqctx: &RequestContext<C>) -> Result<Self, HttpError> {
        let texts = <Path<BTreeMap<String, String>> as SharedExtractor>::from_request(rqctx);
        let texts = texts.await?.into_inner();
        Ok(PathParameters { texts, parameters: PhantomData })
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        <Path<P> as SharedExtractor>::metadata(content_type)
    }
}

/// Extractor of the query parameters.
#[derive(Debug)]
pub struct QueryParameters<P> {
    texts: Vec<(String, String)>,
    parameters: PhantomData<fn() -> P>,
}

impl<P: DeserializeOwned> QueryParameters<P> {
    /// Reads the parameters and checks them against the contract.
    ///
    /// # Errors
    ///
    /// See [`json::from_texts`].
    pub fn read(self) -> Result<P, InvalidRequest> {
        json::from_texts(self.texts)
    }
}

#[async_trait]
impl<P: JsonSchema + DeserializeOwned + Send + Sync + 'static> SharedExtractor
    for QueryParameters<P>
{
    async fn from_request<C: ServerContext>(rqctx: &RequestContext<C>) -> Result<Self, HttpError> {
        Ok(QueryParameters { texts: query_texts(rqctx), parameters: PhantomData })
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        <Query<P> as SharedExtractor>::metadata(content_type)
    }
}

fn query_texts<C: ServerContext>(rqctx: &RequestContext<C>) -> Vec<(String, String)> {
    let query = rqctx.request.uri().query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// Rejects the query of an operation that has no query parameters. Otherwise `?dry_run=true` would
/// be ignored, and the operation carried out.
///
/// # Errors
///
/// The query is not empty.
pub fn reject_query<C: ServerContext>(rqctx: &RequestContext<C>) -> Result<(), InvalidRequest> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct NoParameters {}

    json::from_texts::<NoParameters>(query_texts(rqctx)).map(drop)
}

/// The query parameters of a paginated operation (`x-dropshot-pagination`).
pub trait Page {
    /// The value of the extension, as JSON.
    const EXTENSION: &'static str;
}

/// Extractor of the query parameters of a paginated operation.
#[derive(Debug)]
pub struct PageParameters<P>(QueryParameters<P>);

impl<P: DeserializeOwned> PageParameters<P> {
    /// Reads the parameters and checks them against the contract.
    ///
    /// # Errors
    ///
    /// See [`json::from_texts`].
    pub fn read(self) -> Result<P, InvalidRequest> {
        self.0.read()
    }
}

#[async_trait]
impl<P: Page + JsonSchema + DeserializeOwned + Send + Sync + 'static> SharedExtractor
    for PageParameters<P>
{
    async fn from_request<C: ServerContext>(rqctx: &RequestContext<C>) -> Result<Self, HttpError> {
        <QueryParameters<P> as SharedExtractor>::from_request(rqctx).await.map(PageParameters)
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        let extension = serde_json::from_str(P::EXTENSION).unwrap_or_default();
        ExtractorMetadata {
            extension_mode: ExtensionMode::Paginated(extension),
            ..<QueryParameters<P> as SharedExtractor>::metadata(content_type)
        }
    }
}

/// Extractor of the request headers that the contract defines.
#[derive(Debug)]
pub struct HeaderParameters<P> {
    texts: Vec<(String, String)>,
    parameters: PhantomData<fn() -> P>,
}

impl<P: DeserializeOwned> HeaderParameters<P> {
    /// Reads the headers and checks them against the contract.
    ///
    /// # Errors
    ///
    /// See [`json::from_texts`].
    pub fn read(self) -> Result<P, InvalidRequest> {
        json::from_texts(self.texts)
    }
}

#[async_trait]
impl<P: JsonSchema + DeserializeOwned + Send + Sync + 'static> SharedExtractor
    for HeaderParameters<P>
{
    async fn from_request<C: ServerContext>(rqctx: &RequestContext<C>) -> Result<Self, HttpError> {
        let headers = rqctx.request.headers();
        let texts = headers.keys().map(|name| {
            // The values of a repeated header form one list (RFC 9110 §5.3).
            let values =
                headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
            let values: Vec<_> = values.collect();
            (name.as_str().to_owned(), values.join(", "))
        });
        Ok(HeaderParameters { texts: texts.collect(), parameters: PhantomData })
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        <Header<P> as SharedExtractor>::metadata(content_type)
    }
}
