//! The structure of OpenAPI 3.0.3: the keywords of each object, the types of their values, and unused
//! components.

mod objects;
mod references;
mod unused;
mod walk;

pub use walk::check;

#[cfg(test)]
mod tests;
