//! Merge conflicts that nobody resolved: told once each, and read as our side has it.

use crate::source::Span;

/// The text without the lines of other sides and without markers, blanks in their place, and where each conflict begins; `None`
/// where there is no conflict.
pub(super) fn resolved(text: &str) -> Option<(String, Vec<Span>)> {
    if !text.contains("<<<<<<<") {
        return None;
    }
    let mut kept = Vec::with_capacity(text.len());
    let mut begins = Vec::new();
    let mut side = Side::None;
    for line in text.split_inclusive('\n') {
        let next = side.behind(line);
        if next == Side::Ours && side != Side::Ours {
            let start = kept.len() as u32;
            begins.push(Span::new(start, start + line.trim_end().len() as u32));
        }
        let is_kept = next == side && next != Side::Theirs;
        kept.extend(line.bytes().map(|byte| if is_kept || matches!(byte, b'\n' | b'\r') { byte } else { b' ' }));
        side = next;
    }
    let is_closed = side == Side::None && !begins.is_empty();
    String::from_utf8(kept).ok().filter(|_| is_closed).map(|kept| (kept, begins))
}

/// Where a line stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    None,
    Ours,
    /// The base, or what was merged.
    Theirs,
}

impl Side {
    /// Where the lines behind this one stand.
    fn behind(self, line: &str) -> Self {
        match self {
            Self::None if line.starts_with("<<<<<<< ") => Self::Ours,
            Self::Ours if line.starts_with("|||||||") || line.trim_end() == "=======" => Self::Theirs,
            Self::Theirs if line.starts_with(">>>>>>> ") => Self::None,
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_side_is_kept_at_its_place() {
        let text = "a\n<<<<<<< HEAD\nb\n||||||| base\nc\n=======\nd é\n>>>>>>> main\ne\n";
        let (kept, begins) = resolved(text).expect("a conflict");
        assert_eq!(kept.len(), text.len());
        assert_eq!(kept.split_whitespace().collect::<Vec<_>>(), ["a", "b", "e"]);
        assert_eq!(kept.find('e'), text.rfind('e'));
        assert_eq!(begins, [Span::new(2, 14)]);
    }

    #[test]
    fn what_is_no_conflict_is_left_alone() {
        for text in
            ["", "a < b", "// <<<<<<< HEAD\n", "<<<<<<< HEAD\na\n", "<<<<<<< HEAD\na\n=======\nb\n", "=======\n"]
        {
            assert!(resolved(text).is_none(), "{text}");
        }
    }
}
