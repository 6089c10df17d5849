use std::path::PathBuf;

use super::declared::{self, Declared, Member, Node, has_annotation};
use super::document::Document;
use super::hover::signature;
use super::standard::is_standard;
use super::world::World;
use crate::ast::DefinitionKind;
use crate::source::Span;

/// So many symbols of a workspace are an answer; who looks for one types more of its name.
const MOST: usize = 1_000;

/// A definition or a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// Its type or signature, in a few words.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Whether it is marked so.
    pub deprecated: bool,
    /// The file, by identity.
    pub path: PathBuf,
    /// What holds it: a definition's name, or a namespace.
    pub container: String,
    /// The whole, docs and annotations included.
    pub whole: Span,
    /// Its name's place.
    pub name_span: Span,
    /// What is in it.
    pub children: Vec<Symbol>,
}

/// What a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the language's construct of that name")]
pub enum SymbolKind {
    Record,
    Enum,
    Union,
    Alias,
    Constant,
    Exception,
    Service,
    Field,
    Variant,
    Procedure,
    Topic,
}

/// The definitions of a document, with their members in them.
#[must_use]
pub fn document_symbols(document: &Document) -> Vec<Symbol> {
    let mut all: Vec<Symbol> = Vec::new();
    for found in declared::all(document) {
        let Some(symbol) = symbol(document, found) else { continue };
        match (found.member, all.last_mut()) {
            (None, _) | (_, None) => all.push(symbol),
            // The signature tells parameters and results.
            (Some(Member::Parameter(..) | Member::Result(..)), _) => {}
            (Some(_), Some(last)) => last.children.push(symbol),
        }
    }
    all
}

/// Definitions and members whose names hold the letters of a query in their order, the nearest first.
#[must_use]
pub fn workspace_symbols(world: &World, query: &str) -> Vec<Symbol> {
    let query = query.to_ascii_lowercase();
    let mut found: Vec<(usize, Symbol)> = Vec::new();
    for document in world.documents().filter(|document| !is_standard(document.path())) {
        for declared in declared::all(document) {
            if matches!(declared.member, Some(Member::Parameter(..) | Member::Result(..))) {
                continue;
            }
            let Some(node) = declared.node(document) else { continue };
            let Some(rank) = rank(document.slice(node.name().span), &query) else { continue };
            // An empty query means definitions: of members there are too many.
            if query.is_empty() && declared.member.is_some() {
                continue;
            }
            found.extend(symbol(document, declared).map(|symbol| (rank, symbol)));
        }
    }
    found.sort_by(|(a_rank, a), (b_rank, b)| {
        a_rank
            .cmp(b_rank)
            .then_with(|| a.name.cmp(&b.name))
            .then_with(|| a.path.cmp(&b.path))
            .then_with(|| a.name_span.cmp(&b.name_span))
    });
    found.truncate(MOST);
    found.into_iter().map(|(_, symbol)| symbol).collect()
}

/// How near a name is to a query in lower case; nothing where it does not hold its letters.
fn rank(name: &str, query: &str) -> Option<usize> {
    let lower = name.to_ascii_lowercase();
    if lower.starts_with(query) {
        return Some(name.len() - query.len());
    }
    let mut letters = lower.chars();
    query.chars().all(|wanted| letters.any(|letter| letter == wanted)).then(|| 1_000 + name.len())
}

fn symbol(document: &Document, declared: Declared) -> Option<Symbol> {
    let node = declared.node(document)?;
    let name = document.slice(node.name().span).to_owned();
    let container = match declared.member {
        None => document.namespace().to_owned(),
        Some(_) => document.slice(Declared::of_definition(declared.definition).node(document)?.name().span).to_owned(),
    };
    let kind = match (declared.member, node) {
        (None, Node::Definition(definition)) => match &definition.kind {
            DefinitionKind::Record(_) => SymbolKind::Record,
            DefinitionKind::Enum { .. } => SymbolKind::Enum,
            DefinitionKind::Union { .. } => SymbolKind::Union,
            DefinitionKind::Alias(_) => SymbolKind::Alias,
            DefinitionKind::Const { .. } => SymbolKind::Constant,
            DefinitionKind::Exception(_) => SymbolKind::Exception,
            DefinitionKind::Service(_) => SymbolKind::Service,
        },
        (Some(Member::Variant(_)), _) => SymbolKind::Variant,
        (Some(Member::Procedure(_)), _) => SymbolKind::Procedure,
        (Some(Member::Topic(_)), _) => SymbolKind::Topic,
        _ => SymbolKind::Field,
    };
    let detail = match (kind, node.ty()) {
        (SymbolKind::Procedure, _) => {
            let written = signature(document, declared, node);
            written.find('(').map(|at| written[at..].to_owned()).unwrap_or_default()
        }
        (_, Some(ty)) => document.slice(ty.span).to_owned(),
        (_, None) => String::new(),
    };
    Some(Symbol {
        name,
        detail,
        kind,
        deprecated: has_annotation(document, node.head(), "deprecated"),
        path: document.path().to_path_buf(),
        container,
        whole: node.span(),
        name_span: node.name().span,
        children: Vec::new(),
    })
}
