use std::fmt;
use std::str::FromStr;

/// A project's name: the crate's or the package's, and the namespace of its contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectName(String);

/// Why a text is no project's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectNameError {
    /// It is not made as a name is.
    #[error(
        "a project's name begins with a small letter, and goes on with small letters, digits and `_`, up to {LONGEST} of them"
    )]
    Form,
    /// It means something else already.
    #[error("`{0}` means something else in Rust, in Python or among their packages; choose another name")]
    Taken(String),
}

/// Addresses hold the name, and NSQ limits them to 64 characters.
const LONGEST: usize = 32;

/// Crates, modules and folders that the project itself uses, and words of Python; those of Rust are syn's to know.
const TAKEN: &[&str] = &[
    "alloc",
    "almanet",
    "almanet_runtime",
    "and",
    "assert",
    "build",
    "class",
    "contract",
    "core",
    "def",
    "del",
    "elif",
    "except",
    "finally",
    "from",
    "gen",
    "global",
    "greet",
    "greeting",
    "import",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "proc_macro",
    "pydantic",
    "pytest",
    "raise",
    "schemas",
    "service",
    "src",
    "std",
    "target",
    "test",
    "tests",
    "tokio",
    "tracing_subscriber",
    "typing",
    "with",
];

impl ProjectName {
    /// What a project is called that nobody named.
    #[must_use]
    pub fn usual() -> Self {
        Self("my_project".to_owned())
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProjectName {
    type Err = ProjectNameError;

    fn from_str(name: &str) -> Result<Self, ProjectNameError> {
        let is_fine =
            |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_';
        let begins = name.starts_with(|character: char| character.is_ascii_lowercase());
        if !begins || name.len() > LONGEST || !name.chars().all(is_fine) {
            return Err(ProjectNameError::Form);
        }
        if TAKEN.contains(&name) || syn::parse_str::<syn::Ident>(name).is_err() {
            return Err(ProjectNameError::Taken(name.to_owned()));
        }
        Ok(Self(name.to_owned()))
    }
}

impl fmt::Display for ProjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{ProjectName, ProjectNameError};

    #[test]
    fn names_that_are_crates_packages_and_namespaces_are_taken() {
        for name in ["my_project", "a", "yatzee2", "a__b"] {
            assert_eq!(name.parse::<ProjectName>().as_ref().map(ProjectName::as_str), Ok(name));
        }
        let too_long = "a".repeat(33);
        for name in ["", "My", "2a", "_a", "a-b", "a b", "a/b", "..", "ä", "a.b", "a\n", &too_long] {
            assert_eq!(name.parse::<ProjectName>(), Err(ProjectNameError::Form), "{name:?}");
        }
        for name in ["fn", "async", "class", "test", "tokio", "self", "contract", "gen", "greeting"] {
            assert_eq!(name.parse::<ProjectName>(), Err(ProjectNameError::Taken(name.to_owned())));
        }
    }
}
