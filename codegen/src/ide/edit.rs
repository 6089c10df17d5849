use std::path::PathBuf;

use crate::source::Edit;

/// Changes of several files; those of one do not touch each other, and are sorted.
pub type Edits = Vec<(PathBuf, Vec<Edit>)>;

/// Sorts the changes of one file, and keeps one of equals.
pub(super) fn sort(edits: &mut Vec<Edit>) {
    edits.sort_by(|a, b| (a.span, &a.text).cmp(&(b.span, &b.text)));
    edits.dedup();
}
