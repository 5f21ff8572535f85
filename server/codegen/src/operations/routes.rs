//! The rules of Dropshot's router for paths. It panics when a server starts with other paths.

use std::collections::BTreeMap;

/// The paths added so far.
#[derive(Debug, Default)]
pub struct Routes {
    /// The kind of segment that follows each prefix of a path.
    next: BTreeMap<String, Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Literal,
    Variable(String),
}

impl Routes {
    /// Adds a path. The error describes why the router rejects it.
    pub fn add(&mut self, path: &str) -> Result<(), String> {
        let Some(rest) = path.strip_prefix('/') else {
            return Err("Dropshot does not support a path without a leading `/`".to_owned());
        };
        let mut prefix = String::new();
        let mut variables: Vec<&str> = Vec::new();
        let segments: Vec<&str> =
            if rest.is_empty() { Vec::new() } else { rest.split('/').collect() };
        for segment in segments {
            let inside = segment.strip_prefix('{').and_then(|inside| inside.strip_suffix('}'));
            let (next, step) = match inside {
                Some(name) if is_name(name) => {
                    if variables.contains(&name) {
                        return Err(format!("duplicate path parameter `{{{name}}}`"));
                    }
                    variables.push(name);
                    (Segment::Variable(name.to_owned()), "{}")
                }
                None if !segment.is_empty() && !segment.contains(['{', '}']) => {
                    (Segment::Literal, segment)
                }
                _ => {
                    let message = "Dropshot does not support a path segment that is neither a literal nor one \
                                   `{name}`";
                    return Err(message.to_owned());
                }
            };
            match self.next.get(&prefix) {
                Some(other) if *other != next => {
                    let other = match other {
                        Segment::Literal => "a literal".to_owned(),
                        Segment::Variable(name) => format!("`{{{name}}}`"),
                    };
                    return Err(format!(
                        "Dropshot does not support `{segment}` after `{prefix}/`, where another path has {other}"
                    ));
                }
                _ => drop(self.next.insert(prefix.clone(), next)),
            }
            prefix = format!("{prefix}/{step}");
        }
        Ok(())
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(['{', '}', ':'])
}
