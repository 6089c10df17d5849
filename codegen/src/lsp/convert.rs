//! Plain data to the protocol's types.

use std::path::{Path, PathBuf};

use gen_lsp_types::{
    Code, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, DocumentChange, MarkupContent,
    MarkupKind, Message, TextDocumentEdit, TextEdit, WorkspaceEdit,
};

use super::snapshot::Places;
use crate::diagnostic::Severity;
use crate::diagnostic::code::lints;
use crate::ide::{Edits, Shown};
use crate::source::Edit;

/// Problems of files as the client shows them.
pub(super) fn diagnostics(places: &Places<'_>, problems: &[Shown]) -> Vec<Diagnostic> {
    problems.iter().map(|problem| diagnostic(places, problem)).collect()
}

fn diagnostic(places: &Places<'_>, problem: &Shown) -> Diagnostic {
    let message = match &problem.help {
        Some(help) => format!("{}\n{help}", problem.message),
        None => problem.message.clone(),
    };
    let related = problem.labels.iter().map(|label| DiagnosticRelatedInformation {
        location: places.location(&label.path, label.span),
        message: label.message.clone(),
    });
    let related: Vec<_> = related.collect();
    let severity = match problem.code.severity() {
        Severity::Error => DiagnosticSeverity::Error,
        Severity::Warning => DiagnosticSeverity::Warning,
    };
    Diagnostic {
        range: places.range(&problem.path, problem.span),
        severity: Some(severity),
        code: Some(Code::String(problem.code.to_string())),
        source: Some("almanet".to_owned()),
        message: Message::String(message),
        tags: (problem.code == lints::UNUSED_IMPORT).then(|| vec![DiagnosticTag::Unnecessary]),
        related_information: (!related.is_empty()).then_some(related),
        ..Diagnostic::default()
    }
}

/// Markdown.
pub(super) fn markdown(text: impl Into<String>) -> MarkupContent {
    MarkupContent { kind: MarkupKind::Markdown, value: text.into() }
}

/// A change of one file.
pub(super) fn text_edit(places: &Places<'_>, path: &Path, edit: &Edit) -> TextEdit {
    TextEdit { range: places.range(path, edit.span), new_text: edit.text.clone() }
}

/// Changes of several files, in the form that the client knows.
pub(super) fn workspace_edit(places: &Places<'_>, edits: &Edits) -> WorkspaceEdit {
    let of = |path: &Path, edits: &[Edit]| edits.iter().map(|edit| text_edit(places, path, edit)).collect::<Vec<_>>();
    if !places.snapshot.features.document_changes {
        let changes = edits.iter().map(|(path, edits)| (places.uri(path), of(path, edits))).collect();
        return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
    }
    let change = |(path, edits): &(PathBuf, Vec<Edit>)| {
        let edits = of(path, edits).into_iter().map(gen_lsp_types::Edit::TextEdit).collect();
        DocumentChange::TextDocumentEdit(TextDocumentEdit { text_document: places.versioned(path), edits })
    };
    WorkspaceEdit { document_changes: Some(edits.iter().map(change).collect()), ..WorkspaceEdit::default() }
}
