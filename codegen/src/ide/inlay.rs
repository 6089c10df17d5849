use super::address::address;
use super::declared::{self, Member};
use super::document::Document;
use crate::source::Span;

/// What an editor shows at the end of a line though nobody wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Where it is shown.
    pub at: u32,
    /// What is shown.
    pub label: String,
    /// What is told where somebody looks closer: Markdown.
    pub tooltip: String,
}

/// The addresses of procedures and topics whose declarations end in a span.
#[must_use]
pub fn hints(document: &Document, within: Span) -> Vec<Hint> {
    let members = declared::all(document)
        .into_iter()
        .filter(|found| matches!(found.member, Some(Member::Procedure(_) | Member::Topic(_))));
    let hint = |found: declared::Declared| {
        let node = found.node(document)?;
        let at = node.span().end;
        let (uri, versioned) = address(document, found)?;
        let versioned = versioned.map(|uri| format!(", and `{uri}` for its version alone")).unwrap_or_default();
        let tooltip = format!("Its address is `{uri}`{versioned}");
        (within.start <= at && at <= within.end).then_some(Hint { at, label: uri, tooltip })
    };
    members.filter_map(hint).collect()
}
