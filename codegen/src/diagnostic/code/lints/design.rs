//! What is most likely not meant so.

use super::codes;

codes! {
    /// A oneway procedure is @idempotent.
    IDEMPOTENT_ONEWAY = "W0501" {
        why: "@idempotent tells callers that they may call again where no reply came. A oneway procedure has no reply, so nobody calls again; the broker may deliver a message twice whatever the contract says.",
        example: Contract("namespace a\n\nservice s {\n    @idempotent\n    oneway procedure log()\n}\n"),
        fix: "Leave @idempotent out.",
    }

    /// Two records, or two enums, are the same but for their names.
    DUPLICATE_SHAPE = "W0502" {
        why: "Code that handles one cannot handle the other, and a change to one is forgotten in the other. From three fields or variants on it is no chance.",
        example: Contract("namespace a\n\nrecord Point {\n    x: int32\n    y: int32\n    z: int32\n}\n\nrecord Place {\n    x: int32\n    y: int32\n    z: int32\n}\n"),
        fix: "Use one of them for both, unless they will part one day: then allow it, and say so.",
    }
}
