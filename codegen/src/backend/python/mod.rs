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

use crate::backend::{Backend, FilesIter, Input, OptionInfo};
use crate::diagnostic::Problems;

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

    fn problems(&self, input: &Input<'_>) -> Problems {
        refused::problems(input)
    }

    fn files<'a>(&self, input: &Input<'a>) -> FilesIter<'a> {
        let plan = plan::Plan::of(input.model, runtime::Runtime::of(input.options));
        let skeletons = skeleton::files(&plan, input);
        Box::new(tree::files(plan, *input).chain(skeletons))
    }
}
