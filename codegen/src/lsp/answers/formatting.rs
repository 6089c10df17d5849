use gen_lsp_types::{DocumentFormattingParams, DocumentRangeFormattingParams};
use lsp_server::{ErrorCode, ResponseError};
use serde_json::Value;

use super::answered;
use crate::format::Unparsable;
use crate::ide::{self, Document};
use crate::lsp::convert::text_edit;
use crate::lsp::pool::{Answer, error};
use crate::lsp::snapshot::{Places, Snapshot};
use crate::source::Edit;

pub(super) fn whole(snapshot: &Snapshot, params: Value) -> Answer {
    answered(params, |params: DocumentFormattingParams| {
        let document = snapshot.document(&params.text_document)?;
        edits(&snapshot.places(), document, ide::format_document(document))
    })
}

pub(super) fn range(snapshot: &Snapshot, params: Value) -> Answer {
    answered(params, |params: DocumentRangeFormattingParams| {
        let document = snapshot.document(&params.text_document)?;
        let places = snapshot.places();
        let span = places.lines(document.path()).span(params.range);
        edits(&places, document, ide::format_span(document, span))
    })
}

fn edits(
    places: &Places<'_>,
    document: &Document,
    edits: Result<Vec<Edit>, Unparsable>,
) -> Result<Vec<gen_lsp_types::TextEdit>, ResponseError> {
    let edits = edits.map_err(|why| error(ErrorCode::RequestFailed, format!("nothing was formatted: {why}")))?;
    Ok(edits.iter().map(|edit| text_edit(places, document.path(), edit)).collect())
}
