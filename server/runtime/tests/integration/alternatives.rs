//! Values of one of several types.

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::time::Duration;

use agenthuman_server_runtime::alternatives::WithUnknownFields;
use agenthuman_server_runtime::json::{InvalidRequest, InvalidRequestKind, from_slice, from_texts};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Declares an enum of alternatives.
macro_rules! alternatives {
    ($rule:ident $name:ident { $($index:literal => $variant:ident($value:ty)),+ $(,)? }) => {
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(untagged)]
        enum $name { $($variant($value)),+ }

        agenthuman_server_runtime::alternatives! {
            $rule $name { $($index => $variant($value)),+ } ["Text."]
        }
    };
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct A {
    a: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct B {
    a: i64,
    b: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Closed {
    a: i64,
}

alternatives! { one_of OneOpen { 0 => A(WithUnknownFields<A>), 1 => B(WithUnknownFields<B>) } }
alternatives! { any_of AnyOpen { 0 => A(WithUnknownFields<A>), 1 => B(WithUnknownFields<B>) } }
alternatives! { one_of OneClosed { 0 => Closed(Closed), 1 => B(B) } }
alternatives! { one_of OneNumber { 0 => Number(f64), 1 => Integer(i64) } }
alternatives! { any_of AnyNumber { 0 => Number(f64), 1 => Integer(i64) } }
alternatives! { one_of Scalar { 0 => Integer(i64), 1 => Text(String) } }
alternatives! { one_of Maybe { 0 => A(Option<WithUnknownFields<A>>), 1 => Text(String) } }

/// A tree whose alternatives differ only after the nested value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Left {
    child: Option<Box<Tree>>,
    left: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Right {
    child: Option<Box<Tree>>,
    right: bool,
}

alternatives! { one_of Tree { 0 => Left(Left), 1 => Right(Right), 2 => List(Vec<Tree>) } }

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Flattened {
    name: String,
    #[serde(flatten)]
    either: OneClosed,
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<T, InvalidRequest> {
    from_slice(value.to_string().as_bytes())
}

fn message<T: DeserializeOwned + std::fmt::Debug>(value: &Value) -> String {
    read::<T>(value).unwrap_err().message
}

/// Asserts that a value is read as `expected`, and that nothing of it is lost.
fn assert_kept<T>(value: &Value, expected: &T)
where
    T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug,
{
    let read: T = read(value).unwrap();
    assert_eq!((&read, serde_json::to_value(&read).unwrap()), (expected, value.clone()));
}

#[test]
fn one_of_accepts_exactly_one_alternative() {
    let with_text = json!({"a": 1, "b": "text", "c": [1.5]});
    let unknown_fields = json!({"b": "text", "c": [1.5]}).as_object().unwrap().clone();
    assert_kept(&with_text, &OneOpen::A(WithUnknownFields { value: A { a: 1 }, unknown_fields }));
    assert_kept(&json!({"a": 1, "b": 2}), &OneClosed::B(B { a: 1, b: 2 }));
    assert_kept(&json!({"a": 1}), &OneClosed::Closed(Closed { a: 1 }));
    let both = read::<OneOpen>(&json!({"a": 1, "b": 2})).unwrap_err();
    assert_eq!(both.message, "the request body fits 2 alternatives instead of exactly one");
    assert_eq!(both.kind, InvalidRequestKind::Body);
    assert_eq!(
        message::<OneNumber>(&json!(7)),
        "the request body fits 2 alternatives instead of exactly one"
    );
    assert_kept(&json!(7.5), &OneNumber::Number(7.5));
}

#[test]
fn any_of_chooses_the_alternative_that_loses_the_least() {
    let b = B { a: 1, b: 2 };
    assert_kept(&json!({"a": 1, "b": 2}), &AnyOpen::B(b.clone().into()));
    assert_kept(&json!({"a": 1}), &AnyOpen::A(A { a: 1 }.into()));
    let unknown_fields = json!({"c": 3}).as_object().unwrap().clone();
    let with_unknown = AnyOpen::B(WithUnknownFields { value: b, unknown_fields });
    assert_kept(&json!({"a": 1, "b": 2, "c": 3}), &with_unknown);
    assert_kept(&json!(9_007_199_254_740_993_i64), &AnyNumber::Integer(9_007_199_254_740_993));
    assert_kept(&json!(0.1), &AnyNumber::Number(0.1));
    assert_eq!(read(&json!(7)), Ok(AnyNumber::Number(7.0)));
}

#[test]
fn nullable_alternative_keeps_null_and_unknown_fields() {
    assert_kept(&Value::Null, &Maybe::A(None));
    let unknown_fields = json!({"c": 3}).as_object().unwrap().clone();
    let a = Maybe::A(Some(WithUnknownFields { value: A { a: 1 }, unknown_fields }));
    assert_kept(&json!({"a": 1, "c": 3}), &a);
}

#[test]
fn error_of_the_alternative_that_got_furthest_is_reported() {
    type Values = BTreeMap<String, OneClosed>;
    for (value, field, expected) in [
        (json!({"v": 1}), "v", "`v` fits none of 2 alternatives"),
        (json!({"v": {"c": 1}}), "v", "`v` fits none of 2 alternatives"),
        (json!({"v": {"a": 1, "b": "x"}}), "v.b", "`v.b` is a string, not i64"),
    ] {
        let error = read::<Values>(&value).unwrap_err();
        assert_eq!((error.field.as_deref(), error.message.as_str()), (Some(field), expected));
    }
    let duplicate = from_slice::<Values>(br#"{"v": {"a": 1, "a": 1}}"#).unwrap_err();
    assert_eq!(duplicate.message, "`v.a` appears more than once");
    let surrogate = from_slice::<Values>(br#"{"v": {"\udfff": 1}}"#).unwrap_err();
    assert!(surrogate.message.contains("not valid JSON at `v`"), "{surrogate}");
}

#[test]
fn parameter_is_read_as_the_first_alternative_that_fits() {
    let texts = |text: &str| from_texts([("v".to_owned(), text.to_owned())]);
    let read = |text| texts(text).map(|mut all: BTreeMap<String, Scalar>| all.remove("v"));
    assert_eq!(read("5"), Ok(Some(Scalar::Integer(5))));
    assert_eq!(read("x"), Ok(Some(Scalar::Text("x".to_owned()))));
}

#[test]
fn other_deserializers_choose_in_the_same_way() {
    let both = json!({"a": 1, "b": 2}).to_string();
    assert_eq!(serde_json::from_str::<OneClosed>(&both).unwrap(), OneClosed::B(B { a: 1, b: 2 }));
    let error = serde_json::from_str::<OneOpen>(&both).unwrap_err();
    assert!(error.to_string().starts_with("the value fits 2 alternatives"), "{error}");
    let a: WithUnknownFields<A> = serde_json::from_str(&both).unwrap();
    assert_eq!(serde_json::to_value(&a).unwrap(), json!({"a": 1, "b": 2}));
    let either = OneClosed::B(B { a: 1, b: 2 });
    let flattened = json!({"name": "n", "a": 1, "b": 2});
    assert_kept(&flattened, &Flattened { name: "n".to_owned(), either });
    let error = read::<Flattened>(&json!({"name": "n", "a": 1, "b": "x"})).unwrap_err();
    assert!(error.message.contains("`b` is a string, not i64"), "{error}");
}

#[test]
fn nested_alternatives_are_read_in_linear_time() {
    let mut text = r#"{"child": null, "right": true}"#.to_owned();
    for depth in 0..120 {
        let side = if depth % 2 == 0 { "left" } else { "right" };
        text = format!(r#"{{"child": {text}, "{side}": true}}"#);
    }
    let invalid = text.replacen("null", "5", 1);
    let (sender, receiver) = mpsc::channel();
    // Without the memory of choices this would take longer than the age of the universe.
    std::thread::spawn(move || {
        let valid = from_slice::<Tree>(text.as_bytes());
        let is_kept = serde_json::to_string(&valid.unwrap()).unwrap() == text.replace(' ', "");
        let _ = sender.send((is_kept, from_slice::<Tree>(invalid.as_bytes()).is_err()));
    });
    assert_eq!(receiver.recv_timeout(Duration::from_secs(60)), Ok((true, true)));
}

#[test]
fn nested_arrays_are_limited_in_depth() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(from_slice::<Tree>(nested(128).as_bytes()).is_ok());
    let error = from_slice::<Tree>(nested(10_000).as_bytes()).unwrap_err();
    assert!(error.message.contains("more than 128 arrays and objects"), "{error}");
}

#[test]
fn schema_has_the_alternatives_and_the_description() {
    let schema = |root: schemars::schema::RootSchema| serde_json::to_value(root).unwrap();
    let one = schema(schemars::schema_for!(OneOpen));
    let plain = schema(schemars::schema_for!(A));
    assert_eq!(one["oneOf"][0], json!({"$ref": "#/definitions/A"}));
    assert_eq!(one["definitions"]["A"]["properties"], plain["properties"]);
    assert_eq!(one["description"], "Text.");
    assert_eq!(schema(schemars::schema_for!(AnyOpen))["anyOf"].as_array().unwrap().len(), 2);
}
