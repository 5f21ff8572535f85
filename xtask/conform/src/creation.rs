//! Creates objects: the first one for the tests of the other operations, then one for each test case,
//! which is read and deleted again.

use agenthuman_contract::exact;
use std::collections::BTreeMap;

use serde_json::Value;

use crate::excerpt::excerpt;
use crate::lifecycle::{self, Created};
use crate::listing;
use crate::operation_test::{NO_CHANGE, OperationTest};
use crate::preparation::TestError;
use crate::problem::Problem;
use crate::session::SendError;
use crate::target::Target;
use crate::{case_test, cases, deletion};

/// Number of created objects that are kept for the tests of the list.
const KEPT_OBJECTS: usize = 3;

/// Returns true if a property presumably identifies another object, which must exist: `thing_id`,
/// `thingId`. A contract does not state that.
fn is_reference(name: &str) -> bool {
    name.ends_with("_id") || name.ends_with("-id") || name.ends_with("Id")
}

/// Finds the values of the required properties that cannot be invented: in the options, else in an
/// object of the list, else in the smallest valid body.
pub(crate) async fn find_values(
    test: &mut OperationTest<'_>,
    options: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Value>, TestError> {
    let body = test.target.minimal_body().unwrap_or_default();
    let list = test.created_lifecycle().and_then(|index| test.lifecycles[index].list);
    let mut listed = None;
    let mut values = BTreeMap::new();
    for name in test.target.required_properties() {
        if let Some(text) = options.get(&name) {
            let value = serde_json::from_str(text).unwrap_or_else(|_| text.as_str().into());
            values.insert(name, value);
            continue;
        }
        if !is_reference(&name) {
            continue;
        }
        let parameters = &test.target.path_parameters;
        if let (None, Some((key, operation))) = (&listed, list)
            && let Ok(target) = Target::new(test.target.generator, key, operation, parameters)
        {
            let (response, _) =
                test.of(&target).exchange(NO_CHANGE, &target.minimal_request()).await?;
            if [401, 403].contains(&response.status) {
                return Err(TestError::KeyRejected(response.text()));
            }
            listed = response.json();
        }
        let found = listed.as_ref().and_then(|body| lifecycle::outermost(body, &name));
        let value = found.unwrap_or_else(|| body[&name].clone());
        values.insert(name, value);
    }
    Ok(values)
}

/// Creates the first object. Returns false, after recording the reason, if the server rejects that.
pub(crate) async fn create_first(
    test: &mut OperationTest<'_>,
    options: &BTreeMap<String, String>,
) -> Result<bool, TestError> {
    let known = test.created.len();
    let (response, _) = test.exchange("the first object", &test.target.minimal_request()).await?;
    if [401, 403].contains(&response.status) {
        return Err(TestError::KeyRejected(response.text()));
    }
    if test.created.len() > known {
        return Ok(true);
    }
    let required = test.target.required_properties();
    let missing: Vec<_> = required
        .iter()
        .filter(|name| is_reference(name) && !options.contains_key(*name))
        .map(|name| format!("`--set {name}=VALUE`"))
        .collect();
    let hint = match missing.as_slice() {
        [] => String::new(),
        missing => format!("; set values that the server accepts with {}", missing.join(" ")),
    };
    let key = test.target.key;
    test.recorder.skip(format!("{key}: no object can be created: {}{hint}", response.text()));
    Ok(false)
}

/// Sends the test cases of a creation. Each created object is read and deleted again, except for the
/// first ones.
pub(crate) async fn check(test: &mut OperationTest<'_>) -> Result<(), SendError> {
    let Some(index) = test.created_lifecycle() else { return Ok(()) };
    let lifecycles = test.lifecycles;
    let parameter = &lifecycles[index].parameter;
    let list = lifecycles[index].list.and_then(|(key, operation)| {
        let parameters = &test.target.path_parameters;
        Target::new(test.target.generator, key, operation, parameters).ok()
    });
    let before = match &list {
        Some(list) => listing::ids(&mut test.of(list), parameter).await?,
        None => None,
    };
    test.record_unsendable_examples();
    let cases = cases::cases(test.target);
    test.session.progress.inc_length(cases.len() as u64);
    let mut created_ids: Vec<String> = test.created.iter().map(|one| one.id.clone()).collect();
    for case in &cases {
        let known = test.created.len();
        test.session.progress.set_message(case.name.clone());
        let result = case_test::run(test, case).await;
        let new = test.created[known..].to_vec();
        created_ids.extend(new.iter().map(|one| one.id.clone()));
        result?;
        for created in &new {
            read_back(test, created).await?;
        }
        delete_surplus(test, index).await?;
        test.session.progress.inc(1);
    }
    if let (Some(list), Some(before)) = (&list, before) {
        let after = listing::ids(&mut test.of(list), parameter).await?.unwrap_or_default();
        let is_known = |id: &&String| before.contains(*id) || created_ids.contains(*id);
        if let Some(id) = after.iter().find(|id| !is_known(id)) {
            let problem = Problem::new(
                "refusal-changed-object",
                &test.target.operation.pointer,
                "a rejected request creates nothing",
                format!("the list contains {id}, which no response has shown"),
            );
            test.of(list).record(
                problem,
                "the list after rejected requests",
                &list.minimal_request(),
            );
        }
    }
    Ok(())
}

/// Deletes the objects of a kind, except for the first ones.
async fn delete_surplus(test: &mut OperationTest<'_>, lifecycle: usize) -> Result<(), SendError> {
    let of_kind = test.created.iter().filter(|one| one.lifecycle == lifecycle);
    let surplus: Vec<_> = of_kind.skip(KEPT_OBJECTS).cloned().collect();
    for created in surplus {
        let target = deletion::target(test.target.generator, test.lifecycles, &created);
        if let Ok(target) = target
            && deletion::delete(&mut test.of(&target)).await?
        {
            test.created.retain(|one| one.path_parameters != created.path_parameters);
        }
    }
    Ok(())
}

/// Compares a created object with the response to a request that reads it.
async fn read_back(test: &mut OperationTest<'_>, created: &Created) -> Result<(), SendError> {
    let lifecycle = &test.lifecycles[created.lifecycle];
    let Some((key, operation)) = lifecycle.read else { return Ok(()) };
    let generator = test.target.generator;
    let Ok(target) = Target::new(generator, key, operation, &created.path_parameters) else {
        return Ok(());
    };
    let settable = test.representation.as_ref().map(|object| object.properties.clone());
    let settable = settable.unwrap_or_default();
    let mut test = test.of(&target);
    let (name, request) = ("a created object", target.minimal_request());
    let (response, _) = test.exchange(name, &request).await?;
    let body = response.json().unwrap_or_default();
    let Some(read) = lifecycle::objects(&body, &lifecycle.parameter).first().copied() else {
        let contract = "the response shows the created object";
        let problem = Problem::new("read-differs", &operation.pointer, contract, response.text());
        test.record(problem, name, &request);
        return Ok(());
    };
    let before = created.object.as_object().into_iter().flatten();
    for (property, was) in before {
        let is = read.get(property).unwrap_or(&Value::Null);
        if is == was {
            continue;
        }
        if !settable.contains(property) {
            let note = "it is computed, and differs between the creation and a read";
            test.recorder.note(format!("{key}: `{property}`: {note}"));
            continue;
        }
        let contract = format!(
            "`{property}` is {} as in the response to the creation",
            excerpt(&exact::json(was))
        );
        let server = format!("`{property}` is {}", excerpt(&exact::json(is)));
        let problem = Problem::new("read-differs", &operation.pointer, contract, server);
        test.record(problem, name, &request);
    }
    Ok(())
}
