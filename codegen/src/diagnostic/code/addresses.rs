//! Codes of addresses and of names that collide: `E04..`.

use super::codes;

codes! {
    /// An address is not identifiers with dots between them.
    BAD_ADDRESS = "E0401" {
        why: "An address becomes an NSQ topic, and peers split it at its dots.",
        example: Contract("namespace a\n\n@prepath(\"a-b\")\nservice s {}\n"),
        fix: "Write identifiers with dots between them. Nothing of yours begins `_rpc_`.",
    }

    /// A service's version is not one that an address can hold.
    BAD_VERSION = "E0402" {
        why: "`1.2.0-rc.1` becomes the segment `v1_2_0_rc_1`, so a version is SemVer, without build metadata.",
        example: Contract("namespace a\n\n@version(\"1.2\")\nservice s {}\n"),
        fix: "Write three numbers, perhaps with a pre-release: \"1.2.0\", \"1.2.0-rc.1\".",
    }

    /// A channel has a name that NSQ does not take.
    BAD_CHANNEL = "E0403" {
        why: "nsqd refuses the subscription and closes the connection.",
        example: Contract("namespace a\n\n@channel(\"a b\")\nservice s {}\n"),
        fix: "Take 1 to 64 letters, digits, `.`, `_` and `-`, perhaps with `#ephemeral` at the end.",
    }

    /// An address is too long for NSQ.
    ADDRESS_TOO_LONG = "E0404" {
        why: "NSQ names hold 64 characters, and a procedure's topic is `_rpc_.` and its address, with the version's segment where there is one.",
        example: Contract("namespace a.very.long.namespace_that_goes_on_and_on.and_on.and_on\n\nservice s { procedure p() }\n"),
        fix: "Shorten it, or give the service a @prepath or the member a @uri.",
    }

    /// Two members have one address.
    REPEATED_ADDRESS = "E0405" {
        why: "Both would be served from one topic, and a call would reach either.",
        example: Contract("namespace a\n\nservice s { procedure p(), @uri(\"a.s.p\") procedure q() }\n"),
        fix: "Give one of them another @uri.",
    }

    /// Two names become one in a target.
    NAME_CLASH = "E0406" {
        why: "Targets write names in their language's casing, so names that differ in a contract may meet; a contract is refused then for every target, enabled or not, so that enabling one later breaks nothing.",
        example: Contract("namespace a\n\nrecord R { home_town: string, homeTown: string }\n"),
        fix: "Rename one of them; @name keeps what travels.",
    }
}
