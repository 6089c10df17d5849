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

    /// An import is not used.
    UNUSED_IMPORT = "W0201" {
        why: "No name of the file is used, so it is read, and watched by builds, for nothing.",
        example: Contract("namespace a\n\nimport \"almanet/money.almanet\"\n\nrecord R {}\n"),
        fix: "Leave it out. A file without definitions may import others only to gather them.",
    }

    /// A published member's address is too long for introspection.
    EXPOSED_ADDRESS_TOO_LONG = "W0202" {
        why: "What is marked @expose answers on `_rpc_._schema_.URI.CHANNEL`, which NSQ limits to 64 characters: nobody can ask for this one.",
        example: Contract("namespace a\n\nservice s {\n    @expose\n    @channel(\"a_channel_with_a_long_name_that_goes_on_and_on\")\n    procedure p()\n}\n"),
        fix: "Shorten the address or the channel, or leave @expose out.",
    }

    /// A plugin warns of something.
    PLUGIN_WARNS = "W0590" {
        why: "The plugin answered a diagnostic of severity `warning`. Its files were written.",
        example: Situation("a plugin that answers {\"version\": 1, \"files\": [], \"diagnostics\": [{\"severity\": \"warning\", \"message\": \"a long name\"}]}"),
        fix: "What the message says; the plugin's documents may tell more.",
    }
}
