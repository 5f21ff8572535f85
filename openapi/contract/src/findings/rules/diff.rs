//! The rules of drift: a part of an API, and a keyword that both sides state differently.

use super::{Rule, Severity};
use crate::diff::{Part, rules as drift_rules};

pub fn rules() -> impl Iterator<Item = Rule> {
    drift_rules().map(|(part, keyword, id)| Rule {
        id,
        severity: Severity::Error,
        title: title(part, &keyword),
        why: why(part, &keyword),
        fix: "where the contract is right, `cargo xtask generate` makes the server follow; where \
               the other side is right, make the edit that the finding names"
            .to_owned(),
    })
}

fn title(part: Part, keyword: &str) -> String {
    let thing = match part {
        Part::Document => "the document",
        Part::Operation => "an operation",
        Part::Parameter => "a parameter of a request",
        Part::RequestBody => "the body of a request",
        Part::RequestProperty => "a value inside the body of a request",
        Part::Response => "a response",
        Part::ResponseBody => "the body of a response",
        Part::ResponseProperty => "a value inside the body of a response",
        Part::ResponseHeader => "a header of a response",
    };
    match keyword {
        "" => format!("only one side has {thing}"),
        "mediaType" => format!("only one side has this media type for {thing}"),
        "schema" => format!("only one side has a schema for {thing}"),
        keyword => format!("the two sides state `{keyword}` differently for {thing}"),
    }
}

/// What the difference does to a client or a server, by who sends the value.
fn why(part: Part, keyword: &str) -> String {
    let from_client = matches!(part, Part::Parameter | Part::RequestBody | Part::RequestProperty);
    let text = match (part, keyword) {
        (Part::Operation, "") => {
            "callers get a 404 where the server lacks it; where the contract lacks it, nobody knows \
             what it promises"
        }
        (Part::Response, "") => {
            "a client built from the contract takes a status that it does not know for a failure"
        }
        (_, "operationId") => {
            "it names the client's method and the server's function: code on one side no longer \
             compiles against the other"
        }
        (_, "servers") => "callers send their requests, and their keys, to another place",
        (_, "links") => "a caller follows a link to an operation that is not meant",
        (_, "tags") => "readers and documentation look for the operation in another place",
        (_, "callbacks") => "the caller waits for calls that never come, or gets unknown ones",
        (_, "extensions") => {
            "they change what generated code does: whether a client pages through results, whether \
             a connection is a websocket"
        }
        (_, "security") => {
            "either callers without a key get in, or callers are refused for a key that nobody told \
             them to send"
        }
        (_, "deprecated") => "callers are not warned in time, or are warned without reason",
        (_, "style" | "explode" | "allowReserved" | "allowEmptyValue" | "encoding") => {
            "the value is written in one way and read in another: it arrives as something else"
        }
        (_, "discriminator") => "the two sides pick different alternatives for the same value",
        _ if from_client => request(keyword),
        _ => response(keyword),
    };
    text.to_owned()
}

/// The client sends, the server decides.
fn request(keyword: &str) -> &'static str {
    match keyword {
        "" => {
            "the server refuses or ignores what the contract lets callers send, or takes something \
             that nobody promised"
        }
        "required" => {
            "a client leaves out what the server insists on and is refused, or is forced to send \
             what nobody needs"
        }
        "nullable" => {
            "`null` is a message of its own (\"clear this\"): a client sends it and is refused, or \
             has no way to send it"
        }
        "type" | "schema" | "mediaType" => {
            "the client sends a value that the server cannot read at all"
        }
        "format" | "pattern" => {
            "the server refuses text that the contract allows, or stores text that it does not"
        }
        "enum" => {
            "a client sends a value that the server does not know, or can never send one that it does"
        }
        "minimum" | "maximum" | "multipleOf" | "minLength" | "maxLength" | "minItems"
        | "maxItems" | "uniqueItems" | "minProperties" | "maxProperties" => {
            "values at the edge are refused though the contract allows them, or stored though it \
             does not"
        }
        "additionalProperties" => {
            "a misspelt field is ignored without a word where the contract says that it is refused, \
             or the other way round"
        }
        "default" => "leaving the value out means something else on each side",
        "readOnly" | "writeOnly" => {
            "a client sends what only the server may set, or cannot send what it must"
        }
        _ => "the server refuses what the contract allows, or takes what it does not",
    }
}

/// The server sends, the client must understand.
fn response(keyword: &str) -> &'static str {
    match keyword {
        "" => "a client waits for something that never comes, or never sees what is there",
        "required" => {
            "a client that relies on the value fails to read an answer without it, or handles an \
             absence that never happens"
        }
        "nullable" => {
            "a client built from the contract fails to read `null` where it expects a value, or \
             handles a `null` that never comes"
        }
        "type" | "schema" | "mediaType" => {
            "a client built from the contract cannot read the answer"
        }
        "format" | "pattern" => {
            "a client that parses the text by the contract fails on what the server sends"
        }
        "enum" => "a generated client fails to read a value that it does not know",
        "minimum" | "maximum" | "multipleOf" | "minLength" | "maxLength" | "minItems"
        | "maxItems" | "uniqueItems" | "minProperties" | "maxProperties" => {
            "a client that relies on the bound (the size of an integer, of a column) overflows or \
             refuses the answer"
        }
        "additionalProperties" => "a strict client refuses fields that it was not told of",
        _ => "a client built from the contract reads the answer wrongly, or not at all",
    }
}
