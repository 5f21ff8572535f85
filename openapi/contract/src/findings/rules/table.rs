//! The rules that are not made of parts.

use super::conform::CONFORM;
use super::{Rule, Severity};
use Severity::{Error, Note, Warning};

/// Id, severity, title, why, fix.
pub type Row = (&'static str, Severity, &'static str, &'static str, &'static str);

const GENERATE: &str = "`cargo xtask generate`, and commit what it writes";
const CORRECT: &str = "correct the contract at the place that the finding names";
const VERSION: &str = "set `info.version` to what the finding asks for";

/// Generated files and examples.
const FILES: [Row; 7] = [
    (
        "stale-generated-file",
        Error,
        "a generated file is not what the contract gives today",
        "the server is compiled from this file: until it is generated anew, the server keeps an \
         older contract, also where its emission cannot show it (single error statuses, their headers)",
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
        "a file says that it is generated, and nothing generates it",
        "it looks like a part of the contract, and no check keeps it true",
        "delete the file",
    ),
    (
        "not-expressible",
        Error,
        "the contract says something that the server's stub cannot say",
        "no stub can be generated, so nothing makes the server do what the contract promises",
        "say it in another way; the generator's statement names the ways that there are",
    ),
    (
        "invalid-example",
        Error,
        "an example is not what its schema says",
        "people copy examples: a client that sends this one is refused, or a reader expects an \
         answer that never comes",
        "correct the example, or the schema that it contradicts",
    ),
    (
        "invalid-default",
        Error,
        "a default is not what its schema says",
        "a generated client that fills in the default sends what the server refuses",
        "correct the default, or the schema that it contradicts",
    ),
    (
        "unusable-schema",
        Error,
        "a schema that no validator accepts",
        "nothing can be checked against it, neither an example nor an answer",
        CORRECT,
    ),
];

/// Whether the contract is OpenAPI 3.0.3.
const STRUCTURE: [Row; 6] = [
    (
        "unknown-keyword",
        Error,
        "a keyword that OpenAPI 3.0.3 does not have at this place",
        "tools skip what they do not know: a misspelt `nullable` or `maxLength` is a rule that \
         nobody follows, without a word from anyone",
        "write the keyword that was meant, or begin it with `x-`",
    ),
    (
        "missing-keyword",
        Error,
        "a keyword that OpenAPI 3.0.3 requires is missing",
        "generators stop, or guess what was meant",
        "add the keyword",
    ),
    (
        "wrong-kind-of-value",
        Error,
        "a keyword has a value of another kind than OpenAPI 3.0.3 gives it",
        "tools stop at it, or read something else than was meant",
        "write a value of the kind that the finding names; quote a text that YAML reads as a number",
    ),
    (
        "ignored-beside-ref",
        Warning,
        "a keyword beside `$ref`, which OpenAPI 3.0.3 ignores there",
        "a `nullable` or a bound beside a reference looks like a rule and is none",
        "move it into what is referred to, or put the reference into an `allOf` of one",
    ),
    (
        "unused-component",
        Warning,
        "a component that nothing refers to",
        "it is read as a part of the API, and no check holds a server to it",
        "remove the component, or refer to it",
    ),
    (
        "inlined-component",
        Note,
        "a component that nothing refers to, and that is written out elsewhere",
        "the copies can be changed apart, and generators give each a type of its own",
        "refer to the component where its copy stands, or remove the component",
    ),
];

/// Constructs that the generated client does not support.
const CLIENT: [Row; 9] = [
    (
        "client-error-bodies",
        Error,
        "the error responses of an operation have different bodies",
        "progenitor has one error type for each operation: `build.rs` would stop with a failed \
         assertion that names no place",
        "let every error response refer to one schema, a `oneOf` if need be",
    ),
    (
        "client-success-bodies",
        Error,
        "the success responses of an operation have different bodies",
        "progenitor has one success type for each operation: `build.rs` would stop with a failed \
         assertion that names no place",
        "let every success response have the same body, or split the operation",
    ),
    (
        "client-operation-id",
        Error,
        "an operation has no `operationId`, or that of another",
        "it is the name of the client's method",
        "give each operation an `operationId` of its own",
    ),
    (
        "client-parameter",
        Error,
        "a parameter of a kind that the generated client cannot send",
        "progenitor knows path parameters of the style `simple` and query parameters of the style \
         `form`, headers, no cookies, and no parameter with `content`",
        "use a style and a place that it knows",
    ),
    (
        "client-body",
        Error,
        "a body of a kind that the generated client cannot send or read",
        "progenitor takes one media type for a request, of five (JSON, form, octets, plain text, \
         markdown), each with a schema and without `encoding`",
        "use one media type that it knows",
    ),
    (
        "client-path-reference",
        Error,
        "a path is a `$ref`",
        "progenitor refuses it",
        "write the path's operations at the path",
    ),
    (
        "client-reference",
        Error,
        "a `$ref` that cannot be resolved",
        "no generator can read the value that it stands for",
        "correct the reference",
    ),
    (
        "client-pattern",
        Error,
        "a pattern that the generated client does not support",
        "the client checks patterns with `regex-lite`, which rejects the pattern or interprets it \
         differently from ECMA-262",
        "write the pattern with constructs that mean the same in both",
    ),
    (
        "client-service",
        Error,
        "a contract without a server or without an API key in a header",
        "the generated client needs a default base URL and authenticates with an API key",
        "add `servers` and a security scheme of the type `apiKey` in a header",
    ),
];

/// `openapi/drift-allow.toml`.
const ALLOW: [Row; 3] = [
    (
        "allow-expired",
        Error,
        "an exception has expired",
        "it was made for a time: what it hides is drift that nobody looks at any more",
        "fix what it allows, or decide anew and move `expires`",
    ),
    (
        "allow-unmatched",
        Warning,
        "an exception that allows nothing",
        "it is out of date, and would hide the next drift at that place",
        "remove the exception",
    ),
    (
        "allow-malformed",
        Error,
        "an exception that cannot be understood",
        "what it was to allow is not allowed, or more is allowed than was meant",
        "give `rule`, `pointer`, `reason` and `expires` (a date, as 2026-12-31), and nothing else",
    ),
];

/// Against the newest released contract.
const RELEASE: [Row; 6] = [
    (
        "change-breaking-for-callers",
        Note,
        "a change since the last release after which a caller that works may stop to work",
        "callers in the field were built from the released contract",
        VERSION,
    ),
    (
        "change-breaking-for-servers",
        Note,
        "a change since the last release that a server of that release does not keep",
        "callers notice nothing, but a server must be changed before it may claim this contract",
        VERSION,
    ),
    (
        "change-compatible",
        Note,
        "a change since the last release that adds to the API",
        "callers of the released contract go on working",
        VERSION,
    ),
    (
        "change-documentation",
        Note,
        "a change since the last release of what people read",
        "nothing that a program sends or gets is different",
        VERSION,
    ),
    (
        "version-too-low",
        Error,
        "`info.version` does not say how the contract has changed since the last release",
        "callers decide by the version whether they can move: one that promises too much breaks them",
        VERSION,
    ),
    (
        "unreadable-release",
        Error,
        "a file in `openapi/released/` that is not a released contract",
        "nothing can be compared with it, so a breaking change would go unnoticed",
        "restore the file; a released contract is never edited",
    ),
];

pub fn rules() -> impl Iterator<Item = Rule> {
    let rows =
        FILES.into_iter().chain(STRUCTURE).chain(CLIENT).chain(ALLOW).chain(RELEASE).chain(CONFORM);
    rows.map(|(id, severity, title, why, fix)| Rule {
        id: id.to_owned(),
        severity,
        title: title.to_owned(),
        why: why.to_owned(),
        fix: fix.to_owned(),
    })
}
