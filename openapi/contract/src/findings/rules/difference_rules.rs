//! The rules about differences: a part of an API, and a keyword that both sides state differently.

use super::rule::{Rule, Severity};
use crate::diff::{self, Part};

pub(super) fn rules() -> impl Iterator<Item = Rule> {
    diff::rules().map(|(part, keyword, id)| Rule {
        id,
        severity: Severity::Error,
        title: title(part, &keyword),
        why: why(part, &keyword),
        fix: "if the contract is right, run `cargo xtask generate`; if the other side is right, make \
               the edit in the finding"
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
        "name" => format!("the two sides have different names for {thing} in the path"),
        "schema" => format!("only one side has a schema for {thing}"),
        keyword => format!("the two sides state `{keyword}` differently for {thing}"),
    }
}

/// Returns the effect of a difference on clients and servers, by the sender of the value.
fn why(part: Part, keyword: &str) -> String {
    let from_client = matches!(part, Part::Parameter | Part::RequestBody | Part::RequestProperty);
    let text = match (part, keyword) {
        (Part::Operation, "") => {
            "if the server lacks it, clients get a 404; if the contract lacks it, it is undocumented"
        }
        (Part::Response, "") => {
            "a client built from the contract treats an unknown status as a failure"
        }
        (_, "operationId") => {
            "it names the client's method and the server's function: code on one side no longer \
             compiles against the other"
        }
        (_, "name") => {
            "requests are the same, because only the position in the path counts; but generated code \
             calls an argument or a field by the name, so code for the other name no longer compiles"
        }
        (_, "servers") => "clients send their requests and keys to another server",
        (_, "links") => "a client follows a link to the wrong operation",
        (_, "tags") => "documentation lists the operation in another section",
        (_, "callbacks") => "the client waits for calls that never come, or receives unknown ones",
        (_, "extensions") => {
            "they change what generated code does: whether a client pages through results, whether \
             a connection is a websocket"
        }
        (_, "x-pagination") => {
            "the generated client has, or lacks, a method that reads all pages of a list"
        }
        (_, "security") => {
            "either requests without a key are accepted, or requests are rejected for a key that the \
             contract does not mention"
        }
        (_, "deprecated") => "clients are not warned in time, or are warned without a reason",
        (_, "style" | "explode" | "allowReserved" | "allowEmptyValue" | "encoding" | "xml") => {
            "the value is serialized in one way and parsed in another, so its meaning changes"
        }
        (_, "discriminator") => "the two sides select different alternatives for the same value",
        _ if from_client => request(keyword),
        _ => response(keyword),
    };
    text.to_owned()
}

/// The effect on a request, which the client sends and the server decides about.
fn request(keyword: &str) -> &'static str {
    match keyword {
        "" => {
            "the server rejects or ignores what the contract allows, or accepts what the contract does \
             not document"
        }
        "required" => {
            "a client omits what the server requires and is rejected, or must send what the server \
             does not need"
        }
        "nullable" => {
            "`null` is a message of its own (\"clear this\"): a client sends it and is rejected, \
             or cannot send it"
        }
        "type" | "schema" | "mediaType" => "the client sends a value that the server cannot parse",
        "format" | "pattern" => {
            "the server rejects text that the contract allows, or stores text that it does not"
        }
        "enum" => {
            "a client sends a value that the server does not know, or cannot send one that it knows"
        }
        "minimum" | "maximum" | "multipleOf" | "minLength" | "maxLength" | "minItems"
        | "maxItems" | "uniqueItems" | "minProperties" | "maxProperties" => {
            "values at the bound are rejected although the contract allows them, or stored although \
             it does not"
        }
        "additionalProperties" => {
            "a misspelt field is silently ignored although the contract rejects it, or the reverse"
        }
        "default" => "an absent value has different meanings on both sides",
        "readOnly" | "writeOnly" => {
            "a client sends what only the server may set, or cannot send what it must set"
        }
        _ => "the server rejects what the contract allows, or accepts what it does not",
    }
}

/// The effect on a response, which the server sends and the client must understand.
fn response(keyword: &str) -> &'static str {
    match keyword {
        "" => "a client expects something that never comes, or never sees what the server sends",
        "required" => {
            "a client that relies on the value fails to parse a response without it, or handles an \
             absence that never happens"
        }
        "nullable" => {
            "a client built from the contract fails to parse `null`, or handles a `null` that never \
             comes"
        }
        "type" | "schema" | "mediaType" => {
            "a client built from the contract cannot parse the response"
        }
        "format" | "pattern" => "a client that parses the text by the contract fails",
        "enum" => "a generated client fails to parse an unknown value",
        "minimum" | "maximum" | "multipleOf" | "minLength" | "maxLength" | "minItems"
        | "maxItems" | "uniqueItems" | "minProperties" | "maxProperties" => {
            "a client that relies on the bound (the size of an integer, of a column) overflows or \
             rejects the response"
        }
        "additionalProperties" => "a strict client rejects unknown fields",
        _ => "a client built from the contract misreads the response, or fails to parse it",
    }
}
