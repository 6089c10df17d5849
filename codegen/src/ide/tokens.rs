use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::declared::{Declared, Member, Node, has_annotation};
use super::document::Document;
use super::names::View;
use super::occurrence::What;
use super::target::Target;
use super::walk;
use super::world::World;
use crate::ast::DefinitionKind;
use crate::source::Span;
use crate::syntax::{LexemeKind, lexemes};

/// The kinds of tokens, by their places here.
pub const TYPES: &[&str] = &[
    "keyword",
    "comment",
    "string",
    "number",
    "operator",
    "namespace",
    "type",
    "struct",
    "enum",
    "enumMember",
    "interface",
    "method",
    "event",
    "property",
    "parameter",
    "variable",
    "class",
    "decorator",
];

/// What can be said of a token beside its kind: a bit for each place here.
pub const MODIFIERS: &[&str] = &["declaration", "documentation", "deprecated", "defaultLibrary", "readonly"];

/// A stretch of text that is coloured; it ends on the line on which it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its place.
    pub span: Span,
    /// Its kind: a place in [`TYPES`].
    pub kind: u32,
    /// A bit for each place in [`MODIFIERS`].
    pub modifiers: u32,
}

const DECLARATION: u32 = 1;
const DOCUMENTATION: u32 = 2;
const DEPRECATED: u32 = 4;
const DEFAULT_LIBRARY: u32 = 8;
const READONLY: u32 = 16;

/// The tokens that touch a span, in order.
#[must_use]
pub fn tokens(world: &World, document: &Arc<Document>, within: Span) -> Vec<Token> {
    let view = View::new(world, document);
    let mut names: FxHashMap<u32, (u32, Token)> = FxHashMap::default();
    for occurrence in walk::occurrences(document) {
        if occurrence.span.end < within.start || occurrence.span.start > within.end {
            continue;
        }
        if let Some((kind, modifiers)) = named(&view, document, &occurrence) {
            let token = Token { span: occurrence.span, kind: kind_of(kind), modifiers };
            names.insert(occurrence.span.start, (occurrence.span.end, token));
        }
    }
    let text = document.text();
    let mut found = Vec::new();
    let mut behind = 0;
    for lexeme in lexemes(text) {
        let span = lexeme.span;
        if span.end < within.start || span.start < behind {
            continue;
        }
        if span.start > within.end {
            break;
        }
        if let Some((end, token)) = names.get(&span.start) {
            split_path(text, *token, &mut found);
            behind = *end;
            continue;
        }
        let (kind, modifiers) = match lexeme.kind {
            LexemeKind::LineComment | LexemeKind::BlockComment | LexemeKind::UnclosedComment => ("comment", 0),
            LexemeKind::Doc | LexemeKind::FileDoc => ("comment", DOCUMENTATION),
            LexemeKind::String | LexemeKind::UnclosedString => ("string", 0),
            LexemeKind::Number => ("number", 0),
            LexemeKind::Arrow | LexemeKind::Dots | LexemeKind::Mark(b'?' | b'=') => ("operator", 0),
            LexemeKind::Mark(b'@') => ("decorator", 0),
            LexemeKind::Word => ("keyword", 0),
            _ => continue,
        };
        lines(text, Token { span, kind: kind_of(kind), modifiers }, &mut found);
    }
    found
}

fn kind_of(name: &str) -> u32 {
    TYPES.iter().position(|known| *known == name).unwrap_or_default() as u32
}

fn named(
    view: &View<'_>,
    document: &Arc<Document>,
    occurrence: &super::occurrence::Occurrence<'_>,
) -> Option<(&'static str, u32)> {
    match &occurrence.what {
        What::Namespace | What::ImportAlias(_) => Some(("namespace", DECLARATION)),
        What::ImportPath(_) => None,
        What::Generic => Some(("type", DEFAULT_LIBRARY)),
        What::Annotation(_) => Some(("decorator", 0)),
        What::Key { .. } => Some(("property", 0)),
        What::Text { .. } => None,
        What::Declaration(declared) => Some(of_declared(document, *declared, DECLARATION)),
        What::Type(_) | What::Exception(_) | What::Value { .. } => match view.target(document, occurrence) {
            Some(Target::Declared(of, declared)) => Some(of_declared(&of, declared, 0)),
            Some(Target::BuiltIn(_)) => Some(("type", DEFAULT_LIBRARY)),
            // Unknown names, and `true`, `false`, `null`, which are none.
            _ => match &occurrence.what {
                What::Type(_) => Some(("type", 0)),
                What::Exception(_) => Some(("class", 0)),
                _ => Some(("variable", READONLY)),
            },
        },
    }
}

fn of_declared(document: &Document, declared: Declared, modifiers: u32) -> (&'static str, u32) {
    let Some(node) = declared.node(document) else { return ("variable", modifiers) };
    let deprecated = if has_annotation(document, node.head(), "deprecated") { DEPRECATED } else { 0 };
    let (kind, more) = match (declared.member, node) {
        (Some(Member::Field(_) | Member::Result(..)), _) => ("property", 0),
        (Some(Member::Parameter(..)), _) => ("parameter", 0),
        (Some(Member::Variant(_)), _) => ("enumMember", 0),
        (Some(Member::Procedure(_)), _) => ("method", 0),
        (Some(Member::Topic(_)), _) => ("event", 0),
        (None, Node::Definition(definition)) => match &definition.kind {
            DefinitionKind::Record(_) => ("struct", 0),
            DefinitionKind::Enum { .. } | DefinitionKind::Union { .. } => ("enum", 0),
            DefinitionKind::Alias(_) => ("type", 0),
            DefinitionKind::Const { .. } => ("variable", READONLY),
            DefinitionKind::Exception(_) => ("class", 0),
            DefinitionKind::Service(_) => ("interface", 0),
        },
        (None, _) => ("variable", 0),
    };
    (kind, modifiers | deprecated | more)
}

/// `common.Person`: a namespace, and a type.
fn split_path(text: &str, token: Token, found: &mut Vec<Token>) {
    let written = &text[token.span.range()];
    let is_path = !["namespace", "decorator", "property"].map(kind_of).contains(&token.kind);
    let dotted = written.rfind('.').filter(|_| is_path);
    match dotted {
        Some(dot) => {
            let dot = token.span.start + dot as u32;
            found.push(Token { span: Span::new(token.span.start, dot), kind: kind_of("namespace"), modifiers: 0 });
            found.push(Token { span: Span::new(dot + 1, token.span.end), ..token });
        }
        None => found.push(token),
    }
}

/// A token of several lines, a token a line.
fn lines(text: &str, token: Token, found: &mut Vec<Token>) {
    let mut start = token.span.start;
    for line in text[token.span.range()].split_inclusive(['\n', '\r']) {
        let written = line.trim_end_matches(['\n', '\r']);
        if !written.is_empty() {
            found.push(Token { span: Span::new(start, start + written.len() as u32), ..token });
        }
        start += line.len() as u32;
    }
}
