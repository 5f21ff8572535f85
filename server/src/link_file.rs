//! Files of links in the API's own JSON, with the lines of errors in them.
//!
//! A file is a list of links, or a response body with `link` or `links`. It is first split into raw
//! links, which keeps the position of each; then each link is read as strictly as the API reads a
//! request.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use agenthuman_links_api::types::{Agent, Link, RequestCount};
use agenthuman_server_runtime::json;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::link::StoredLink;

/// The links of a file.
#[derive(Debug)]
pub struct LinkFile {
    path: PathBuf,
    links: Vec<StoredLink>,
    lines: Vec<usize>,
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
        parse(text).map_err(|error| error.in_file(path)).map(|links| {
            let (links, lines) = links.into_iter().unzip();
            LinkFile { path: path.to_owned(), links, lines }
        })
    }

    /// Returns the links in the file's order.
    pub fn links(&self) -> &[StoredLink] {
        &self.links
    }

    /// Returns an error at the link with this index, for problems found after the file was read.
    pub(crate) fn error_at(&self, index: usize, problem: String) -> LinkFileError {
        let line = self.lines.get(index).copied().unwrap_or(1);
        LineError { line, problem }.in_file(&self.path)
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
    fn in_file(self, path: &Path) -> LinkFileError {
        LinkFileError::Invalid { path: path.to_owned(), line: self.line, problem: self.problem }
    }
}

/// A response body with links. Other members are ignored.
#[derive(Deserialize)]
#[serde(expecting = "a list of links, or an object with `link` or `links`")]
struct ResponseBody<'a> {
    #[serde(borrow)]
    link: Option<&'a RawValue>,
    #[serde(borrow)]
    links: Option<Vec<&'a RawValue>>,
}

/// Returns the links of a file, each with its line.
fn parse(text: &[u8]) -> Result<Vec<(StoredLink, usize)>, LineError> {
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
    let raw_links = if text.trim_start().starts_with('[') {
        serde_json::from_str(text).map_err(syntax)?
    } else {
        let body: ResponseBody<'_> = serde_json::from_str(text).map_err(syntax)?;
        match body {
            ResponseBody { link: Some(link), links: None } => vec![link],
            ResponseBody { link: None, links: Some(links) } => links,
            _ => {
                let expected = "expected a list of links, or an object with `link` or `links`";
                return Err(LineError { line: 1, problem: expected.to_owned() });
            }
        }
    };
    let lines = Lines::of(text);
    let mut links: Vec<(StoredLink, usize)> = Vec::with_capacity(raw_links.len());
    let mut seen = HashMap::new();
    let mut agents: HashMap<String, (Agent, usize)> = HashMap::new();
    for (index, raw) in raw_links.into_iter().enumerate() {
        let line = lines.line_of(raw.get());
        let link = link(&lines, raw).map_err(|error| LineError {
            problem: format!("link {} of the file: {}", index + 1, error.problem),
            ..error
        })?;
        if let Some(first) = seen.insert(link.link_id.clone(), line) {
            let problem = format!("duplicate link {}, first at line {first}", link.link_id);
            return Err(LineError { line: field_line(&lines, raw, "link_id"), problem });
        }
        let agent = agents.entry(link.agent.agent_id.clone());
        let (agent, first) = agent.or_insert_with(|| (link.agent.clone(), line));
        if *agent != link.agent {
            let id = &link.agent.agent_id;
            let problem = format!("agent {id} differs from the same agent at line {first}");
            return Err(LineError { line: field_line(&lines, raw, "agent"), problem });
        }
        links.push((link, line));
    }
    Ok(links)
}

fn link(lines: &Lines<'_>, raw: &RawValue) -> Result<StoredLink, LineError> {
    let link: Link = json::from_slice(raw.get().as_bytes()).map_err(|invalid| {
        let line = field_line(lines, raw, invalid.field.as_deref().unwrap_or_default());
        let problem = invalid.message.replace("the request body", "it");
        LineError { line, problem }
    })?;
    let invalid = |field: &str, problem: String| {
        Err(LineError {
            line: field_line(lines, raw, field),
            problem: format!("`{field}` {problem}"),
        })
    };
    for (field, value) in texts(&link) {
        // rejected in requests as well, because PostgreSQL cannot store it
        if value.contains('\0') {
            return invalid(field, "contains U+0000".to_owned());
        }
    }
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

fn texts(link: &Link) -> impl Iterator<Item = (&'static str, &str)> {
    let agent = &link.agent;
    [
        ("name", link.name.as_deref()),
        ("agent.agent_id", Some(agent.agent_id.as_str())),
        ("agent.name", Some(agent.name.as_str())),
        ("agent.avatar_image_url", agent.avatar_image_url.as_deref()),
        ("agent.voice_agent.provider", Some(agent.voice_agent.provider.as_str())),
        ("agent.voice_agent.agent_id", Some(agent.voice_agent.agent_id.as_str())),
    ]
    .into_iter()
    .filter_map(|(field, value)| Some((field, value?)))
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
