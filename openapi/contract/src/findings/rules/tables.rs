//! The rules apart from those about differences.

use super::conform_rules::CONFORM;
use super::rule::Severity::{Error, Note, Warning};
use super::rule::{Row, Rule};

const GENERATE: &str = "run `cargo xtask generate`, and commit the result";
const CORRECT: &str = "correct the contract at the position in the finding";
const VERSION: &str = "set `info.version` to the version in the finding";

/// Rules about generated files and examples.
const FILES: [Row; 7] = [
    (
        "stale-generated-file",
        Error,
        "a generated file differs from what the contract generates",
        "the server is compiled from this file: until it is regenerated, the server implements an \
         older contract, even where the emission cannot show it (single error statuses, headers)",
        GENERATE,
    ),
    (
        "missing-generated-file",
        Error,
        "a generated file is missing",
        "the server's stub does not compile, or compiles without a part of the contract",
        GENERATE,
    ),
    (
        "orphaned-generated-file",
        Warning,
        "a file in a folder of generated files that nothing generates",
        "it looks like a part of the contract, but no check keeps it up to date",
        "delete the file",
    ),
    (
        "not-expressible",
        Error,
        "the contract has a construct that a generator does not support",
        "nothing can be generated, so nothing keeps the code in step with the contract",
        "express it differently; the statement of the generator names the supported ways",
    ),
    (
        "invalid-example",
        Error,
        "an example is invalid by its schema",
        "users copy examples: a client that sends this one is rejected, or expects a response that \
         never comes",
        "correct the example, or the schema that it contradicts",
    ),
    (
        "invalid-default",
        Error,
        "a default is invalid by its schema",
        "a generated client that fills in the default is rejected by the server",
        "correct the default, or the schema that it contradicts",
    ),
    (
        "unusable-schema",
        Error,
        "a schema that the validator rejects",
        "neither an example nor a response can be validated against it",
        CORRECT,
    ),
];

/// Rules about the structure of OpenAPI 3.0.3.
const STRUCTURE: [Row; 6] = [
    (
        "unknown-keyword",
        Error,
        "a keyword that OpenAPI 3.0.3 does not have in this object",
        "tools silently ignore unknown keywords: a misspelt `nullable` or `maxLength` has no effect",
        "write the intended keyword, or begin it with `x-`",
    ),
    (
        "missing-keyword",
        Error,
        "a keyword that OpenAPI 3.0.3 requires is missing",
        "generators stop, or guess",
        "add the keyword",
    ),
    (
        "wrong-kind-of-value",
        Error,
        "a keyword has a value of a type that OpenAPI 3.0.3 does not allow",
        "tools stop, or misread it",
        "write a value of the type in the finding; quote a string that YAML reads as a number",
    ),
    (
        "ignored-beside-ref",
        Warning,
        "a keyword beside `$ref`, which OpenAPI 3.0.3 ignores there",
        "a `nullable` or a bound beside a reference has no effect",
        "move it into the referenced component, or put the reference into an `allOf` of one",
    ),
    (
        "unused-component",
        Warning,
        "a component that nothing refers to",
        "readers take it for a part of the API, but no server implements it",
        "remove the component, or refer to it",
    ),
    (
        "inlined-component",
        Note,
        "a component that nothing refers to, with a copy elsewhere",
        "the copies can diverge, and generators give each its own type",
        "refer to the component instead of copying it, or remove the component",
    ),
];

/// Rules about what the generated client does not support, where progenitor would stop.
const CLIENT: [Row; 8] = [
    (
        "client-operation-id",
        Error,
        "an operation has the name of another operation",
        "the name, which is the `operationId` or follows from method and path, is that of the client's method",
        "give each operation a unique `operationId`",
    ),
    (
        "client-parameter",
        Error,
        "a parameter that the generated client cannot send",
        "progenitor supports path parameters with the style `simple`, query parameters with the style \
         `form`, and headers, but neither cookies nor parameters with `content`",
        "use a supported style and location",
    ),
    (
        "client-body",
        Error,
        "a body that the generated client cannot send or parse",
        "the client sends JSON, forms, text and bytes, but neither `multipart` nor a form with \
         `encoding`",
        "add a supported media type",
    ),
    (
        "client-path-reference",
        Error,
        "a path is a `$ref`",
        "progenitor rejects it",
        "write the operations of the path in place",
    ),
    (
        "client-reference",
        Error,
        "a `$ref` cannot be resolved",
        "no generator can read the value that it stands for",
        "correct the reference",
    ),
    (
        "client-alternatives",
        Error,
        "the generated client cannot read the alternatives of a `oneOf` or `anyOf`",
        "progenitor reads a value as the first alternative that fits, or as all of them: it would not \
         end, round numbers, or lose fields",
        "let at most one alternative fit a value: require a property with different values, or set \
         `additionalProperties: false`",
    ),
    (
        "client-all-of",
        Error,
        "progenitor cannot merge the members of an `allOf`",
        "a property of several members contains the same `allOf` again: progenitor would not end",
        "define the property in one member only",
    ),
    (
        "client-service",
        Error,
        "an operation can only be authenticated in a way that the generated client does not support",
        "the client authenticates with API keys, bearer tokens, and users with passwords",
        "add an alternative with a supported security scheme",
    ),
];

/// Rules about exceptions.
const EXCEPTIONS: [Row; 3] = [
    (
        "allow-expired",
        Error,
        "an exception has expired",
        "it was made for a limited time, and hides a finding that nobody looks at any more",
        "fix the finding that it allows, or extend `expires`",
    ),
    (
        "allow-unmatched",
        Warning,
        "an exception that matches no finding",
        "it is out of date, and would hide the next finding that it matches",
        "remove the exception",
    ),
    (
        "allow-malformed",
        Error,
        "an exception that is invalid",
        "it has no effect, so the finding that it was meant for is reported",
        "give at least one of `rule`, `pointer` and `operation`, then `reason` and `expires` (a date such \
         as 2026-12-31), and nothing else",
    ),
];

/// Rules about the newest released contract.
const RELEASE: [Row; 6] = [
    (
        "change-breaking-for-clients",
        Note,
        "a change since the last release that can break a working client",
        "clients in use were built from the released contract",
        VERSION,
    ),
    (
        "change-breaking-for-servers",
        Note,
        "a change since the last release that a server of that release does not implement",
        "clients are not affected, but a server must change to implement this contract",
        VERSION,
    ),
    (
        "change-compatible",
        Note,
        "a change since the last release that adds to the API",
        "clients of the released contract continue to work",
        VERSION,
    ),
    (
        "change-documentation",
        Note,
        "a change of the documentation since the last release",
        "programs are not affected",
        VERSION,
    ),
    (
        "version-too-low",
        Error,
        "`info.version` is too low for the changes since the last release",
        "clients decide by the version whether they can upgrade",
        VERSION,
    ),
    (
        "unreadable-release",
        Error,
        "a file among the released contracts that is none",
        "the contract cannot be compared with it, so a breaking change would go unnoticed",
        "restore the file; a released contract is never edited",
    ),
];

pub(super) fn rules() -> impl Iterator<Item = Rule> {
    let rows = FILES
        .into_iter()
        .chain(STRUCTURE)
        .chain(CLIENT)
        .chain(EXCEPTIONS)
        .chain(RELEASE)
        .chain(CONFORM);
    rows.map(|(id, severity, title, why, fix)| Rule {
        id: id.to_owned(),
        severity,
        title: title.to_owned(),
        why: why.to_owned(),
        fix: fix.to_owned(),
    })
}
