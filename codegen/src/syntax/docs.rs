use crate::ast::Annotation;
use crate::source::Span;

/// The `///` lines of a file, given out in order to what they document.
pub(super) struct Docs {
    lines: Vec<Span>,
    next: usize,
    /// Lines that document nothing.
    pub(super) misplaced: Vec<Span>,
}

impl Docs {
    pub(super) fn new(lines: Vec<Span>) -> Self {
        Self { lines, next: 0, misplaced: Vec::new() }
    }

    /// The lines in `from..to` that stand outside of annotations; those before `from` document nothing.
    pub(super) fn take(&mut self, from: u32, to: u32, annotations: &[Annotation]) -> Vec<Span> {
        let first = self.next;
        let count = self.lines[first..].iter().take_while(|line| line.start < to).count();
        self.next = first + count;
        let lines = &self.lines[first..self.next];
        let inside =
            |line: &Span| annotations.iter().any(|one| one.span.start < line.start && line.start < one.span.end);
        let belongs = |line: &&Span| line.start >= from && !inside(line);
        if lines.iter().all(|line| belongs(&line)) {
            return lines.to_vec();
        }
        self.misplaced.extend(lines.iter().filter(|line| !belongs(line)));
        lines.iter().filter(belongs).copied().collect()
    }

    /// Passes the lines before an offset that belong to something that could not be read.
    pub(super) fn forget(&mut self, to: u32) {
        self.next += self.lines[self.next..].iter().take_while(|line| line.start < to).count();
    }

    /// Passes the lines before an offset as misplaced.
    pub(super) fn pass(&mut self, to: u32) {
        let documented = self.take(to, to, &[]);
        debug_assert!(documented.is_empty());
    }
}
