//! Comments that silence lints.

use super::codes;

codes! {
    /// A comment allows a lint without a reason.
    ALLOW_WITHOUT_REASON = "W0901" {
        why: "Who reads it later cannot tell whether it still holds. Without a reason it silences nothing.",
        example: Contract("namespace a\n\n// almanet-lint: allow W0301\nrecord big_point {}\n"),
        fix: "Write the reason behind the code: `// almanet-lint: allow W0301 it is called so in the books`.",
    }

    /// A comment allows a lint that is not there.
    ALLOW_UNUSED = "W0902" {
        why: "It was mended, moved or disabled, and the comment would hide the next one.",
        example: Contract("namespace a\n\n// almanet-lint: allow W0301 it was called big_point once\nrecord BigPoint {}\n"),
        fix: "Remove the comment. It speaks for its own line and the next.",
    }

    /// A comment allows a lint that does not exist.
    ALLOW_UNKNOWN = "W0903" {
        why: "It silences nothing.",
        example: Contract("namespace a\n\n// almanet-lint: allow W031 it is called so in the books\nrecord BigPoint {}\n"),
        fix: "Correct the code; `almanet-gen explain` lists all of them.",
    }
}
