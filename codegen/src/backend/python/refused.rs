//! What the library of PyPI cannot carry.

use super::runtime::Runtime;
use crate::backend::Input;
use crate::diagnostic::code::targets as codes;
use crate::diagnostic::{Problem, Problems};
use crate::model::Reply;

/// The members of a contract that the chosen library cannot carry.
pub(super) fn problems(input: &Input<'_>) -> Problems {
    let mut problems = Problems::default();
    if Runtime::of(input.options) == Runtime::Own {
        return problems;
    }
    const HELP: &str = "generate for `runtime: almanet_runtime`, which has it";
    for (_, procedure) in input.model.procedures.iter() {
        let meta = &procedure.meta;
        let mut refuse = |code, what: &str| {
            let message = format!("\"{}\" {what}, which `runtime: almanet` cannot carry", meta.name);
            problems.push(Problem::new(code, meta.location, message).with_help(HELP));
        };
        if matches!(procedure.reply, Reply::Stream(..)) {
            refuse(codes::STREAM_WITHOUT_RUNTIME, "answers with a stream");
        }
        if procedure.auth.is_some() {
            refuse(codes::AUTH_WITHOUT_RUNTIME, "asks for a credential");
        }
    }
    problems
}
