//! B0702.

use crate::breaking::draft::{Draft, Place};
use crate::breaking::versions::{PINNED, Versions};
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(in crate::breaking) fn check(walk: &mut Walk<'_>, place: Place, versions: &Versions) {
    let Versions { name, old, new, .. } = versions;
    if new < old {
        let message = format!("`{name}` is of version {new}, which comes before {old}");
        let draft = Draft::breaking(code::VERSION_WENT_BACK, place, name.as_str(), message)
            .help("a version is given once: take a higher one");
        walk.add(Draft { victims: PINNED, ..draft });
    }
}
