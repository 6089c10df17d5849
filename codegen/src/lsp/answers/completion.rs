use gen_lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemTag, CompletionList, CompletionParams, InsertTextFormat, TextEdit,
};
use serde_json::Value;

use super::answered;
use crate::ide::{self, Completion, CompletionKind};
use crate::lsp::convert::markdown;
use crate::lsp::pool::Answer;
use crate::lsp::snapshot::Snapshot;

pub(super) fn completion(snapshot: &Snapshot, params: Value) -> Answer {
    answered(params, |params: CompletionParams| {
        let at = params.text_document_position_params;
        let document = snapshot.document(&at.text_document)?;
        let places = snapshot.places();
        let lines = places.lines(document.path());
        let offset = lines.offset(at.position);
        let item = |(index, found): (usize, Completion)| {
            let snippet = found.snippet && snapshot.features.snippets;
            let text = if found.snippet && !snippet { plain(&found.text) } else { found.text };
            let edits: Vec<_> = found
                .edits
                .into_iter()
                .map(|edit| TextEdit { range: lines.range(edit.span), new_text: edit.text })
                .collect();
            CompletionItem {
                label: found.label,
                kind: Some(kind(found.kind)),
                tags: found.deprecated.then(|| vec![CompletionItemTag::Deprecated]),
                detail: (!found.detail.is_empty()).then_some(found.detail),
                documentation: (!found.docs.is_empty()).then(|| markdown(found.docs).into()),
                sort_text: Some(format!("{}{index:05}", found.rank)),
                insert_text_format: snippet.then_some(InsertTextFormat::Snippet),
                text_edit: Some(TextEdit { range: lines.range(found.replaces), new_text: text }.into()),
                additional_text_edits: (!edits.is_empty()).then_some(edits),
                ..CompletionItem::default()
            }
        };
        let found = ide::complete(&snapshot.world, document, offset);
        // Names that are not imported are offered by what is written of them.
        let items = found.into_iter().enumerate().map(item).collect();
        Ok(CompletionList { is_incomplete: true, items, ..CompletionList::default() })
    })
}

/// A snippet without its places: up to the first of them, the text that stands there aside.
fn plain(snippet: &str) -> String {
    let mut text = String::new();
    let mut rest = snippet;
    while let Some((before, behind)) = rest.split_once(['$', '\\']) {
        text.push_str(before);
        if rest.as_bytes()[before.len()] == b'\\' {
            let mut letters = behind.chars();
            text.extend(letters.next());
            rest = letters.as_str();
            continue;
        }
        match behind.strip_prefix('{').and_then(|place| place.split_once('}')) {
            Some((place, behind)) => {
                text.push_str(place.split_once(':').map_or("", |(_, default)| default));
                rest = behind;
            }
            None => rest = behind.trim_start_matches(|character: char| character.is_ascii_digit()),
        }
    }
    text.push_str(rest);
    text
}

fn kind(kind: CompletionKind) -> CompletionItemKind {
    match kind {
        CompletionKind::Keyword => CompletionItemKind::Keyword,
        CompletionKind::Snippet => CompletionItemKind::Snippet,
        CompletionKind::BuiltIn | CompletionKind::Alias => CompletionItemKind::TypeParameter,
        CompletionKind::Record => CompletionItemKind::Struct,
        CompletionKind::Enum | CompletionKind::Union => CompletionItemKind::Enum,
        CompletionKind::Constant => CompletionItemKind::Constant,
        CompletionKind::Exception => CompletionItemKind::Class,
        CompletionKind::Variant => CompletionItemKind::EnumMember,
        CompletionKind::Field => CompletionItemKind::Field,
        CompletionKind::Value => CompletionItemKind::Value,
        CompletionKind::Annotation => CompletionItemKind::Property,
        CompletionKind::File => CompletionItemKind::File,
        CompletionKind::Namespace => CompletionItemKind::Module,
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_snippet_is_text_without_its_places() {
        assert_eq!(plain("record ${1:Name} {\n    $0\n}"), "record Name {\n    \n}");
        assert_eq!(plain("list<$1>$0"), "list<>");
        assert_eq!(plain(r#""a\$b\\c": $1"#), r#""a$b\c": "#);
    }
}
