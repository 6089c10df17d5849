use std::collections::HashMap;

use gen_lsp_types::{AnnotatedTextEdit, ChangeAnnotation, PrepareRenameParams, PrepareRenamePlaceholder, RenameParams};
use lsp_server::ErrorCode;
use serde_json::{Value, json};

use super::answered;
use crate::ide::{self, Rename};
use crate::lsp::convert::{text_edit, workspace_edit};
use crate::lsp::pool::{Answer, error};
use crate::lsp::snapshot::Snapshot;

/// What the client calls the note that goes with changes of what travels.
const NOTE: &str = "travels";

pub(super) fn prepare(snapshot: &Snapshot, params: Value) -> Answer {
    answered(params, |params: PrepareRenameParams| {
        let at = params.text_document_position_params;
        let document = snapshot.document(&at.text_document)?;
        let places = snapshot.places();
        let offset = places.offset(document, at.position);
        let span = ide::prepare_rename(&snapshot.world, document, offset)
            .map_err(|why| error(ErrorCode::RequestFailed, why.to_string()))?;
        let placeholder = document.text()[span.range()].to_owned();
        Ok(PrepareRenamePlaceholder { range: places.range(document.path(), span), placeholder })
    })
}

pub(super) fn rename(snapshot: &Snapshot, params: Value) -> Answer {
    answered(params, |params: RenameParams| {
        let at = params.text_document_position_params;
        let document = snapshot.document(&at.text_document)?;
        let places = snapshot.places();
        let offset = places.offset(document, at.position);
        let Rename { edits, warning } = ide::rename(&snapshot.world, document, offset, &params.new_name)
            .map_err(|why| error(ErrorCode::RequestFailed, why.to_string()))?;
        let mut edit = workspace_edit(&places, &edits);
        if let Some(warning) = warning {
            match edit.document_changes.take().filter(|_| snapshot.features.change_annotations) {
                Some(_) => {
                    let changes = edits.iter().map(|(path, edits)| {
                        let annotated = edits.iter().map(|edit| AnnotatedTextEdit {
                            annotation_id: NOTE.to_owned(),
                            text_edit: text_edit(&places, path, edit),
                        });
                        json!({ "textDocument": places.versioned(path), "edits": annotated.collect::<Vec<_>>() })
                    });
                    let note = ChangeAnnotation {
                        label: capitalized(&warning),
                        needs_confirmation: Some(false),
                        description: None,
                    };
                    let notes = HashMap::from([(NOTE.to_owned(), note)]);
                    return Ok(json!({ "documentChanges": changes.collect::<Vec<_>>(), "changeAnnotations": notes }));
                }
                None => {
                    edit = workspace_edit(&places, &edits);
                    snapshot.tell(&capitalized(&warning));
                }
            }
        }
        Ok(json!(edit))
    })
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
