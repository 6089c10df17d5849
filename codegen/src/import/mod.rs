//! Contracts of what runs already: read from the introspection of a fleet, or from the source of a Python module.
//!
//! What cannot be known from there becomes a comment that begins with `TODO(import)`, beside what it concerns. The result
//! is a contract like any other, one for each namespace, whose services have the addresses that the fleet has.

mod address;
mod document;
mod draft;
mod fleet;
mod fleet_draft;
mod json;
mod literal;
mod names;
mod python;
mod schema;
mod write;

use std::time::Duration;

use thiserror::Error;

pub use python::Module;

/// Contracts that were imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Each contract's path below a schema root, with its text.
    pub files: Vec<(String, String)>,
}

/// Why nothing could be imported.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A file of documents is not JSON.
    #[error("{origin}: {why}")]
    Json {
        /// The file, or the address that answered.
        origin: String,
        /// What is wrong, with line and column.
        why: String,
    },
    /// The broker cannot be reached, or refuses what it is asked.
    #[error("{0}")]
    Broker(String),
    /// Nobody answered.
    #[error("no service answered within {wait:?}")]
    Silent {
        /// How long they had.
        wait: Duration,
    },
    /// A module that is not Python.
    #[error("{origin}:{line}:{column}: {why}")]
    Python {
        /// The file.
        origin: String,
        /// The line, from 1.
        line: usize,
        /// The column, in characters from 1.
        column: usize,
        /// What is wrong there.
        why: String,
    },
    /// Modules without a procedure.
    #[error("{origins}: no procedure of a `new_remote_service` is declared there")]
    NoService {
        /// The files.
        origins: String,
    },
    /// The modules could not be read on a thread of their own.
    #[error("the modules cannot be read: {0}")]
    Reader(String),
    /// JSON that is no schema document.
    #[error("{origin}: this is no schema document: {why}")]
    Document {
        /// The file, or the address that answered.
        origin: String,
        /// What is missing.
        why: String,
    },
}

/// Contracts of collected schema documents: what `_schema_.client` and `_schema_.URI.CHANNEL` answer, as JSON texts with
/// where each comes from. A text holds one document, an array of them, or several, one behind the other.
///
/// # Errors
///
/// A text that is not JSON, or a document that is of another kind.
pub fn documents<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Imported, ImportError> {
    let mut documents = Vec::new();
    for (origin, text) in texts {
        documents.extend(document::read(origin, text)?);
    }
    Ok(Imported { files: write::files(&fleet_draft::draft(documents)) })
}

/// Contracts of what runs behind a broker's URL. Services have `wait` to tell what they serve, and as long again to describe it;
/// those that do not list themselves are found by their addresses, each a URI with its channel.
///
/// It blocks the thread, and starts a runtime of its own.
///
/// # Errors
///
/// The broker cannot be reached, nobody answers, or an answer is no schema document.
pub fn fleet(url: &str, wait: Duration, addresses: &[(String, String)]) -> Result<Imported, ImportError> {
    let documents = fleet::read(url, wait, addresses)?;
    Ok(Imported { files: write::files(&fleet_draft::draft(documents)) })
}

/// Contracts of Python modules that declare services by `new_remote_service`, as the guide's public header does. They are
/// read as text, and never run.
///
/// # Errors
///
/// A module that is not Python, or none that declares a procedure.
pub fn python(modules: &[Module]) -> Result<Imported, ImportError> {
    Ok(Imported { files: write::files(&fleet_draft::declared(python::read(modules)?)) })
}
