/// One file in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Where it goes, relative to the target's folder, segments joined by `/`, none of them `.` or `..`.
    pub path: String,
    /// The whole text.
    pub content: String,
    /// Who owns it after it was written.
    pub kind: Kind,
}

/// Who owns a file after it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The compiler: written anew by every run, listed in the record of what was written, removed when nothing makes it.
    Generated,
    /// The user: written where there is no such file, never touched again, never listed.
    Skeleton,
}

impl File {
    /// A file that every run writes.
    pub fn generated(path: impl Into<String>, content: impl Into<String>) -> Self {
        Self { path: path.into(), content: content.into(), kind: Kind::Generated }
    }

    /// A file that is written once.
    pub fn skeleton(path: impl Into<String>, content: impl Into<String>) -> Self {
        Self { path: path.into(), content: content.into(), kind: Kind::Skeleton }
    }
}
