//! B0603.

use crate::breaking::draft::{Draft, Refusals};
use crate::breaking::reserved::Names;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(in crate::breaking) fn check(walk: &mut Walk<'_>, names: &Names<'_>) {
    for name in names.old.iter().filter(|name| !names.new.contains(name)) {
        if names.members.iter().any(|member| member.name == &**name || member.wire_name == &**name) {
            continue;
        }
        let holder = names.holder;
        let message =
            format!("`{name}` is not reserved in `{holder}` any more, and may come back with another meaning");
        let draft = Draft::breaking(code::RESERVATION_DROPPED, names.place, holder, message)
            .help(format!("keep `reserved \"{name}\"`"));
        walk.add(Draft { refusals: Refusals::BOTH, ..draft });
    }
}
