//! Finds the generated item for a value of the contract.
//!
//! The names follow from the contract, so the item is looked up in the text of the generated files.
//! If the item is not certain, none is returned: a wrong line is worse than none.

use crate::names::{COMPONENTS, component_names, field_name, function_names, type_name};
use agenthuman_contract::findings::{Related, Sources};
use agenthuman_contract::{Contract, Span, child};

/// Returns the type, field or function that was generated for the value at `pointer`.
///
/// `stub` is the folder of the stub's crate, as `sources` name it.
pub fn find_rust_item(
    contract: &Contract,
    sources: &Sources,
    stub: &str,
    pointer: &str,
) -> Option<Related> {
    let types = format!("{stub}/src/types.rs");
    let operations = format!("{stub}/src/operations.rs");
    let steps: Vec<_> = pointer.split('/').skip(1).map(unescaped).collect();
    let steps: Vec<_> = steps.iter().map(String::as_str).collect();
    match steps.as_slice() {
        ["components", "schemas", name, rest @ ..] => {
            let name = component_names(contract).remove(&child(COMPONENTS, name))?;
            let field = match rest {
                ["properties", property, ..] => field(sources, &types, &name, property),
                _ => None,
            };
            field.or_else(|| item(sources, &types, &name))
        }
        ["paths", path, method, rest @ ..] => {
            let location = child(&child("/paths", path), method);
            let operation = contract.get(&location)?;
            let id = contract.operation_id(&location);
            if let ["parameters", number, ..] = rest {
                let parameter = operation.get("parameters")?.get(number.parse::<usize>().ok()?)?;
                let part = parameter.get("in")?.as_str()?;
                let owner = type_name(&format!("{id}_{part}"));
                let name = parameter.get("name")?.as_str()?;
                if let Some(found) = field(sources, &operations, &owner, name) {
                    return Some(found);
                }
            }
            let begin = format!("async fn {}(", function_names(contract).remove(&location)?);
            line(sources, &operations, "the server's operation", |text| {
                text.trim_start().starts_with(&begin)
            })
        }
        _ => None,
    }
}

/// Decodes a step of a JSON pointer (RFC 6901).
fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// Finds the declaration of a type.
fn item(sources: &Sources, file: &str, name: &str) -> Option<Related> {
    line(sources, file, "the server's type", |text| declares(text, name))
}

/// Returns true if a line declares the type `name`.
fn declares(text: &str, name: &str) -> bool {
    ["pub struct ", "pub enum ", "pub type "].iter().any(|begin| {
        let rest = text.trim_start().strip_prefix(begin).and_then(|rest| rest.strip_prefix(name));
        rest.is_some_and(|rest| {
            !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_')
        })
    })
}

/// Finds a field of the struct `owner`.
fn field(sources: &Sources, file: &str, owner: &str, property: &str) -> Option<Related> {
    let begin = format!("pub {}:", field_name(property));
    let mut inside = false;
    line(sources, file, "the server's field", |text| {
        if inside {
            inside = text != "}";
            return inside && text.trim_start().starts_with(&begin);
        }
        inside = declares(text, owner) && text.ends_with('{');
        false
    })
}

/// Finds the first line that `is_wanted` accepts; the span excludes the indentation.
fn line(
    sources: &Sources,
    file: &str,
    what: &'static str,
    mut is_wanted: impl FnMut(&str) -> bool,
) -> Option<Related> {
    let lines = sources.lines(file)?;
    let number = lines.iter().position(|text| is_wanted(text))?;
    let text = lines[number].trim_end();
    let column = text.chars().take_while(|one| one.is_whitespace()).count();
    let start = lines[..number].iter().map(|text| text.chars().count() + 1).sum::<usize>() + column;
    let end = start + text.chars().count() - column;
    let span = Span { line: number + 1, column: column + 1, start, end };
    Some(Related { what, file: file.to_owned(), span, pointer: None })
}
