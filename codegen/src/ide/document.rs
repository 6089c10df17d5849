use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use rustc_hash::FxHashMap;

use crate::ast;
use crate::resolve::Parsed;
use crate::source::Span;

/// One contract: its path, its text, its tree.
#[derive(Debug)]
pub struct Document {
    path: PathBuf,
    parsed: Arc<Parsed>,
    stamp: Option<Stamp>,
    /// Definitions by name, the first of several: looked up for every name in sight.
    names: OnceLock<FxHashMap<Box<str>, usize>>,
}

/// What tells whether a file on disk is still the one that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    modified: Option<SystemTime>,
    size: u64,
}

impl Stamp {
    /// The stamp of a file.
    #[must_use]
    pub fn of(metadata: &Metadata) -> Self {
        Self { modified: metadata.modified().ok(), size: metadata.len() }
    }
}

impl Document {
    /// A text that an editor holds.
    #[must_use]
    pub fn open(path: impl Into<PathBuf>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), parsed: Arc::new(Parsed::new(text.into())), stamp: None, names: OnceLock::new() }
    }

    /// A file on disk, as it was at that stamp.
    #[must_use]
    pub fn on_disk(path: impl Into<PathBuf>, text: impl Into<Arc<str>>, stamp: Stamp) -> Self {
        Self { stamp: Some(stamp), ..Self::open(path, text) }
    }

    /// Its one name, links followed.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.parsed.tree.text
    }

    /// The tree.
    #[must_use]
    pub fn tree(&self) -> &ast::File {
        &self.parsed.tree
    }

    /// The stamp of a file on disk; nothing for a text that an editor holds.
    #[must_use]
    pub fn stamp(&self) -> Option<Stamp> {
        self.stamp
    }

    /// Whether an editor holds it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.stamp.is_none()
    }

    pub(super) fn parsed(&self) -> &Arc<Parsed> {
        &self.parsed
    }

    pub(super) fn slice(&self, span: Span) -> &str {
        self.tree().slice(span)
    }

    /// Its namespace; empty where it has none.
    pub(super) fn namespace(&self) -> &str {
        self.tree().namespace.as_ref().map_or("", |path| self.slice(path.span))
    }

    /// The definition of a name, the first of several.
    pub(super) fn definition(&self, name: &str) -> Option<usize> {
        let names = self.names.get_or_init(|| {
            let definitions = self.tree().definitions.iter().enumerate().rev();
            definitions.map(|(index, definition)| (self.slice(definition.name.span).into(), index)).collect()
        });
        names.get(name).copied()
    }
}
