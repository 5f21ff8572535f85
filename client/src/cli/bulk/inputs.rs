//! The inputs of a command as the columns of a file.

use serde_json::Value as Json;

use crate::cli::bulk::rows::{InvalidRow, NamedValue, Row};
use crate::cli::command::{Command, Field, Value, ValueKind};
use crate::cli::values::{self, NULL, QUOTED_NULL};

/// The name of the column with the reason why a row has failed.
pub(super) const ERROR: &str = "error";

/// The cell that is the empty text.
const QUOTED_EMPTY: &str = "\"\"";

/// The inputs of a command, and the values for rows without values of their own.
pub(super) struct Inputs {
    command: &'static Command,
    /// The values of the fields, in their order: the name of the input and its text.
    defaults: Vec<Option<(String, Option<String>)>>,
}

/// The value of an input in a row.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// Nothing.
    Nothing,
    Clear,
    Text(String),
}

/// An input by the name of a column.
#[derive(Clone, Copy)]
enum Input {
    /// The number of the parameter.
    Parameter(usize),
    /// The number of the field.
    Field(usize),
    /// The duration from now that sets the field with this number.
    Later(usize),
    /// The reason why a row has failed, which is ignored.
    Error,
}

impl Inputs {
    pub(super) fn new(command: &'static Command, given: &[(String, Option<String>)]) -> Self {
        let default = |field: &Field| {
            let is_name = |name: &str| {
                name == field.name || field.later.as_ref().is_some_and(|later| name == later.name)
            };
            given.iter().find(|(name, _)| is_name(name)).cloned()
        };
        Inputs { command, defaults: command.fields.iter().map(default).collect() }
    }

    pub(super) fn is_known(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// Returns the problem of an unknown name.
    pub(super) fn unknown(&self, name: &str) -> String {
        let parameters = self.command.parameters.iter().map(|parameter| parameter.name);
        let fields = self.command.fields.iter();
        let fields = fields
            .flat_map(|field| [Some(field.name), field.later.as_ref().map(|later| later.name)]);
        let known: Vec<_> = parameters.chain(fields.flatten()).collect();
        format!("unknown name `{name}`; known are {}", known.join(", "))
    }

    /// Returns the names of the inputs that each row has to give.
    pub(super) fn required(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.command.parameters.iter().map(|parameter| parameter.name)
    }

    /// Returns the names of the parameters in the path, for a message.
    pub(super) fn path_names(&self) -> String {
        let parameters = self.command.parameters.iter().map(|one| format!("`{}`", one.name));
        parameters.collect::<Vec<_>>().join(" and ")
    }

    fn find(&self, name: &str) -> Option<Input> {
        let Command { parameters, fields, .. } = self.command;
        let later = |field: &Field| {
            field.later.as_ref().is_some_and(|later| later.name == name || later.flag == name)
        };
        if let Some(number) = parameters.iter().position(|one| one.name == name) {
            return Some(Input::Parameter(number));
        }
        let is_field = |field: &Field| field.name == name || field.flag == name;
        if let Some(number) = fields.iter().position(is_field) {
            return Some(Input::Field(number));
        }
        let number = fields.iter().position(later).map(Input::Later);
        number.or((name == ERROR).then_some(Input::Error))
    }

    /// Returns what a cell of a CSV file says.
    pub(super) fn of_cell(&self, name: &str, cell: &str) -> Given {
        let (is_clearable, is_text) = match self.find(name) {
            Some(Input::Parameter(number)) => {
                (false, is_text(&self.command.parameters[number].value))
            }
            Some(Input::Field(number)) => {
                let field = &self.command.fields[number];
                (field.clear_flag.is_some(), is_text(&field.value))
            }
            Some(Input::Later(_)) => (false, false),
            Some(Input::Error) | None => return Given::Nothing,
        };
        match cell {
            "" => Given::Nothing,
            NULL if is_clearable => Given::Clear,
            QUOTED_NULL if is_text => Given::Text(NULL.to_owned()),
            QUOTED_EMPTY if is_text => Given::Text(String::new()),
            _ => Given::Text(cell.to_owned()),
        }
    }

    /// Returns what a member of a JSON object says.
    pub(super) fn of_json(&self, name: &str, value: &Json) -> Result<Given, String> {
        let (is_clearable, kind) = match self.find(name) {
            Some(Input::Parameter(number)) => (false, self.command.parameters[number].value.kind),
            Some(Input::Field(number)) => {
                let field = &self.command.fields[number];
                (field.clear_flag.is_some(), field.value.kind)
            }
            Some(Input::Later(_)) => (false, ValueKind::Time),
            Some(Input::Error) => return Ok(Given::Nothing),
            None => return Err(self.unknown(name)),
        };
        let text = match (value, kind) {
            (Json::Null, _) if is_clearable => return Ok(Given::Clear),
            (Json::Null, _) => return Err(format!("`{name}` cannot be null")),
            (value, ValueKind::Json) => value.to_string(),
            (Json::String(text), ValueKind::Text | ValueKind::Time | ValueKind::Plain) => {
                text.clone()
            }
            (Json::Number(_), ValueKind::Integer) => value.to_string(),
            (Json::Number(_) | Json::Bool(_), ValueKind::Plain) => value.to_string(),
            (_, ValueKind::Integer) => return Err(format!("`{name}` must be a number")),
            _ => return Err(format!("`{name}` must be a string")),
        };
        Ok(Given::Text(text))
    }

    /// Returns the row with these values.
    pub(super) fn row<'v>(
        &self,
        line: u64,
        values: impl Iterator<Item = NamedValue<'v>>,
    ) -> Result<Row, InvalidRow> {
        self.values(line, values).map_err(|problem| InvalidRow::new(line, problem))
    }

    fn values<'v>(
        &self,
        line: u64,
        values: impl Iterator<Item = NamedValue<'v>>,
    ) -> Result<Row, String> {
        let Command { parameters, fields, needs_field, .. } = self.command;
        let mut texts = vec![None; parameters.len()];
        let mut set: Vec<Option<(String, Option<String>)>> = vec![None; fields.len()];
        for value in values {
            let (name, given) = value?;
            let text = match given {
                Given::Nothing => continue,
                Given::Clear => None,
                Given::Text(text) => Some(text),
            };
            let check = |checked: Result<(), String>| {
                let text = text.as_deref().unwrap_or_default();
                checked.map_err(|problem| format!("`{name}`: invalid value '{text}': {problem}"))
            };
            let (number, input) = match (self.find(name), &text) {
                (Some(Input::Parameter(number)), Some(text)) => {
                    check(values::check(&parameters[number].value, text))?;
                    texts[number] = Some(text.clone());
                    continue;
                }
                (Some(Input::Field(number)), text) => {
                    if let Some(text) = text {
                        check(values::check(&fields[number].value, text))?;
                    }
                    (number, fields[number].name)
                }
                (Some(Input::Later(number)), Some(text)) => {
                    check(values::check_duration(text))?;
                    (number, fields[number].later.as_ref().map_or("", |later| later.name))
                }
                _ => continue,
            };
            if let Some((other, _)) = &set[number] {
                // In an order that does not depend on that of the members of a JSON object.
                let (first, second) = (input.min(other), input.max(other));
                return Err(format!("`{first}` and `{second}` exclude each other"));
            }
            set[number] = Some((input.to_owned(), text));
        }
        let mut given = Vec::new();
        for (parameter, text) in parameters.iter().zip(texts) {
            given.push(text.ok_or_else(|| format!("`{}` is missing", parameter.name))?);
        }
        let defaults = self.defaults.iter().cloned();
        let set: Vec<_> =
            set.into_iter().zip(defaults).filter_map(|(own, default)| own.or(default)).collect();
        if *needs_field && set.is_empty() {
            return Err("nothing to change: all cells are empty".to_owned());
        }
        Ok(Row { line, parameters: given, fields: set })
    }
}

/// Returns true for texts of any form, which have a form for `null` and for the empty text.
fn is_text(value: &Value) -> bool {
    value.kind == ValueKind::Text && value.values.is_empty()
}
