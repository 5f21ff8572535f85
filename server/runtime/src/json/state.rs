//! The facts that all parts of one reading share.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use serde_json::value::RawValue;

use super::error::DeserializeError;
use super::value::JsonValue;

/// The facts that all parts of one reading share.
#[derive(Default)]
pub(super) struct State<'a> {
    losses: RefCell<Vec<Loss>>,
    choices: RefCell<HashMap<(&'static str, Position), Choice>>,
    /// True if values are read more than once.
    has_attempts: Cell<bool>,
    /// Arrays and objects, so that the text in them is not parsed again for each attempt.
    values: RefCell<HashMap<Position, JsonValue<'a>>>,
}

/// The chosen alternative, or the reason why there is none.
pub(super) type Choice = Result<usize, DeserializeError>;

/// The position of a value in the body, which identifies it: its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Position(usize);

impl Position {
    pub(super) fn of(raw: &RawValue) -> Self {
        Position(raw.get().as_ptr().addr())
    }
}

/// A part of the request that the type which was read does not keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Loss {
    /// A field that the type does not have.
    UnknownField(Position),
    /// An integer that `f64` rounds.
    Digits,
}

impl<'a> State<'a> {
    /// Reads a value of the body.
    pub(super) fn read(&self, raw: &'a RawValue) -> Result<JsonValue<'a>, serde_json::Error> {
        if !self.has_attempts.get() {
            return JsonValue::read(raw);
        }
        let position = Position::of(raw);
        if let Some(value) = self.values.borrow().get(&position) {
            return Ok(value.clone());
        }
        let value = JsonValue::read(raw)?;
        if matches!(value, JsonValue::Array(_) | JsonValue::Object(_)) {
            self.values.borrow_mut().insert(position, value.clone());
        }
        Ok(value)
    }

    /// Records that values are read more than once.
    pub(super) fn start_attempts(&self) {
        self.has_attempts.set(true);
    }

    /// Records a loss.
    pub(super) fn lose(&self, loss: Loss) {
        self.losses.borrow_mut().push(loss);
    }

    /// Records losses that [`take_losses`](Self::take_losses) has returned.
    pub(super) fn lose_all(&self, losses: Vec<Loss>) {
        self.losses.borrow_mut().extend(losses);
    }

    /// Returns the number of losses.
    pub(super) fn loss_count(&self) -> usize {
        self.losses.borrow().len()
    }

    /// Returns the losses since there were `count`.
    pub(super) fn losses_since(&self, count: usize) -> Vec<Loss> {
        self.losses.borrow()[count..].to_vec()
    }

    /// Removes and returns the losses since there were `count`.
    pub(super) fn take_losses(&self, count: usize) -> Vec<Loss> {
        self.losses.borrow_mut().split_off(count)
    }

    /// Returns the choice for the value at `position` among the alternatives `name`, if it is known.
    pub(super) fn choice(&self, name: &'static str, position: Position) -> Option<Choice> {
        self.choices.borrow().get(&(name, position)).cloned()
    }

    /// Records a choice.
    pub(super) fn choose(&self, name: &'static str, position: Position, choice: Choice) {
        self.choices.borrow_mut().insert((name, position), choice);
    }
}
