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
mod scope;
mod service;
mod skeleton;
#[cfg(test)]
mod tests;
mod tree;
mod value;

use crate::backend::{Backend, Files, Input, OptionInfo, Rendering};
use crate::diagnostic::{Problem, Problems, code};
use crate::model::Model;

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
        let problems = refused(input.model);
        let files = if problems.has_errors() { Files::default() } else { tree::files(input) };
        Rendering { files, problems }
    }
}

/// What this target has no code for yet.
fn refused(model: &Model) -> Problems {
    let mut problems = Problems::default();
    for (_, procedure) in model.procedures.iter() {
        let name = &procedure.meta.name;
        if procedure.auth.is_some() {
            let message = format!("the Rust target cannot generate `{name}`, which asks for credentials by `@auth`");
            let problem = Problem::new(code::targets::AUTH_NOT_SUPPORTED, procedure.meta.location, message);
            problems.push(problem.with_help("leave `@auth` out, and check a credential that is a parameter"));
        }
    }
    problems
}
