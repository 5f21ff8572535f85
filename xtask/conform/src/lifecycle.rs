//! Kinds of objects that a run can create for its own tests, and delete afterwards.
//!
//! A contract does not state which operation creates the object that `/things/{thing_id}` names. It is
//! assumed for a POST to `/things` whose response has a property `thing_id`, if `/things/{thing_id}`
//! has a DELETE: what cannot be deleted is not created.

use std::collections::{BTreeMap, VecDeque};

use agenthuman_contract::model::{Model, Operation, OperationKey};
use serde_json::Value;

use crate::object_identity;
use crate::response::Response;

/// An operation with its method and path.
type KeyedOperation<'a> = (&'a OperationKey, &'a Operation);

/// The operations that create, read, list and delete one kind of object.
#[derive(Clone, Debug)]
pub(crate) struct Lifecycle<'a> {
    /// The path parameter that identifies an object.
    pub parameter: String,
    /// Position of the identifier in the response to a creation.
    id: String,
    pub create: KeyedOperation<'a>,
    pub read: Option<KeyedOperation<'a>>,
    pub list: Option<KeyedOperation<'a>>,
    pub delete: KeyedOperation<'a>,
}

/// An object that the run has created and not deleted yet.
#[derive(Clone, Debug)]
pub(crate) struct Created {
    /// Index of its lifecycle.
    pub lifecycle: usize,
    pub id: String,
    /// The path parameters that name it.
    pub path_parameters: BTreeMap<String, String>,
    /// The object in the response to its creation.
    pub object: Value,
}

impl<'a> Lifecycle<'a> {
    /// Finds each kind of object that a contract lets a client create and delete. An object that
    /// contains others comes before them.
    pub(crate) fn find_all(model: &'a Model) -> Vec<Self> {
        let deletions = model.operations.iter().filter(|(key, _)| key.method == "DELETE");
        let mut all: Vec<_> =
            deletions.filter_map(|deletion| Lifecycle::find(model, deletion)).collect();
        all.sort_by_key(|lifecycle| lifecycle.delete.0.path.matches('/').count());
        all
    }

    fn find(model: &'a Model, delete: KeyedOperation<'a>) -> Option<Self> {
        let path = &delete.0.path;
        let (collection, last) = path.rsplit_once('/')?;
        let parameter = last.strip_prefix('{')?.strip_suffix('}')?;
        let operation_at = |method: &str, path: &str| {
            let mut all = model.operations.iter();
            all.find(|(key, _)| key.method == method && key.path == path)
        };
        let create = operation_at("POST", collection)?;
        let success = create.1.responses.iter().find(|(status, _)| status.starts_with('2'))?;
        let schema = success.1.content.values().find_map(|media| media.schema)?;
        let (id, _) = object_identity::find(model, schema, parameter)?;
        Some(Lifecycle {
            parameter: parameter.to_owned(),
            id,
            create,
            read: operation_at("GET", path),
            list: operation_at("GET", collection),
            delete,
        })
    }

    /// Returns the identifier and the object in the body of a response; `None` if it shows none.
    pub(crate) fn shown(&self, response: &Response) -> Option<(String, Value)> {
        let body = response.json().filter(|_| response.is_success())?;
        let id = text(body.pointer(&self.id)?)?;
        let (object, _) = self.id.rsplit_once('/')?;
        Some((id, body.pointer(object)?.clone()))
    }
}

/// Returns an identifier, or another simple value, as text.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Returns the value of the outermost property with this name that is text or a number.
pub(crate) fn outermost(body: &Value, name: &str) -> Option<Value> {
    objects(body, name).first().map(|object| object[name].clone())
}

/// Returns the outermost objects of a body that have an identifier with this name, from the outside
/// inwards.
pub(crate) fn objects<'v>(body: &'v Value, name: &str) -> Vec<&'v Value> {
    let mut found = Vec::new();
    let mut queue = VecDeque::from([body]);
    while let Some(value) = queue.pop_front() {
        match value {
            Value::Object(members) if members.get(name).and_then(text).is_some() => {
                found.push(value);
            }
            Value::Object(members) => queue.extend(members.values()),
            Value::Array(items) => queue.extend(items),
            _ => {}
        }
    }
    found
}
