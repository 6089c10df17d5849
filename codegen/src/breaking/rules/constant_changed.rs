//! B0308.

use crate::breaking::draft::{Draft, Place};
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;
use crate::model::Constant;

pub(in crate::breaking) fn check(walk: &mut Walk<'_>, place: Place, subject: &str, old: &Constant, new: &Constant) {
    let was = walk.old.model.value_json(&old.value, old.ty);
    let is = walk.new.model.value_json(&new.value, new.ty);
    let (was_type, is_type) = (walk.old.model.type_text(old.ty), walk.new.model.type_text(new.ty));
    if was == is && was_type == is_type {
        return;
    }
    let message = format!("the constant `{subject}` is {is} (`{is_type}`), and was {was} (`{was_type}`)");
    let draft = Draft::breaking(code::CONSTANT_CHANGED, place, subject, message)
        .help("code that was compiled with the old value keeps it; give the new value another name");
    walk.add(Draft { source: true, ..draft });
}
