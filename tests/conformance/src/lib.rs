//! One contract with every construct of the language, the vectors that every target runs, and what generated Rust makes of
//! each type that a vector is of. README.md tells the format of the vectors.

mod constructs;
mod same;
mod vector;

#[allow(clippy::all, missing_docs, reason = "generated code is held to lints elsewhere, by goldens")]
mod generated {
    almanet_runtime::include_contract!();
}

use std::path::{Path, PathBuf};

use almanet_runtime::codegen::{self, Decode, DecodeError, Encode};

pub use constructs::CONSTRUCTS;
/// What the languages and libraries say to each other in the tests of pairs.
pub use generated::conformance::pairs;
pub use same::same_document;
pub use vector::{Language, Outcome, Vector};

/// Reads a document, writes what was read, and reads that again, which must be the same value.
pub type Trip = fn(&[u8]) -> Result<Vec<u8>, DecodeError>;

/// Every type that a vector is of, by its full name.
pub const TYPES: &[(&str, Trip)] = include!(concat!(env!("OUT_DIR"), "/table.rs"));

/// The folder that holds the contract and the vectors.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// Every vector.
///
/// # Panics
///
/// Where a file of them is not of the format.
#[must_use]
pub fn vectors() -> Vec<Vector> {
    vector::read(&folder().join("vectors")).unwrap_or_else(|error| panic!("{error}"))
}

fn trip<T: Encode + Decode + PartialEq>(json: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let value: T = codegen::from_json(json)?;
    let written = codegen::to_json(&value).expect("what was read can be written");
    let again: T = codegen::from_json(&written)?;
    assert!(again == value, "{} came back as another value", String::from_utf8_lossy(&written));
    Ok(written)
}
