//! B0305.

use crate::breaking::draft::{Draft, Place, Refusals};
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;
use crate::model::UnionTag;

pub(in crate::breaking) fn check(walk: &mut Walk<'_>, place: Place, subject: &str, old: &UnionTag, new: &UnionTag) {
    if old != new {
        let message = format!("the tag of `{subject}` stands {}, and stood {}", shown(new), shown(old));
        let draft = Draft::breaking(code::TAG_CHANGED, place, subject, message).help("keep the tag where it was");
        walk.add(Draft { refusals: Refusals::BOTH, ..draft });
    }
}

fn shown(tag: &UnionTag) -> String {
    match tag {
        UnionTag::Beside => "beside the value".to_owned(),
        UnionTag::Inside(name) => format!("inside the record, as `{name}`"),
    }
}
