//! What generators that are programs of their own warn of.

use super::codes;

codes! {
    /// A plugin warns of something.
    PLUGIN_WARNS = "W0590" {
        why: "The plugin answered a diagnostic of severity `warning`. Its files were written.",
        example: Situation("a plugin that answers {\"version\": 1, \"files\": [], \"diagnostics\": [{\"severity\": \"warning\", \"message\": \"a long name\"}]}"),
        fix: "What the message says; the plugin's documents may tell more.",
    }
}
