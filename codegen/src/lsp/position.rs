//! Offsets in a text, as the editor counts them.

use std::sync::Arc;

use gen_lsp_types::{Position, Range};

use crate::source::Span;

/// What the columns of a position count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16: what every editor understands.
    #[default]
    Utf16,
}

/// A text with the places of its lines; LF, CR and CRLF each end one.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    text: Arc<str>,
    starts: Vec<u32>,
    encoding: Encoding,
}

impl Lines {
    pub(super) fn new(text: Arc<str>, encoding: Encoding) -> Self {
        let bytes = text.as_bytes();
        let ends_line = |at: &usize| bytes[*at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes).filter(ends_line);
        let starts = std::iter::once(0).chain(ends.map(|at| at as u32 + 1)).collect();
        Self { text, starts, encoding }
    }

    /// The offset of a position; behind the end of its line, that end; inside a character, its start.
    pub(super) fn offset(&self, position: Position) -> u32 {
        let Some(&start) = self.starts.get(position.line as usize) else { return self.text.len() as u32 };
        let end = self.starts.get(position.line as usize + 1).map_or(self.text.len(), |end| *end as usize);
        let line = self.text[start as usize..end].trim_end_matches(['\n', '\r']);
        let mut units = 0;
        for (at, character) in line.char_indices() {
            units += self.units(character);
            if units > position.character {
                return start + at as u32;
            }
        }
        start + line.len() as u32
    }

    /// The position of an offset.
    pub(super) fn position(&self, offset: u32) -> Position {
        let offset = self.text.floor_char_boundary((offset as usize).min(self.text.len()));
        let line = self.starts.partition_point(|start| *start as usize <= offset) - 1;
        let before = &self.text[self.starts[line] as usize..offset];
        let character = match self.encoding {
            Encoding::Utf8 => before.len() as u32,
            Encoding::Utf16 => before.chars().map(|character| self.units(character)).sum(),
        };
        Position::new(line as u32, character)
    }

    pub(super) fn span(&self, range: Range) -> Span {
        let (start, end) = (self.offset(range.start), self.offset(range.end));
        Span::new(start.min(end), end.max(start))
    }

    pub(super) fn range(&self, span: Span) -> Range {
        Range::new(self.position(span.start), self.position(span.end))
    }

    /// The length of a span, as columns count.
    pub(super) fn length(&self, span: Span) -> u32 {
        self.text[span.range()].chars().map(|character| self.units(character)).sum()
    }

    fn units(&self, character: char) -> u32 {
        match self.encoding {
            Encoding::Utf8 => character.len_utf8() as u32,
            Encoding::Utf16 => character.len_utf16() as u32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offset_goes_there_and_back() {
        let text = "aä\r\n𝒷x\rc\n\nend";
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            let lines = Lines::new(text.into(), encoding);
            for (offset, character) in text.char_indices().chain([(text.len(), ' ')]) {
                if character == '\n' && text[..offset].ends_with('\r') {
                    continue;
                }
                assert_eq!(lines.offset(lines.position(offset as u32)), offset as u32, "{encoding:?} {offset}");
            }
        }
    }

    #[test]
    fn columns_count_what_was_agreed() {
        let wide = |encoding| Lines::new("𝒷x".into(), encoding).position(4).character;
        assert_eq!((wide(Encoding::Utf8), wide(Encoding::Utf16)), (4, 2));
    }

    #[test]
    fn what_is_out_of_the_text_is_at_its_edge() {
        let lines = Lines::new("ab\n𝒷".into(), Encoding::Utf16);
        assert_eq!(lines.offset(Position::new(0, 99)), 2);
        assert_eq!(lines.offset(Position::new(9, 0)), 7);
        assert_eq!(lines.offset(Position::new(1, 1)), 3);
        assert_eq!(lines.position(99), Position::new(1, 2));
    }
}
