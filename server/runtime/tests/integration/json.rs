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
fn from_slice_decides_on_the_digits_of_an_integer() {
    for (digits, pages) in
        [("100.0", 100), ("1E2", 100), ("100e-2", 1), ("4294967295.000", u32::MAX)]
    {
        let book: Book =
            from_slice(format!(r#"{{"title": "a", "pages": {digits}}}"#).as_bytes()).unwrap();
        assert_eq!(book.pages, Some(pages), "{digits}");
    }
    for digits in [
        "99.99999999999999999999",
        "9007199254740990.5",
        "1e-400",
        "1e400",
        "1e99999999999999999999",
        "4294967296",
        "-1",
    ] {
        let error = error(&format!(r#"{{"title": "a", "pages": {digits}}}"#));
        assert_eq!(error.kind, InvalidRequestKind::InvalidField, "{digits}");
        assert_eq!(error.field.as_deref(), Some("pages"));
        assert_eq!(error.message, format!("`pages` is {digits}, not u32"));
    }
    let long = error(&format!(r#"{{"title": "a", "pages": {}}}"#, "9".repeat(60_000)));
    assert!(long.message.len() < 100, "{long}");
}

#[test]
fn from_slice_reads_numbers_of_free_form_values() {
    let read = |text: &str| from_slice::<serde_json::Value>(text.as_bytes());
    for text in ["[0,-1,18446744073709551615,-9223372036854775808]", "[1.5,1e-400]", "[1e300]"] {
        let expected: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(read(text), Ok(expected));
    }
    assert_eq!(read("[1e400]").unwrap_err().field.as_deref(), Some("[0]"));
}

#[test]
fn from_slice_names_the_byte_order_mark() {
    for mark in ["\u{feff}".as_bytes(), b"\xfe\xff", b"\xff\xfe"] {
        let error = from_slice::<Book>(&[mark, br#"{"title": "a"}"#].concat()).unwrap_err();
        assert_eq!((error.kind, error.field), (InvalidRequestKind::Body, None));
        assert_eq!(error.message, "the request body begins with a byte order mark");
    }
    let inside = from_slice::<Book>("{\"title\": \"\u{feff}\"}".as_bytes()).unwrap();
    assert_eq!(inside.title, "\u{feff}");
}

#[test]
fn from_slice_error_of_syntax_has_position_or_field() {
    for (body, message) in [
        (
            "{\n  \"title\": tru}",
            "the request body is not valid JSON: expected ident at line 2 column 15",
        ),
        (
            r#"{"title": "a", "authors": [{"name": "\ud800"}]}"#,
            "the request body is not valid JSON at `authors[0].name`: unexpected end of hex escape",
        ),
        (
            r#"{"\udfff": 1}"#,
            "the request body is not valid JSON: lone leading surrogate in hex escape",
        ),
    ] {
        let error = error(body);
        assert_eq!((error.kind, error.field), (InvalidRequestKind::Body, None), "{body}");
        assert_eq!(error.message, message);
    }
}

#[test]
fn from_slice_reads_deep_values_up_to_a_limit() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(from_slice::<serde_json::Value>(nested(128).as_bytes()).is_ok());
    for depth in [129, 10_000] {
        let error = from_slice::<serde_json::Value>(nested(depth).as_bytes()).unwrap_err();
        assert_eq!(error.kind, InvalidRequestKind::Body);
        let message = "more than 128 arrays and objects inside of each other";
        assert!(error.message.ends_with(message), "{error}");
        assert!(error.message.len() < 1_000, "{}", error.message.len());
    }
    // values of the wrong type are not read, however deep they are
    let error = error(&format!(r#"{{"title": {}}}"#, nested(10_000)));
    assert_eq!(error.message, "`title` is an array, not a string");
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
fn from_texts_accepts_only_plain_integers() {
    for limit in ["+5", " 5", "5 ", "05", "1.0", "1e2", "0x5", ""] {
        let error = from_texts::<Page>(texts(&[("limit", limit), ("newest", "true")])).unwrap_err();
        assert_eq!(error.message, format!("`limit` is {limit:?}, not u32"));
    }
    for limit in ["4294967296", "-1"] {
        let error = from_texts::<Page>(texts(&[("limit", limit), ("newest", "true")])).unwrap_err();
        assert_eq!(error.message, format!("`limit` is {limit}, not u32"));
    }
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
