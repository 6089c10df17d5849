//! Codes of `almanet.yaml`: `E0030` to `E0059`.

use super::codes;

codes! {
    /// No path was given, and no almanet.yaml was found.
    CONFIGURATION_NOT_FOUND = "E0030" {
        why: "Without paths, almanet-gen does what the nearest almanet.yaml says, in this folder or one above it. There is none.",
        example: Situation("cd / && almanet-gen check"),
        fix: "Name a contract or a folder of contracts, or change into the project.",
    }

    /// The configuration is not YAML.
    CONFIGURATION_SYNTAX = "E0031" {
        why: "The text cannot be read as one YAML document, so nothing of it is known.",
        example: Configuration("version: 1\nschemas: [schemas\n"),
        fix: "Correct the text at the place shown; a bracket or quote that is not closed is the most common cause.",
    }

    /// The configuration holds a key that means nothing.
    CONFIGURATION_UNKNOWN_KEY = "E0032" {
        why: "A key that is silently ignored is most often a slip of the finger, and the setting would not be what its writer believes.",
        example: Configuration("version: 1\nshemas: [schemas]\n"),
        fix: "Correct or remove the key. codegen/docs/configuration.md lists all of them.",
    }

    /// A value in the configuration has the wrong type, or is none of those allowed.
    CONFIGURATION_WRONG_VALUE = "E0033" {
        why: "The key is known and its value means nothing.",
        example: Configuration("version: 1\nschemas: schemas\n"),
        fix: "Give a value of the type that the message names.",
    }

    /// The configuration lacks a key that it must have.
    CONFIGURATION_MISSING_KEY = "E0034" {
        why: "`version` says which form of configuration this is, `schemas` what to compile; an output needs `out`, and `target` or `plugin`.",
        example: Configuration("version: 1\n"),
        fix: "Add the key.",
    }

    /// A key stands twice in the configuration.
    CONFIGURATION_DUPLICATE_KEY = "E0035" {
        why: "Only one of the two values could count, and nothing says which.",
        example: Configuration("version: 1\nschemas: [schemas]\nversion: 1\n"),
        fix: "Remove one of them.",
    }

    /// The configuration is of a version that this almanet-gen does not read.
    CONFIGURATION_VERSION = "E0036" {
        why: "Another version may mean something else by the same keys.",
        example: Configuration("version: 2\nschemas: [schemas]\n"),
        fix: "Write `version: 1`, or install the almanet-gen that the project was made with.",
    }

    /// The configuration names a target that does not exist.
    CONFIGURATION_UNKNOWN_TARGET = "E0037" {
        why: "Nothing in this almanet-gen generates it.",
        example: Configuration("version: 1\nschemas: [schemas]\ngenerate:\n  - { target: rsut, out: out }\n"),
        fix: "Correct the name; `almanet-gen generate --help` lists the targets.",
    }

    /// A folder of contracts that the configuration names does not exist.
    CONFIGURATION_SCHEMAS_MISSING = "E0038" {
        why: "`schemas` lists folders, relative to the one that holds almanet.yaml, and there is none of that name.",
        example: Configuration("version: 1\nschemas: [schema]\n"),
        fix: "Correct the name, or make the folder.",
    }

    /// Two outputs of the configuration go into one folder, or one into the other's.
    CONFIGURATION_OUTPUTS_OVERLAP = "E0039" {
        why: "Each output removes what it wrote once and would not write again. Two in one folder would remove each other's files.",
        example: Configuration("version: 1\nschemas: [schemas]\ngenerate:\n  - { target: rust, out: out }\n  - { target: rust, out: out/rust }\n"),
        fix: "Give each output a folder of its own.",
    }

    /// The configuration names a code that does not exist.
    CONFIGURATION_UNKNOWN_CODE = "E0040" {
        why: "Only lints can be disabled, and only codes of breaking changes excepted; a code that does not exist would do nothing.",
        example: Configuration("version: 1\nschemas: [schemas]\nlint: { disable: [W9999] }\n"),
        fix: "Correct the code; `almanet-gen explain` lists all of them.",
    }

    /// The configuration asks for a plugin, which this almanet-gen does not run.
    CONFIGURATION_PLUGIN = "E0041" {
        why: "This version has built-in targets only.",
        example: Situation("`generate: [{ plugin: kotlin, out: kotlin }]` in almanet.yaml, then almanet-gen generate"),
        fix: "Remove the output, or use an almanet-gen that runs plugins.",
        retired: "Every almanet-gen runs plugins.",
    }

    /// There is nothing to generate.
    CONFIGURATION_NO_OUTPUT = "E0042" {
        why: "`generate` was asked for, and neither the command line nor almanet.yaml says into what.",
        example: Situation("almanet-gen generate greeting.almanet"),
        fix: "Add `--target rust --out DIR`, or a `generate:` list to almanet.yaml.",
    }
}
