use super::Span;

/// A change to a file's text: other text in place of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What goes; where it is empty, the text is put in.
    pub span: Span,
    /// What comes instead.
    pub text: String,
}

/// Two edits change the same bytes, or one lies outside of the text or cuts a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the edits do not go together")]
pub struct Conflict;

impl Edit {
    /// Other text in place of some bytes.
    #[must_use]
    pub fn new(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// Takes bytes away.
    #[must_use]
    pub fn removal(span: Span) -> Self {
        Self::new(span, "")
    }

    /// The text with edits made, in whatever order they are given.
    ///
    /// # Errors
    ///
    /// Where two of them overlap, insert at one place, or do not lie within the text.
    pub fn apply<'e>(text: &str, edits: impl IntoIterator<Item = &'e Self>) -> Result<String, Conflict> {
        let mut edits: Vec<&Self> = edits.into_iter().collect();
        edits.sort_by_key(|edit| edit.span);
        let mut edited = String::with_capacity(text.len());
        let mut at = 0;
        for (index, edit) in edits.iter().enumerate() {
            let start = edit.span.start as usize;
            let repeats = index > 0 && edits[index - 1].span.start == edit.span.start;
            if repeats || edit.span.end < edit.span.start {
                return Err(Conflict);
            }
            edited.push_str(text.get(at..start).ok_or(Conflict)?);
            edited.push_str(&edit.text);
            at = edit.span.end as usize;
        }
        edited.push_str(text.get(at..).ok_or(Conflict)?);
        Ok(edited)
    }
}

#[cfg(test)]
mod tests {
    use super::{Conflict, Edit};
    use crate::source::Span;

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit::new(Span::new(start, end), text)
    }

    #[test]
    fn edits_are_made_in_any_order() {
        let edits = [edit(4, 5, "E"), edit(0, 1, ""), edit(2, 2, "--"), edit(5, 5, "!")];
        assert_eq!(Edit::apply("abcde", &edits), Ok("b--cdE!".to_owned()));
        assert_eq!(Edit::apply("abcde", &[]), Ok("abcde".to_owned()));
    }

    #[test]
    fn edits_that_do_not_go_together_are_refused() {
        for edits in [
            [edit(0, 3, ""), edit(2, 4, "")],
            [edit(1, 1, "a"), edit(1, 1, "b")],
            [edit(0, 1, ""), edit(4, 9, "")],
            [edit(0, 1, ""), edit(3, 2, "")],
        ] {
            assert_eq!(Edit::apply("abcde", &edits), Err(Conflict), "{edits:?}");
        }
        assert_eq!(Edit::apply("aä", &[edit(2, 2, "x")]), Err(Conflict), "within a character");
    }
}
