//! Which paths Dropshot's router can tell apart. It panics on others, when the server starts.

use std::collections::BTreeMap;

/// The paths so far: what follows each beginning.
#[derive(Debug, Default)]
pub struct Routes {
    next: BTreeMap<String, Next>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Next {
    Literal,
    Variable(String),
}

impl Routes {
    /// Adds a path; the message says why the router does not take it.
    pub fn add(&mut self, path: &str) -> Result<(), String> {
        let Some(rest) = path.strip_prefix('/') else {
            return Err("a path begins with `/`".to_owned());
        };
        let mut beginning = String::new();
        let mut variables: Vec<&str> = Vec::new();
        let segments: Vec<&str> =
            if rest.is_empty() { Vec::new() } else { rest.split('/').collect() };
        for segment in segments {
            let inside = segment.strip_prefix('{').and_then(|inside| inside.strip_suffix('}'));
            let (next, step) = match inside {
                Some(name) if is_name(name) => {
                    if variables.contains(&name) {
                        return Err(format!("`{{{name}}}` is there twice"));
                    }
                    variables.push(name);
                    (Next::Variable(name.to_owned()), "{}")
                }
                None if !segment.is_empty() && !segment.contains(['{', '}']) => {
                    (Next::Literal, segment)
                }
                _ => {
                    let message = "each part of a path is either a text or one `{name}`: Dropshot \
                                   knows no others";
                    return Err(message.to_owned());
                }
            };
            match self.next.get(&beginning) {
                Some(other) if *other != next => {
                    let other = match other {
                        Next::Literal => "a text".to_owned(),
                        Next::Variable(name) => format!("`{{{name}}}`"),
                    };
                    return Err(format!(
                        "after `{beginning}/` another path has {other}: Dropshot's router cannot tell \
                         it from `{segment}`"
                    ));
                }
                _ => drop(self.next.insert(beginning.clone(), next)),
            }
            beginning = format!("{beginning}/{step}");
        }
        Ok(())
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(['{', '}', ':'])
}
