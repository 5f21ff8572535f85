use serde_json::json;

use super::*;

fn parse(body: &str) -> Result<Contract, ContractError> {
    Contract::parse("c.json", &format!("{{\"openapi\": \"3.0.3\",\n{body}}}"))
}

#[test]
fn parse_reads_json() {
    let contract = parse(
        "\"a\": [null, true, false, 12, -3, 1.5, 1e3, -0, {}, []],\r\n\t\"b\" :\t\"x\",\n\
         \"<<\": {\"c\": \"\"}, \"\": \"yes\"",
    )
    .unwrap();
    let document = contract.document();
    assert_eq!(document["a"], json!([null, true, false, 12, -3, 1.5, 1000.0, 0, {}, []]));
    assert_eq!(document["b"], "x");
    assert_eq!(document["<<"], json!({ "c": "" }));
    assert_eq!(document[""], "yes");
}

#[test]
fn strings_of_json_are_unescaped() {
    let contract = parse(
        r#""a": "\"\\\/\b\f\n\r\t", "b": "\ud83d\ude00 \u00e9 \uFFFF 😀", "\ud83d\ude00": 1, "c": "\u0000""#,
    )
    .unwrap();
    let document = contract.document();
    assert_eq!(document["a"], "\"\\/\u{8}\u{c}\n\r\t");
    assert_eq!(document["b"], "😀 é \u{ffff} 😀");
    assert_eq!(document["😀"], 1);
    assert_eq!(document["c"], "\0");
}

#[test]
fn key_of_json_can_be_long() {
    let key = "k".repeat(5000);
    let contract = parse(&format!("\"{key}\": 1")).unwrap();
    assert_eq!(contract.document()[&key], 1);
}

#[test]
fn span_of_json_covers_key_and_value() {
    let text = "{\n  \"openapi\": \"3.0.3\",\n  \"é😀\": {\"a\": [1, \"\\ud83d\\ude00\"],\t\"b\": -1.5e3 }}";
    let contract = Contract::parse("c.json", text).unwrap();
    let span = |pointer| {
        let span = contract.span(pointer);
        let text: String = text.chars().skip(span.start).take(span.end - span.start).collect();
        (span.line, span.column, text)
    };
    assert_eq!(span("/openapi"), (2, 3, "\"openapi\": \"3.0.3\"".to_owned()));
    assert_eq!(span("/é😀/a/0"), (3, 16, "1".to_owned()));
    assert_eq!(span("/é😀/a/1"), (3, 19, "\"\\ud83d\\ude00\"".to_owned()));
    assert_eq!(span("/é😀/b"), (3, 36, "\"b\": -1.5e3".to_owned()));
    assert_eq!(span("").2, text);
    let marked = Contract::parse("c.json", &format!("\u{feff}{text}")).unwrap();
    assert_eq!(marked.span("/openapi").start, contract.span("/openapi").start + 1);
    assert_eq!(marked.span("/openapi").column, 3);
}

#[test]
fn parse_of_invalid_json_fails_with_position() {
    for (body, line, column, message) in [
        (r#""a": "\ud83d""#, 2, 7, r"lone surrogate `\ud83d`"),
        (r#""a": "é\ud83d\n""#, 2, 8, r"lone surrogate `\ud83d`"),
        (r#""a": "\ude00\ud83d""#, 2, 7, r"lone surrogate `\ude00`"),
        (r#""a": "\ud83d\ud83d\ude00""#, 2, 7, r"lone surrogate `\ud83d`"),
        (r#""a": "\u12g4""#, 2, 7, "four hexadecimal digits"),
        (r#""a": "\u+123""#, 2, 7, "four hexadecimal digits"),
        (r#""a": "\x""#, 2, 7, r"unknown escape sequence `\x`"),
        ("\"a\": \"x\ny\"", 2, 8, "unescaped control character '\\n'"),
        ("\"a\": \"x\ty\"", 2, 8, "unescaped control character '\\t'"),
        ("\"a\": 1, \"a\": 2", 2, 9, "duplicate key `a`"),
        (r#""a": 1, "\u0061": 2"#, 2, 9, "duplicate key `a`"),
        ("\"a\": 01", 2, 6, "`01` is not a number"),
        ("\"a\": 1.", 2, 6, "`1.` is not a number"),
        ("\"a\": .5", 2, 6, "unexpected '.' instead of a value"),
        ("\"a\": +5", 2, 6, "unexpected '+' instead of a value"),
        ("\"a\": 0x1F", 2, 6, "`0x1F` is not a number"),
        ("\"a\": 1e", 2, 6, "`1e` is not a number"),
        ("\"a\": -", 2, 6, "`-` is not a number"),
        ("\"a\": yes", 2, 6, "unexpected 'y' instead of a value"),
        ("\"a\": 'x'", 2, 6, "unexpected '\\'' instead of a value"),
        ("\"a\": [1,]", 2, 9, "unexpected ']' instead of a value"),
        ("\"a\": [1 2]", 2, 9, "unexpected '2' instead of `,` or `]`"),
        ("\"a\" 1", 2, 5, "unexpected '1' instead of `:`"),
        ("\"a\": 1,", 2, 8, "unexpected '}' instead of a key"),
        ("a: 1", 2, 1, "unexpected 'a' instead of a key"),
        ("\"a\": 1 # why", 2, 8, "unexpected '#'"),
        ("\"a\": 1} {", 2, 9, "unexpected '{' instead of the end of the document"),
        ("\"a\": \"x", 2, 6, "the string has no end"),
        ("\"a\": [", 2, 7, "unexpected '}' instead of a value"),
    ] {
        let error = parse(body).expect_err(body);
        let position = error.span.map(|span| (span.line, span.column));
        assert_eq!(position, Some((line, column)), "{body}: {error}");
        assert!(error.message.contains(message), "{body}: {error}");
    }
    let error = Contract::parse("c.json", "{\"openapi\": [").expect_err("no end");
    assert!(error.message.contains("unexpected end of the document"), "{error}");
    let deep = format!("\"a\": {}{}", "[".repeat(300), "]".repeat(300));
    assert!(parse(&deep).expect_err("deep").message.starts_with("values are nested deeper"));
}

#[test]
fn json_is_detected_by_name_or_contents() {
    let pair = r#"{"openapi": "3.0.3", "x": "\ud83d\ude00"}"#;
    for (file, text, readable) in [
        ("c.json", pair, true),
        ("c.yaml", pair, true),
        ("c.yaml", "{openapi: 3.0.3, x: 'y'}", true),
        ("c.json", "{openapi: 3.0.3, x: 'y'}", false),
        ("c.JSON", "openapi: 3.0.3", false),
        ("c.yaml", r#"{"openapi": "3.0.3", "x": "\ud83d"}"#, false),
    ] {
        assert_eq!(Contract::parse(file, text).is_ok(), readable, "{file}: {text}");
    }
}

#[test]
fn number_returns_text_of_document() {
    let numbers = "[1e2, 0.10, 18446744073709551617, 1e400, -1e400, 1e-400, 12]";
    let json = format!("{{\"openapi\": \"3.0.3\", \"a\": {numbers}}}");
    let yaml = format!("openapi: 3.0.3\nx: &x {{n: {numbers}}}\na: {numbers}\nb: {{c: *x}}\n");
    for (file, text, pointer) in
        [("c.json", &json, "/a"), ("c.yaml", &yaml, "/a"), ("c.yaml", &yaml, "/b/c/n")]
    {
        let contract = Contract::parse(file, text).unwrap();
        let texts: Vec<_> =
            (0..7).map(|n| contract.number(&format!("{pointer}/{n}")).unwrap()).collect();
        assert_eq!(format!("[{}]", texts.join(", ")), numbers, "{file}");
        let value = contract.get(&format!("{pointer}/3")).unwrap();
        assert_eq!(value.as_f64(), Some(f64::MAX));
        assert_eq!(contract.number("/openapi"), None);
    }
}
