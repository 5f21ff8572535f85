//! Checks of an operation that lists objects: each created object is listed once, filters apply, and
//! the pages together equal the unpaged list.

use agenthuman_contract::child;
use agenthuman_contract::model::Aspect;
use serde_json::Value;

use crate::lifecycle::{objects, text};
use crate::operation_test::OperationTest;
use crate::problem::Problem;
use crate::request::{Body, Request};
use crate::schemas::fact;
use crate::session::SendError;
use crate::target::{ParameterValue, Target};

/// Number of pages that a list is read in.
const PAGES: usize = 3;

/// Maximum size of a page.
const MAX_PAGE: usize = 100;

/// Name of the requests in findings.
const NAME: &str = "the list";

/// The query parameters of a paged list, and the member of a response that continues it: the members
/// of `x-pagination`.
struct Pagination<'a> {
    cursor: &'a str,
    next: &'a str,
    limit: &'a str,
}

impl<'a> Pagination<'a> {
    fn read(target: &Target<'a>) -> Option<Self> {
        let pointer = child(&target.operation.pointer, "x-pagination");
        let value = target.generator.contract.get(&pointer)?;
        let member = |name: &str| value.get(name)?.as_str();
        Some(Pagination {
            cursor: member("cursor")?,
            next: member("next")?,
            limit: member("limit")?,
        })
    }
}

/// Requests the list, and returns the identifiers in it; `None` if the response is none. `parameter` is
/// the name of the identifier.
pub(crate) async fn ids(
    test: &mut OperationTest<'_>,
    parameter: &str,
) -> Result<Option<Vec<String>>, SendError> {
    let (response, _) = test.exchange(NAME, &test.target.minimal_request()).await?;
    let body = response.json().filter(|_| response.is_success());
    Ok(body.map(|body| ids_in(&body, parameter)))
}

/// Checks that the `created` objects are listed once each, that filters apply, and that the pages equal
/// the unpaged list.
pub(crate) async fn check(
    test: &mut OperationTest<'_>,
    parameter: &str,
    created: &[String],
) -> Result<(), SendError> {
    let Some(listed) = ids(test, parameter).await? else { return Ok(()) };
    for id in created {
        let count = listed.iter().filter(|one| *one == id).count();
        if count != 1 {
            let contract = format!("the created object {id} is listed once");
            let server = format!("it is listed {count} times");
            let request = test.target.minimal_request();
            record(test, "list-incomplete", None, contract, server, &request);
        }
    }
    check_filters(test, parameter).await?;
    match Pagination::read(test.target) {
        Some(pagination) => check_pages(test, &pagination, parameter, &listed).await,
        None => Ok(()),
    }
}

/// Follows the cursor from page to page.
async fn check_pages(
    test: &mut OperationTest<'_>,
    pagination: &Pagination<'_>,
    parameter: &str,
    listed: &[String],
) -> Result<(), SendError> {
    let size = listed.len().div_ceil(PAGES).max(1);
    if size > MAX_PAGE {
        let count = listed.len();
        let skipped = format!("{}: the pages of a list of {count} objects", test.target.key);
        test.recorder.skip(skipped);
        return Ok(());
    }
    let limit = (pagination.limit, size.to_string());
    let mut paged = Vec::new();
    let mut cursor: Option<String> = None;
    // One page more than the list has: it must be the end.
    for _ in 0..=PAGES {
        let mut parameters = vec![limit.clone()];
        parameters.extend(cursor.iter().map(|cursor| (pagination.cursor, cursor.clone())));
        let request = request(test.target, &parameters);
        let (response, _) = test.exchange("a page of the list", &request).await?;
        let Some(body) = response.json().filter(|_| response.is_success()) else {
            let contract = "the cursor of a page is accepted".to_owned();
            let cursor = Some(pagination.cursor);
            record(test, "page-wrong", cursor, contract, response.text(), &request);
            return Ok(());
        };
        let page = ids_in(&body, parameter);
        if page.len() > size {
            let contract = format!("a page has at most {size} objects");
            let server = format!("it has {} objects", page.len());
            record(test, "page-wrong", Some(pagination.limit), contract, server, &request);
            return Ok(());
        }
        paged.extend(page);
        cursor = body.get(pagination.next).and_then(text);
        if cursor.is_none() {
            break;
        }
    }
    if paged != listed {
        let request = request(test.target, &[limit]);
        let contract = format!("the pages together are the unpaged list: {}", listed.join(", "));
        record(test, "page-wrong", Some(pagination.cursor), contract, paged.join(", "), &request);
    }
    Ok(())
}

/// Sends each enum value of each query parameter that has the name of a property of the listed objects:
/// each object in the response must have that value.
async fn check_filters(test: &mut OperationTest<'_>, parameter: &str) -> Result<(), SendError> {
    let model = test.checker.model;
    for ((location, name), filter) in &test.target.operation.parameters {
        let Some(schema) = filter.schema.map(|id| &model.schemas[id]) else { continue };
        let values = fact(schema, Aspect::Enum).and_then(Value::as_array);
        let Some(values) = values.filter(|_| location == "query") else { continue };
        // The default, such as `all`, filters nothing.
        let default = test.target.generator.contract.get(&child(&schema.pointer, "default"));
        for value in values.iter().filter(|value| Some(*value) != default) {
            let Some(sent) = text(value) else { continue };
            let request = request(test.target, &[(name.as_str(), sent)]);
            let (response, _) = test.exchange("a filtered list", &request).await?;
            let body = response.json().filter(|_| response.is_success()).unwrap_or_default();
            let mut shown = objects(&body, parameter).into_iter().filter_map(|one| one.get(name));
            if let Some(other) = shown.find(|is| *is != value) {
                let contract = format!("each object in the list has the `{name}` {value}");
                let server = format!("an object has {other}");
                record(test, "filter-ignored", Some(name), contract, server, &request);
            }
        }
    }
    Ok(())
}

/// Returns a request for the list with these query parameters.
fn request(target: &Target<'_>, parameters: &[(&str, String)]) -> Request {
    let mut all = target.required_parameters.clone();
    all.extend(parameters.iter().map(|(name, text)| ParameterValue {
        location: "query".to_owned(),
        name: (*name).to_owned(),
        text: text.clone(),
    }));
    target.request_with(&target.path_parameters, &all, Body::None)
}

fn ids_in(body: &Value, parameter: &str) -> Vec<String> {
    objects(body, parameter).into_iter().filter_map(|one| text(&one[parameter])).collect()
}

/// Records a problem at a query parameter, or at the operation.
fn record(
    test: &mut OperationTest<'_>,
    rule: &'static str,
    parameter: Option<&str>,
    contract: String,
    server: String,
    request: &Request,
) {
    let operation = test.target.operation;
    let mut parameters = operation.parameters.values();
    let parameter = parameters.find(|one| Some(one.name.as_str()) == parameter);
    let pointer = parameter.map_or(&operation.pointer, |one| &one.pointer);
    test.record(Problem::new(rule, pointer, contract, server), NAME, request);
}
