//! What nothing needs.

use super::codes;

codes! {
    /// An import is not used.
    UNUSED_IMPORT = "W0201" {
        why: "No name of the file is used, so it is read, and watched by builds, for nothing.",
        example: Contract("namespace a\n\nimport \"almanet/money.almanet\"\n\nrecord R {}\n"),
        fix: "Leave it out. A file without definitions may import others only to gather them.",
    }

    /// Nothing uses a definition.
    UNUSED_DEFINITION = "W0203" {
        why: "Whoever reads the contract looks for where it is used, and keeps it working for nobody. Where a compilation holds no service, its definitions are there for others, and none is reported; neither is a deprecated one.",
        example: Contract("namespace a\n\nrecord Point {}\n\nservice s {}\n"),
        fix: "Leave it out, or let something name it.",
    }

    /// No procedure raises an exception.
    NEVER_RAISED = "W0204" {
        why: "Only what stands behind `raises` reaches a caller as itself: a service that raises this one answers an internal error. Where a compilation holds no service, none is reported; neither is a deprecated one.",
        example: Contract("namespace a\n\nexception denied\n\nservice s {}\n"),
        fix: "Name it behind the `raises` of the procedures that raise it, or leave it out.",
    }
}
