//! Texts that the editor holds.

use std::path::PathBuf;
use std::sync::Arc;

use gen_lsp_types::TextDocumentContentChangeEvent as Change;

use super::position::{Encoding, Lines};

/// An open text.
#[derive(Debug)]
pub(super) struct Open {
    /// What the client calls it.
    pub(super) uri: String,
    pub(super) version: i32,
    pub(super) text: String,
    /// Whether the world has another text of it.
    pub(super) stale: bool,
    /// Whether its problems are to be looked for.
    pub(super) unchecked: bool,
}

impl Open {
    /// Applies changes in their order.
    pub(super) fn change(&mut self, changes: Vec<Change>, version: i32, encoding: Encoding) {
        for change in changes {
            match change {
                Change::TextDocumentContentChangeWholeDocument(whole) => self.text = whole.text,
                Change::TextDocumentContentChangePartial(part) => {
                    let lines = Lines::new(Arc::from(self.text.as_str()), encoding);
                    self.text.replace_range(lines.span(part.range).range(), &part.text);
                }
            }
        }
        self.version = version;
        self.stale = true;
        self.unchecked = true;
    }
}

/// Open texts by the identities of their paths.
pub(super) type OpenTexts = rustc_hash::FxHashMap<PathBuf, Open>;
