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

use crate::backend::{Backend, FilesIter, Input, OptionInfo};
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

    fn problems(&self, _: &Input<'_>) -> Problems {
        Problems::default()
    }

    fn files<'a>(&self, input: &Input<'a>) -> FilesIter<'a> {
        let plan = plan::Plan::of(input.model);
        let skeletons = skeleton::files(&plan, input);
        Box::new(tree::files(plan, *input).chain(skeletons))
    }
}
