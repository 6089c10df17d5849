//! B0301.

use crate::breaking::change::ChangeKind;
use crate::breaking::draft::{Draft, Place, Reach, Role, Use};
use crate::breaking::index::Definition;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

/// Where values of it travel, what happens to those is told there.
pub(in crate::breaking) fn check(walk: &mut Walk<'_>, definition: Definition) {
    let meta = walk.old.meta(definition);
    if meta.unstable || walk.met(definition) {
        return;
    }
    let subject = walk.old.full_name(definition);
    let namespace = walk.old.model.namespaces[walk.old.named(definition).0].name.clone();
    let living = walk.new.model.namespaces.iter().find(|(_, it)| it.name == namespace);
    let location = living.map_or_else(|| walk.nowhere(), |(_, it)| it.location);
    let owner = Reach::Use(Use { role: Role::Elsewhere, service: None });
    let place = Place { owner, location, former: Some(meta.location) };
    let message = match walk.old.same_name(definition, &walk.new) {
        Some(other) => format!("`{subject}` is a {} now, and was a {}", other.what(), definition.what()),
        None => format!("the {} `{subject}` was removed", definition.what()),
    };
    let draft = Draft::breaking(code::DEFINITION_REMOVED, place, subject, message)
        .help("keep it, deprecated, until no code names it");
    walk.add(Draft { source: true, kind: ChangeKind::Removed, ..draft });
}
