//! Calls each operation of `shapes.yaml` on a server that implements the stub and returns what it got,
//! and prints how many there were.

use agenthuman_server_runtime::json::InvalidRequest;
use agenthuman_server_runtime::request::{HeaderParameters, JsonBody, PathParameters, QueryParameters};
use agenthuman_server_runtime::response::Outcome;
use dropshot::{ConfigLogging, ConfigLoggingLevel, RequestContext, ServerBuilder};
use serde_json::{Value, json};
use shapes_client::{Client, Error, ErrorKind, Patch};
use shapes_stub::types::*;
use shapes_stub::*;

const MAX_BODY_BYTES: usize = 1024;

struct Server;

type Documented<T> = Result<Outcome<T, DocumentedError>, UnexpectedError>;

fn invalid(error: impl std::fmt::Display) -> DocumentedError {
    DocumentedError::BadRequest { body: Problem { error: error.to_string() } }
}

fn text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

impl Shapes for Server {
    type Context = ();

    async fn get_item(
        _: RequestContext<()>,
        key: Key,
        path: PathParameters<GetItemPath>,
        query: QueryParameters<GetItemQuery>,
        headers: HeaderParameters<GetItemHeaderParameters>,
    ) -> Documented<GetItemOk> {
        let read = || -> Result<_, InvalidRequest> {
            let echo = Echo {
                id: text(&path.read()?.id),
                query: text(&query.read()?),
                headers: text(&headers.read()?),
            };
            Ok(GetItemOk { body: Echoed { kind: EchoedKind::Item, data: echo } })
        };
        assert_eq!(key.secret(), Some("secret"));
        Ok(read().map_err(invalid).into())
    }

    async fn change_item(
        _: RequestContext<()>,
        _: Key,
        path: PathParameters<ChangeItemPath>,
        body: JsonBody<Change>,
    ) -> Documented<ChangeItemOk> {
        if let Err(error) = path.read() {
            return Ok(Outcome::Error(invalid(error)));
        }
        let body = body.read(MAX_BODY_BYTES).await;
        Ok(body.map(|body| ChangeItemOk { body }).map_err(|_| invalid("body")).into())
    }

    async fn delete_item(
        _: RequestContext<()>,
        _: Key,
        path: PathParameters<DeleteItemPath>,
    ) -> Documented<DeleteItemNoContent> {
        Ok(path.read().map(|_| DeleteItemNoContent).map_err(invalid).into())
    }

    async fn probe_item(
        _: RequestContext<()>,
        _: Key,
        path: PathParameters<ProbeItemPath>,
    ) -> Documented<ProbeItemNoContent> {
        Ok(path.read().map(|_| ProbeItemNoContent).map_err(invalid).into())
    }

    async fn item_options(
        _: RequestContext<()>,
        _: Key,
        path: PathParameters<ItemOptionsPath>,
    ) -> Documented<ItemOptionsOk> {
        let read = path.read().map(|path| {
            let items = vec![path.id.to_string()];
            let self_ = Some("s".to_owned());
            let (self_2, defaults) = (Some("S".to_owned()), Some(Defaults { limit: 8 }));
            let body = Options { success: true, items, total: 1, self_, self_2, defaults };
            ItemOptionsOk { body }
        });
        Ok(read.map_err(invalid).into())
    }

    async fn add_numbers(
        _: RequestContext<()>,
        _: Key,
        body: JsonBody<Numbers>,
    ) -> Documented<AddNumbersCreated> {
        let body = body.read(MAX_BODY_BYTES).await;
        Ok(body.map(|body| AddNumbersCreated { body }).map_err(|_| invalid("body")).into())
    }

    async fn rename_all(
        _: RequestContext<()>,
        _: Key,
        body: JsonBody<Name>,
    ) -> Documented<RenameAllAccepted> {
        let body = body.read(MAX_BODY_BYTES).await;
        Ok(body.map(|body| RenameAllAccepted { body }).map_err(|_| invalid("body")).into())
    }

    async fn gen_(
        _: RequestContext<()>,
        _: Key,
        path: PathParameters<GenPath>,
        query: QueryParameters<GenQuery>,
        headers: HeaderParameters<GenHeaderParameters>,
        body: JsonBody<Self_>,
    ) -> Documented<GenOk> {
        assert_eq!(path.read().unwrap().r#gen, "a");
        assert_eq!(query.read().unwrap().r#async.as_deref(), Some("b"));
        assert_eq!(headers.read().unwrap().r#try.as_deref(), Some("c"));
        let body = body.read(MAX_BODY_BYTES).await;
        Ok(body.map(|body| GenOk { body }).map_err(|_| invalid("body")).into())
    }

    async fn super_(
        _: RequestContext<()>,
        _: Key,
        body: JsonBody<Choices>,
    ) -> Documented<SuperOk> {
        let body = body.read(MAX_BODY_BYTES).await;
        Ok(body.map(|body| SuperOk { body }).map_err(|_| invalid("body")).into())
    }
}

/// Asserts that the client has rejected an argument before sending.
fn assert_rejected<T: std::fmt::Debug>(result: Result<T, Error>, name: &str) {
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0), "{error}");
    assert!(error.to_string().starts_with(&format!("`{name}`")), "{name}: {error}");
}

#[tokio::main]
async fn main() {
    let log = ConfigLogging::StderrTerminal { level: ConfigLoggingLevel::Error };
    let api = shapes_mod::api_description::<Server>().unwrap();
    let server = ServerBuilder::new(api, (), log.to_logger("shapes").unwrap()).start().unwrap();
    let url = format!("http://{}", server.local_addr());
    let client = Client::builder().base_url(url).api_key("secret").build().unwrap();

    // Path, query and header parameters, required and optional; an envelope with a constant.
    let get = |id| client.get_item(id, "full", "ab");
    let echo = get("a").size(9).deep(false).ratio(0.5).x_loud(true).x_level(3);
    let echo = echo.since("2024-01-15T10:30:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
    let echo = echo.send().await.unwrap();
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(echo.id, "\"a\"");
    let query = json!({"view": "full", "size": 9, "since": "2024-01-15T10:30:00Z", "deep": false,
        "ratio": 0.5});
    assert_eq!(read(&echo.query), query);
    assert_eq!(read(&echo.headers), json!({"if-match": "ab", "x-loud": true, "x-level": 3}));
    let echo = get("abc").send().await.unwrap();
    assert_eq!(read(&echo.query), json!({"view": "full", "deep": true}));
    assert_eq!(read(&echo.headers), json!({"if-match": "ab"}));
    for id in ["", "..", "A", "a/b", "abcdefghi"] {
        assert_rejected(get(id).send().await, "id");
    }
    assert_rejected(client.get_item("a", "full", "a").send().await, "If-Match");
    assert_rejected(client.get_item("a", "none", "ab").send().await, "view");
    assert_rejected(get("a").size(10).send().await, "size");
    assert_rejected(get("a").ratio(1.5).send().await, "ratio");
    assert_rejected(get("a").ratio(f64::NAN).send().await, "ratio");
    assert_rejected(get("a").x_level(4).send().await, "X-Level");

    // A body with required, optional and nullable fields.
    let tags = vec!["x".to_owned()];
    let change = |name| client.change_item("a", name, None::<String>, tags.clone());
    let changed = change("n").send().await.unwrap();
    assert_eq!((changed.note, &changed.tags), (None, &tags));
    assert_eq!((changed.limit, changed.size), (Patch::Absent, None));
    let changed = change("n").clear_until().limit(9).size(1).color("red").weight(1.0);
    let changed = changed.send().await.unwrap();
    assert_eq!((changed.until, changed.limit), (Patch::Null, Patch::Value(9)));
    assert_eq!(changed.color.unwrap().to_string(), "red");
    // A change that contains a change.
    let before = json!({"name": "b", "note": null, "tags": ["t"], "before": null});
    let before: Box<shapes_client::ChangeBefore> = serde_json::from_value(before).unwrap();
    let changed = change("n").before(before.clone()).send().await.unwrap();
    assert_eq!((changed.before, before.0.before.clone()), (Patch::Value(before), Patch::Null));
    assert_eq!(change("n").clear_before().send().await.unwrap().before, Patch::Null);
    assert_rejected(change("").send().await, "name");
    assert_rejected(change("n").limit(0).send().await, "limit");
    assert_rejected(change("n").weight(-1.0).send().await, "weight");
    assert_rejected(change("n").color("blue").send().await, "color");
    let none: Vec<String> = Vec::new();
    assert_rejected(client.change_item("a", "n", None::<String>, none).send().await, "tags");

    // Responses without a body.
    let deleted = client.delete_item("a").send_with_response().await.unwrap();
    assert_eq!(deleted.status(), 204);
    let probed = client.probe_item("a").send_with_response().await.unwrap();
    assert_eq!(probed.status(), 204);

    // A response that is not an envelope.
    let options = client.item_options("a").send().await.unwrap();
    assert_eq!((options.success, &options.items, options.total), (true, &vec!["a".to_owned()], 1));
    assert_eq!((read(&text(&options))["self"].as_str(), options.self_.as_deref()), (Some("s"), Some("S")));

    assert_eq!((options.defaults.unwrap().limit, shapes_client::Defaults::default().limit), (8, 7));

    // Bodies that are arrays or scalars.
    let numbers = client.add_numbers(vec![1, -2]).send_with_response().await.unwrap();
    assert_eq!((numbers.status(), text(numbers.value())), (201, "[1,-2]".to_owned()));
    let name = client.rename_all("new").send_with_response().await.unwrap();
    assert_eq!((name.status(), text(name.value())), (202, "\"new\"".to_owned()));
    assert_rejected(client.rename_all("too long a name").send().await, "body");

    // Keywords, which keep their names in JSON.
    let keywords = client.gen_("a").async_("b").try_("c").type_(true).self_(false).x(true);
    let keywords = keywords.send().await.unwrap();
    assert_eq!(read(&text(&keywords)), json!({"type": true, "self": false, "_": true}));

    // Overlapping alternatives, which keep all fields.
    let choices = json!({"list": [{"a": 1}, {"a": 1, "b": "x", "c": null}], "number": 8.5,
        "tree": ["x", ["y", []]]});
    let sent: shapes_client::Choices = serde_json::from_value(choices.clone()).unwrap();
    let call = client.super_(sent.list).number(sent.number.unwrap()).tree(sent.tree.unwrap());
    assert_eq!(read(&text(&call.send().await.unwrap())), choices);
    let both = serde_json::from_value::<Vec<shapes_client::Either>>(json!([{"a": 1, "b": 2}]));
    let both = client.super_(both.unwrap()).send().await.unwrap_err();
    assert_eq!(both.status(), Some(400), "{both}");

    println!("9");
    server.close().await.unwrap();
}
