//! The keywords about numbers for a validator, decided on all digits.
//!
//! The validator's own keywords work on `serde_json::Number`, which rounds. Its feature
//! `arbitrary-precision` was rejected, because it changes serde_json for every crate of the build. So the
//! schemas have keywords of other names here, and the validator learns these. Numbers that are not exact
//! as a `Value` are text, as everywhere in an exact document.

use jsonschema::paths::Location;
use jsonschema::{Keyword, ValidationError, ValidationOptions};
use serde_json::{Map, Value};

use crate::decimal::Decimal;
use crate::exact::{is_number, json, number};

/// The keywords of JSON Schema, and the names here.
const NAMES: [(&str, &str); 6] = [
    ("type", "exactType"),
    ("minimum", "exactMinimum"),
    ("maximum", "exactMaximum"),
    ("exclusiveMinimum", "exactExclusiveMinimum"),
    ("exclusiveMaximum", "exactExclusiveMaximum"),
    ("multipleOf", "exactMultipleOf"),
];

/// Renames the keywords of a schema, without those of its subschemas.
pub(super) fn rename(schema: &mut Map<String, Value>) {
    for (key, name) in NAMES {
        if let Some(value) = schema.remove(key) {
            schema.insert(name.to_owned(), value);
        }
    }
}

/// Adds the keywords to a validator.
pub(super) fn with_exact_keywords(options: ValidationOptions) -> ValidationOptions {
    NAMES.into_iter().fold(options, |options, (key, name)| {
        options.with_keyword(name, move |_: &Map<String, Value>, value: &Value, _: Location| {
            match check(key, value) {
                Some(check) => Ok(Box::new(Exact(check)) as Box<dyn for<'i> Keyword<'i>>),
                None => Err(ValidationError::custom(format!("{} is no `{key}`", json(value)))),
            }
        })
    })
}

struct Exact(Check);

enum Check {
    Types(Vec<String>),
    /// A comparison with a number, and what is said of a value that fails it.
    Number(fn(&Decimal, &Decimal) -> bool, &'static str, Decimal),
}

/// Returns the check of a keyword, or `None` for a value that the keyword cannot have.
fn check(key: &str, value: &Value) -> Option<Check> {
    if key == "type" {
        let names = match value {
            Value::Array(names) => names.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?,
            name => vec![name.as_str()?],
        };
        let known = ["array", "boolean", "integer", "null", "number", "object", "string"];
        let names = names.into_iter().map(|name| known.contains(&name).then(|| name.to_owned()));
        return Some(Check::Types(names.collect::<Option<_>>()?));
    }
    let limit = number(value)?;
    let (holds, text): (fn(&Decimal, &Decimal) -> bool, _) = match key {
        "minimum" => (|number, limit| number >= limit, "is less than the minimum of"),
        "maximum" => (|number, limit| number <= limit, "is greater than the maximum of"),
        "exclusiveMinimum" => {
            (|number, limit| number > limit, "is less than or equal to the minimum of")
        }
        "exclusiveMaximum" => {
            (|number, limit| number < limit, "is greater than or equal to the maximum of")
        }
        _ if limit.is_zero() || limit.is_negative() => return None,
        // A divisor of more than 64 bits is not decided on.
        _ => (|number, limit| number.is_multiple_of(limit) != Some(false), "is not a multiple of"),
    };
    Some(Check::Number(holds, text, limit))
}

impl Check {
    /// Returns the reason why a value is invalid.
    fn violation(&self, value: &Value) -> Option<String> {
        match self {
            Check::Types(names) if names.iter().any(|name| is_of_type(value, name)) => None,
            Check::Types(names) => {
                let plural = if names.len() == 1 { "" } else { "s" };
                let names: Vec<_> = names.iter().map(|name| format!("\"{name}\"")).collect();
                Some(format!("is not of type{plural} {}", names.join(", ")))
            }
            Check::Number(holds, text, limit) => {
                let fits = number(value).is_none_or(|number| holds(&number, limit));
                (!fits).then(|| format!("{text} {limit}"))
            }
        }
    }
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "array" => value.is_array(),
        "boolean" => value.is_boolean(),
        "integer" => number(value).is_some_and(|number| number.is_integer()),
        "null" => value.is_null(),
        "number" => is_number(value),
        "object" => value.is_object(),
        _ => value.is_string() && !is_number(value),
    }
}

impl<'i> Keyword<'i> for Exact {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        match self.0.violation(instance) {
            None => Ok(()),
            Some(text) => Err(ValidationError::custom(format!("{} {text}", json(instance)))),
        }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        self.0.violation(instance).is_none()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use crate::lint::examples;
    use crate::reader::Contract;

    /// The statements about an example that does not match its schema.
    fn statements(schema: &str, example: &str) -> Vec<String> {
        let text = format!(
            "openapi: 3.0.3\ncomponents: {{schemas: {{A: {{{schema}, example: {example}}}}}}}\n"
        );
        let (findings, count) = examples::check(&Contract::parse("c.yaml", &text).unwrap());
        assert_eq!(count, 1);
        findings.into_iter().map(|finding| finding.statements[0].text.clone()).collect()
    }

    #[test]
    fn example_is_compared_on_all_digits() {
        for (schema, valid, invalid, text) in [
            (
                "maximum: 18446744073709551617",
                "18446744073709551617.0",
                "18446744073709551618",
                "is greater than the maximum of 18446744073709551617",
            ),
            (
                "maximum: 9007199254740993, exclusiveMaximum: true",
                "9007199254740992.5",
                "9007199254740993",
                "is greater than or equal to the maximum of 9007199254740993",
            ),
            (
                "minimum: 0.10",
                "0.1",
                "0.09999999999999999999999",
                "is less than the minimum of 0.1",
            ),
            (
                "minimum: 0, exclusiveMinimum: true",
                "1e-400",
                "0e5",
                "is less than or equal to the minimum of 0",
            ),
            (
                "multipleOf: 3",
                "18446744073709551618",
                "18446744073709551617",
                "is not a multiple of 3",
            ),
            ("multipleOf: 0.1", "0.3", "0.35", "is not a multiple of 0.1"),
            ("maximum: 1e400", "1e399", "1e401", "is greater than the maximum of 1e400"),
            ("type: integer", "1e400", "9007199254740992.5", "is not of type \"integer\""),
            ("type: number", "1e400", "'1e400'", "is not of type \"number\""),
            ("type: string", "x", "18446744073709551617", "is not of type \"string\""),
            (
                "type: string, nullable: true",
                "null",
                "18446744073709551617",
                "is not of types \"string\", \"null\"",
            ),
            (
                "enum: [18446744073709551617, 1e2]",
                "18446744073709551617.0",
                "18446744073709551616",
                "18446744073709551616 is not one of ",
            ),
            (
                "type: integer, format: uint64",
                "18446744073709551615",
                "18446744073709551616",
                "is greater than the maximum of 18446744073709551615",
            ),
            (
                "anyOf: [{maximum: 1, nullable: true, not: {}}, {minimum: 18446744073709551617}]",
                "18446744073709551617",
                "18446744073709551616",
                "is not valid under any of the schemas",
            ),
            (
                "uniqueItems: true",
                "[18446744073709551617, 18446744073709551616]",
                "[18446744073709551617, 18446744073709551617.0]",
                "has non-unique elements",
            ),
        ] {
            assert_eq!(statements(schema, valid), [] as [&str; 0], "{schema}");
            let found = statements(schema, invalid);
            assert!(found.len() == 1 && found[0].contains(text), "{schema}: {found:?}");
            assert!(!found[0].contains("number:"), "{schema}: {found:?}");
        }
    }

    #[test]
    fn schema_with_invalid_number_is_unusable() {
        for schema in ["maximum: '1'", "multipleOf: 0", "type: text", "type: 18446744073709551617"]
        {
            let found = statements(schema, "1");
            assert!(found.len() == 1 && found[0].contains(" is no `"), "{schema}: {found:?}");
        }
    }
}
