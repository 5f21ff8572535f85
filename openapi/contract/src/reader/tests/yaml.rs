use serde_json::json;

use super::*;

fn parse(body: &str) -> Result<Contract, ContractError> {
    Contract::parse("contract.yaml", &format!("openapi: 3.0.3\n{body}"))
}

#[test]
fn tab_separates_key_and_value() {
    let contract =
        parse("a:\tone\nb: \t-1\nd:\t\t{e:\ttwo,\tf:\t3}\ng:\t# why\n  - h:\tä\n").unwrap();
    let document = contract.document();
    assert_eq!(document["a"], "one");
    assert_eq!(document["b"], -1);
    assert_eq!(document["d"], json!({ "e": "two", "f": 3 }));
    assert_eq!(document["g"], json!([{ "h": "ä" }]));
    let span = contract.span("/d/e");
    assert_eq!((span.line, span.column), (4, 6));
}

#[test]
fn plain_scalar_of_several_lines_can_have_tabs() {
    for text in ["a: one\ttwo\n  three\n", "a: one\t\n  two\n\t\n  three\n", "a: one\n  \ttwo\t\n"]
    {
        let contract = parse(&format!("{text}b: 1\n")).unwrap();
        assert!(contract.document()["a"].as_str().unwrap().starts_with("one"), "{text:?}");
        assert_eq!(contract.span("/b").column, 1);
    }
}

#[test]
fn non_specific_tag_keeps_kind() {
    let contract = parse("a: ! 12\nb: ! null\nc: ! [1]\nd: ! {e: 1}\nf: ! 'x'\n").unwrap();
    let document = contract.document();
    assert_eq!(document["a"], "12");
    assert_eq!(document["b"], "null");
    assert_eq!(document["c"], json!([1]));
    assert_eq!(document["d"], json!({ "e": 1 }));
    assert_eq!(document["f"], "x");
    assert!(parse("a: !x 12\n").unwrap_err().message.contains("the tag"));
}

#[test]
fn tab_in_place_of_indentation_is_rejected_at_its_position() {
    for (text, line, column) in
        [("a:\n  b: one\n  \ttwo\n", 4, 3), ("a:\n  b: é\n   two\n\t \n\t\tthree\n", 6, 1)]
    {
        let error = parse(text).expect_err(text);
        let span = error.span.unwrap();
        assert_eq!((span.line, span.column), (line, column), "{error}");
        let text = format!("openapi: 3.0.3\n{text}");
        assert_eq!(text.chars().nth(span.start), Some('\t'));
        assert!(error.message.contains("found a tab"), "{error}");
    }
}
