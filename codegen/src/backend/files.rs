/// The files that a backend made, in memory, sorted by path once [`Files::sort`] ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// All of them; no path stands here twice.
    pub files: Vec<File>,
}

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

impl Files {
    /// Adds a file that every run writes.
    pub fn generated(&mut self, path: impl Into<String>, content: impl Into<String>) {
        let mut content = content.into();
        // All files are held until all are made.
        content.shrink_to_fit();
        self.files.push(File { path: path.into(), content, kind: Kind::Generated });
    }

    /// Adds a file that is written once.
    pub fn skeleton(&mut self, path: impl Into<String>, content: impl Into<String>) {
        self.files.push(File { path: path.into(), content: content.into(), kind: Kind::Skeleton });
    }

    /// Sorts by path, so that output and records of it come in one order.
    pub fn sort(&mut self) {
        self.files.sort_by(|left, right| left.path.cmp(&right.path));
    }
}
