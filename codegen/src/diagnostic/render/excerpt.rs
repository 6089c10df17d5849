use std::ops::Range;

use super::clean;
use crate::source::{SourceFile, Span};

/// How many bytes of a line are shown before and behind what a problem points at. The drawing cuts to the terminal's width;
/// this keeps its work small where a line has megabytes.
const REACH: usize = 1_000;

/// How many lines of a long span are shown.
const MAX_LINES: u32 = 12;

/// Lines of a file, with spans in them.
pub(super) struct Excerpt {
    /// The lines, cleaned, `\n` between them.
    pub(super) text: String,
    /// The number of the first.
    pub(super) first_line: u32,
    /// The spans as byte ranges of `text`, in the order given.
    pub(super) ranges: Vec<Range<usize>>,
}

/// The lines that the spans stand on, and those between.
pub(super) fn excerpt(file: &SourceFile, spans: &[Span]) -> Excerpt {
    let spans: Vec<Span> = spans.iter().map(|span| first_lines(file, *span)).collect();
    let start = spans.iter().map(|span| span.start).min().unwrap_or(0);
    let end = spans.iter().map(|span| span.end).max().unwrap_or(0);
    let first_line = file.line_of(start);
    let last_line = file.line_of(end);

    let mut text = String::new();
    // Where each line's shown part begins in the file and in `text`.
    let mut lines: Vec<(Span, usize)> = Vec::new();
    for line in first_line..=last_line {
        if line > first_line {
            text.push('\n');
        }
        let shown = shown_part(file, file.line(line), &spans);
        lines.push((shown, text.len()));
        text.push_str(&clean(&file.text()[shown.range()]));
    }

    let place = |offset: u32| {
        let line = file.line_of(offset) - first_line;
        let (shown, at) = lines[line as usize];
        let before = Span::new(shown.start, offset.clamp(shown.start, shown.end));
        at + clean(&file.text()[before.range()]).len()
    };
    let ranges = spans.iter().map(|span| place(span.start)..place(span.end)).collect();
    Excerpt { text, first_line, ranges }
}

/// At most [`MAX_LINES`] lines of a span.
fn first_lines(file: &SourceFile, span: Span) -> Span {
    let last = file.line_of(span.start) + MAX_LINES - 1;
    Span::new(span.start, span.end.min(file.line(last).end).max(span.start))
}

/// The part of a line around the first span that touches it.
fn shown_part(file: &SourceFile, line: Span, spans: &[Span]) -> Span {
    if line.len() as usize <= 2 * REACH {
        return line;
    }
    let touching = spans.iter().find(|span| span.start <= line.end && span.end >= line.start);
    let center = touching.map_or(line.start, |span| span.start.clamp(line.start, line.end)) as usize;
    let text = file.text();
    let start = text.floor_char_boundary(center.saturating_sub(REACH).max(line.start as usize));
    let end = text.floor_char_boundary((center + REACH).min(line.end as usize));
    Span::new(start as u32, end as u32)
}
