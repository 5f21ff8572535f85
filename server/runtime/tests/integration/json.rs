//! Reading of JSON bodies and text parameters.

use agenthuman_server_runtime::json::{InvalidRequest, InvalidRequestKind, from_slice, from_texts};
use serde::Deserialize;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    title: String,
    #[serde(default)]
    pages: Option<u32>,
    #[serde(default)]
    authors: Vec<Author>,
    #[serde(default)]
    binding: Option<Binding>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Author {
    name: String,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Binding {
    Hardcover,
    Paperback,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Page {
    limit: u32,
    newest: bool,
}

fn error(body: &str) -> InvalidRequest {
    from_slice::<Book>(body.as_bytes()).unwrap_err()
}

fn texts(texts: &[(&str, &str)]) -> Vec<(String, String)> {
    texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn from_slice_reads_nested_values() {
    let body = r#"{"authors": [{"name": "Jane Austen"}], "title": "Emma", "binding": "hardcover"}"#;
    let book = Book {
        title: "Emma".to_owned(),
        pages: None,
        authors: vec![Author { name: "Jane Austen".to_owned() }],
        binding: Some(Binding::Hardcover),
    };
    assert_eq!(from_slice(body.as_bytes()), Ok(book));
}

#[test]
fn from_slice_error_has_kind_path_message_and_suggestion() {
    use InvalidRequestKind::*;
    for (body, kind, field, message, suggestion) in [
        ("", Body, None, "the request has no body", Some("Send a JSON object")),
        (
            "[]",
            Body,
            None,
            "the request body is an array, not a JSON object",
            Some("Send a JSON object"),
        ),
        (
            r#"{"titel": "Emma"}"#,
            UnknownField,
            Some("titel"),
            "unknown field `titel`",
            Some("Did you mean `title`?"),
        ),
        (
            r#"{"xyz": 1}"#,
            UnknownField,
            Some("xyz"),
            "unknown field `xyz`",
            Some("Leave it out, or send one of `title`, `pages`, `authors`, `binding`"),
        ),
        (
            r#"{"title": "a", "title": "b"}"#,
            DuplicateField,
            Some("title"),
            "`title` appears more than once",
            Some("Send `title` once"),
        ),
        ("{}", MissingField, Some("title"), "`title` is missing", Some("Send `title`")),
        (
            r#"{"title": "a", "authors": [{"name": "b"}, {}]}"#,
            MissingField,
            Some("authors[1].name"),
            "`authors[1].name` is missing",
            Some("Send `authors[1].name`"),
        ),
        (
            r#"{"title": "a", "authors": [{"name": true}]}"#,
            InvalidField,
            Some("authors[0].name"),
            "`authors[0].name` is true, not a string",
            Some("Send a string"),
        ),
        (
            r#"{"title": "a", "binding": "leather"}"#,
            InvalidField,
            Some("binding"),
            r#"`binding` is "leather", not one of `hardcover`, `paperback`"#,
            Some("Send one of `hardcover`, `paperback`"),
        ),
        (
            r#"{"title": "a", "binding": 1}"#,
            InvalidField,
            Some("binding"),
            "`binding` is 1, not one of `hardcover`, `paperback`",
            Some("Send one of `hardcover`, `paperback`"),
        ),
    ] {
        let error = error(body);
        assert_eq!(error.kind, kind, "{body}");
        assert_eq!(error.field.as_deref(), field, "{body}");
        assert_eq!(error.message, message, "{body}");
        assert_eq!(error.suggestion.as_deref(), suggestion, "{body}");
    }
}

#[test]
fn from_slice_rejects_an_array_of_the_fields_in_order() {
    let body = r#"{"title": "a", "authors": [["Jane Austen"]]}"#;
    assert_eq!(error(body).message, "`authors[0]` is an array, not a JSON object");
}

#[test]
fn from_slice_error_quotes_a_long_value_only_in_part() {
    let error = error(&format!(r#"{{"title": "a", "binding": "{}"}}"#, "é".repeat(50_000)));
    let quoted = "é".repeat(64);
    assert!(error.message.starts_with(&format!("`binding` is \"{quoted}\"…,")), "{error}");
}

#[test]
fn from_texts_parses_numbers_and_booleans() {
    let page = from_texts(texts(&[("limit", "7"), ("newest", "true")]));
    assert_eq!(page, Ok(Page { limit: 7, newest: true }));
}

#[test]
fn from_texts_error_names_the_parameter() {
    for (parameters, kind, field) in [
        (&[("limit", "x"), ("newest", "true")][..], InvalidRequestKind::InvalidField, "limit"),
        (&[("limit", "7")], InvalidRequestKind::MissingField, "newest"),
        (&[("limit", "7"), ("limit", "8")], InvalidRequestKind::DuplicateField, "limit"),
    ] {
        let error = from_texts::<Page>(texts(parameters)).unwrap_err();
        assert_eq!((error.kind, error.field.as_deref()), (kind, Some(field)), "{parameters:?}");
    }
}
