//! The Rust target.

mod check;
mod definition;
mod docs;
mod enumeration;
mod facts;
mod layout;
mod literal;
mod module;
mod plan;
mod record;
#[cfg(feature = "cli")]
mod sample;
mod scope;
mod service;
mod skeleton;
#[cfg(test)]
mod tests;
mod tree;
mod value;

#[cfg(feature = "cli")]
pub(crate) use sample::Samples;

use crate::backend::{Backend, Input, OptionInfo, Rendering};
use crate::diagnostic::Problems;

/// Types, exceptions, service traits and typed clients for `almanet-runtime`.
#[derive(Debug)]
pub(super) struct Rust;

impl Backend for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn options(&self) -> &'static [OptionInfo] {
        &[]
    }

    fn render(&self, input: &Input<'_>) -> Rendering {
        Rendering { files: tree::files(input), problems: Problems::default() }
    }
}
