//! B0703.

use crate::breaking::draft::{Draft, Place};
use crate::breaking::versions::PINNED;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(in crate::breaking) fn check(walk: &mut Walk<'_>, place: Place, name: &str, version: &str) {
    let message = format!("`{name}` has no version any more: nobody answers callers that ask for {version}");
    let draft = Draft::breaking(code::VERSION_REMOVED, place, name, message).help("keep @version, and let it grow");
    walk.add(Draft { victims: PINNED, ..draft });
}
