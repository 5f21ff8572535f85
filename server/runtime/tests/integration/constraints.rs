//! Constrained types: the values that they accept, and the schemas that they emit.

use agenthuman_server_runtime::constrained;
use agenthuman_server_runtime::constraint::{
    ArrayConstraints, IntegerConstraints, NumberConstraints, StringConstraints,
};
use agenthuman_server_runtime::json;
use schemars::schema_for;
use serde_json::{Value, json};

constrained! {
    /// The number of a volume.
    pub struct Volume(i64) = IntegerConstraints {
        format: Some("int8"),
        minimum: Some(0),
        exclusive_minimum: true,
        multiple_of: Some(2),
        ..IntegerConstraints::ANY
    };
}

constrained! {
    /// A number of copies.
    pub struct Copies(u64) = IntegerConstraints { format: Some("uint64"), ..IntegerConstraints::ANY };
}

constrained! {
    /// A number of columns.
    pub struct Columns(i64) = IntegerConstraints { members: &[1, 2], ..IntegerConstraints::ANY };
}

constrained! {
    /// A price.
    pub struct Price(f64) = NumberConstraints {
        minimum: Some(0.5),
        maximum: Some(100.0),
        exclusive_maximum: true,
        ..NumberConstraints::ANY
    };
}

constrained! {
    /// A code of two or three letters.
    pub struct Code(String) = StringConstraints {
        pattern: Some("^[a-zé]*$"),
        min_length: Some(2),
        max_length: Some(3),
        ..StringConstraints::ANY
    };
}

constrained! {
    /// Different codes.
    pub struct Codes(Vec<Code>) = ArrayConstraints {
        min_items: Some(1),
        unique_items: true,
        ..ArrayConstraints::ANY
    };
}

/// Asserts which of `values` a type accepts.
fn assert_accepts<T: serde::de::DeserializeOwned>(accepted: &[Value], rejected: &[Value]) {
    let reads = |value: &Value| json::from_slice::<T>(value.to_string().as_bytes()).is_ok();
    let name = std::any::type_name::<T>();
    for value in accepted {
        assert!(reads(value), "{name} rejects {value}");
    }
    for value in rejected {
        assert!(!reads(value), "{name} accepts {value}");
    }
}

#[test]
fn integer_outside_of_its_constraints_is_rejected() {
    assert_accepts::<Volume>(
        &[json!(2), json!(126), json!(4.0)],
        &[json!(0), json!(3), json!(128), json!(2.5), json!("2"), json!(null)],
    );
    assert_accepts::<Copies>(&[json!(0), json!(u64::MAX)], &[json!(-1), json!(2e19)]);
    assert_accepts::<Columns>(&[json!(1), json!(2)], &[json!(0), json!(3)]);
}

#[test]
fn number_outside_of_its_bounds_is_rejected() {
    assert_accepts::<Price>(&[json!(0.5), json!(7)], &[json!(0.4), json!(100), json!("1")]);
}

#[test]
fn string_outside_of_its_constraints_is_rejected() {
    assert_accepts::<Code>(&[json!("éé"), json!("abc")], &[json!("a"), json!("abcd"), json!("A1")]);
}

#[test]
fn array_outside_of_its_constraints_is_rejected() {
    let codes = |codes: &[&str]| json!(codes);
    assert_accepts::<Codes>(
        &[codes(&["ab"]), codes(&["ab", "cd"])],
        &[codes(&[]), codes(&["ab", "ab"]), codes(&["a"]), json!({})],
    );
}

#[test]
fn string_format_is_checked() {
    macro_rules! assert_format {
        ($name:ident, $format:literal, $accepted:expr, $rejected:expr) => {{
            constrained! {
                pub struct $name(String) = StringConstraints {
                    format: Some($format),
                    ..StringConstraints::ANY
                };
            }
            assert_accepts::<$name>(&$accepted.map(Value::from), &$rejected.map(Value::from));
        }};
    }
    let uuid = "6f1e9b1c-8a53-4d4f-9b1a-0c8f4a3b2d1e";
    assert_format!(Uuid, "uuid", [uuid], ["6f1e9b1c8a534d4f9b1a0c8f4a3b2d1e", ""]);
    assert_format!(Date, "date", ["2024-02-29"], ["2023-02-29", "2024-2-29"]);
    assert_format!(Ip, "ip", ["127.0.0.1", "::1"], ["localhost"]);
    assert_format!(Ipv4, "ipv4", ["127.0.0.1"], ["::1"]);
    assert_format!(Ipv6, "ipv6", ["::1"], ["127.0.0.1"]);
    assert_format!(Base64, "byte", ["", "YQ==", "YWJj"], ["YQ", "YQ=a", "Y-Jj", "===="]);
    assert_format!(Other, "hostname", ["any text"], [0; 0]);
}

#[test]
fn schema_has_the_constraints_and_the_description() {
    let schema =
        |schema: schemars::schema::RootSchema| serde_json::to_value(schema.schema).unwrap();
    let volume = schema(schema_for!(Volume));
    assert_eq!(volume["description"], "The number of a volume.");
    assert_eq!((&volume["type"], &volume["format"]), (&json!("integer"), &json!("int8")));
    assert_eq!((&volume["exclusiveMinimum"], &volume["multipleOf"]), (&json!(0.0), &json!(2.0)));
    assert_eq!(schema(schema_for!(Columns))["enum"], json!([1, 2]));
    let price = schema(schema_for!(Price));
    assert_eq!((&price["minimum"], &price["exclusiveMaximum"]), (&json!(0.5), &json!(100.0)));
    let code = schema(schema_for!(Code));
    assert_eq!((&code["minLength"], &code["maxLength"]), (&json!(2), &json!(3)));
    assert_eq!(code["pattern"], "^[a-zé]*$");
    let codes = schema(schema_for!(Codes));
    assert_eq!((&codes["minItems"], &codes["uniqueItems"]), (&json!(1), &json!(true)));
}
