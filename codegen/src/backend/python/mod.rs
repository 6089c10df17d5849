//! The Python target.

mod docs;
mod fields;
mod layout;
mod literal;
mod module;
mod order;
mod plan;
mod refused;
mod runtime;
mod scope;
mod service;
mod skeleton;
mod tree;
mod types;
mod value;

use crate::backend::{Backend, Input, OptionInfo, Rendering};

/// pydantic models, exceptions and the public headers of services.
#[derive(Debug)]
pub(super) struct Python;

impl Backend for Python {
    fn name(&self) -> &'static str {
        "python"
    }

    fn options(&self) -> &'static [OptionInfo] {
        &[runtime::OPTION]
    }

    fn render(&self, input: &Input<'_>) -> Rendering {
        Rendering { files: tree::files(input), problems: refused::problems(input) }
    }
}
