//! The addresses of members, worked out from one file alone.

use super::declared::{Declared, Member, annotation_text};
use super::document::Document;
use crate::resolve::vocabulary::{version_segment, versioned};

/// The address of a procedure or a topic, and the one with its service's version in it.
pub(super) fn address(document: &Document, declared: Declared) -> Option<(String, Option<String>)> {
    let is_procedure = match declared.member? {
        Member::Procedure(_) => true,
        Member::Topic(_) => false,
        _ => return None,
    };
    let node = declared.node(document)?;
    let service = Declared::of_definition(declared.definition).node(document)?;
    let uri = annotation_text(document, node.head(), "uri").map_or_else(
        || {
            let name = document.slice(node.name().span);
            match annotation_text(document, service.head(), "prepath") {
                Some(prepath) => format!("{prepath}.{name}"),
                None => format!("{}.{}.{name}", document.namespace(), document.slice(service.name().span)),
            }
        },
        str::to_owned,
    );
    let version = annotation_text(document, service.head(), "version").filter(|_| is_procedure);
    let with_version =
        version.and_then(|version| version_segment(version).ok()).map(|segment| versioned(&uri, &segment));
    Some((uri, with_version))
}
