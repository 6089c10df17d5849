//! Codes of what a target refuses: `E05..`.

use super::codes;

codes! {
    /// A target cannot generate procedures that answer with a stream.
    STREAM_NOT_SUPPORTED = "E0501" {
        why: "The target has no code for streams in this version. Leaving the procedure out without a word would give a service that lacks it.",
        example: Target("rust", "namespace a\n\nservice s {\n    procedure watch() -> stream string\n}\n"),
        fix: "Answer with a list, publish the values on a topic, or generate this contract for a target that has streams.",
        retired: "Every target has streams.",
    }

    /// A target cannot generate members that ask for credentials.
    AUTH_NOT_SUPPORTED = "E0502" {
        why: "The target has no code that checks @auth in this version. Generating the procedure all the same would leave it open to everybody.",
        example: Target("rust", "namespace a\n\nservice s {\n    @auth(\"admin\")\n    procedure wipe()\n}\n"),
        fix: "Take @auth away and check a credential that is a parameter, or generate this contract for a target that has it.",
        retired: "Every target has `@auth`.",
    }

    /// A library that a target was asked to stand on cannot carry streams.
    STREAM_WITHOUT_RUNTIME = "E0503" {
        why: "The library almanet 1.3.4 answers a call once. Leaving the procedure out without a word would give a service that lacks it.",
        example: TargetOption("python", ("runtime", "almanet"), "namespace a\n\nservice s {\n    procedure watch() -> stream string\n}\n"),
        fix: "Generate for `runtime: almanet_runtime`, answer with a list, or publish the values on a topic.",
    }

    /// A library that a target was asked to stand on cannot carry credentials.
    AUTH_WITHOUT_RUNTIME = "E0504" {
        why: "Calls of the library almanet 1.3.4 have no headers, which credentials travel in. Generating the procedure all the same would leave it open to everybody.",
        example: TargetOption("python", ("runtime", "almanet"), "namespace a\n\nservice s {\n    @auth(\"admin\")\n    procedure wipe()\n}\n"),
        fix: "Generate for `runtime: almanet_runtime`, or take @auth away and check a credential that is a parameter.",
    }

    /// A plugin refuses the contract.
    PLUGIN_REFUSES = "E0590" {
        why: "The plugin answered a diagnostic of severity `error`: there is something in the contract that it cannot generate. Nothing was written.",
        example: Situation("a plugin that answers {\"version\": 1, \"files\": [], \"diagnostics\": [{\"severity\": \"error\", \"message\": \"no streams\", \"subject\": \"net.example.greeting.watch\"}]}"),
        fix: "Change what the message names, or leave the plugin's output out for this contract.",
    }
}
