//! Calls each operation of `lists.yaml` on a server that implements the stub, and prints how many there
//! were.

use agenthuman_server_runtime::json::InvalidRequest;
use agenthuman_server_runtime::request::{PathParameters, QueryParameters};
use agenthuman_server_runtime::response::Outcome;
use agenthuman_server_runtime::unexpected::UndocumentedError;
use dropshot::{ConfigLogging, ConfigLoggingLevel, RequestContext, ServerBuilder};
use lists_client::Client;
use lists_stub::*;

struct Server;

fn invalid(error: InvalidRequest) -> DocumentedError {
    DocumentedError::BadRequest { body: types::Problem { error: error.to_string() } }
}

impl Lists for Server {
    type Context = ();

    async fn find_items(
        _: RequestContext<()>,
        query: QueryParameters<FindItemsQuery>,
    ) -> Result<Outcome<FindItemsOk, DocumentedError>, UndocumentedError> {
        let found = query.read().map_err(invalid).map(|query| {
            let size = query.size.unwrap_or_default();
            FindItemsOk { body: vec![format!("{:?}", *query.color), format!("{size:?}")] }
        });
        Ok(found.into())
    }

    async fn run(
        _: RequestContext<()>,
        path: PathParameters<RunPath>,
    ) -> Result<Outcome<RunResponse, DocumentedError>, UndocumentedError> {
        let run = path.read().map_err(invalid).map(|path| {
            let body = types::Run { number: *path.number };
            if body.number == 7 { RunResponse::Ok { body } } else { RunResponse::Accepted { body } }
        });
        Ok(run.into())
    }
}

#[tokio::main]
async fn main() {
    let log = ConfigLogging::StderrTerminal { level: ConfigLoggingLevel::Error };
    let api = lists_mod::api_description::<Server>().unwrap();
    let server = ServerBuilder::new(api, (), log.to_logger("lists").unwrap()).start().unwrap();
    let url = format!("http://{}", server.local_addr());
    let client = Client::builder().base_url(url).api_key("secret").build().unwrap();

    let colors = |colors: &[&str]| -> Vec<lists_client::FindItemsColorItem> {
        colors.iter().map(|color| color.parse().unwrap()).collect()
    };
    let items = client.find_items(colors(&["red", "green"])).size(vec![1, 2]).send().await.unwrap();
    assert_eq!(items, ["[Red, Green]", "[1, 2]"]);
    for invalid in [colors(&[]), colors(&["red", "red", "red"])] {
        let error = client.find_items(invalid).send().await.unwrap_err();
        assert!(error.to_string().starts_with("`color`: the number of items"), "{error}");
    }

    for (number, status) in [(7, 200), (8, 202)] {
        let run = client.run(number).send_with_response().await.unwrap();
        assert_eq!((run.status(), run.value().number), (status, number));
    }
    let error = client.run(0).send().await.unwrap_err();
    assert!(error.to_string().starts_with("`number`: 0 is not from 1 to 99"), "{error}");
    println!("2");
    server.close().await.unwrap();
}
