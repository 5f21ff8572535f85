use super::*;
use crate::reader::Contract;

/// Differences between a body with these keywords and one with those: the statements of both sides.
fn differences(one: &str, other: &str, mode: ComparisonMode) -> Vec<[String; 2]> {
    let model = |keywords: &str| {
        let text = format!(
            "openapi: 3.0.3\npaths: {{/a: {{put: {{requestBody: {{content: {{application/json: \
             {{schema: {{{keywords}}}}}}}}}, responses: {{'204': {{description: x}}}}}}}}}}\n"
        );
        Model::of(&Contract::parse("c.yaml", &text).unwrap()).unwrap()
    };
    let differences = compare(&model(one), &model(other), mode).differences;
    differences.into_iter().map(|one| [one.contract.text, one.other.text]).collect()
}

#[test]
fn numbers_are_compared_exactly() {
    for (one, other) in [
        ("maximum: 9007199254740993", "maximum: 9007199254740992"),
        ("maximum: 18446744073709551617", "maximum: 18446744073709551616"),
        ("minimum: -18446744073709551617", "minimum: -18446744073709551616"),
        ("multipleOf: 0.1", "multipleOf: 0.10000000000000000000001"),
        ("maximum: 1e400", "maximum: 1e401"),
        ("maximum: 1e999999999999999999", "maximum: 1e999999999999999998"),
        ("minimum: 1e-400", "minimum: 0"),
        ("maxLength: 18446744073709551617", "maxLength: 18446744073709551616"),
        ("minLength: 1e-400", "minLength: 1"),
        ("default: 18446744073709551617", "default: 18446744073709551616"),
    ] {
        let there = differences(one, other, ComparisonMode::Documents);
        assert_eq!(there, [[format!("`{one}`"), format!("`{other}`")]]);
        let back = differences(other, one, ComparisonMode::Documents);
        assert_eq!(back, [[format!("`{other}`"), format!("`{one}`")]]);
    }
    let list = |number: &str| format!("type: number, enum: [{number}, 2]");
    assert_eq!(
        differences(&list("18446744073709551617"), &list("1.5"), ComparisonMode::Documents),
        [["`enum: [18446744073709551617, 2]`", "`enum: [1.5, 2]`"]]
    );
    let nested = |number: &str| format!("default: {{a: [{number}]}}");
    assert_eq!(
        differences(&nested("1e400"), &nested("1e401"), ComparisonMode::Documents),
        [["`default: {\"a\":[1e400]}`", "`default: {\"a\":[1e401]}`"]]
    );
    assert_eq!(
        differences(
            "maximum: 18446744073709551617, exclusiveMaximum: true",
            "maximum: 0.10",
            ComparisonMode::Documents
        ),
        [["`maximum: 18446744073709551617`, exclusive", "`maximum: 0.10`"]]
    );
}

#[test]
fn equal_numbers_are_no_difference() {
    for (one, other) in [
        ("maximum: 0.1", "maximum: 0.10"),
        ("maximum: 1e2", "maximum: 100"),
        ("maximum: 100.0", "maximum: 1E+2"),
        ("minLength: 0", "minLength: 0e400"),
        ("maximum: 1e400", "maximum: 10e399"),
        ("maximum: 18446744073709551617", "maximum: 18446744073709551617.0"),
        ("enum: [1e2, 0.10]", "enum: [0.1, 100]"),
        ("default: {a: 1e400}", "default: {a: 10e399}"),
        ("maximum: 0x10", "maximum: 16"),
        (
            "type: integer, minimum: 18446744073709551616, exclusiveMinimum: true",
            "type: integer, minimum: 18446744073709551617",
        ),
    ] {
        let found = differences(one, other, ComparisonMode::Documents);
        assert_eq!(found, [] as [[String; 2]; 0], "{one} and {other}");
    }
}

#[test]
fn emission_has_rounded_numbers() {
    for (contract, emission, count) in [
        ("maximum: 9007199254740993", "maximum: 9007199254740992.0", 0),
        ("maximum: 18446744073709551617", "maximum: 1.8446744073709552e19", 0),
        ("maximum: 9007199254740993", "maximum: 9007199254740994.0", 1),
        ("maximum: 9007199254740993, exclusiveMaximum: true", "maximum: 9007199254740992.0", 1),
    ] {
        let found = differences(contract, emission, ComparisonMode::Emission);
        assert_eq!(found.len(), count, "{contract} and {emission}: {found:?}");
    }
}

#[test]
fn bounds_of_integers_are_integers() {
    for (one, other) in [
        ("minimum: 1.5", "minimum: 2"),
        ("minimum: 1.5, exclusiveMinimum: true", "minimum: 1.9"),
        ("maximum: -1.5", "maximum: -2"),
        ("maximum: 3, exclusiveMaximum: true", "maximum: 2.5"),
    ] {
        let [one, other] = [one, other].map(|bound| format!("type: integer, {bound}"));
        let found = differences(&one, &other, ComparisonMode::Documents);
        assert_eq!(found, [] as [[String; 2]; 0], "{one}");
        let [one, other] = [one, other].map(|text| text.replace("integer", "number"));
        assert_eq!(differences(&one, &other, ComparisonMode::Documents).len(), 1, "{one}");
    }
}
