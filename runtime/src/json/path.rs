//! Where in a JSON document something is: `$.items[3].name`.

use std::borrow::Cow;
use std::fmt::{self, Write};

/// One step from a value to one that it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A field of a record, by its wire name.
    Field(&'static str),
    /// A key of a map, of an `any`, or an unknown field.
    Key(String),
    /// An item of a list, set or tuple, counted from 0.
    Item(usize),
}

/// The steps from the document's root, innermost first: they are collected on the way out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Path {
    inner_first: Vec<Step>,
}

impl Path {
    pub(crate) fn from_outermost(steps: &[Step]) -> Self {
        Self { inner_first: steps.iter().rev().cloned().collect() }
    }

    pub(crate) fn push_outer(&mut self, step: Step) {
        self.inner_first.push(step);
    }

    /// Names the key at this depth, counted from the root.
    pub(crate) fn name_key(&mut self, depth: usize, name: String) {
        if let Some(Step::Key(key)) = self.inner_first.iter_mut().rev().nth(depth) {
            *key = name;
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('$')?;
        for step in self.inner_first.iter().rev() {
            match step {
                Step::Field(name) => write_name(f, name)?,
                Step::Key(key) => write_name(f, key)?,
                Step::Item(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

fn write_name(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain && name.len() <= SHOWN_CHARACTERS { write!(f, ".{name}") } else { write!(f, "[{:?}]", shorten(name)) }
}

/// As many characters of a user's data as one message shows.
const SHOWN_CHARACTERS: usize = 40;

/// The text as a message may show it: its beginning and an ellipsis where it is long.
pub(crate) fn shorten(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}
