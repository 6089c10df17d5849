//! How long addresses are.

use super::codes;

codes! {
    /// A published member's address is too long for introspection.
    EXPOSED_ADDRESS_TOO_LONG = "W0202" {
        why: "What is marked @expose answers on `_rpc_._schema_.URI.CHANNEL`, which NSQ limits to 64 characters: nobody can ask for this one.",
        example: Contract("namespace a\n\nservice s {\n    @expose\n    @channel(\"a_channel_with_a_long_name_that_goes_on_and_on\")\n    procedure p()\n}\n"),
        fix: "Shorten the address or the channel, or leave @expose out.",
    }

    /// An address has hardly room for a version.
    ADDRESS_NEAR_LIMIT = "W0205" {
        why: "NSQ allows 64 characters for a topic. An address that others call cannot change, and one with fewer than seven characters left cannot even take a version, which stands in it as `v1_2_0.`.",
        example: Contract("namespace a_company_with_a_long_name.a_department\n\nservice orders {\n    procedure search()\n}\n"),
        fix: "Shorten the names, or give the service a `@prepath`, while nobody calls it yet.",
    }
}
