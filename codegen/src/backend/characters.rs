//! What characters of a contract's texts may do in a target's source.

/// Whether a character is not shown as itself, or turns the direction of what follows.
pub(super) fn is_misleading(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
