//! What characters of a contract's texts may do in a target's source.

use std::fmt::Write as _;

use crate::source::{FileId, Sources};

/// Whether a character is not shown as itself, or turns the direction of what follows.
pub(super) fn is_misleading(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A line without what is no text: tabs are spaces, control and direction characters are spelled out.
pub(super) fn plain_characters(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    for character in line.chars() {
        match character {
            '\t' => plain.push_str("    "),
            _ if is_misleading(character) => {
                let _ = write!(plain, "U+{:04X}", u32::from(character));
            }
            _ => plain.push(character),
        }
    }
    plain
}

/// ` from a.almanet, b.almanet and 3 more`, for the first line of a file; nothing where it was made from none. Contracts are
/// named without their folders, so that the text is the same wherever the compiler runs.
pub(super) fn origin(sources: &Sources, files: &[FileId], shown: usize) -> String {
    let mut names: Vec<&str> = Vec::new();
    for file in files {
        let name = sources.get(*file).name();
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let from = match names.len() {
        0 => String::new(),
        count if count > shown => format!(" from {} and {} more", names[..shown].join(", "), count - shown),
        _ => format!(" from {}", names.join(", ")),
    };
    from.chars().map(|character| if is_misleading(character) { '?' } else { character }).collect()
}
