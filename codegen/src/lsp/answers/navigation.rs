use gen_lsp_types::{
    DefinitionParams, DocumentHighlight, DocumentHighlightParams, DocumentLink, DocumentLinkParams, Hover, HoverParams,
    LocationLink, ReferenceParams,
};
use serde_json::{Value, json};

use super::answered;
use crate::ide;
use crate::lsp::convert::markdown;
use crate::lsp::pool::Answer;
use crate::lsp::snapshot::Snapshot;

pub(super) fn hover(snapshot: &Snapshot, params: Value) -> Answer {
    answered(params, |params: HoverParams| {
        let at = params.text_document_position_params;
        let document = snapshot.document(&at.text_document)?;
        let places = snapshot.places();
        let offset = places.offset(document, at.position);
        let found = ide::hover(&snapshot.world, document, offset, snapshot.problems_of(document.path()));
        Ok(found.map(|found| Hover {
            contents: markdown(found.text).into(),
            range: Some(places.range(document.path(), found.span)),
        }))
    })
}

pub(super) fn definition(snapshot: &Snapshot, params: Value) -> Answer {
    answered(params, |params: DefinitionParams| {
        let at = params.text_document_position_params;
        let document = snapshot.document(&at.text_document)?;
        let places = snapshot.places();
        let found = ide::definition(&snapshot.world, document, places.offset(document, at.position));
        if !snapshot.features.location_links {
            let locations: Vec<_> = found.iter().map(|place| places.location(&place.path, place.name)).collect();
            return Ok(json!(locations));
        }
        let link = |place: &ide::Place| LocationLink {
            origin_selection_range: None,
            target_uri: places.uri(&place.path),
            target_range: places.range(&place.path, place.whole),
            target_selection_range: places.range(&place.path, place.name),
        };
        Ok(json!(found.iter().map(link).collect::<Vec<_>>()))
    })
}

pub(super) fn references(snapshot: &Snapshot, params: Value) -> Answer {
    answered(params, |params: ReferenceParams| {
        let at = params.text_document_position_params;
        let document = snapshot.document(&at.text_document)?;
        let places = snapshot.places();
        let offset = places.offset(document, at.position);
        let mut found = ide::references(&snapshot.world, document, offset);
        if !params.context.include_declaration {
            let declared = ide::definition(&snapshot.world, document, offset);
            found.retain(|place| !declared.iter().any(|other| other.path == place.path && other.name == place.name));
        }
        Ok(found.iter().map(|place| places.location(&place.path, place.name)).collect::<Vec<_>>())
    })
}

pub(super) fn highlights(snapshot: &Snapshot, params: Value) -> Answer {
    answered(params, |params: DocumentHighlightParams| {
        let at = params.text_document_position_params;
        let document = snapshot.document(&at.text_document)?;
        let places = snapshot.places();
        let found = ide::highlights(&snapshot.world, document, places.offset(document, at.position));
        let highlight = |span| DocumentHighlight { range: places.range(document.path(), span), kind: None };
        Ok(found.into_iter().map(highlight).collect::<Vec<_>>())
    })
}

pub(super) fn links(snapshot: &Snapshot, params: Value) -> Answer {
    answered(params, |params: DocumentLinkParams| {
        let document = snapshot.document(&params.text_document)?;
        let places = snapshot.places();
        let link = |link: ide::Link| DocumentLink {
            range: places.range(document.path(), link.span),
            target: Some(places.uri(&link.target)),
            tooltip: None,
            data: None,
        };
        Ok(ide::links(&snapshot.world, document).into_iter().map(link).collect::<Vec<_>>())
    })
}
