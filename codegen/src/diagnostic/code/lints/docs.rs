//! What readers learn from documents.

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

    /// A definition, a procedure or a topic has no docs.
    MISSING_DOCS = "W0103" {
        why: "Docs reach every artefact: generated code, sites, editors. Whoever calls a service reads them, and often nothing else.",
        example: Contract("namespace a\n\nrecord Point {}\n"),
        fix: "Say in a sentence what it is for: `/// …` in the line above.",
    }

    /// A procedure shows no example of what it takes.
    MISSING_EXAMPLE = "W0104" {
        why: "An example answers at once what a value looks like. It is checked against type and constraints like a default, and shown in documents, so it cannot grow old.",
        example: Contract("namespace a\n\nservice s {\n    procedure greet(name: string)\n}\n"),
        fix: "Give an `@example(…)` to the procedure, to the type that it takes, or to each parameter that has no default.",
    }
}
