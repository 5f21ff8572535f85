//! Reads a document into a model: operations, parameters, bodies, responses with their headers.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::{Value, json};

use super::document::{Document, Object, canonical};
use super::elements::{
    Body, Content, MediaType, Model, Operation, OperationKey, Parameter, Response,
};
use super::error::ModelError;
use super::fact::{Aspect, Fact, Facts};
use super::keywords::texts;
use super::references::References;
use super::schema::Graph;
use super::security::{Scheme, requirements, schemes};
use crate::exact::exact_document;
use crate::reader::{Contract, METHODS, child, media_type};

/// The maximum nesting of callbacks: a callback can refer to its own operation.
const CALLBACK_DEPTH: usize = 3;

impl Model {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// Everything that is not OpenAPI 3.0.
    pub fn read(document: &Value) -> Result<Model, Vec<ModelError>> {
        read(document)
    }

    /// Reads a contract, with all digits of its numbers: a `Value` rounds some of them.
    ///
    /// The value of a fact is text for programs if it has such a number. `Comparison` shows it.
    ///
    /// # Errors
    ///
    /// Everything that is not OpenAPI 3.0.
    pub fn of(contract: &Contract) -> Result<Model, Vec<ModelError>> {
        let mut model = read(&exact_document(contract))?;
        model.numbers.clone_from(contract.rewritten_numbers());
        Ok(model)
    }
}

/// Reads all operations, and the schemas that they use.
fn read(value: &Value) -> Result<Model, Vec<ModelError>> {
    let document = Document::new(value);
    let mut errors = Vec::new();
    let schemes = schemes(document).map_err(|error| vec![error])?;
    let tags = tags(document).map_err(|error| vec![error])?;
    let mut reader = Reader {
        document,
        schemes: &schemes,
        graph: Graph::new(document),
        callbacks: Vec::new(),
        depth: 0,
    };
    let paths = document.object("/paths").map_err(|error| vec![error])?;
    let mut operations = BTreeMap::new();
    reader.items(&paths, "", &mut operations, &mut errors);
    let mut callbacks = BTreeMap::new();
    // A callback can have callbacks.
    while let Some((name, pointer, depth)) = reader.callbacks.pop() {
        reader.depth = depth;
        match document.object(&pointer) {
            Ok(expressions) => reader.items(&expressions, &name, &mut callbacks, &mut errors),
            Err(error) => errors.push(error),
        }
    }
    let schemas = reader.graph.read(&mut errors);
    if errors.is_empty() {
        let schemes = schemes.into_values().collect();
        let (numbers, references) = (HashMap::new(), References::of(value));
        Ok(Model { operations, callbacks, tags, schemas, schemes, numbers, references })
    } else {
        Err(errors)
    }
}

/// Reads the declared tags, each with its pointer.
fn tags(document: Document<'_>) -> Result<BTreeMap<String, String>, ModelError> {
    let count = document.object("")?.list("tags")?.map_or(0, <[Value]>::len);
    let mut tags = BTreeMap::new();
    for number in 0..count {
        let tag = document.object(&format!("/tags/{number}"))?;
        tags.extend(tag.string("name")?.map(|name| (name.to_owned(), tag.pointer.clone())));
    }
    Ok(tags)
}

struct Reader<'a, 's> {
    document: Document<'a>,
    schemes: &'s BTreeMap<String, Scheme>,
    graph: Graph<'a>,
    /// The callbacks left to read: prefix of their paths, pointer and nesting.
    callbacks: Vec<(String, String, usize)>,
    /// The nesting of the callbacks that are being read.
    depth: usize,
}

impl<'a> Reader<'a, '_> {
    /// Reads the operations of all paths of an object; `name` is the prefix of each path.
    fn items(
        &mut self,
        paths: &Object<'a>,
        name: &str,
        operations: &mut BTreeMap<OperationKey, Operation>,
        errors: &mut Vec<ModelError>,
    ) {
        for path in paths.members.keys().filter(|path| !path.starts_with("x-")) {
            let item = match self.document.object(&paths.child(path)) {
                Ok(item) => item,
                Err(error) => {
                    errors.push(error);
                    continue;
                }
            };
            for method in METHODS.into_iter().filter(|method| item.get(method).is_some()) {
                let path = format!("{name}{path}");
                let key = OperationKey { path, method: method.to_ascii_uppercase() };
                match self.operation(&key, &item, method) {
                    Ok(operation) => drop(operations.insert(key, operation)),
                    Err(error) => errors.push(error),
                }
            }
        }
    }

    fn operation(
        &mut self,
        key: &OperationKey,
        item: &Object<'a>,
        method: &str,
    ) -> Result<Operation, ModelError> {
        let object = self.document.object(&item.child(method))?;
        for name in object.members_of("callbacks")?.into_iter().flat_map(|all| all.keys()) {
            let pointer = child(&object.child("callbacks"), name);
            if self.depth < CALLBACK_DEPTH {
                let name = format!("{key}, callback {name}: ");
                self.callbacks.push((name, pointer, self.depth + 1));
            }
        }
        let mut facts = Facts::new();
        let mut add = |aspect: Aspect, key: &str, value: Value| {
            facts.insert(aspect, Fact::new(value, object.child(key)));
        };
        if let Some(id) = object.string("operationId")? {
            add(Aspect::OperationId, "operationId", id.into());
        }
        let mut tags = object.strings("tags")?;
        if !tags.is_empty() {
            tags.sort_unstable();
            tags.dedup();
            add(Aspect::Tags, "tags", tags.into());
        }
        if object.boolean("deprecated")? == Some(true) {
            add(Aspect::Deprecated, "deprecated", true.into());
        }
        // Dropshot's extensions change what a generated client does (pagination, websockets).
        let mut extensions = object.members.clone();
        extensions.retain(|key, _| key.starts_with("x-dropshot-"));
        if let Some(first) = extensions.keys().next().cloned() {
            add(Aspect::Extensions, &first, canonical(&Value::Object(extensions)));
        }
        // The generated client's: it follows the pages of a list.
        if let Some(pagination) = object.get("x-pagination") {
            add(Aspect::Pagination, "x-pagination", canonical(pagination));
        }
        let mut parameters = self.parameters(item)?;
        parameters.extend(self.parameters(&object)?);
        let body = match object.get("requestBody") {
            Some(_) => Some(self.body(&object.child("requestBody"))?),
            None => None,
        };
        let Some(statuses) = object.members_of("responses")? else {
            return Err(ModelError::new(&object.pointer, "an operation needs `responses`"));
        };
        let mut responses = BTreeMap::new();
        let at = object.child("responses");
        for status in statuses.keys().filter(|status| !status.starts_with("x-")) {
            let key =
                if status == "default" { status.clone() } else { status.to_ascii_uppercase() };
            let pointer = child(&at, status);
            if responses.contains_key(&key) {
                return Err(ModelError::new(&pointer, format!("duplicate response `{key}`")));
            }
            responses.insert(key, self.response(&pointer)?);
        }
        let root = self.document.object("")?;
        let security = requirements(&root, &object, self.schemes)?;
        let servers = [&object, item, &root].into_iter().find(|one| one.get("servers").is_some());
        if let Some(servers) = servers {
            facts.extend(self.servers(servers)?.map(|fact| (Aspect::Servers, fact)));
        }
        let texts = texts(&object);
        let pointer = object.pointer;
        Ok(Operation { pointer, facts, texts, parameters, body, responses, security })
    }

    /// Reads the servers of an object; returns `None` for the default, `/`.
    fn servers(&self, around: &Object<'a>) -> Result<Option<Arc<Fact>>, ModelError> {
        let pointer = around.child("servers");
        let mut servers = BTreeMap::new();
        for number in 0..around.list("servers")?.map_or(0, <[Value]>::len) {
            let server = self.document.object(&format!("{pointer}/{number}"))?;
            let mut value = server.members.clone();
            value.retain(|key, _| key == "url" || key == "variables");
            let variables = value.get_mut("variables").and_then(Value::as_object_mut);
            let variables = variables.into_iter().flatten();
            for (_, variable) in variables {
                if let Value::Object(members) = variable {
                    members.remove("description");
                }
            }
            let value = canonical(&Value::Object(value));
            servers.insert(value.to_string(), value);
        }
        let servers: Vec<_> = servers.into_values().collect();
        let usual = servers.is_empty() || servers == [json!({ "url": "/" })];
        Ok((!usual).then(|| Fact::new(servers, pointer)))
    }

    /// Reads the documentation of an object that can have examples.
    fn texts(&self, object: &Object<'a>) -> Result<Facts, ModelError> {
        let mut texts = texts(object);
        let Some(examples) = object.members_of("examples")? else { return Ok(texts) };
        let pointer = object.child("examples");
        let mut all = serde_json::Map::new();
        for name in examples.keys() {
            let example = self.document.object(&child(&pointer, name))?;
            all.insert(name.clone(), Value::Object(example.members.clone()));
        }
        let value = canonical(&Value::Object(all));
        texts.insert(Aspect::Examples, Fact::new(value, pointer));
        Ok(texts)
    }

    fn parameters(
        &mut self,
        around: &Object<'a>,
    ) -> Result<BTreeMap<(String, String), Parameter>, ModelError> {
        let mut parameters = BTreeMap::new();
        let count = around.list("parameters")?.map_or(0, <[Value]>::len);
        for number in 0..count {
            let pointer = format!("{}/{number}", around.child("parameters"));
            let object = self.document.object(&pointer)?;
            let (Some(name), Some(location)) = (object.string("name")?, object.string("in")?)
            else {
                return Err(ModelError::new(&object.pointer, "a parameter needs `name` and `in`"));
            };
            if !["path", "query", "header", "cookie"].contains(&location) {
                let message = format!(
                    "`{location}` is not a location of parameters: `path`, `query`, `header` or `cookie`"
                );
                return Err(ModelError::new(&object.child("in"), message));
            }
            let mut key = name.to_owned();
            if location == "header" {
                key.make_ascii_lowercase();
                // OpenAPI 3.0.3: these parameters "SHALL be ignored". So shall `authorization`, but
                // Dropshot can express only in this way that it reads the header.
                if ["accept", "content-type"].contains(&key.as_str()) {
                    continue;
                }
            }
            let style = if matches!(location, "query" | "cookie") { "form" } else { "simple" };
            let parameter = self.parameter(pointer, &object, name, style)?;
            if parameters.insert((location.to_owned(), key), parameter).is_some() {
                let message = format!("duplicate {location} parameter `{name}`");
                return Err(ModelError::new(&object.pointer, message));
            }
        }
        Ok(parameters)
    }

    /// Reads a parameter or a header: they have the same keywords.
    fn parameter(
        &mut self,
        site: String,
        object: &Object<'a>,
        name: &str,
        default_style: &str,
    ) -> Result<Parameter, ModelError> {
        let mut facts = Facts::new();
        let mut add = |key: &str, aspect: Aspect, value: Value| {
            facts.insert(aspect, Fact::new(value, object.child(key)));
        };
        for aspect in
            [Aspect::Required, Aspect::Deprecated, Aspect::AllowReserved, Aspect::AllowEmptyValue]
        {
            if object.boolean(aspect.keyword())? == Some(true) {
                add(aspect.keyword(), aspect, true.into());
            }
        }
        let style = object.string("style")?.unwrap_or(default_style);
        if style != default_style {
            add("style", Aspect::Style, style.into());
        }
        if let Some(explode) =
            object.boolean("explode")?.filter(|explode| *explode != (style == "form"))
        {
            add("explode", Aspect::Explode, explode.into());
        }
        let schema = match object.get("schema") {
            Some(_) => Some(self.graph.add(&object.child("schema"))?),
            None => None,
        };
        let content = self.content(object)?;
        Ok(Parameter {
            pointer: object.pointer.clone(),
            site,
            name: name.to_owned(),
            facts,
            texts: self.texts(object)?,
            schema,
            content,
        })
    }

    fn body(&mut self, pointer: &str) -> Result<Body, ModelError> {
        let object = self.document.object(pointer)?;
        let mut facts = Facts::new();
        if object.boolean("required")? == Some(true) {
            let fact = Fact::new(true, object.child("required"));
            facts.insert(Aspect::Required, fact);
        }
        let (content, texts) = (self.content(&object)?, texts(&object));
        let site = pointer.to_owned();
        Ok(Body { pointer: object.pointer, site, facts, texts, content })
    }

    fn response(&mut self, pointer: &str) -> Result<Response, ModelError> {
        let object = self.document.object(pointer)?;
        let mut headers = BTreeMap::new();
        let at = object.child("headers");
        for name in object.members_of("headers")?.into_iter().flat_map(|headers| headers.keys()) {
            let key = name.to_ascii_lowercase();
            // OpenAPI 3.0.3: "SHALL be ignored".
            if key == "content-type" {
                continue;
            }
            let site = child(&at, name);
            if headers.contains_key(&key) {
                return Err(ModelError::new(&site, format!("duplicate header `{name}`")));
            }
            let header = self.document.object(&site)?;
            headers.insert(key, self.parameter(site, &header, name, "simple")?);
        }
        let mut links = serde_json::Map::new();
        let at = object.child("links");
        for name in object.members_of("links")?.into_iter().flat_map(|links| links.keys()) {
            let mut link = self.document.object(&child(&at, name))?.members.clone();
            link.remove("description");
            links.insert(name.clone(), link.into());
        }
        let mut facts = Facts::new();
        if !links.is_empty() {
            let value = canonical(&Value::Object(links));
            facts.insert(Aspect::Links, Fact::new(value, at));
        }
        let (content, texts) = (self.content(&object)?, texts(&object));
        let site = pointer.to_owned();
        Ok(Response { pointer: object.pointer, site, facts, texts, content, headers })
    }

    fn content(&mut self, around: &Object<'a>) -> Result<Content, ModelError> {
        let mut content = Content::new();
        let at = around.child("content");
        let names = around.members_of("content")?.into_iter().flat_map(|content| content.keys());
        let mut names: Vec<_> = names.map(|name| (media_type(name), name)).collect();
        // A second spelling of a media type keeps its own, so that it is compared too.
        names.sort_by_key(|(usual, name)| usual != *name);
        for (usual, name) in names {
            self.graph.has_xml |= usual.contains("xml");
            let key = if content.contains_key(&usual) { name.clone() } else { usual };
            let object = self.document.object(&child(&at, name))?;
            let mut facts = Facts::new();
            if let Some(encoding) = object.members_of("encoding")?.filter(|all| !all.is_empty()) {
                let value = canonical(&Value::Object(encoding.clone()));
                facts.insert(Aspect::Encoding, Fact::new(value, object.child("encoding")));
            }
            let schema = match object.get("schema") {
                Some(_) => Some(self.graph.add(&object.child("schema"))?),
                None => None,
            };
            content.insert(
                key,
                MediaType { texts: self.texts(&object)?, pointer: object.pointer, facts, schema },
            );
        }
        Ok(content)
    }
}
