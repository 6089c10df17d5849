use super::cursor::{Cursor, Token};
use crate::source::Span;
use crate::syntax::LexemeKind;

/// What a line holds at most, in characters, where there is a place to break it.
pub(super) const WIDTH: usize = 100;

const INDENT: usize = 4;

/// What was to go on one line does not.
pub(super) struct TooWide;

pub(super) type Fit = Result<(), TooWide>;

/// Writes the tokens of a text in order, each comment where it stands among them.
pub(super) struct Printer<'t> {
    pub(super) text: &'t str,
    pub(super) cursor: Cursor<'t>,
    pub(super) out: String,
    /// Characters on the line so far.
    column: usize,
    /// What stands between the last token and the next.
    gap: Gap,
    indent: usize,
    /// What a line holds at most of what is tried on it.
    limit: usize,
    /// Whether the thing at hand has begun: what goes on in another line is indented further.
    pub(super) begun: bool,
    /// Whether everything has to go on one line.
    pub(super) flat: bool,
    /// Places where text and output can be cut, and the halves of either put together.
    pub(super) seams: Vec<Seam>,
}

/// A place between two lines, in the text and in the output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seam {
    pub(super) text: u32,
    pub(super) out: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    None,
    Space,
    Line,
    Blank,
}

impl<'t> Printer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            cursor: Cursor::new(text),
            out: String::with_capacity(text.len() + text.len() / 16),
            column: 0,
            gap: Gap::None,
            indent: 0,
            limit: WIDTH,
            begun: false,
            flat: false,
            seams: Vec::new(),
        }
    }

    pub(super) fn slice(&self, span: Span) -> &'t str {
        &self.text[span.range()]
    }

    /// The next token that is no comment.
    pub(super) fn peek(&self) -> Option<Token> {
        self.cursor.token(self.text)
    }

    pub(super) fn next_is(&self, mark: u8) -> bool {
        self.peek().is_some_and(|token| token.is(mark))
    }

    pub(super) fn next_word(&self) -> Option<&'t str> {
        self.peek().filter(|token| token.kind == LexemeKind::Word).map(|token| self.slice(token.span))
    }

    /// Wants a space before what comes next.
    pub(super) fn space(&mut self) {
        if self.gap == Gap::None {
            self.gap = Gap::Space;
        }
    }

    /// Wants a new line before what comes next, and an empty one too where `lines`, as they were written, are two.
    pub(super) fn line(&mut self, lines: u8) {
        self.gap = if lines > 1 || self.gap == Gap::Blank { Gap::Blank } else { Gap::Line };
    }

    /// Nothing stands before what comes next, but for a new line that a comment wants.
    pub(super) fn nothing(&mut self) {
        if self.gap == Gap::Space {
            self.gap = Gap::None;
        }
    }

    pub(super) fn in_deeper<T>(&mut self, print: impl FnOnce(&mut Self) -> T) -> T {
        self.indent += INDENT;
        let done = print(self);
        self.indent -= INDENT;
        done
    }

    /// Prints what a comma follows on its line.
    pub(super) fn before_comma<T>(&mut self, print: impl FnOnce(&mut Self) -> T) -> T {
        let limit = std::mem::replace(&mut self.limit, WIDTH - 1);
        let done = print(self);
        self.limit = limit;
        done
    }

    /// Writes the next token, and the comments before it.
    pub(super) fn token(&mut self) -> Fit {
        self.inner_comments()?;
        let Some(token) = self.cursor.take(self.text) else { return Ok(()) };
        self.push(self.slice(token.span))
    }

    /// Writes the next token with no space before it.
    pub(super) fn tight(&mut self) -> Fit {
        self.nothing();
        self.inner_comments()?;
        if self.gap == Gap::Space {
            self.gap = Gap::None;
        }
        self.token()
    }

    /// Writes a path, which holds no blanks.
    pub(super) fn path(&mut self) -> Fit {
        self.inner_comments()?;
        let Some(first) = self.cursor.take(self.text) else { return Ok(()) };
        let mut span = first.span;
        while let Some(next) = self.cursor.next().filter(|next| next.is(b'.') && next.span.start == span.end) {
            self.cursor.take(self.text);
            span = span.to(next.span);
            if let Some(word) = self.cursor.next().filter(|word| word.span.start == span.end && !word.is_comment()) {
                self.cursor.take(self.text);
                span = span.to(word.span);
            }
        }
        self.push(self.slice(span))
    }

    /// Writes the comments between two tokens of one thing.
    pub(super) fn inner_comments(&mut self) -> Fit {
        while let Some(comment) = self.cursor.next().filter(|next| next.is_comment()) {
            if comment.is_docs() || (comment.lines > 0 && !self.flat) {
                self.line(0);
            } else if !self.out.ends_with(['(', '<', '[']) {
                self.space();
            }
            self.comment()?;
            let goes_on = !self.flat && self.cursor.next().is_some_and(|next| next.lines > 0);
            if goes_on {
                self.line(0);
            } else {
                self.space();
            }
        }
        Ok(())
    }

    /// Writes the comments that belong to what was written last: those on its line that a comma or the line's end follows.
    /// Passes commas.
    pub(super) fn trailing_comments(&mut self) {
        for _ in 0..self.trailing() {
            while self.cursor.next().is_some_and(|next| next.is(b',')) {
                self.cursor.take(self.text);
            }
            self.gap = Gap::Space;
            // Only a flat printer refuses a comment.
            let _ = self.comment();
        }
        while self.cursor.next().is_some_and(|next| next.is(b',')) {
            self.cursor.take(self.text);
        }
    }

    fn trailing(&self) -> usize {
        let mut ahead = self.cursor.clone();
        let (mut seen, mut trailing) = (0, 0);
        while let Some(next) = ahead.take(self.text) {
            if next.is(b',') {
                trailing = seen;
            } else if next.is_comment() && !next.is_docs() && next.lines == 0 {
                seen += 1;
                if next.ends_line() {
                    return seen;
                }
            } else {
                let closes = matches!(next.kind, LexemeKind::Mark(b'}' | b')' | b']' | b'>'));
                return if next.lines > 0 || closes { seen } else { trailing };
            }
        }
        seen
    }

    /// Writes one comment, whatever stands before it.
    pub(super) fn comment(&mut self) -> Fit {
        let Some(comment) = self.cursor.take(self.text) else { return Ok(()) };
        let written = self.slice(comment.span);
        if comment.ends_line() {
            if self.flat {
                return Err(TooWide);
            }
            self.push(written.trim_ascii_end())?;
            self.gap = Gap::Line;
            return Ok(());
        }
        if !written.contains(['\n', '\r']) {
            return self.push(written);
        }
        if self.flat {
            return Err(TooWide);
        }
        self.long_comment(comment, written)
    }

    /// A comment of several lines, which move together.
    fn long_comment(&mut self, comment: Token, written: &str) -> Fit {
        let before = &self.text[..comment.span.start as usize];
        let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let was = before[line..].chars().count();
        self.flush();
        let is = self.column;
        let mut lines = Lines(Some(written));
        self.push(lines.next().unwrap_or_default().trim_ascii_end())?;
        for line in lines {
            self.out.push('\n');
            let line = line.trim_ascii_end();
            if line.is_empty() {
                continue;
            }
            let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
            self.out.extend(std::iter::repeat_n(' ', is.saturating_sub(was)));
            self.out.push_str(&line[blanks.min(was.saturating_sub(is))..]);
        }
        let line = self.out.rfind('\n').map_or(0, |at| at + 1);
        self.column = self.out[line..].chars().count();
        Ok(())
    }

    /// Writes text behind the gap that is wanted.
    pub(super) fn push(&mut self, text: &str) -> Fit {
        if self.flat && matches!(self.gap, Gap::Line | Gap::Blank) {
            return Err(TooWide);
        }
        self.flush();
        self.out.push_str(text);
        self.column += if text.is_ascii() { text.len() } else { text.chars().count() };
        self.begun = true;
        if self.flat && self.column > self.limit { Err(TooWide) } else { Ok(()) }
    }

    /// Writes the gap that is wanted.
    pub(super) fn flush(&mut self) {
        match std::mem::replace(&mut self.gap, Gap::None) {
            Gap::None => {}
            Gap::Space => {
                self.out.push(' ');
                self.column += 1;
            }
            gap => {
                if gap == Gap::Blank {
                    self.out.push('\n');
                }
                self.out.push('\n');
                self.column = self.indent + if self.begun { INDENT } else { 0 };
                self.out.extend(std::iter::repeat_n(' ', self.column));
            }
        }
    }

    /// Prints on one line; where that is too wide, nothing is done.
    pub(super) fn attempt(&mut self, print: impl FnOnce(&mut Self) -> Fit) -> bool {
        if !self.flat {
            self.settle_line();
        }
        let (cursor, length, column, gap, flat) =
            (self.cursor.clone(), self.out.len(), self.column, self.gap, self.flat);
        let (indent, limit, begun) = (self.indent, self.limit, self.begun);
        self.flat = true;
        let fits = print(self).is_ok();
        self.flat = flat;
        if !fits {
            self.cursor = cursor;
            self.out.truncate(length);
            (self.column, self.gap, self.indent, self.limit, self.begun) = (column, gap, indent, limit, begun);
        }
        fits
    }

    /// Prints on the line at hand, or on one of its own where that is too wide.
    pub(super) fn here_or_below(&mut self, mut print: impl FnMut(&mut Self) -> Fit) -> Fit {
        if self.flat {
            return print(self);
        }
        if self.attempt(&mut print) {
            return Ok(());
        }
        self.line(0);
        print(self)
    }

    /// Begins the new line that is wanted, so that what is tried next begins on it.
    fn settle_line(&mut self) {
        if matches!(self.gap, Gap::Line | Gap::Blank) {
            self.flush();
        }
    }

    /// Notes that text and output can be cut here: a line ends in both.
    pub(super) fn seam(&mut self) {
        let line_ends = self.cursor.next().is_some_and(|next| next.lines > 0);
        if line_ends && !self.flat {
            self.seams.push(Seam { text: self.cursor.behind(), out: self.out.len() as u32 });
        }
    }
}

/// The lines of a text; LF, CR and CRLF each end one.
struct Lines<'t>(Option<&'t str>);

impl<'t> Iterator for Lines<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let rest = self.0?;
        let Some(at) = rest.find(['\n', '\r']) else {
            self.0 = None;
            return Some(rest);
        };
        let end = at + if rest[at..].starts_with("\r\n") { 2 } else { 1 };
        self.0 = Some(&rest[end..]);
        Some(&rest[..at])
    }
}
