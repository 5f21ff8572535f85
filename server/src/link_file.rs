//! Files of links in the API's own JSON, and where in such a file a mistake is.
//!
//! A file is a list of links, or the body of an answer with `link` or `links`. It is first cut into
//! its links without looking into them, which keeps each one's place; then each is read as strictly
//! as the API reads a request.

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
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, LinkFileError> {
        let text = std::fs::read(path)
            .map_err(|error| LinkFileError::Read { path: path.to_owned(), error })?;
        LinkFile::parse(path, &text)
    }

    /// Reads the text of a file that is called `path` in what is said about it.
    pub fn parse(path: &Path, text: &[u8]) -> Result<Self, LinkFileError> {
        parse(text).map_err(|mistake| mistake.within(path)).map(|links| {
            let (links, lines) = links.into_iter().unzip();
            LinkFile { path: path.to_owned(), links, lines }
        })
    }

    /// The links, in the file's order.
    pub fn links(&self) -> &[StoredLink] {
        &self.links
    }

    /// A mistake in the link at `index` that reading the file could not show.
    pub fn mistake(&self, index: usize, problem: String) -> LinkFileError {
        let line = self.lines.get(index).copied().unwrap_or(1);
        Mistake { line, problem }.within(&self.path)
    }
}

/// The links of a text.
pub fn parse_links(text: &[u8]) -> Option<Vec<StoredLink>> {
    let links = parse(text).ok()?;
    Some(links.into_iter().map(|(link, _)| link).collect())
}

/// Why a file was refused.
#[derive(Debug, thiserror::Error)]
pub enum LinkFileError {
    #[error("cannot read {}", path.display())]
    Read {
        path: PathBuf,
        #[source]
        error: std::io::Error,
    },
    #[error("{}:{line}: {problem}", path.display())]
    Invalid { path: PathBuf, line: usize, problem: String },
}

#[derive(Debug, PartialEq)]
struct Mistake {
    line: usize,
    problem: String,
}

impl Mistake {
    fn within(self, path: &Path) -> LinkFileError {
        LinkFileError::Invalid { path: path.to_owned(), line: self.line, problem: self.problem }
    }
}

/// The body of an answer; whatever else is in it does not matter here.
#[derive(Deserialize)]
#[serde(expecting = "a list of links, or an object with `link` or `links`")]
struct Answer<'a> {
    #[serde(borrow)]
    link: Option<&'a RawValue>,
    #[serde(borrow)]
    links: Option<Vec<&'a RawValue>>,
}

/// The links of a file, each with its line.
fn parse(text: &[u8]) -> Result<Vec<(StoredLink, usize)>, Mistake> {
    let syntax = |error: serde_json::Error| {
        let problem = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let problem = problem.strip_suffix(&place).unwrap_or(&problem).to_owned();
        Mistake { line: error.line().max(1), problem }
    };
    let text = std::str::from_utf8(text).map_err(|error| {
        let before = text.iter().take(error.valid_up_to());
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        Mistake { line, problem: "the file is not UTF-8".to_owned() }
    })?;
    let raw_links = if text.trim_start().starts_with('[') {
        serde_json::from_str(text).map_err(syntax)?
    } else {
        let answer: Answer<'_> = serde_json::from_str(text).map_err(syntax)?;
        match answer {
            Answer { link: Some(link), links: None } => vec![link],
            Answer { link: None, links: Some(links) } => links,
            _ => {
                let expected = "expected a list of links, or an object with `link` or `links`";
                return Err(Mistake { line: 1, problem: expected.to_owned() });
            }
        }
    };
    let lines = Lines::of(text);
    let mut links: Vec<(StoredLink, usize)> = Vec::with_capacity(raw_links.len());
    let mut seen = HashMap::new();
    let mut agents: HashMap<String, (Agent, usize)> = HashMap::new();
    for (index, raw) in raw_links.into_iter().enumerate() {
        let line = lines.line_of(raw.get());
        let link = link(&lines, raw).map_err(|mistake| Mistake {
            problem: format!("link {} of the file: {}", index + 1, mistake.problem),
            ..mistake
        })?;
        if let Some(first) = seen.insert(link.link_id.clone(), line) {
            let problem = format!("{} is already at line {first}", link.link_id);
            return Err(Mistake { line: field_line(&lines, raw, "link_id"), problem });
        }
        let agent = agents.entry(link.agent.agent_id.clone());
        let (agent, first) = agent.or_insert_with(|| (link.agent.clone(), line));
        if *agent != link.agent {
            let id = &link.agent.agent_id;
            let problem = format!("agent {id} is described otherwise at line {first}");
            return Err(Mistake { line: field_line(&lines, raw, "agent"), problem });
        }
        links.push((link, line));
    }
    Ok(links)
}

fn link(lines: &Lines<'_>, raw: &RawValue) -> Result<StoredLink, Mistake> {
    let link: Link = json::from_slice(raw.get().as_bytes()).map_err(|invalid| {
        let line = field_line(lines, raw, invalid.field.as_deref().unwrap_or_default());
        let problem = invalid.message.replace("the request body", "it");
        Mistake { line, problem }
    })?;
    let refuse = |field: &str, problem: String| {
        Err(Mistake {
            line: field_line(lines, raw, field),
            problem: format!("`{field}` {problem}"),
        })
    };
    for (field, value) in texts(&link) {
        // as in requests: not every store can hold it
        if value.contains('\0') {
            return refuse(field, "contains U+0000".to_owned());
        }
    }
    let limit = link.use_limit.as_ref().map(|limit| **limit);
    for (field, count) in [("uses", Some(*link.uses)), ("use_limit", limit)] {
        // as in requests: not every reader of JSON is exact beyond
        if count.is_some_and(|count| RequestCount::try_from(count).is_err()) {
            return refuse(field, "is greater than 9007199254740991".to_owned());
        }
    }
    let stored = StoredLink {
        link_id: link.link_id,
        name: link.name,
        agent: link.agent,
        stored_status: link.status,
        uses: link.uses,
        use_limit: link.use_limit,
        created_at: link.created_at,
        expires_at: link.expires_at,
    };
    // it is not stored, so another one would be lost
    if link.url != stored.url() {
        return refuse("url", format!("is not {}", stored.url()));
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

/// The line of a field such as `agent.name`, or of the innermost value around it that is there.
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

/// Where the lines of a text end. Counting anew for each link would take a time that grows with the
/// square of the file.
struct Lines<'a> {
    text: &'a str,
    /// The offsets of the line feeds, ascending.
    ends: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Lines { text, ends: text.match_indices('\n').map(|(offset, _)| offset).collect() }
    }

    /// The line where `part`, a slice of the text, begins.
    fn line_of(&self, part: &str) -> usize {
        let offset = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        1 + self.ends.partition_point(|end| *end < offset)
    }
}
