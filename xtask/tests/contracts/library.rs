//! Calls each operation of `library.yaml` whose bodies are JSON on a server that implements the stub, and
//! prints how many there were. The server returns what it got.

use agenthuman_server_runtime::json::InvalidRequest;
use agenthuman_server_runtime::request::{
    FormBody, HeaderParameters, JsonBody, PageParameters, PathParameters,
};
use agenthuman_server_runtime::response::Outcome;
use dropshot::{
    Body, ConfigLogging, ConfigLoggingLevel, ErrorStatusCode, HttpError, MultipartBody,
    RequestContext, ServerBuilder, StreamingBody, WebsocketChannelResult, WebsocketConnection,
};
use library_client::{Client, Error, ErrorKind};
use library_stub::*;
use serde::Serialize;
use serde_json::{Value, json};

const MAX_BODY_BYTES: usize = 4096;
const ISBN: &str = "9780141439518";
const READER: &str = "5f0c8c3e-5b1a-4c59-9d3e-0d6c8f2b7a10";

struct Server;

type Documented<T> = Result<Outcome<T, DocumentedError>, HttpError>;

/// Returns an error with the status 4XX of the contract.
fn rejected(status: u16, message: &str) -> DocumentedError {
    let status = ErrorStatusCode::from_u16(status).unwrap();
    let (error_code, request_id) = (Some("Rejected".to_owned()), "r1".to_owned());
    let body = types::Error { error_code, message: message.to_owned(), request_id };
    DocumentedError::ClientError { status, body }
}

fn invalid(error: InvalidRequest) -> DocumentedError {
    rejected(400, &error.to_string())
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

/// Returns a book whose title is the JSON of a request.
fn book(request: &Value) -> types::Book {
    let chapter =
        json!({"heading": "1", "parts": [{"heading": "1.1", "parts": []}], "parent": null});
    serde_json::from_value(json!({
        "isbn": ISBN, "title": request.to_string(), "2nd-title": "", "type": "fact",
        "chapters": [chapter], "stars": null, "weight": 0.5, "counts": {"a": i64::MAX},
        "published": "2024-02-29", "hosts": ["::1"], "data": "AA==", "origin": {"gift": "me"},
        "notes": {"a": "b"}, "extra": {"a": [1]}, "anything": [null],
    }))
    .unwrap()
}

/// The error of an operation that exchanges something else than JSON.
fn not_json() -> HttpError {
    HttpError::for_bad_request(None, "the client has no such operation".to_owned())
}

impl Library for Server {
    type Context = ();

    async fn book_list(
        _: RequestContext<()>,
        card: Card,
        query: PageParameters<BookListQuery>,
    ) -> Documented<BookListOk> {
        assert_eq!(card.secret(), Some("card"));
        let query = match query.read() {
            Ok(query) => json(&query),
            Err(error) => return Ok(Outcome::Error(invalid(error))),
        };
        let next_page = match query["page_token"].as_str() {
            None => json!("2"),
            Some(_) => Value::Null,
        };
        let page = json!({"items": [book(&query)], "next_page": next_page});
        Ok(Ok(BookListOk { body: serde_json::from_value(page).unwrap() }).into())
    }

    async fn book_create(
        _: RequestContext<()>,
        _: Card,
        body: JsonBody<types::BookCreate>,
    ) -> Documented<BookCreateCreated> {
        let headers = serde_json::from_value(json!(7)).unwrap();
        let headers = BookCreateCreatedHeaders { e_tag: "e1".to_owned(), x_shelf: Some(headers) };
        let body = body.read(MAX_BODY_BYTES).await;
        let created = body.map(|body| BookCreateCreated { body: book(&json(&body)), headers });
        Ok(created.map_err(|_| rejected(400, "body")).into())
    }

    async fn book_borrow(
        _: RequestContext<()>,
        _: Card,
        path: PathParameters<BookBorrowPath>,
        headers: HeaderParameters<BookBorrowHeaderParameters>,
        body: JsonBody<types::Loan>,
    ) -> Documented<BookBorrowAccepted> {
        let (path, headers) = (path.read().unwrap(), headers.read().unwrap());
        assert_eq!(json(&path), json!({"isbn": ISBN}));
        assert_eq!(json(&headers), json!({"if-match": "e1", "x-loud": true}));
        let Ok(loan) = body.read(MAX_BODY_BYTES).await else {
            return Ok(Outcome::Error(rejected(422, "no loan")));
        };
        let events = match json(&loan)["type"].as_str() {
            Some("at_home") => json!([ISBN, -1]),
            _ => json!([]),
        };
        Ok(Ok(BookBorrowAccepted { body: serde_json::from_value(events).unwrap() }).into())
    }

    async fn book_delete(
        _: RequestContext<()>,
        path: PathParameters<BookDeletePath>,
    ) -> Documented<BookDeleteNoContent> {
        let isbn = json(&path.read().unwrap());
        let missing = isbn["isbn"] != ISBN;
        Ok(if missing { Err(rejected(410, "gone")) } else { Ok(BookDeleteNoContent) }.into())
    }

    async fn reader_update(
        _: RequestContext<()>,
        _: Card,
        body: JsonBody<types::Reader>,
    ) -> Result<Outcome<ReaderUpdateOk, DocumentedError>, UnexpectedError> {
        let body = body.read(MAX_BODY_BYTES).await.unwrap();
        if body.name == "Busy" {
            let problem = json!({"reason": "try later", "kind": "busy", "retry": false});
            let body = serde_json::from_value(problem).unwrap();
            return Ok(Outcome::Error(DocumentedError::Conflict { body }));
        }
        Ok(Ok(ReaderUpdateOk { body }).into())
    }

    async fn readers_forget(_: RequestContext<()>, _: Card) -> Documented<ReadersForgetOk> {
        Ok(Ok(ReadersForgetOk { body: () }).into())
    }

    async fn cover_view(
        _: RequestContext<()>,
        _: Card,
        _: PathParameters<CoverViewPath>,
    ) -> Documented<CoverViewOk> {
        Err(not_json())
    }

    async fn cover_upload(
        _: RequestContext<()>,
        _: Card,
        _: PathParameters<CoverUploadPath>,
        _: StreamingBody,
    ) -> Documented<CoverUploadNoContent> {
        Err(not_json())
    }

    async fn cover_form(
        _: RequestContext<()>,
        _: Card,
        _: PathParameters<CoverFormPath>,
        _: MultipartBody,
    ) -> Documented<CoverFormFound> {
        Err(not_json())
    }

    async fn login(_: RequestContext<()>, _: FormBody<types::Login>) -> Documented<LoginNoContent> {
        Err(not_json())
    }

    async fn raw(_: RequestContext<()>, _: Card) -> Result<http::Response<Body>, HttpError> {
        Err(not_json())
    }

    async fn watch(
        _: RequestContext<()>,
        _: Card,
        _: WebsocketConnection,
    ) -> WebsocketChannelResult {
        Err(not_json().into())
    }
}

/// Asserts that the client has rejected an argument before sending.
fn assert_rejected<T: std::fmt::Debug>(result: Result<T, Error>, name: &str) {
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0), "{error}");
    assert!(error.to_string().starts_with(&format!("`{name}`")), "{name}: {error}");
}

/// Returns the request that the server has put into the title of a book.
fn request(book: &library_client::Book) -> Value {
    serde_json::from_str(book.title.as_deref().unwrap()).unwrap()
}

#[tokio::main]
async fn main() {
    let log = ConfigLogging::StderrTerminal { level: ConfigLoggingLevel::Error };
    let api = library_mod::api_description::<Server>().unwrap();
    let server = ServerBuilder::new(api, (), log.to_logger("library").unwrap()).start().unwrap();
    // The contract names no server.
    let error = Client::builder().api_key("card").build().unwrap_err();
    assert_eq!(error.message(), "the base URL is missing");
    let url = format!("http://{}", server.local_addr());
    let client = Client::builder().base_url(url).api_key("card").build().unwrap();

    // Pages, by the extension of Dropshot.
    let page = client.book_list().genre("poetry").limit(5);
    let page = page.since("2024-01-15T10:30:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
    let page = page.send().await.unwrap();
    let query = json!({"genre": "poetry", "limit": 5, "since": "2024-01-15T10:30:00Z"});
    assert_eq!(request(&page.items[0]), query);
    assert_eq!(page.next_page.as_deref(), Some("2"));
    let last = client.book_list().page_token("2").send().await.unwrap();
    assert_eq!((last.next_page, last.items[0].chapters[0].parts.len()), (None, 1));
    let book = json(&page.items[0]);
    let read =
        ["weight", "published", "hosts", "data", "origin", "counts", "notes", "extra", "anything"];
    let read = read.map(|name| book[name].clone());
    let sent = json!([0.5, "2024-02-29", ["::1"], "AA==", {"gift": "me"}, {"a": i64::MAX}, {"a": "b"},
        {"a": [1]}, [null]]);
    assert_eq!(json(&read), sent);
    assert_rejected(client.book_list().limit(0).send().await, "limit");

    // A body with defaults, which the server sets, and fields that are cleared, set or empty.
    let created = client.book_create(ISBN).send_with_response().await.unwrap();
    assert_eq!(created.status(), 201);
    for header in [("etag", "e1"), ("x-shelf", "7")] {
        assert!(created.headers().any(|one| one == header), "{header:?}");
    }
    let defaults = json!({"isbn": ISBN, "copies": 1, "language": "en", "open": true,
        "genre": "fact", "shelf": null, "tags": []});
    assert_eq!(request(created.value()), defaults);
    let tags = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>();
    let created = client.book_create(ISBN).clear_title().copies(2).shelf("A").tags(tags(&["x"]));
    let created = created.even(4).open(false).genre("fiction").send().await.unwrap();
    let expected = json!({"isbn": ISBN, "title": null, "copies": 2, "language": "en", "open": false,
        "genre": "fiction", "shelf": "A", "tags": ["x"], "even": 4});
    assert_eq!(request(&created), expected);
    let created = client.book_create(ISBN).title("T").tags(tags(&[])).send().await.unwrap();
    assert_eq!(
        (&request(&created)["title"], &request(&created)["tags"]),
        (&json!("T"), &json!([]))
    );
    assert_rejected(client.book_create("978").send().await, "isbn");
    assert_rejected(client.book_create(ISBN).copies(100).send().await, "copies");

    // Alternatives in a body and in a response.
    let loan = |loan: Value| serde_json::from_value::<library_client::Loan>(loan).unwrap();
    let at_home = loan(json!({"type": "at_home", "reader": READER}));
    let events = client.book_borrow(ISBN, "e1", at_home).x_loud(true).send_with_response();
    let events = events.await.unwrap();
    assert_eq!((events.status(), json(events.value())), (202, json!([ISBN, -1])));
    let in_house = client.book_borrow(ISBN, "e1", loan(json!({"type": "in_house"})));
    assert!(in_house.x_loud(true).send().await.unwrap().is_empty());
    let in_house = loan(json!({"type": "in_house"}));
    assert_rejected(client.book_borrow(ISBN, "e", in_house).send().await, "If-Match");

    // Responses without content, and errors of a range of statuses.
    client.book_delete(ISBN).send().await.unwrap();
    let error = client.book_delete("0000000000000").send().await.unwrap_err();
    let described = (error.status(), error.message(), error.code());
    assert_eq!(described, (Some(410), "gone", Some("Rejected")));
    assert_rejected(client.book_delete("978").send().await, "isbn");
    client.readers_forget().send().await.unwrap();

    // A whole object with alternatives, and an error with a body of its own.
    let reader = |name: &str| -> library_client::Reader {
        serde_json::from_value(json!({"name": name, "phone": "1"})).unwrap()
    };
    let read = json(&client.reader_update(reader("Ann")).send().await.unwrap());
    assert_eq!(read, json!({"name": "Ann", "phone": "1", "address": {"city": "Paris"}}));
    let error = client.reader_update(reader("Busy")).send().await.unwrap_err();
    assert_eq!(
        (error.status(), error.kind(), error.attempts()),
        (Some(409), ErrorKind::InvalidRequest, 1)
    );
    let problem = serde_json::from_slice::<types::Problem>(error.body().unwrap()).unwrap();
    assert_eq!((problem.kind, problem.retry), (types::ProblemKind::Busy, false));

    println!("6");
    server.close().await.unwrap();
}
