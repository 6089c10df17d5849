//! Addresses that a version or a word more would make too long for NSQ.

use crate::diagnostic::Problem;
use crate::diagnostic::code::lints as codes;
use crate::lint::Contract;
use crate::lint::found::Found;
use crate::model::Meta;

/// What NSQ allows for the name of a topic.
const MAX_NAME: usize = 64;

/// What stands before a procedure's address in its topic.
const CALL: &str = "_rpc_.";

/// So many characters `v1_2_0.` takes.
const VERSION: usize = 7;

pub(super) fn check(contract: &Contract<'_>, found: &mut Found<'_>) {
    let mut look = |prefix: &str, uri: &str, meta: &Meta| {
        let length = prefix.len() + uri.len();
        if length + VERSION > MAX_NAME && length <= MAX_NAME {
            let message = format!("the topic \"{prefix}{uri}\" has {length} characters of {MAX_NAME}");
            let help = "shorten the names, or give the service a short @prepath, while nobody calls it yet";
            found.push(Problem::new(codes::ADDRESS_NEAR_LIMIT, meta.location, message).with_help(help));
        }
    };
    for procedure in contract.procedures() {
        look(CALL, procedure.versioned_uri.as_ref().unwrap_or(&procedure.uri), &procedure.meta);
    }
    for topic in contract.topics() {
        look("", &topic.uri, &topic.meta);
    }
}
