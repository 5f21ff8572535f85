//! JSON pointers (RFC 6901).

use std::borrow::Cow;

/// Returns `pointer` extended by `key`, which is escaped.
pub fn child(pointer: &str, key: &str) -> String {
    if key.contains(['~', '/']) {
        format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
    } else {
        format!("{pointer}/{key}")
    }
}

/// Returns the key of an escaped token.
pub(super) fn unescaped(token: &str) -> Cow<'_, str> {
    match token.contains('~') {
        true => Cow::Owned(token.replace("~1", "/").replace("~0", "~")),
        false => Cow::Borrowed(token),
    }
}

/// The path to a value. Its pointer is written only where it is needed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Path<'a> {
    Root,
    Item(&'a Path<'a>, usize),
    Member(&'a Path<'a>, &'a str),
}

impl Path<'_> {
    pub fn pointer(&self) -> String {
        match self {
            Path::Root => String::new(),
            Path::Item(parent, number) => format!("{}/{number}", parent.pointer()),
            Path::Member(parent, key) => child(&parent.pointer(), key),
        }
    }
}
