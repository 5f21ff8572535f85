//! Sends requests to a server that implements the stub of `varied.yaml`, by hand and with the client, and
//! checks the responses. Prints the number of operations that the client has called.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use agenthuman_server_runtime::credentials::basic;
use agenthuman_server_runtime::json::InvalidRequest;
use agenthuman_server_runtime::request::{
    BodyError, ContentBody, HeaderParameters, JsonBody, OptionalBody, PathParameters,
    QueryParameters,
};
use agenthuman_server_runtime::response::{NoError, NoSuccess, Outcome};
use agenthuman_server_runtime::unexpected::UndocumentedError;
use dropshot::{
    Body, ConfigLogging, ConfigLoggingLevel, ErrorStatusCode, HttpError, MultipartBody,
    RequestContext, ServerBuilder,
};
use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use workshop_stub::types::{Job, NewJob, Problem, Text, Ticket};
use workshop_stub::*;

const MAX_BODY_BYTES: usize = 4096;

struct Server;

fn problem(title: impl ToString) -> Problem {
    Problem { title: title.to_string() }
}

/// Returns the error of an operation whose contract has no error.
fn undocumented(error: InvalidRequest) -> HttpError {
    HttpError::for_bad_request(None, error.to_string())
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

impl Workshop for Server {
    type Context = ();

    async fn get_jobs(
        _: RequestContext<()>,
        query: QueryParameters<GetJobsQuery>,
        headers: HeaderParameters<GetJobsHeaderParameters>,
    ) -> Result<Outcome<GetJobsOk, NoError>, HttpError> {
        let query = query.read().map_err(undocumented)?;
        let headers = headers.read().map_err(undocumented)?;
        let body = vec![json(&query).to_string(), json(&headers).to_string()];
        Ok(Outcome::Success(GetJobsOk { body }))
    }

    async fn post_jobs(
        _: RequestContext<()>,
        credentials: Credentials,
        body: OptionalBody<JsonBody<NewJob>>,
    ) -> Result<Outcome<PostJobsResponse, DocumentedError>, UnexpectedError> {
        assert!(!format!("{credentials:?}").contains("secret"));
        let Credentials { token, key, tenant } = &credentials;
        let is_known = token.secret() == Some("secret-token")
            || key.secret() == Some("secret-key") && tenant.secret() == Some("t1");
        // `{}` is an alternative, so every request is complete.
        assert!(credentials.is_complete());
        if !is_known {
            return Ok(Outcome::Error(DocumentedError::Forbidden));
        }
        let Some(body) = body.present() else {
            let body = Ticket { number: 7 };
            return Ok(Outcome::Success(PostJobsResponse::Accepted { body }));
        };
        let job = match body.read(MAX_BODY_BYTES).await {
            Ok(job) => job,
            Err(error) => {
                let (status, title) = match error {
                    BodyError::Invalid(error) => (StatusCode::BAD_REQUEST, error.to_string()),
                    other => (StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("{other:?}")),
                };
                let body = problem(title);
                return Ok(Outcome::Error(DocumentedError::Default { status, body }));
            }
        };
        Ok(match job.name.as_str() {
            "known" => {
                let headers = PostJobsSeeOtherHeaders { location: "/jobs/1".to_owned() };
                Outcome::Success(PostJobsResponse::SeeOther { headers })
            }
            "busy" => Outcome::Error(DocumentedError::Conflict { body: Ticket { number: 8 } }),
            "broken" => return Err(HttpError::for_internal_error("out of wood".to_owned()).into()),
            _ => {
                let mut done = json(&job);
                done["id"] = json!(1);
                done["done"] = json!(true);
                done["tool"] = json!({"kind": "drill", "speed": 3});
                done.as_object_mut().unwrap().remove("secret");
                let body: Job = serde_json::from_value(done).unwrap();
                Outcome::Success(PostJobsResponse::Ok { body })
            }
        })
    }

    async fn get_parts_by_ids(
        _: RequestContext<()>,
        credentials: GetPartsByIdsCredentials,
        path: PathParameters<GetPartsByIdsPath>,
        query: QueryParameters<GetPartsByIdsQuery>,
    ) -> Result<Outcome<GetPartsByIdsSuccess, DocumentedError>, UnexpectedError2> {
        let status = |code| ErrorStatusCode::from_u16(code).unwrap();
        let picture = |code, text: String| {
            Ok(Outcome::Error(DocumentedError::ClientError {
                status: status(code),
                body: Body::from(text),
            }))
        };
        assert_eq!(GetPartsByIdsCredentials::ALTERNATIVES, [["query_key"], ["cookie_key"]]);
        if !credentials.is_complete() {
            return picture(401, "no key".to_owned());
        }
        let (ids, note) = match (path.read(), query.read()) {
            (Ok(path), Ok(query)) => (path.ids, query.note),
            (Err(error), _) | (_, Err(error)) => return picture(400, error.to_string()),
        };
        if note.as_deref() == Some("broken") {
            return Err(HttpError::for_internal_error("no parts".to_owned()).into());
        }
        let (status, body) = (StatusCode::PARTIAL_CONTENT, ids.iter().sum());
        Ok(Outcome::Success(GetPartsByIdsSuccess { status, body }))
    }

    async fn put_texts(
        _: RequestContext<()>,
        user: User,
        body: ContentBody<PutTextsBody>,
    ) -> Result<Outcome<PutTextsOk, NoError>, HttpError> {
        let name = user.secret().and_then(basic).map(|(name, _)| name);
        let name = name.ok_or_else(|| HttpError::for_bad_request(None, "no user".to_owned()))?;
        let text = match body.read(MAX_BODY_BYTES).await {
            Ok(PutTextsBody::ApplicationJson(text)) => format!("json {}", text.text),
            Ok(PutTextsBody::ApplicationXWwwFormUrlencoded(text)) => {
                format!("form {} {:?}", *text.text, text.words.unwrap_or_default())
            }
            Ok(PutTextsBody::TextPlain(raw)) => {
                let body = PutTextsOkBody::TextPlainCharsetUtf8(Body::from(raw.bytes));
                return Ok(Outcome::Success(PutTextsOk { body }));
            }
            Ok(PutTextsBody::ImageAny(raw)) => raw.content_type,
            Err(error) => return Err(HttpError::for_bad_request(None, format!("{error:?}"))),
        };
        let text: Text = serde_json::from_value(json!({"text": text, "words": [name]})).unwrap();
        Ok(Outcome::Success(PutTextsOk { body: PutTextsOkBody::ApplicationVndTextJson(text) }))
    }

    async fn patch_texts(
        _: RequestContext<()>,
        _: User,
        body: OptionalBody<ContentBody<PatchTextsBody>>,
    ) -> Result<Outcome<PatchTextsNoContent, DocumentedError>, UndocumentedError> {
        let Some(body) = body.present() else {
            return Ok(Outcome::Error(DocumentedError::NotFound));
        };
        match body.read(MAX_BODY_BYTES).await {
            Ok(PatchTextsBody::ApplicationMergePatchJson(_)) => {
                Ok(Outcome::Success(PatchTextsNoContent))
            }
            Err(error) => Err(HttpError::for_bad_request(None, format!("{error:?}")).into()),
        }
    }

    async fn post_uploads(
        _: RequestContext<()>,
        credentials: PostUploadsCredentials,
        body: OptionalBody<MultipartBody>,
    ) -> Result<Outcome<PostUploadsCreated, DocumentedError>, UnexpectedError3> {
        let Some(mut body) = body.present() else {
            let sent = [credentials.token.secret(), credentials.user.secret()];
            let body = problem(format!("{} {sent:?}", credentials.is_complete()));
            return Ok(Outcome::Error(DocumentedError::PostUploadsInternalServerError { body }));
        };
        let field = body.content.next_field().await.unwrap().unwrap();
        assert_eq!(field.text().await.unwrap(), "wood");
        Ok(Outcome::Success(PostUploadsCreated))
    }

    async fn get_closed(
        _: RequestContext<()>,
    ) -> Result<Outcome<NoSuccess, DocumentedError>, UndocumentedError> {
        Ok(Outcome::Error(DocumentedError::Gone { body: problem("gone") }))
    }

    async fn watch(_: RequestContext<()>) -> Result<Outcome<WatchDefault, NoError>, HttpError> {
        let (status, body) = (StatusCode::IM_A_TEAPOT, Body::from("<p>tea</p>"));
        Ok(Outcome::Success(WatchDefault { status, body }))
    }
}

/// Sends a request with these header lines, and a body if it is not empty. Returns the status, the header
/// in lower case and the body.
fn send(address: SocketAddr, line: &str, headers: &[&str], body: &str) -> (u16, String, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    let mut request = format!("{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
    headers.iter().for_each(|header| request += &format!("{header}\r\n"));
    if !body.is_empty() {
        request += &format!("content-length: {}\r\n", body.len());
    }
    stream.write_all(format!("{request}\r\n{body}").as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_lowercase(), body.to_owned())
}

const JSON: &str = "content-type: application/json";
const TOKEN: &str = "authorization: bearer secret-token";
const USER: &str = "authorization: Basic YW5uOnNlY3JldA==";

#[tokio::main]
async fn main() {
    let log = ConfigLogging::StderrTerminal { level: ConfigLoggingLevel::Critical };
    let api = workshop_mod::api_description::<Server>().unwrap();
    let server = ServerBuilder::new(api, (), log.to_logger("workshop").unwrap()).start().unwrap();
    let address = server.local_addr();
    let get = |path: &str, headers: &[&str]| send(address, &format!("GET {path}"), headers, "");
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();

    // Lists, each in its style.
    let path = "/jobs?tag=red&size=1,2&word=a+b&span=1.5|2&tag=blue";
    let (status, _, body) = get(path, &["x-trace: aa, bb,cc"]);
    let echoed: Vec<String> = serde_json::from_str(&body).unwrap();
    let expected = json!({"tag": ["red", "blue"], "size": [1, 2], "word": ["a", "b"],
        "span": [1.5, 2.0], "state": ["open"], "limit": null});
    let mut read = parsed(&echoed[0]);
    read["limit"] = read["limit"].take();
    assert_eq!((status, read), (200, expected));
    assert_eq!(parsed(&echoed[1]), json!({"x-trace": ["aa", "bb", "cc"]}));
    // Errors that name the parameter and the item. The contract has none, so they are Dropshot's.
    for (path, header, expected) in [
        ("/jobs?tag=red&size=1,0", "x-a: b", "`size[1]` is 0"),
        ("/jobs?tag=red&size=1,x", "x-a: b", "`size[1]` is \"x\""),
        ("/jobs?tag=red&tag=red", "x-a: b", "`tag`"),
        ("/jobs?tag=red&tag=pink", "x-a: b", "`tag[1]`"),
        ("/jobs?tag=red&span=1|2|3", "x-a: b", "`span`"),
        ("/jobs?tag=red&limit=1&limit=2", "x-a: b", "`limit` appears more than once"),
        ("/jobs?tag=red&tags=blue", "x-a: b", "unknown field `tags`"),
        ("/jobs", "x-a: b", "`tag` is missing"),
        ("/jobs?tag=red", "x-trace: aa,b", "`x-trace[1]`"),
    ] {
        let (status, _, body) = get(path, &[header]);
        let body = parsed(&body);
        assert_eq!(status, 400, "{path}: {body}");
        assert!(body["message"].as_str().unwrap().contains(expected), "{path}: {body}");
        assert!(body["request_id"].is_string(), "{path}: {body}");
    }

    // Alternatives of credentials, an optional body, several successes.
    let post = |headers: &[&str], body: &str| send(address, "POST /jobs", headers, body);
    let (status, head, body) = post(&[], "");
    assert_eq!((status, body.as_str()), (403, ""), "{head}");
    assert_eq!(post(&["x-workshop-key: secret-key"], "").0, 403);
    let (status, _, body) = post(&["x-workshop-key: secret-key", "x-tenant: t1"], "");
    assert_eq!((status, body.as_str()), (202, r#"{"number":7}"#));
    assert_eq!(post(&[TOKEN], "").0, 202);
    assert_eq!(post(&[TOKEN, "content-length: 0"], "").0, 202);
    assert_eq!(post(&[TOKEN, JSON], "").0, 400, "a body is announced");
    let job =
        |name: &str| json!({"name": name, "secret": "s", "count": 1, "extra": [null]}).to_string();
    let (status, _, body) = post(&[TOKEN, JSON], &job("table"));
    let expected = json!({"name": "table", "count": 1, "extra": [null], "id": 1, "done": true,
        "tool": {"kind": "drill", "speed": 3}});
    assert_eq!((status, parsed(&body)), (200, expected));
    let (status, head, body) = post(&[TOKEN, JSON], &job("known"));
    assert!((status, body.as_str()) == (303, "") && head.contains("location: /jobs/1"), "{head}");
    let (status, _, body) = post(&[TOKEN, JSON], &job("busy"));
    assert_eq!((status, body.as_str()), (409, r#"{"number":8}"#));
    let (status, head, body) = post(&[TOKEN, JSON], r#"{"name": ""}"#);
    assert!(head.contains("content-type: application/problem+json"), "{head}");
    assert!(status == 400 && body.contains("`name`"), "{body}");
    let (status, head, _) = post(&[TOKEN, "content-type: text/plain"], "job");
    assert!(status == 415 && head.contains("application/problem+json"), "{head}");
    // A failure outside of a handler has the documented body.
    let (status, _, body) = post(&[TOKEN, JSON], &job("broken"));
    assert_eq!((status, body.as_str()), (500, r#"{"title":""}"#));

    // Keys in the query and in a cookie, a list in the path, ranges of statuses.
    let (status, head, body) = get("/parts/1,2", &[]);
    assert_eq!((status, body.as_str()), (401, "no key"));
    assert!(head.contains("content-type: image/png"), "{head}");
    let (status, _, body) = get("/parts/1,2?key=k&note=n", &[]);
    assert_eq!((status, body.as_str()), (206, "3"));
    assert_eq!(get("/parts/4", &["cookie: a=b; key=k"]).2, "4");
    assert_eq!(get("/parts/4", &["cookie: xkey=k"]).0, 401);
    assert_eq!(get("/parts/1,2,3?key=k", &[]).0, 400);
    assert!(get("/parts/1,b?key=k", &[]).2.contains("`ids[1]`"));
    let (status, _, body) = get("/parts/7?key=k&note=broken", &[]);
    assert_eq!((status, body.as_str()), (500, r#"{"title":"failed"}"#));

    // Bodies in several media types.
    let put = |media_type: &str, body: &str| {
        send(address, "PUT /texts", &[USER, &format!("content-type: {media_type}")], body)
    };
    let (status, head, body) = put("application/json", r#"{"text": "a"}"#);
    assert_eq!((status, parsed(&body)), (200, json!({"text": "json a", "words": ["ann"]})));
    assert!(head.contains("content-type: application/vnd.text+json"), "{head}");
    let (_, _, body) = put("application/x-www-form-urlencoded", "text=b&words=x&words=y");
    assert_eq!(parsed(&body)["text"], r#"form b ["x", "y"]"#);
    let (_, head, body) = put("Text/Plain; charset=utf-8", "plain");
    assert_eq!(body, "plain");
    assert!(head.contains("content-type: text/plain; charset=utf-8"), "{head}");
    assert_eq!(parsed(&put("image/png", "x").2)["text"], "image/png");
    assert!(put("audio/ogg", "x").2.contains("UnsupportedMediaType"));
    assert!(put("application/json", r#"{"text": 1}"#).2.contains("text"));
    let patch = |headers: &[&str], body: &str| send(address, "PATCH /texts", headers, body);
    assert_eq!(patch(&[USER], "").0, 404);
    let merge = "content-type: application/merge-patch+json";
    assert_eq!(patch(&[USER, merge], r#"{"text": "a"}"#).0, 204);
    let (status, head, body) = patch(&[USER, JSON], r#"{"text": "a"}"#);
    assert!(status == 400 && head.contains("x-request-id: "), "{head}");
    assert!(parsed(&body)["message"].as_str().unwrap().contains("application/json"), "{body}");

    // Combined credentials, of which two are in one header, and a form with files.
    let upload = |headers: &[&str], body: &str| send(address, "POST /uploads", headers, body);
    let title = |headers: &[&str]| parsed(&upload(headers, "").2)["title"].clone();
    assert_eq!(title(&[]), "false [None, None]");
    assert_eq!(title(&[USER]), r#"false [None, Some("YW5uOnNlY3JldA==")]"#);
    assert_eq!(title(&[TOKEN]), r#"true [Some("secret-token"), None]"#);
    let form = "--x\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\nwood\r\n--x--\r\n";
    assert_eq!(upload(&["content-type: multipart/form-data; boundary=x"], form).0, 201);
    assert_eq!(upload(&["content-type: text/plain"], "wood").0, 500);

    // No success at all, and any status.
    assert_eq!(get("/closed", &[]).0, 410);
    let (status, head, body) = get("/free", &[]);
    assert_eq!((status, body.as_str()), (418, "<p>tea</p>"));
    assert!(head.contains("content-type: text/html"), "{head}");
    call_client(&format!("http://{address}")).await;
    server.close().await.unwrap();
}

/// Calls each operation of the client.
async fn call_client(base_url: &str) {
    let builder = || workshop_client::Client::builder().base_url(base_url);
    let public = builder().build().unwrap();
    let with_token = builder().token("secret-token").build().unwrap();
    let with_user = builder().api_key("ann:secret").build().unwrap();
    assert!(!format!("{with_user:?} {:?}", builder().token("secret-token")).contains("secret"));

    // Lists, each in its style.
    let tag = |tag: &str| serde_json::from_value(json!(tag)).unwrap();
    let call = public.get_jobs(vec![tag("red"), tag("blue")]).size(vec![1, 2]).span(vec![1.5, 2.0]);
    let call = call.word(vec!["a".to_owned(), "b".to_owned()]).state(vec!["done".to_owned()]);
    let echoed = call.x_trace(vec!["aa".to_owned(), "bb".to_owned()]).send().await.unwrap();
    let query: Value = serde_json::from_str(&echoed[0]).unwrap();
    for (name, expected) in [
        ("tag", json!(["red", "blue"])),
        ("size", json!([1, 2])),
        ("word", json!(["a", "b"])),
        ("span", json!([1.5, 2.0])),
        ("state", json!(["done"])),
    ] {
        assert_eq!(query[name], expected, "{name}");
    }
    let headers: Value = serde_json::from_str(&echoed[1]).unwrap();
    assert_eq!(headers, json!({"x-trace": ["aa", "bb"]}));
    // Dropshot's own error, since the contract has none.
    let error = public.get_jobs(vec![tag("red"), tag("red")]).send().await.unwrap_err();
    assert_eq!(error.status(), Some(400));

    // A value for each success, and for each error.
    let job = |name: &str| -> workshop_client::NewJob {
        let job = json!({"name": name, "id": 1, "secret": "s", "count": 1, "extra": [null]});
        serde_json::from_value(job).unwrap()
    };
    use workshop_client::{PostJobsError, PostJobsResponse, Tool};
    let done = with_token.post_jobs(job("table")).send().await.unwrap();
    let PostJobsResponse::Ok(done) = done else { panic!("{done:?}") };
    let drill = |tool: &Tool| matches!(tool, Tool::Drill(drill) if drill.speed == Some(3));
    assert!(done.done && done.tool.as_ref().is_some_and(drill), "{done:?}");
    // A tree of alternatives is read in one pass. Trying each alternative at each level would take 2^60
    // attempts, so it is done aside.
    let tree = r#"{"kind": "drill", "spare": "#.repeat(60) + "5" + &"}".repeat(60);
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(serde_json::from_str::<Tool>(&tree).is_err()));
    assert_eq!(receiver.recv_timeout(std::time::Duration::from_secs(60)), Ok(true));
    let known = with_token.post_jobs(job("known")).send_with_response().await.unwrap();
    assert_eq!(known.header("location"), Some("/jobs/1"));
    assert_eq!(known.into_value(), PostJobsResponse::SeeOther);
    let error = with_token.post_jobs(job("busy")).send().await.unwrap_err();
    let read = PostJobsError::of(&error).unwrap();
    assert!(matches!(&read, PostJobsError::Conflict(ticket) if ticket.number == 8), "{read:?}");
    let error = public.post_jobs(job("table")).send().await.unwrap_err();
    assert_eq!(PostJobsError::of(&error), Some(PostJobsError::Forbidden));

    // Keys in the query and in a cookie, a list in the path, bytes as an error.
    let with_keys = [builder().query_key("k"), builder().cookie_key("k")];
    for client in with_keys.map(|builder| builder.build().unwrap()) {
        let sum = client.get_parts_by_ids(vec![1, 2]).note("n").send().await.unwrap();
        assert_eq!(serde_json::to_value(sum).unwrap(), json!(3));
    }
    let error = public.get_parts_by_ids(vec![1]).send().await.unwrap_err();
    let picture = workshop_client::GetPartsByIdsError::of(&error).unwrap();
    let expected = workshop_client::GetPartsByIdsError::Status4XX("no key".into());
    assert_eq!(picture, expected);

    // JSON under other names.
    let text = with_user.put_texts("a").send().await.unwrap();
    assert_eq!(serde_json::to_value(text).unwrap()["text"], "json a");
    with_user.patch_texts("a").send().await.unwrap();

    // No success at all, and any status.
    assert_eq!(public.get_closed().send().await.unwrap_err().status(), Some(410));
    assert_eq!(public.watch().send().await.unwrap(), "<p>tea</p>");
    println!("7");
}
