//! Patterns of strings, for the engine `regex-lite`.
//!
//! progenitor writes code for `regress`, which supports all of ECMA-262 and takes as long to compile
//! as the rest of the client. `regex-lite` compiles in a third of the time. It interprets the usual
//! patterns in the same way; the client does not check those that it interprets differently.

use syn::{Expr, ExprMethodCall, Path, parse_quote};

/// Returns the path in `regex-lite` that replaces a path in `regress`.
pub fn regex_lite_path(path: &Path) -> Option<Path> {
    let segments: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    match segments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["regress", "Regex", "new"] => Some(parse_quote!(::regex_lite::Regex::new)),
        ["regress", "Regex"] => Some(parse_quote!(::regex_lite::Regex)),
        _ => None,
    }
}

/// Returns the expression that replaces `pattern.find(text).is_none()`: without the position of the match
/// the engine does less.
pub fn without_position(expression: &Expr) -> Option<Expr> {
    fn call<'e>(expression: &'e Expr, name: &str) -> Option<&'e ExprMethodCall> {
        match expression {
            Expr::MethodCall(call) if call.method == name => Some(call),
            _ => None,
        }
    }
    let find = call(&call(expression, "is_none")?.receiver, "find")?;
    let (pattern, text) = (&find.receiver, &find.args);
    Some(parse_quote!(!#pattern.is_match(#text)))
}

/// Returns true if `regex-lite` does not support a pattern, or could interpret it differently from
/// ECMA-262. The client does not check such a pattern: the server does.
pub fn is_ambiguous(pattern: &str) -> bool {
    has_ambiguous_construct(pattern) || regex_lite::Regex::new(pattern).is_err()
}

/// Returns true if a pattern has a construct that `regex-lite` accepts and interprets differently from
/// ECMA-262.
fn has_ambiguous_construct(pattern: &str) -> bool {
    let mut letters = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                // ECMA-262: Unicode white space; regex-lite: ASCII white space
                Some('s') => return true,
                Some('S') => return true,
                // ECMA-262: the letters; regex-lite: the start and the end of the text
                Some('A') => return true,
                Some('z') => return true,
                _ => {}
            },
            ']' => in_class = false,
            // ECMA-262: nothing or everything; regex-lite: a class whose first letter is `]`
            '[' if !in_class => {
                in_class = true;
                letters.next_if_eq(&'^');
                if letters.peek() == Some(&']') {
                    return true;
                }
            }
            // ECMA-262: a letter of the class; regex-lite: a nested class or a set operation
            '[' => return true,
            '&' | '-' | '~' if in_class && letters.peek() == Some(&letter) => {
                return true;
            }
            // ECMA-262: excludes all Unicode line separators
            '.' if !in_class => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is_ambiguous;

    #[test]
    fn patterns_with_another_meaning_are_ambiguous() {
        for (pattern, expected) in [
            ("^a_\\d{1,128}$", false),
            ("^a_[\\]\\[.^-]+$", false),
            ("^a_.*$", true),
            ("^a_\\S+$", true),
            ("^a_[^]+$", true),
            ("^a_[a-z&&b]+$", true),
            ("^a_[[a]+$", true),
            ("^(?=a_)", true),
        ] {
            assert_eq!(is_ambiguous(pattern), expected, "{pattern}");
        }
    }
}
