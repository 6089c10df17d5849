use gen_lsp_types::{
    FoldingRange, FoldingRangeKind, FoldingRangeParams, InlayHint, InlayHintParams, SelectionRange,
    SelectionRangeParams, SemanticTokensParams, SemanticTokensRangeParams,
};
use serde_json::{Value, json};

use super::answered;
use crate::ide::{self, Document, FoldKind};
use crate::lsp::convert::markdown;
use crate::lsp::pool::Answer;
use crate::lsp::snapshot::{Places, Snapshot};
use crate::source::Span;
use std::sync::Arc;

pub(super) fn tokens(snapshot: &Snapshot, params: Value) -> Answer {
    answered(params, |params: SemanticTokensParams| {
        let document = snapshot.document(&params.text_document)?;
        let whole = Span::new(0, document.text().len() as u32);
        Ok(tokens_within(&snapshot.places(), document, whole))
    })
}

pub(super) fn tokens_in_range(snapshot: &Snapshot, params: Value) -> Answer {
    answered(params, |params: SemanticTokensRangeParams| {
        let document = snapshot.document(&params.text_document)?;
        let places = snapshot.places();
        let span = places.lines(document.path()).span(params.range);
        Ok(tokens_within(&places, document, span))
    })
}

/// Five numbers a token: lines and columns from the one before, length, kind, modifiers.
fn tokens_within(places: &Places<'_>, document: &Arc<Document>, within: Span) -> Value {
    let lines = places.lines(document.path());
    let mut data: Vec<u32> = Vec::new();
    let (mut line, mut column) = (0, 0);
    for token in ide::tokens(&places.snapshot.world, document, within) {
        let at = lines.position(token.span.start);
        let from = if at.line == line { column } else { 0 };
        data.extend([at.line - line, at.character - from, lines.length(token.span), token.kind, token.modifiers]);
        (line, column) = (at.line, at.character);
    }
    json!({ "data": data })
}

pub(super) fn folds(snapshot: &Snapshot, params: Value) -> Answer {
    answered(params, |params: FoldingRangeParams| {
        let document = snapshot.document(&params.text_document)?;
        let lines = snapshot.places().lines(document.path());
        let fold = |fold: ide::Fold| {
            let range = lines.range(fold.span);
            // The line with the bracket that closes stays in sight.
            let end_line = if fold.kind == FoldKind::Body { range.end.line - 1 } else { range.end.line };
            let kind = match fold.kind {
                FoldKind::Body => None,
                FoldKind::Comment => Some(FoldingRangeKind::Comment),
                FoldKind::Imports => Some(FoldingRangeKind::Imports),
            };
            (end_line > range.start.line).then(|| FoldingRange {
                start_line: range.start.line,
                end_line,
                kind,
                ..FoldingRange::default()
            })
        };
        Ok(ide::folds(document).into_iter().filter_map(fold).collect::<Vec<_>>())
    })
}

pub(super) fn selections(snapshot: &Snapshot, params: Value) -> Answer {
    answered(params, |params: SelectionRangeParams| {
        let document = snapshot.document(&params.text_document)?;
        let lines = snapshot.places().lines(document.path());
        let nested = |position| {
            let spans = ide::selection(document, lines.offset(position));
            let outward = spans.into_iter().rev();
            let all = outward.fold(None, |parent: Option<Box<SelectionRange>>, span| {
                Some(Box::new(SelectionRange { range: lines.range(span), parent }))
            });
            // An empty file holds nothing but its beginning.
            all.map_or_else(
                || SelectionRange { range: gen_lsp_types::Range::new(position, position), parent: None },
                |all| *all,
            )
        };
        Ok(params.positions.into_iter().map(nested).collect::<Vec<_>>())
    })
}

pub(super) fn hints(snapshot: &Snapshot, params: Value) -> Answer {
    answered(params, |params: InlayHintParams| {
        let document = snapshot.document(&params.text_document)?;
        let lines = snapshot.places().lines(document.path());
        let hint = |hint: ide::Hint| InlayHint {
            position: lines.position(hint.at),
            label: hint.label.into(),
            kind: None,
            text_edits: None,
            tooltip: Some(markdown(hint.tooltip).into()),
            padding_left: Some(true),
            padding_right: None,
            data: None,
        };
        Ok(ide::hints(document, lines.span(params.range)).into_iter().map(hint).collect::<Vec<_>>())
    })
}
