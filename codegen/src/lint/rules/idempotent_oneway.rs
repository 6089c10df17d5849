//! `@idempotent` on what nobody calls a second time.

use crate::ast::{Annotation, DefinitionKind, File};
use crate::diagnostic::Problem;
use crate::diagnostic::code::lints as codes;
use crate::lint::Contract;
use crate::lint::allow::line_of;
use crate::lint::found::Found;
use crate::model::Reply;
use crate::source::{Edit, Span};

pub(super) fn check(contract: &Contract<'_>, found: &mut Found<'_>) {
    for procedure in contract.procedures() {
        if !procedure.idempotent || !matches!(procedure.reply, Reply::Oneway) {
            continue;
        }
        let location = procedure.meta.location;
        if !contract.covers(location) {
            continue;
        }
        let message = format!("\"{}\" is oneway, so nobody retries it: @idempotent says nothing", procedure.meta.name);
        let mut problem = Problem::new(codes::IDEMPOTENT_ONEWAY, location, message);
        let tree = found.tree(location.file);
        if let Some(annotation) = annotation(&tree, location.span) {
            let removal = Edit::removal(line_of(&tree.text, annotation.span));
            problem = problem.with_fix("remove the annotation", [removal]);
        }
        found.push(problem);
    }
}

/// The `@idempotent` of the procedure whose name stands there.
fn annotation(tree: &File, name: Span) -> Option<&Annotation> {
    let around = tree.definitions.partition_point(|definition| definition.span.end < name.end);
    let DefinitionKind::Service(body) = &tree.definitions.get(around)?.kind else { return None };
    let at = body.procedures.binary_search_by_key(&name, |procedure| procedure.name.span).ok()?;
    let annotations = &body.procedures[at].head.annotations;
    annotations.iter().find(|annotation| tree.slice(annotation.name.span) == "idempotent")
}
