use std::path::{Path, PathBuf};

use gix::discover::upwards::Error as NotDiscovered;
use gix::revision::spec::parse::Error as NotParsed;

use super::{GitError, GitTree};

/// A repository.
#[derive(Debug)]
pub struct Repository {
    inner: gix::Repository,
}

impl Repository {
    /// The repository that a folder belongs to: the one that `GIT_DIR` names, or the nearest one upwards.
    ///
    /// # Errors
    ///
    /// Where there is none, or it cannot be read.
    pub fn of(folder: &Path) -> Result<Self, GitError> {
        let start = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let inner = gix::discover_with_environment_overrides(start).map_err(|error| {
            match error.downcast_any_ref::<NotDiscovered>() {
                Some(NotDiscovered::NoTrustedGitRepository { .. }) | None => GitError::Broken(error.to_string()),
                Some(_) => GitError::NoRepository(start.to_path_buf()),
            }
        })?;
        Ok(Self { inner })
    }

    /// The folder that the files of a revision are checked out to; a bare repository has none.
    #[must_use]
    pub fn working_folder(&self) -> Option<PathBuf> {
        self.inner.workdir().map(Path::to_path_buf)
    }

    /// The files of a revision: a branch, a tag, a commit's id or the beginning of one, or what git derives from them
    /// (`main~3`). A branch that only `origin` has is found, too: CI checks out no other.
    ///
    /// # Errors
    ///
    /// Where nothing is called so, it has no files, or the repository does not hold them.
    pub fn tree(self, revision: &str) -> Result<GitTree, GitError> {
        let (name, id) = self.revision(revision)?;
        let missing = |why: &dyn std::fmt::Display| GitError::Missing { name: name.clone(), why: why.to_string() };
        let object = self.inner.find_object(id).map_err(|error| missing(&error))?;
        if object.kind == gix::object::Kind::Blob {
            return Err(GitError::NotACommit(name));
        }
        let tree = object.peel_to_kind(gix::object::Kind::Tree).map_err(|error| missing(&error))?.id;
        Ok(GitTree::new(self.inner, &name, tree))
    }

    /// The id of a revision, and the name that git knows it by.
    fn revision(&self, asked: &str) -> Result<(String, gix::ObjectId), GitError> {
        let unknown = || {
            let shallow = self.inner.is_shallow().unwrap_or_default();
            GitError::UnknownRevision { name: asked.to_owned(), shallow }
        };
        let error = match self.inner.rev_parse_single(asked) {
            Ok(id) => return Ok((asked.to_owned(), id.detach())),
            Err(error) => error,
        };
        if let Some(NotParsed::AmbiguousPrefix { .. } | NotParsed::AmbiguousRefAndObject { .. }) =
            error.downcast_any_ref::<NotParsed>()
        {
            return Err(GitError::Ambiguous(asked.to_owned()));
        }
        if let Some(long) = self.written_out(asked)?
            && let Ok(id) = self.inner.rev_parse_single(long.as_str())
        {
            return Ok((asked.to_owned(), id.detach()));
        }
        let remote = format!("origin/{asked}");
        let id = self.inner.rev_parse_single(remote.as_str()).map_err(|_| unknown())?;
        Ok((remote, id.detach()))
    }
    /// What is asked for, with the beginning of an id that it begins with written out; git's library takes such a beginning for
    /// one of SHA-1.
    fn written_out(&self, asked: &str) -> Result<Option<String>, GitError> {
        let hash = self.inner.object_hash();
        let end = asked.find(['~', '^', '@', ':']).unwrap_or(asked.len());
        let (short, rest) = asked.split_at(end);
        if hash == gix::hash::Kind::Sha1 || short.len() >= hash.len_in_hex() {
            return Ok(None);
        }
        let padded = format!("{short:0<width$}", width = hash.len_in_hex());
        let prefix = gix::ObjectId::from_hex(padded.as_bytes()).ok();
        let prefix = prefix.and_then(|id| gix::hash::Prefix::new(&id, short.len()).ok());
        match prefix.map(|prefix| self.inner.objects.lookup_prefix(prefix, None)) {
            Some(Ok(Some(Ok(id)))) => Ok(Some(format!("{id}{rest}"))),
            Some(Ok(Some(Err(())))) => Err(GitError::Ambiguous(short.to_owned())),
            _ => Ok(None),
        }
    }
}
