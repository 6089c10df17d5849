use gen_lsp_types::{
    BaseSymbolInformation, DocumentSymbol, DocumentSymbolParams, SymbolInformation, SymbolKind, SymbolTag,
    WorkspaceSymbolParams,
};
use serde_json::{Value, json};

use super::answered;
use crate::ide;
use crate::lsp::pool::Answer;
use crate::lsp::snapshot::{Places, Snapshot};

pub(super) fn of_document(snapshot: &Snapshot, params: Value) -> Answer {
    answered(params, |params: DocumentSymbolParams| {
        let document = snapshot.document(&params.text_document)?;
        let places = snapshot.places();
        let found = ide::document_symbols(document);
        if snapshot.features.symbol_trees {
            return Ok(json!(found.iter().map(|symbol| tree(&places, symbol)).collect::<Vec<_>>()));
        }
        let all = found.iter().flat_map(|symbol| std::iter::once(symbol).chain(&symbol.children));
        Ok(json!(all.map(|symbol| flat(&places, symbol)).collect::<Vec<_>>()))
    })
}

pub(super) fn of_workspace(snapshot: &Snapshot, params: Value) -> Answer {
    answered(params, |params: WorkspaceSymbolParams| {
        let places = snapshot.places();
        let found = ide::workspace_symbols(&snapshot.world, &params.query);
        Ok(found.iter().map(|symbol| flat(&places, symbol)).collect::<Vec<_>>())
    })
}

#[expect(deprecated, reason = "the field is there all the same")]
fn tree(places: &Places<'_>, symbol: &ide::Symbol) -> DocumentSymbol {
    let children: Vec<_> = symbol.children.iter().map(|child| tree(places, child)).collect();
    DocumentSymbol {
        name: symbol.name.clone(),
        detail: (!symbol.detail.is_empty()).then(|| symbol.detail.clone()),
        kind: kind(symbol.kind),
        tags: symbol.deprecated.then(|| vec![SymbolTag::Deprecated]),
        deprecated: None,
        range: places.range(&symbol.path, symbol.whole),
        selection_range: places.range(&symbol.path, symbol.name_span),
        children: (!children.is_empty()).then_some(children),
    }
}

#[expect(deprecated, reason = "the field is there all the same")]
fn flat(places: &Places<'_>, symbol: &ide::Symbol) -> SymbolInformation {
    SymbolInformation {
        deprecated: None,
        location: places.location(&symbol.path, symbol.name_span),
        base_symbol_information: BaseSymbolInformation {
            name: symbol.name.clone(),
            kind: kind(symbol.kind),
            tags: symbol.deprecated.then(|| vec![SymbolTag::Deprecated]),
            container_name: Some(symbol.container.clone()),
        },
    }
}

fn kind(kind: ide::SymbolKind) -> SymbolKind {
    match kind {
        ide::SymbolKind::Record => SymbolKind::Struct,
        ide::SymbolKind::Enum | ide::SymbolKind::Union => SymbolKind::Enum,
        ide::SymbolKind::Alias => SymbolKind::TypeParameter,
        ide::SymbolKind::Constant => SymbolKind::Constant,
        ide::SymbolKind::Exception => SymbolKind::Class,
        ide::SymbolKind::Service => SymbolKind::Interface,
        ide::SymbolKind::Field => SymbolKind::Field,
        ide::SymbolKind::Variant => SymbolKind::EnumMember,
        ide::SymbolKind::Procedure => SymbolKind::Method,
        ide::SymbolKind::Topic => SymbolKind::Event,
    }
}
