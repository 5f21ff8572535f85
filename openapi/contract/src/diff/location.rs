//! Locations in an API, in words.

use std::fmt::{self, Display, Formatter};

use serde_json::Value;

use super::difference::Delta;
use super::part::Part;
use super::usage::User;
use crate::model::OperationKey;

/// A location in an API.
#[derive(Clone, Debug)]
pub(super) struct Location {
    pub part: Part,
    /// The operation or the shared element that the location belongs to.
    pub user: User,
    /// The operation and the part of it.
    within: String,
    /// The path through the schema: `agent.name`, `links[]`.
    path: String,
    /// The `$ref` through which the location was reached, if it points to another component on each
    /// side. What differs behind it differs because of it.
    pub retargeted: Option<[Site; 2]>,
    /// True if the `$ref` is a member of an `allOf`: then only what is stated in its target is behind it.
    pub merged: bool,
    /// True for the value of a property that the contract requires.
    pub is_required: bool,
    /// True in a callback.
    pub in_callback: bool,
    /// True behind an odd number of `not`.
    pub negated: bool,
}

/// The use of a schema: what decides about the effect of a change in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Role {
    part: Part,
    in_callback: bool,
    negated: bool,
}

/// A `$ref`, or a schema in place of one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Site {
    pub pointer: String,
    /// The target of the `$ref`.
    pub target: Option<String>,
}

impl Site {
    /// Returns true if a pointer leads into the target.
    pub fn contains(&self, pointer: &str) -> bool {
        let inside = self.target.as_deref().and_then(|target| pointer.strip_prefix(target));
        inside.is_some_and(|inside| inside.is_empty() || inside.starts_with('/'))
    }
}

impl Location {
    /// Returns the location of the document itself.
    pub fn document() -> Self {
        Location {
            part: Part::Document,
            user: User::Document,
            within: "the document".to_owned(),
            path: String::new(),
            retargeted: None,
            merged: false,
            is_required: false,
            in_callback: false,
            negated: false,
        }
    }

    /// Returns the location of an operation.
    pub fn operation(operation: &OperationKey) -> Self {
        let within = operation.to_string();
        let user = User::Operation(within.as_str().into());
        Location { part: Part::Operation, user, within, ..Location::document() }
    }

    /// Returns the location of a path, which its operations share.
    pub fn path(path: &str, user: User) -> Self {
        Location { part: Part::Operation, user, within: path.to_owned(), ..Location::document() }
    }

    /// Returns the location of a part of an operation: `request body`, `response 200`.
    pub fn part(&self, part: Part, name: &str) -> Self {
        let within = format!("{}, {name}", self.within);
        let path = String::new();
        Location { part, within, path, is_required: false, ..self.clone() }
    }

    /// Returns the location within a `not`.
    pub fn not(&self) -> Self {
        Location { negated: !self.negated, ..self.step("(not)") }
    }

    /// Returns the use of a schema here.
    pub fn role(&self) -> Role {
        let Location { in_callback, negated, .. } = *self;
        Role { part: self.part.contents(), in_callback, negated }
    }

    /// Returns a difference in a keyword, with its values.
    pub fn delta(&self, keyword: &'static str, values: [Option<Value>; 2]) -> Delta {
        Delta {
            part: self.part,
            keyword,
            values,
            required: false,
            from_server: self.in_callback,
            negated: self.negated,
        }
    }

    /// Returns the same location, reached through another `$ref`.
    pub fn behind(self, retargeted: Option<[Site; 2]>) -> Self {
        Location { retargeted, merged: false, ..self }
    }

    /// Returns the same location, partly reached through a `$ref` in an `allOf`.
    pub fn behind_merged(self, retargeted: Option<[Site; 2]>) -> Self {
        Location { merged: retargeted.is_some(), retargeted, ..self }
    }

    pub fn property(&self, name: &str) -> Self {
        let path =
            if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        Location { part: self.part.contents(), path, is_required: false, ..self.clone() }
    }

    /// Returns the location of contents that are no property; `step` is `[]` or `(oneOf 2)`.
    pub fn step(&self, step: &str) -> Self {
        let path = format!("{}{step}", self.path);
        Location { part: self.part.contents(), path, is_required: false, ..self.clone() }
    }
}

impl Display for Location {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.within)?;
        if self.path.is_empty() { Ok(()) } else { write!(formatter, ", `{}`", self.path) }
    }
}
