//! Templates of paths. The name of a path parameter is not sent, so two templates that differ only in
//! such names are one path.

use super::difference::Side;
use super::location::Location;
use super::part::Part;
use super::walk::{Element, Walk};
use crate::model::OperationKey;
use crate::reader::child;

/// Returns a template without the names of its parameters. The runtime expressions of callbacks
/// (`{$request.body#/url}`) have a meaning, and remain.
pub(super) fn shape(template: &str) -> String {
    let mut shape = String::new();
    let mut rest = template;
    while let Some((before, name, after)) = next_parameter(rest) {
        shape.push_str(before);
        shape.push_str(if name.starts_with('$') { name } else { "" });
        shape.push('}');
        rest = after;
    }
    shape + rest
}

/// Returns the names of the parameters of a template, in its order.
pub(super) fn names(template: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = template;
    while let Some((_, name, after)) = next_parameter(rest) {
        names.push(name);
        rest = after;
    }
    names
}

/// Splits a template at its first parameter: the text up to the brace, the name, the text after it.
fn next_parameter(template: &str) -> Option<(&str, &str, &str)> {
    let open = template.find('{')? + 1;
    let close = open + template[open..].find('}')?;
    Some((&template[..open], &template[open..close], &template[close + 1..]))
}

impl Walk<'_> {
    /// Compares the names of the parameters of the path of an operation, once for all of its operations.
    pub(super) fn path(&mut self, keys: [&OperationKey; 2]) {
        let [contract, server] = keys.map(|key| key.path.as_str());
        let element = Element::Path([contract, server].map(str::to_owned));
        let location = Location::operation(keys[0]);
        let (user, is_first) = self.usage.record(element, location.user);
        if !is_first {
            return;
        }
        let pointers = [contract, server].map(|path| child("/paths", path));
        for (mine, other) in names(contract).into_iter().zip(names(server)) {
            self.result.compared += 1;
            if mine == other {
                continue;
            }
            let location = Location::path(contract, user.clone())
                .part(Part::Parameter, &format!("path parameter `{mine}`"));
            let text = format!(
                "the path parameter is called `{other}`: not breaking over HTTP, where the name is not \
                 sent, but breaking for generated code, which has the name"
            );
            let sides = [
                Side::new(&pointers[0], format!("the path parameter is called `{mine}`")),
                Side::new(&pointers[1], text),
            ];
            let edit = format!("rename the path parameter `{mine}` to `{other}`");
            let delta = location.delta("name", [mine, other].map(|name| Some(name.into())));
            self.differ(&location, sides, edit, delta);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shape_has_no_names_of_parameters() {
        assert_eq!(shape("/a/{b}/c-{d}.json"), "/a/{}/c-{}.json");
        assert_eq!(shape("/a"), "/a");
        assert_eq!(shape("/a/{b"), "/a/{b");
        assert_eq!(shape("{$request.body#/url}/{x}"), "{$request.body#/url}/{}");
        assert_eq!(names("/a/{b}/c-{d}.json"), ["b", "d"]);
    }
}
