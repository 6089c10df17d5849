//! What an editor asks of contracts, answered as plain data: problems, completion, hover, navigation, rename.
//!
//! A [`World`] holds every contract that is known, as text and tree; open buffers hide what is on disk. It is cheap to clone,
//! and a clone never changes, so that requests can be answered beside each other. Answers come from trees: one file with a
//! syntax error takes nothing from the others, and not from its own other definitions.

mod actions;
mod address;
mod check;
mod completion;
mod declared;
mod document;
mod edit;
mod folding;
mod formatting;
mod hover;
mod inlay;
mod known;
mod links;
mod literals;
mod names;
mod navigate;
mod occurrence;
mod project;
mod rename;
mod retained;
mod scan;
mod selection;
mod shown;
mod standard;
mod symbols;
mod target;
mod tokens;
mod walk;
mod world;

pub use actions::{Action, ActionKind, actions};
pub use check::{check_document, check_project};
pub use completion::{Completion, CompletionKind, complete};
pub use document::{Document, Stamp};
pub use edit::Edits;
pub use folding::{Fold, FoldKind, folds};
pub use formatting::{format_document, format_span};
pub use hover::{Hover, hover};
pub use inlay::{Hint, hints};
pub use links::{Link, links};
pub use navigate::{Place, definition, highlights, references};
pub use project::Project;
pub use rename::{Rename, RenameError, prepare_rename, rename};
pub use retained::Retained;
pub use scan::{Scan, Scanned, find_projects, scan};
pub use selection::selection;
pub use shown::{Shown, ShownLabel};
pub use symbols::{Symbol, SymbolKind, document_symbols, workspace_symbols};
pub use tokens::{MODIFIERS, TYPES, Token, tokens};
pub use world::{World, materialize};
