//! The rules of `conform`: what a running server does that the contract does not say.

use super::Severity::{Error, Warning};
use super::table::Row;

pub const CONFORM: [Row; 16] = [
    (
        "response-status-undocumented",
        Error,
        "the server answers a status that the contract does not have",
        "a generated client has no type for it and reports an unexpected response",
        "answer a documented status, or document this one under `responses`",
    ),
    (
        "response-media-type",
        Error,
        "an answer is of another media type than documented",
        "a client reads the body as what the contract says it is",
        "send the documented media type, or document this one under `content`",
    ),
    (
        "response-header-missing",
        Error,
        "a header that every such answer has is not there",
        "a client that relies on it fails, or waits at the wrong time",
        "send the header with every such answer, or drop `required: true` from it",
    ),
    (
        "response-header-invalid",
        Error,
        "a header's value is not what its schema says",
        "a client that parses it fails",
        "send a value of the header's schema, and the header once",
    ),
    (
        "response-body-invalid",
        Error,
        "an answer's body is not what its schema says",
        "a generated client cannot read the answer at all",
        "answer what the schema says, or let it say what is answered",
    ),
    (
        "response-extra-property",
        Warning,
        "an answer has a property that the contract does not name",
        "nobody knows what it means, and nobody has promised to keep it",
        "add the property to this schema, or stop sending it",
    ),
    (
        "bad-input-accepted",
        Error,
        "the server accepts what the contract forbids",
        "callers come to rely on it, and what is stored need not fit the schema of the answers",
        "refuse this in the server, or let the contract allow it",
    ),
    (
        "good-input-refused",
        Error,
        "the server refuses what the contract allows",
        "a caller who keeps to the contract fails",
        "accept this in the server, or let the contract forbid it",
    ),
    (
        "refusal-status",
        Error,
        "bad input is refused with a status that is for something else",
        "a client tells from the status whether to mend the request, the key or the path",
        "check in the order that the contract describes, or document the status for this",
    ),
    (
        "update-not-applied",
        Error,
        "an update succeeds and the answer does not show it",
        "a caller believes that something is set or cleared, and it is not",
        "store what is sent, and show what is stored",
    ),
    (
        "absent-property-changed",
        Error,
        "an update changes what it does not name",
        "a caller loses what somebody else has set",
        "leave alone what the request does not name",
    ),
    (
        "refusal-changed-object",
        Error,
        "a request is refused and has changed something",
        "a caller mends the request and sends it again, and does a part of it twice",
        "look at everything before anything is stored",
    ),
    (
        "server-error",
        Error,
        "a request makes the server fail",
        "whoever can send it can do so at any time",
        "see the server's log: no request may bring it to fail",
    ),
    (
        "no-answer",
        Error,
        "a request is not answered",
        "a caller cannot know what has happened",
        "answer every request, and refuse what is too much",
    ),
    (
        "limit-not-kept",
        Error,
        "the server takes more requests than the limit that it tells",
        "a caller who paces itself by the headers does so for nothing",
        "count what the headers say, or say what is counted",
    ),
    (
        "object-not-restored",
        Error,
        "the object under test could not be put back as it was",
        "what was accepted before the run is refused after it, or does something else",
        "send the line under `repeat`, or set the object right by hand",
    ),
];
