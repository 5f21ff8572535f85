//! A run of progenitor that returns an error where progenitor panics.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator};

thread_local! {
    /// True while this thread runs progenitor, whose panics are not printed.
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// Runs progenitor. It asserts much of what it does not support; a panic becomes an error with the
/// message of the panic.
pub fn run(settings: &GenerationSettings, document: &OpenAPI) -> Result<TokenStream, String> {
    install_panic_hook();
    IS_RUNNING.set(true);
    let tokens =
        catch_unwind(AssertUnwindSafe(|| Generator::new(settings).generate_tokens(document)));
    IS_RUNNING.set(false);
    match tokens {
        Ok(Ok(tokens)) => Ok(tokens),
        Ok(Err(error)) => Err(error.to_string()),
        Err(panic) => Err(match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
            (Some(text), _) => (*text).to_owned(),
            (_, Some(text)) => text.clone(),
            _ => "panic without a message".to_owned(),
        }),
    }
}

/// Installs a panic hook that ignores the panics of [`run`]. The hook belongs to the whole process, so
/// it passes the panics of other threads on.
fn install_panic_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_RUNNING.get() {
                previous(panic)
            }
        }));
    });
}
