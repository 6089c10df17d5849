use super::Code;
use crate::source::{Edit, Location, Sources, Span};

/// How much a problem weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The contract is refused.
    Error,
    /// The contract stands, and something about it deserves a look.
    Warning,
}

/// A second place that explains a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub location: Location,
    /// What is to be seen there.
    pub message: String,
}

/// A change that mends a problem and keeps what the contract means for those who use it: safe to make without a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does: `remove the import`.
    pub title: String,
    /// What to change, in the problem's own file, in order; no two of them overlap.
    pub edits: Vec<Edit>,
}

/// One problem of a compilation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its stable code.
    pub code: Code,
    /// Where it is.
    pub location: Location,
    /// What is wrong, in the writer's own words.
    pub message: String,
    /// Other places that belong to it.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// A change that mends it, where a program can tell one.
    pub fix: Option<Fix>,
}

impl Problem {
    /// A problem at a place.
    #[must_use]
    pub fn new(code: Code, location: Location, message: impl Into<String>) -> Self {
        Self { code, location, message: bounded(message.into()), labels: Vec::new(), help: None, fix: None }
    }

    /// Adds a second place.
    #[must_use]
    pub fn with_label(mut self, location: Location, message: impl Into<String>) -> Self {
        self.labels.push(Label { location, message: message.into() });
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(bounded(help.into()));
        self
    }

    /// Adds a change that mends it.
    #[must_use]
    pub fn with_fix(mut self, title: impl Into<String>, edits: impl Into<Vec<Edit>>) -> Self {
        self.fix = Some(Fix { title: title.into(), edits: edits.into() });
        self
    }

    /// How much it weighs, which its code tells.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// A text of which the middle is left out where it quotes a name or a value that no reader would read to its end.
fn bounded(text: String) -> String {
    const MAX: usize = 2_000;
    const HALF: usize = MAX / 2;
    if text.len() <= MAX {
        return text;
    }
    let (start, end) = (text.floor_char_boundary(HALF), text.ceil_char_boundary(text.len() - HALF));
    format!("{} … {}", &text[..start], &text[end..])
}

/// The problems of a compilation, gathered over all its phases.
#[derive(Debug, Default)]
pub struct Problems {
    all: Vec<Problem>,
}

impl Problems {
    /// Adds one.
    pub fn push(&mut self, problem: Problem) {
        self.all.push(problem);
    }

    /// Adds many.
    pub fn extend(&mut self, problems: impl IntoIterator<Item = Problem>) {
        self.all.extend(problems);
    }

    /// Whether one of them is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.all.iter().any(|problem| problem.severity() == Severity::Error)
    }

    /// Whether there is none at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All of them as they came.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.all.iter()
    }

    /// All of them, sorted by place: file name, then position. One that was found twice is there once.
    #[must_use]
    pub fn into_sorted(mut self, sources: &Sources) -> Vec<Problem> {
        fn place(problem: &Problem) -> (Span, Code, &str) {
            (problem.location.span, problem.code, &problem.message)
        }
        self.all.sort_by(|a, b| {
            let names = sources.get(a.location.file).name().cmp(sources.get(b.location.file).name());
            names.then_with(|| place(a).cmp(&place(b)))
        });
        self.all.dedup();
        self.all
    }
}
