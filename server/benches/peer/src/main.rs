//! The peer of the benchmark: a conventional implementation of Update Link with axum and sqlx. It has one
//! transaction per request, and the same checks and the same durability as `links-server`.
//!
//! Usage: `links-peer DATABASE CONNECTIONS`, with a database that `links-server` created.

mod rules;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::put;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Executor, Row};

use rules::Link;

const BODY_BYTES: usize = 65_536;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(database), Some(connections)) = (arguments.next(), arguments.next()) else {
        return Err("usage: links-peer DATABASE CONNECTIONS".into());
    };
    let connections = connections.parse()?;
    let app = if let Some(path) = database.strip_prefix("sqlite:") {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(std::time::Duration::from_secs(5));
        let pool = |size| sqlx::sqlite::SqlitePoolOptions::new().max_connections(size);
        // readers do not wait for the writer
        let readers = pool(4).connect_with(options.clone()).await?;
        let writers = pool(connections).connect_with(options).await?;
        sqlite::router(readers, writers)
    } else {
        let pool = sqlx::postgres::PgPoolOptions::new().max_connections(connections);
        let pool = pool.connect(&database).await?;
        postgres::router(pool.clone(), pool)
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}

const KEY: &str = "SELECT account_id, revoked_at FROM keys WHERE digest = $1";
const SAVE: &str = "UPDATE links SET name = $2, status = $3, use_limit = $4, expires_at = $5,
    version = version + 1 WHERE link_id = $1";

/// Implements the update for an engine. Engines have different types in sqlx, but the statements are the
/// same.
macro_rules! engine {
    ($name:ident, $database:ty, $begin:literal, $select:path) => {
        mod $name {
            use super::*;

            type Pools = Arc<(sqlx::Pool<$database>, sqlx::Pool<$database>)>;

            pub fn router(readers: sqlx::Pool<$database>, writers: sqlx::Pool<$database>) -> Router {
                let update = put(async |State(pools): State<Pools>, Path(id): Path<String>, headers: HeaderMap, body: Bytes| {
                    update(&pools, &id, &headers, &body).await.unwrap_or_else(|error| {
                        eprintln!("{error}");
                        error_response(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")
                    })
                });
                Router::new()
                    .route("/v1/links/{link_id}", update)
                    .layer(axum::extract::DefaultBodyLimit::max(BODY_BYTES))
                    .with_state(Arc::new((readers, writers)))
            }

            async fn update(
                pools: &Pools,
                id: &str,
                headers: &HeaderMap,
                body: &[u8],
            ) -> Result<Response, sqlx::Error> {
                let key = headers.get("x-api-key").map(HeaderValue::as_bytes).unwrap_or_default();
                let digest = Sha256::digest(key).to_vec();
                let Some(key) = sqlx::query(KEY).bind(digest).fetch_optional(&pools.0).await? else {
                    return Ok(error_response(StatusCode::UNAUTHORIZED, "Invalid API key"));
                };
                if key.get::<Option<i64>, _>(1).is_some() {
                    return Ok(error_response(StatusCode::UNAUTHORIZED, "API key has been deactivated"));
                }
                let account: i64 = key.get(0);
                if !rules::is_link_id(id) {
                    return Ok(error_response(StatusCode::BAD_REQUEST, "link_id"));
                }
                let media_type = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
                if media_type != Some(b"application/json") {
                    return Ok(error_response(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not JSON"));
                }
                let changes: rules::Changes = match serde_json::from_slice(body) {
                    Ok(changes) => changes,
                    Err(error) => return Ok(error_response(StatusCode::BAD_REQUEST, &error.to_string())),
                };
                let mut transaction = pools.1.begin_with($begin).await?;
                let row = transaction.fetch_optional(sqlx::query($select).bind(id)).await?;
                let Some(row) = row.filter(|row| row.get::<i64, _>(0) == account) else {
                    return Ok(error_response(StatusCode::NOT_FOUND, "Link not found"));
                };
                let mut link = Link {
                    name: row.get(8),
                    status: row.get(9),
                    uses: row.get(10),
                    use_limit: row.get(11),
                    expires_at: row.get(13),
                };
                if let Err(problem) = rules::update(&mut link, changes) {
                    return Ok(error_response(StatusCode::BAD_REQUEST, problem));
                }
                let save = sqlx::query(SAVE)
                    .bind(id)
                    .bind(&link.name)
                    .bind(&link.status)
                    .bind(link.use_limit)
                    .bind(link.expires_at);
                transaction.execute(save).await?;
                transaction.commit().await?;
                let text = |column: usize| row.get::<String, _>(column);
                let body = json!({ "success": true, "link": {
                    "link_id": id,
                    "name": link.name,
                    "url": format!("https://app.agenthuman.com/s/{id}"),
                    "agent": {
                        "agent_id": text(1),
                        "name": text(2),
                        "avatar_image_url": row.get::<Option<String>, _>(3),
                        "created_at": rules::timestamp(row.get(4)),
                        "voice_agent": {
                            "provider": text(5),
                            "agent_id": text(6),
                            "auth_method": text(7),
                        },
                    },
                    "status": rules::reported(&link),
                    "uses": link.uses,
                    "use_limit": link.use_limit,
                    "created_at": rules::timestamp(row.get(12)),
                    "expires_at": link.expires_at.map(rules::timestamp),
                }});
                Ok(response(StatusCode::OK, &body))
            }
        }
    };
}

macro_rules! select {
    ($lock:literal) => {
        concat!(
            "SELECT links.account_id, agents.agent_id, agents.name, agents.avatar_image_url,
                 agents.created_at, agents.voice_provider, agents.voice_agent_id,
                 agents.voice_auth_method, links.name, links.status, links.uses, links.use_limit,
                 links.created_at, links.expires_at
             FROM links JOIN agents USING (agent_id) WHERE links.link_id = $1",
            $lock
        )
    };
}

const SELECT: &str = select!("");
const SELECT_AND_LOCK: &str = select!(" FOR UPDATE OF links");

engine!(sqlite, sqlx::Sqlite, "BEGIN IMMEDIATE", crate::SELECT);
engine!(postgres, sqlx::Postgres, "BEGIN", crate::SELECT_AND_LOCK);

fn error_response(status: StatusCode, message: &str) -> Response {
    let body: Value = json!({ "success": false, "error": { "message": message } });
    response(status, &body)
}

fn response(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, body.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(id) = HeaderValue::from_str(&uuid::Uuid::new_v4().to_string()) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
    response
}
