//! Codes of lints: `W…`.

use super::codes;

codes! {
    /// Docs stand where they document nothing.
    MISPLACED_DOCS = "W0101" {
        why: "`///` documents the next definition, member, variant or parameter. Anywhere else it reaches no artefact, so its reader would never see it.",
        example: Contract("namespace a\n\nrecord Point {\n    x: int32\n    /// The end.\n}\n"),
        fix: "Move it before what it documents, or write `//`.",
    }

    /// Docs of the file stand behind its head.
    MISPLACED_FILE_DOCS = "W0102" {
        why: "`//!` documents the file, and stands before its namespace. Anywhere else it reaches no artefact.",
        example: Contract("namespace a\n\n//! About points.\nrecord Point { x: int32 }\n"),
        fix: "Move it to the head of the file, or write `///` or `//`.",
    }
}
