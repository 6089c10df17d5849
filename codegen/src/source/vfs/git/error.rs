use std::path::PathBuf;

/// Why a revision could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GitError {
    /// Neither the folder nor one above it belongs to a repository.
    #[error("`{}` is in no git repository", .0.display())]
    NoRepository(PathBuf),
    /// There is a repository, and it cannot be read.
    #[error("the git repository cannot be read: {0}")]
    Broken(String),
    /// Nothing is called so.
    #[error("there is no branch, tag or commit `{name}`")]
    UnknownRevision {
        /// What was asked for.
        name: String,
        /// Whether the clone holds the last commits alone.
        shallow: bool,
    },
    /// The name begins several objects' ids.
    #[error("`{0}` begins the ids of several objects")]
    Ambiguous(String),
    /// The name is of an object that has no files.
    #[error("`{0}` is no commit: it has no files")]
    NotACommit(String),
    /// The repository knows of an object and does not hold it: a clone with a filter, or a damaged one.
    #[error("`{name}` is known here, and its files are not: {why}")]
    Missing {
        /// The revision.
        name: String,
        /// What git's library said.
        why: String,
    },
}

impl GitError {
    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::NoRepository(_) => {
                "run the command inside the repository, or compare with a folder or an exported model".to_owned()
            }
            Self::Broken(_) => {
                "`git fsck` tells more; a folder or an exported model can be compared with, too".to_owned()
            }
            Self::UnknownRevision { name, shallow: true } => format!(
                "this is a shallow clone, as CI makes them: `{}` fetches it (on GitHub, `fetch-depth: 0` for \
                 actions/checkout fetches everything)",
                fetching(name)
            ),
            Self::UnknownRevision { .. } => {
                "`git branch --all` and `git tag` list what there is; `git fetch origin` brings what is missing"
                    .to_owned()
            }
            Self::Ambiguous(_) => "write more of the id".to_owned(),
            Self::NotACommit(_) => "name a branch, a tag or a commit".to_owned(),
            Self::Missing { name, .. } => {
                format!("in a clone with a filter, `git archive {name} > /dev/null` fetches them")
            }
        }
    }
}

/// What brings a revision into a shallow clone.
fn fetching(name: &str) -> String {
    let is_hexadecimal = name.len() >= 4 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hexadecimal && [40, 64].contains(&name.len()) {
        return format!("git fetch --depth 1 origin {name}");
    }
    // What is told from another revision, or by the beginning of an id, only the whole history shows.
    if is_hexadecimal || name.is_empty() || name.contains(['~', '^', '@', ':']) {
        return "git fetch --unshallow --tags".to_owned();
    }
    let name = name.strip_prefix("origin/").unwrap_or(name);
    format!("git fetch --depth 1 origin {name}:refs/remotes/origin/{name}")
}
