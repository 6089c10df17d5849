use super::declared;
use super::document::Document;
use super::walk;
use crate::source::Span;
use crate::syntax::{LexemeKind, lexemes};

/// What holds an offset, the smallest first, each larger than the one before: a word, what stands between brackets, a member,
/// a definition, the file.
#[must_use]
pub fn selection(document: &Document, offset: u32) -> Vec<Span> {
    let text = document.text();
    let mut spans = vec![Span::new(0, text.len() as u32)];
    let mut openers: Vec<(u32, u32)> = Vec::new();
    for lexeme in lexemes(text) {
        let span = lexeme.span;
        match lexeme.kind {
            LexemeKind::Mark(b'{' | b'(' | b'[' | b'<') => openers.push((span.start, span.end)),
            LexemeKind::Mark(b'}' | b')' | b']' | b'>') => {
                if let Some((start, inside)) = openers.pop() {
                    spans.push(Span::new(start, span.end));
                    spans.push(Span::new(inside, span.start));
                }
            }
            LexemeKind::Blank | LexemeKind::Mark(_) => {}
            _ => spans.push(span),
        }
    }
    spans.extend(walk::occurrences(document).iter().map(|occurrence| occurrence.span));
    for declared in declared::all(document) {
        if let Some(node) = declared.node(document) {
            spans.extend([node.span(), node.bare_span()]);
            spans.extend(node.ty().map(|ty| ty.span));
        }
    }
    spans.retain(|span| span.start <= offset && offset <= span.end && !span.is_empty());
    spans.sort_by_key(|span| (span.len(), span.start));
    let mut nested: Vec<Span> = Vec::new();
    for span in spans {
        // Two that only meet at the offset do not hold each other.
        if nested.last().is_none_or(|inner| *inner != span && span.start <= inner.start && inner.end <= span.end) {
            nested.push(span);
        }
    }
    nested
}
