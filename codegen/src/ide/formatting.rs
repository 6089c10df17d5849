use super::document::Document;
use crate::format::{self, Unparsable};
use crate::source::{Edit, Span};

/// The edits that format a whole document: none where it is formatted already.
///
/// # Errors
///
/// Where it has a syntax error.
pub fn format_document(document: &Document) -> Result<Vec<Edit>, Unparsable> {
    let text = document.text();
    let formatted = format::format(text)?;
    if formatted == **text {
        return Ok(Vec::new());
    }
    // What is the same at both ends stays, and with it what the editor keeps by place: the cursor, folds, marks.
    let (old, new) = (text.as_bytes(), formatted.as_bytes());
    let before = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let shorter = old.len().min(new.len()) - before;
    let behind = old.iter().rev().zip(new.iter().rev()).take(shorter).take_while(|(a, b)| a == b).count();
    let (mut start, mut end) = (before, old.len() - behind);
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let text = &formatted[start..new.len() - (old.len() - end)];
    Ok(vec![Edit::new(Span::new(start as u32, end as u32), text)])
}

/// The edits that format the lines which a span touches, as far around it as whole members go.
///
/// # Errors
///
/// Where the document has a syntax error.
pub fn format_span(document: &Document, span: Span) -> Result<Vec<Edit>, Unparsable> {
    format::format_range(document.text(), span)
}
