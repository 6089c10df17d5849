use gen_lsp_types::{CodeAction, CodeActionKind, CodeActionParams};
use serde_json::Value;

use super::answered;
use crate::ide::{self, ActionKind};
use crate::lsp::convert::{diagnostics, workspace_edit};
use crate::lsp::pool::Answer;
use crate::lsp::snapshot::Snapshot;

pub(super) fn code_actions(snapshot: &Snapshot, params: Value) -> Answer {
    answered(params, |params: CodeActionParams| {
        let document = snapshot.document(&params.text_document)?;
        let places = snapshot.places();
        let span = places.lines(document.path()).span(params.range);
        let wanted = |kind: &CodeActionKind| {
            let only = params.context.only.as_ref();
            only.is_none_or(|only| only.iter().any(|only| kind.to_string().starts_with(&only.to_string())))
        };
        let action = |action: ide::Action| CodeAction {
            title: action.title,
            kind: Some(match action.kind {
                ActionKind::Fix => CodeActionKind::QuickFix,
                ActionKind::Refactor => CodeActionKind::Refactor,
            }),
            diagnostics: action.problem.map(|problem| diagnostics(&places, &[problem])),
            is_preferred: action.preferred.then_some(true),
            edit: Some(workspace_edit(&places, &action.edits)),
            ..CodeAction::default()
        };
        let found = ide::actions(&snapshot.world, document, span, snapshot.problems_of(document.path()));
        let actions = found.into_iter().map(action);
        Ok(actions.filter(|action| action.kind.as_ref().is_none_or(wanted)).collect::<Vec<_>>())
    })
}
