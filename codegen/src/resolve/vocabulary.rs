//! The language's own words and rules of names, for editors: what the resolver knows, told without a contract.

use std::path::{Path, PathBuf};

use super::import_path::{self, Target};
use super::lower::annotations;
use super::{addresses, builtin, standard};

pub(crate) use addresses::{is_identifier, version_segment, versioned};
pub(crate) use annotations::Place;

/// Every built-in type, generic ones included.
pub(crate) fn types() -> &'static [&'static str] {
    builtin::NAMES
}

/// Whether a built-in type takes others.
pub(crate) fn is_generic(name: &str) -> bool {
    builtin::is_generic(name)
}

/// The annotations that may stand at a place, without their `@`.
pub(crate) fn annotations_of(place: Place) -> impl Iterator<Item = &'static str> {
    let names = annotations::NAMES.iter().map(|name| name.trim_start_matches('@'));
    names.filter(move |name| annotations::may_stand(name, place) == Some(true))
}

/// The standard schemas: the path as an import names it, and the text.
pub(crate) fn standard_schemas() -> impl Iterator<Item = (String, &'static str)> {
    standard::paths().filter_map(|path| {
        let text = standard::text(path.strip_prefix("almanet/")?)?;
        Some((path, text))
    })
}

/// What an import leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Import {
    /// A standard schema, by its path: `almanet/paging.almanet`.
    Standard(String),
    /// The first of these that exists.
    Candidates(Vec<PathBuf>),
}

/// Where the path of an import leads; nothing where it is refused as it is written.
pub(crate) fn import(path: &str, importer: &Path, roots: &[PathBuf]) -> Option<Import> {
    match import_path::target(path, importer, roots).ok()? {
        Target::Standard(path) => Some(Import::Standard(format!("almanet/{path}"))),
        Target::Candidates(candidates) => Some(Import::Candidates(candidates)),
    }
}
