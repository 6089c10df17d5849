use std::borrow::Cow;

/// A text without what could move a terminal's cursor, change its state or turn the direction of writing: control
/// characters (tab and line feed aside), bidirectional marks and invisible characters each become one `U+FFFD`.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.contains(is_unclean) { Cow::Owned(text.replace(is_unclean, "\u{fffd}")) } else { Cow::Borrowed(text) }
}

fn is_unclean(character: char) -> bool {
    match character {
        '\t' | '\n' => false,
        '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        '\u{61c}' | '\u{2028}' | '\u{2029}' | '\u{2060}' | '\u{feff}' => true,
        character => character.is_control(),
    }
}
