//! Codes of plugins: `E0070` to `E0079`: one that does not answer.

use super::codes;

codes! {
    /// A plugin's program is not there, or cannot be started.
    PLUGIN_NOT_FOUND = "E0070" {
        why: "`--plugin NAME` (`plugin: NAME` in almanet.yaml) runs the program almanet-gen-NAME. Nothing was written.",
        example: Situation("almanet-gen generate greeting.almanet --plugin nobody --out out"),
        fix: "Install the program into a folder that PATH names and make it executable, or correct the name.",
    }

    /// A plugin ended with a failure.
    PLUGIN_FAILED = "E0071" {
        why: "Its exit status was not 0, or a signal ended it. What it answered before that is not trusted, and nothing was written.",
        example: Situation("a program almanet-gen-broken that ends with `exit 3`, then almanet-gen generate greeting.almanet --plugin broken --out out"),
        fix: "Read what it said on standard error. A plugin that wants to refuse a contract answers a diagnostic, and ends with 0.",
    }

    /// A plugin did not end in time.
    PLUGIN_TIMED_OUT = "E0072" {
        why: "A plugin has 60 s to answer and to end. It was killed, and nothing was written.",
        example: Situation("a program almanet-gen-asleep that runs `sleep 100`, then almanet-gen generate greeting.almanet --plugin asleep --out out"),
        fix: "Look for what it waits for: it gets nothing but its standard input, which ends after the request.",
    }

    /// A plugin's answer is none.
    PLUGIN_ANSWER = "E0073" {
        why: "The answer is one JSON object on standard output: `version`, `files`, and perhaps `diagnostics`. Anything else may be half of what was meant, so nothing was written.",
        example: Situation("a program almanet-gen-chatty that prints `hello`, then almanet-gen generate greeting.almanet --plugin chatty --out out"),
        fix: "Print nothing but the answer on standard output, in the protocol's version; `codegen/docs/plugin.schema.json` has its form.",
    }
}
