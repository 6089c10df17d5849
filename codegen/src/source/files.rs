use std::sync::{Arc, OnceLock};

use super::{FileId, Location, Span};

/// One file's text with the name it is shown by, and its line index, built when first asked for.
#[derive(Debug)]
pub struct SourceFile {
    name: String,
    text: Arc<str>,
    lines: OnceLock<Lines>,
}

/// A place as people count: both from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
}

impl SourceFile {
    /// A file with the name it is shown by.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), text: text.into(), lines: OnceLock::new() }
    }

    /// The name that problems show: the path as the user gave it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The line and column of a byte offset. LF, CR and CRLF each end a line.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let lines = self.lines();
        let line = lines.line_of(offset);
        LineColumn { line: line as u32 + 1, column: lines.characters(&self.text, lines.starts[line], offset) + 1 }
    }

    /// The line of a byte offset, as [`line_column`](Self::line_column) counts it, for less.
    #[must_use]
    pub fn line_of(&self, offset: u32) -> u32 {
        self.lines().line_of(offset) as u32 + 1
    }

    /// The bytes of a line, counted from 1, without what ends it; empty behind the last line.
    #[must_use]
    pub fn line(&self, line: u32) -> Span {
        let starts = &self.lines().starts;
        let end_of_text = self.text.len() as u32;
        let start = starts.get(line as usize - 1).copied().unwrap_or(end_of_text);
        let end = starts.get(line as usize).copied().unwrap_or(end_of_text);
        let text = &self.text[start as usize..end as usize];
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        Span::new(start, start + text.len() as u32)
    }

    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::of(&self.text))
    }
}

/// What makes an offset a line and a column without reading the text from its start, or a long line from its own.
#[derive(Debug)]
struct Lines {
    /// The offset of each line's first byte.
    starts: Vec<u32>,
    /// How many characters begin before each `STRIDE`th byte.
    characters: Vec<u32>,
}

impl Lines {
    const STRIDE: usize = 4096;

    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends_line = |at: &usize| bytes[*at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes).filter(ends_line);
        let starts = std::iter::once(0).chain(ends.map(|at| at as u32 + 1)).collect();
        let characters = std::iter::once(0)
            .chain(bytes.chunks(Self::STRIDE).scan(0, |before, chunk| {
                *before += characters(chunk);
                Some(*before)
            }))
            .collect();
        Self { starts, characters }
    }

    /// The index of the line that an offset is in.
    fn line_of(&self, offset: u32) -> usize {
        self.starts.partition_point(|start| *start <= offset) - 1
    }

    /// How many characters begin from one offset to another that is not before it.
    fn characters(&self, text: &str, from: u32, to: u32) -> u32 {
        let (from, to) = (from as usize, (to as usize).min(text.len()));
        if to - from <= Self::STRIDE {
            return characters(&text.as_bytes()[from..to]);
        }
        self.characters_before(text, to) - self.characters_before(text, from)
    }

    fn characters_before(&self, text: &str, offset: usize) -> u32 {
        let stride = offset / Self::STRIDE;
        self.characters[stride] + characters(&text.as_bytes()[stride * Self::STRIDE..offset])
    }
}

/// How many characters begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|byte| (**byte as i8) >= -0x40).count() as u32
}

/// Every file of one compilation.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a file.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        self.files.push(file);
        FileId(self.files.len() as u32 - 1)
    }

    /// Adds every file of other sources, and gives the id that their first one has here: the others follow in their order.
    pub fn append(&mut self, mut others: Self) -> FileId {
        let first = FileId(self.files.len() as u32);
        self.files.append(&mut others.files);
        first
    }

    /// The file behind an id that this collection gave.
    #[must_use]
    pub fn get(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// All files with their ids, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(index, file)| (FileId(index as u32), file))
    }

    /// The text at a place.
    #[must_use]
    pub fn text(&self, at: Location) -> &str {
        &self.get(at.file).text[at.span.range()]
    }
}

#[cfg(test)]
mod tests {
    use super::{LineColumn, SourceFile, Span};

    fn at(file: &SourceFile, offset: usize) -> (u32, u32) {
        let LineColumn { line, column } = file.line_column(offset as u32);
        (line, column)
    }

    #[test]
    fn every_line_end_ends_a_line_and_columns_count_characters() {
        let text = "aä\r\nb\rc\n\nπx";
        let file = SourceFile::new("f", text);
        let places: Vec<_> = text.char_indices().map(|(offset, _)| at(&file, offset)).collect();
        assert_eq!(places, [(1, 1), (1, 2), (1, 3), (1, 4), (2, 1), (2, 2), (3, 1), (3, 2), (4, 1), (5, 1), (5, 2)]);
        assert_eq!(at(&file, text.len()), (5, 3));
        let lines: Vec<_> = (1..=6).map(|line| &text[file.line(line).range()]).collect();
        assert_eq!(lines, ["aä", "b", "c", "", "πx", ""]);
    }

    #[test]
    fn columns_of_a_long_line_are_right_behind_every_stride() {
        let text = "ä".repeat(10_000);
        let file = SourceFile::new("f", text.as_str());
        for character in [0, 1, 2_047, 2_048, 2_049, 9_999, 10_000] {
            assert_eq!(at(&file, character * 2), (1, character as u32 + 1));
        }
    }

    #[test]
    fn an_empty_text_has_one_line() {
        let file = SourceFile::new("f", "");
        assert_eq!(at(&file, 0), (1, 1));
        assert_eq!(file.line(1), Span::new(0, 0));
    }
}
