use super::document::Document;
use crate::source::Span;
use crate::syntax::{LexemeKind, lexemes};

/// Lines that can be folded into the first of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// From the first line's first byte that folds to the last one's last.
    pub span: Span,
    /// What they are.
    pub kind: FoldKind,
}

/// What folds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldKind {
    /// Between brackets.
    Body,
    /// Comments and docs.
    Comment,
    /// The imports.
    Imports,
}

/// What can be folded: what stands between brackets on several lines, comments of several lines, and imports.
#[must_use]
pub fn folds(document: &Document) -> Vec<Fold> {
    let text = document.text();
    let mut found = Vec::new();
    let mut openers: Vec<u32> = Vec::new();
    let mut comments: Option<Span> = None;
    let end_comments = |comments: &mut Option<Span>, found: &mut Vec<Fold>| {
        if let Some(span) = comments.take() {
            found.push(Fold { span, kind: FoldKind::Comment });
        }
    };
    for lexeme in lexemes(text) {
        let span = lexeme.span;
        match lexeme.kind {
            LexemeKind::Blank => {
                // An empty line ends a run of comments.
                if text[span.range()].replace("\r\n", "\n").matches(['\n', '\r']).count() > 1 {
                    end_comments(&mut comments, &mut found);
                }
                continue;
            }
            kind if kind.is_trivia() => {
                comments = Some(comments.map_or(span, |before| before.to(span)));
                continue;
            }
            LexemeKind::Mark(b'{' | b'(' | b'[') => openers.push(span.start),
            LexemeKind::Mark(b'}' | b')' | b']') => {
                if let Some(start) = openers.pop() {
                    found.push(Fold { span: Span::new(start, span.end), kind: FoldKind::Body });
                }
            }
            _ => {}
        }
        end_comments(&mut comments, &mut found);
    }
    end_comments(&mut comments, &mut found);
    let imports = &document.tree().imports;
    if let (Some(first), Some(last)) = (imports.first(), imports.last()) {
        found.push(Fold { span: first.span.to(last.span), kind: FoldKind::Imports });
    }
    found.retain(|fold| text[fold.span.range()].trim_end().contains(['\n', '\r']));
    found.sort_by_key(|fold| (fold.span.start, std::cmp::Reverse(fold.span.end)));
    found
}
