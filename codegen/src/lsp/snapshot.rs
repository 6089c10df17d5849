//! What a request is answered from: a world that does not change under it.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use gen_lsp_types::{Location, OptionalVersionedTextDocumentIdentifier, Position, Range, TextDocumentIdentifier, Uri};
use lsp_server::{ErrorCode, Notification, ResponseError};
use rustc_hash::FxHashMap;
use serde_json::json;

use super::client::Features;
use super::pool::error;
use super::position::{Encoding, Lines};
use super::transport::Outgoing;
use super::uri;
use crate::ide::{Document, Shown, World, materialize};
use crate::source::Span;

/// The state as a request saw it when it came.
#[derive(Clone)]
pub(super) struct Snapshot {
    pub(super) world: World,
    pub(super) encoding: Encoding,
    pub(super) features: Features,
    /// What the client calls open texts, and their versions.
    pub(super) open: Arc<FxHashMap<PathBuf, (String, i32)>>,
    /// The problems that were shown last.
    pub(super) problems: Arc<FxHashMap<PathBuf, Vec<Shown>>>,
    pub(super) outgoing: Outgoing,
}

/// Places as the client counts them. The lines of a text are found once for an answer.
pub(super) struct Places<'s> {
    pub(super) snapshot: &'s Snapshot,
    lines: RefCell<FxHashMap<PathBuf, Rc<Lines>>>,
}

impl Snapshot {
    pub(super) fn places(&self) -> Places<'_> {
        Places { snapshot: self, lines: RefCell::default() }
    }

    /// The document that a request names.
    pub(super) fn document(&self, named: &TextDocumentIdentifier) -> Result<&Arc<Document>, ResponseError> {
        let path = uri::identity(&uri::to_path(&named.uri.0));
        self.world.document(&path).ok_or_else(|| {
            error(ErrorCode::InvalidParams, format!("{} is not open, and no contract of the workspace", named.uri.0))
        })
    }

    /// Shows the user a message.
    pub(super) fn tell(&self, message: &str) {
        let params = json!({ "type": 3, "message": message });
        self.outgoing.send(Notification::new("window/showMessage".to_owned(), params));
    }

    pub(super) fn problems_of(&self, path: &Path) -> &[Shown] {
        self.problems.get(path).map_or(&[], Vec::as_slice)
    }
}

impl Places<'_> {
    /// The URI of a file; a standard schema's is that of a copy on disk.
    pub(super) fn uri(&self, path: &Path) -> Uri {
        if let Some((uri, _)) = self.snapshot.open.get(path) {
            return Uri(uri.clone());
        }
        let place = caches().and_then(|caches| materialize(&self.snapshot.world, path, &caches).ok());
        Uri(uri::of_path(place.as_deref().unwrap_or(path)))
    }

    pub(super) fn lines(&self, path: &Path) -> Rc<Lines> {
        let mut known = self.lines.borrow_mut();
        let lines = known.entry(path.to_path_buf()).or_insert_with(|| {
            let text = match self.snapshot.world.document(path) {
                Some(document) => Arc::clone(document.text()),
                // A configuration; one that is gone has no lines.
                None => std::fs::read_to_string(path).unwrap_or_default().into(),
            };
            Rc::new(Lines::new(text, self.snapshot.encoding))
        });
        Rc::clone(lines)
    }

    pub(super) fn offset(&self, document: &Document, position: Position) -> u32 {
        self.lines(document.path()).offset(position)
    }

    pub(super) fn range(&self, path: &Path, span: Span) -> Range {
        self.lines(path).range(span)
    }

    /// What the client calls a file, with the version of it that the answer is about.
    pub(super) fn versioned(&self, path: &Path) -> OptionalVersionedTextDocumentIdentifier {
        let version = self.snapshot.open.get(path).map(|(_, version)| *version);
        OptionalVersionedTextDocumentIdentifier {
            version,
            text_document_identifier: TextDocumentIdentifier { uri: self.uri(path) },
        }
    }

    pub(super) fn location(&self, path: &Path, span: Span) -> Location {
        Location { uri: self.uri(path), range: self.range(path, span) }
    }
}

/// The user's folder for caches, or else the system's for what is temporary.
fn caches() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || {
        variable("HOME")
            .map(|home| if cfg!(target_os = "macos") { home.join("Library/Caches") } else { home.join(".cache") })
    };
    variable("LOCALAPPDATA").or_else(|| variable("XDG_CACHE_HOME")).or_else(home).or_else(|| Some(std::env::temp_dir()))
}
