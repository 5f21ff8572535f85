//! The request of a dry run.

use std::io::{self, Write};

use serde_json::Value;

use crate::cli::command::Command;
use crate::client::Client;
use crate::operation::Operation;

/// The request of a dry run, without its path.
pub(super) struct Preview<'a> {
    pub(super) query: &'a [(String, String)],
    pub(super) headers: &'a [(String, String)],
    pub(super) body: Option<&'a Value>,
}

impl Preview<'_> {
    /// Writes the request as HTTP/1.1 would have it, without its credentials.
    pub(super) fn write(
        &self,
        client: &Client,
        command: &Command,
        parameters: &[String],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let Operation { method, path, .. } = command.operation;
        let mut path = (*path).to_owned();
        for (parameter, value) in command.parameters.iter().zip(parameters) {
            let value = progenitor_client::encode_path(value);
            path = path.replace(&format!("{{{}}}", parameter.name), &value);
        }
        if !self.query.is_empty() {
            let mut encoded = form_urlencoded::Serializer::new(String::new());
            path = format!("{path}?{}", encoded.extend_pairs(self.query).finish());
        }
        writeln!(out, "{method} {}{path}", client.base_url())?;
        if self.body.is_some() {
            writeln!(out, "content-type: application/json")?;
        }
        for (name, value) in self.headers {
            writeln!(out, "{name}: {value}")?;
        }
        for (name, prefix) in client.credential_headers(command.operation) {
            writeln!(out, "{name}: {prefix}(redacted)")?;
        }
        match self.body {
            Some(body) => writeln!(out, "\n{body:#}"),
            None => Ok(()),
        }
    }
}
