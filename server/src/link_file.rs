//! Files of links and agents in the API's own JSON, with the lines of errors in them.
//!
//! A file is a list of links, or an object with `links`, `link` or `agents`: what an export writes, and
//! what the API returns. It is first split into raw links and agents, which keeps the position of each;
//! then each is read as strictly as the API reads a request.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use agenthuman_links_api::types::{Agent, AgentId, Link, RequestCount};
use agenthuman_server_runtime::json;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;

use crate::link::StoredLink;
use crate::store::{Different, Import};

/// The links and agents of a file.
#[derive(Debug)]
pub struct LinkFile {
    path: PathBuf,
    agents: Rows<Agent>,
    links: Rows<StoredLink>,
}

/// Values of one kind, each with its line.
#[derive(Debug)]
struct Rows<T> {
    values: Vec<T>,
    lines: Vec<usize>,
    /// The index of each id.
    ids: HashMap<String, usize>,
}

impl LinkFile {
    /// Reads and checks a file.
    pub fn read(path: &Path) -> Result<Self, LinkFileError> {
        let text = std::fs::read(path)
            .map_err(|error| LinkFileError::Read { path: path.to_owned(), error })?;
        LinkFile::parse(path, &text)
    }

    /// Checks the text of a file; errors name it `path`.
    pub fn parse(path: &Path, text: &[u8]) -> Result<Self, LinkFileError> {
        let (agents, links) = parse(text).map_err(|error| error.in_file(path))?;
        Ok(LinkFile { path: path.to_owned(), agents, links })
    }

    /// Returns the links in the file's order.
    pub fn links(&self) -> &[StoredLink] {
        &self.links.values
    }

    /// Returns the agents in the file's order, each once, including those of the links.
    pub fn agents(&self) -> &[Agent] {
        &self.agents.values
    }

    /// Returns the agents and links to import.
    pub fn to_import(&self, different: Different) -> Import {
        Import { agents: self.agents.values.clone(), links: self.links.values.clone(), different }
    }

    /// Returns an error at the link with this index, for problems found after the file was read.
    pub(crate) fn error_at_link(&self, index: usize, problem: String) -> LinkFileError {
        self.error_at(&self.links.lines, index, problem)
    }

    /// Returns an error at the agent with this index.
    pub(crate) fn error_at_agent(&self, index: usize, problem: String) -> LinkFileError {
        self.error_at(&self.agents.lines, index, problem)
    }

    fn error_at(&self, lines: &[usize], index: usize, problem: String) -> LinkFileError {
        let line = lines.get(index).copied().unwrap_or(1);
        LineError { line, problem }.in_file(&self.path)
    }
}

impl<T> Rows<T> {
    fn new() -> Self {
        Rows { values: Vec::new(), lines: Vec::new(), ids: HashMap::new() }
    }

    /// Returns the value with this id, and its line.
    fn get(&self, id: &str) -> Option<(&T, usize)> {
        let index = *self.ids.get(id)?;
        Some((self.values.get(index)?, *self.lines.get(index)?))
    }

    fn push(&mut self, id: &str, value: T, line: usize) {
        self.ids.insert(id.to_owned(), self.values.len());
        self.values.push(value);
        self.lines.push(line);
    }
}

/// Reason why a file of links cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LinkFileError {
    /// The file was not read.
    #[error("failed to read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        #[source]
        error: std::io::Error,
    },
    /// A line of the file is invalid.
    #[error("{}:{line}: {problem}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: usize,
        /// Description of the error.
        problem: String,
    },
}

#[derive(Debug, PartialEq)]
struct LineError {
    line: usize,
    problem: String,
}

impl LineError {
    /// Names the value with this index in the file.
    fn within(self, kind: &str, index: usize) -> Self {
        let problem = format!("{kind} {} of the file: {}", index + 1, self.problem);
        LineError { problem, ..self }
    }

    fn in_file(self, path: &Path) -> LinkFileError {
        LinkFileError::Invalid { path: path.to_owned(), line: self.line, problem: self.problem }
    }
}

/// Description of a valid file, for errors.
const EXPECTED: &str = "expected a list of links, or an object with `link`, `links` or `agents`";

/// An object with links or agents, and what else responses of the API have. Any other name is an error:
/// it could be a misspelt `links`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(expecting = "a list of links, or an object with `link`, `links` or `agents`")]
struct Members<'a> {
    #[serde(borrow)]
    link: Option<&'a RawValue>,
    #[serde(borrow)]
    links: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    agents: Option<Vec<&'a RawValue>>,
    #[serde(default, rename = "success")]
    _success: IgnoredAny,
    #[serde(default, rename = "next_cursor")]
    _next_cursor: IgnoredAny,
}

/// Returns the agents and links of a file, each with its line.
fn parse(text: &[u8]) -> Result<(Rows<Agent>, Rows<StoredLink>), LineError> {
    let syntax = |error: serde_json::Error| {
        let problem = error.to_string();
        let position = format!(" at line {} column {}", error.line(), error.column());
        let problem = problem.strip_suffix(&position).unwrap_or(&problem).to_owned();
        LineError { line: error.line().max(1), problem }
    };
    let text = std::str::from_utf8(text).map_err(|error| {
        let before = text.iter().take(error.valid_up_to());
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        LineError { line, problem: "not UTF-8".to_owned() }
    })?;
    let (raw_agents, raw_links) = if text.trim_start().starts_with('[') {
        (Vec::new(), serde_json::from_str(text).map_err(syntax)?)
    } else {
        let members: Members<'_> = serde_json::from_str(text).map_err(syntax)?;
        match members {
            Members { link: Some(link), links: None, agents, .. } => {
                (agents.unwrap_or_default(), vec![link])
            }
            Members { link: None, links, agents, .. } if links.is_some() || agents.is_some() => {
                (agents.unwrap_or_default(), links.unwrap_or_default())
            }
            _ => return Err(LineError { line: 1, problem: EXPECTED.to_owned() }),
        }
    };
    let lines = Lines::of(text);
    let (mut agents, mut links) = (Rows::new(), Rows::new());
    for (index, raw) in raw_agents.into_iter().enumerate() {
        let agent = agent(&lines, raw).map_err(|error| error.within("agent", index))?;
        add_agent(&mut agents, &agent, lines.line_of(raw.get()))?;
    }
    for (index, raw) in raw_links.into_iter().enumerate() {
        let line = lines.line_of(raw.get());
        let link = link(&lines, raw).map_err(|error| error.within("link", index))?;
        if let Some((_, first)) = links.get(&link.link_id) {
            let problem = format!("duplicate link {}, first at line {first}", link.link_id);
            return Err(LineError { line: field_line(&lines, raw, "link_id"), problem });
        }
        add_agent(&mut agents, &link.agent, field_line(&lines, raw, "agent"))?;
        links.push(&link.link_id.to_string(), link, line);
    }
    Ok((agents, links))
}

/// Adds an agent, unless it is there already; the same id with other fields is an error.
fn add_agent(agents: &mut Rows<Agent>, agent: &Agent, line: usize) -> Result<(), LineError> {
    let id = &agent.agent_id;
    match agents.get(id) {
        None => {
            agents.push(id, agent.clone(), line);
            Ok(())
        }
        Some((same, _)) if same == agent => Ok(()),
        Some((_, first)) => {
            let problem = format!("agent {id} differs from the same agent at line {first}");
            Err(LineError { line, problem })
        }
    }
}

fn agent(lines: &Lines<'_>, raw: &RawValue) -> Result<Agent, LineError> {
    let agent: Agent = strictly(lines, raw)?;
    check_texts(lines, raw, agent_texts("", &agent))?;
    check_agent_id(lines, raw, "agent_id", &agent)?;
    Ok(agent)
}

fn link(lines: &Lines<'_>, raw: &RawValue) -> Result<StoredLink, LineError> {
    let link: Link = strictly(lines, raw)?;
    let invalid = |field: &str, problem: String| Err(field_error(lines, raw, field, &problem));
    let name = [("name".to_owned(), link.name.as_deref())];
    check_texts(lines, raw, name.into_iter().chain(agent_texts("agent.", &link.agent)))?;
    check_agent_id(lines, raw, "agent.agent_id", &link.agent)?;
    let limit = link.use_limit.as_ref().map(|limit| **limit);
    for (field, count) in [("uses", Some(*link.uses)), ("use_limit", limit)] {
        // the limit of requests: greater integers are not exact in every JSON reader
        if count.is_some_and(|count| RequestCount::try_from(count).is_err()) {
            return invalid(field, "is greater than 9007199254740991".to_owned());
        }
    }
    let url = link.url.clone();
    let stored = StoredLink::from_link(link);
    // the URL is not stored, so another one would be lost
    if url != stored.url() {
        return invalid("url", format!("is not {}", stored.url()));
    }
    Ok(stored)
}

/// Reads a value as strictly as the API reads a request.
fn strictly<T: DeserializeOwned>(lines: &Lines<'_>, raw: &RawValue) -> Result<T, LineError> {
    json::from_slice(raw.get().as_bytes()).map_err(|invalid| {
        let line = field_line(lines, raw, invalid.field.as_deref().unwrap_or_default());
        let problem = invalid.message.replace("the request body", "it");
        LineError { line, problem }
    })
}

/// Rejects U+0000 as in requests, because PostgreSQL cannot store it.
fn check_texts<'a>(
    lines: &Lines<'_>,
    raw: &RawValue,
    texts: impl IntoIterator<Item = (String, Option<&'a str>)>,
) -> Result<(), LineError> {
    for (field, text) in texts {
        if text.is_some_and(|text| text.contains('\0')) {
            return Err(field_error(lines, raw, &field, "contains U+0000"));
        }
    }
    Ok(())
}

/// Rejects an agent for which no request could create a link.
fn check_agent_id(
    lines: &Lines<'_>,
    raw: &RawValue,
    field: &str,
    agent: &Agent,
) -> Result<(), LineError> {
    let checked = AgentId::try_from(agent.agent_id.clone());
    checked.map(drop).map_err(|error| field_error(lines, raw, field, &error.to_string()))
}

fn field_error(lines: &Lines<'_>, raw: &RawValue, field: &str, problem: &str) -> LineError {
    let line = field_line(lines, raw, field);
    LineError { line, problem: format!("`{field}` {problem}") }
}

/// Returns the texts of an agent, each with its field.
fn agent_texts<'a>(
    prefix: &str,
    agent: &'a Agent,
) -> impl Iterator<Item = (String, Option<&'a str>)> {
    let texts = [
        ("agent_id", Some(agent.agent_id.as_str())),
        ("name", Some(agent.name.as_str())),
        ("avatar_image_url", agent.avatar_image_url.as_deref()),
        ("voice_agent.provider", Some(agent.voice_agent.provider.as_str())),
        ("voice_agent.agent_id", Some(agent.voice_agent.agent_id.as_str())),
    ];
    texts.map(|(field, text)| (format!("{prefix}{field}"), text)).into_iter()
}

/// Returns the line of a field such as `agent.name`, or of the innermost existing value around it.
fn field_line(lines: &Lines<'_>, link: &RawValue, field: &str) -> usize {
    let mut value = link;
    for name in field.split('.') {
        let members: HashMap<String, &RawValue> =
            serde_json::from_str(value.get()).unwrap_or_default();
        match members.get(name) {
            Some(member) => value = member,
            None => break,
        }
    }
    lines.line_of(value.get())
}

/// Index of the lines of a text. Without it, finding the lines of all links would take quadratic time.
struct Lines<'a> {
    text: &'a str,
    /// Offsets of the line feeds, ascending.
    ends: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Lines { text, ends: text.match_indices('\n').map(|(offset, _)| offset).collect() }
    }

    /// Returns the line in which `part`, a slice of the text, begins.
    fn line_of(&self, part: &str) -> usize {
        let offset = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        1 + self.ends.partition_point(|end| *end < offset)
    }
}
