//! What can be written at a place.

mod context;
mod items;
mod keywords;
mod literal;

use std::sync::Arc;

use super::document::Document;
use super::names::View;
use super::world::World;
use crate::source::{Edit, Span};
use context::{Context, Expected};

pub(super) use items::{import_edit, visible_name};

/// Something that can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What is shown.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// Its type or origin, in a few words.
    pub detail: String,
    /// Markdown.
    pub docs: String,
    /// What it replaces: what is written of it already.
    pub replaces: Span,
    /// What is written. Where `snippet` says so, `$1` and `${1:text}` are places to go on typing at.
    pub text: String,
    /// Whether the text has such places.
    pub snippet: bool,
    /// What else changes: an import that is added.
    pub edits: Vec<Edit>,
    /// Whether it is marked so.
    pub deprecated: bool,
    /// The likelier it is, the smaller.
    pub rank: u8,
}

/// What a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is what its name says")]
pub enum CompletionKind {
    Keyword,
    Snippet,
    BuiltIn,
    Record,
    Enum,
    Union,
    Alias,
    Constant,
    Exception,
    Variant,
    Field,
    Value,
    Annotation,
    File,
    Namespace,
}

impl Completion {
    fn new(label: impl Into<String>, kind: CompletionKind, replaces: Span) -> Self {
        let label = label.into();
        Self {
            text: label.clone(),
            label,
            kind,
            detail: String::new(),
            docs: String::new(),
            replaces,
            snippet: false,
            edits: Vec::new(),
            deprecated: false,
            rank: 5,
        }
    }

    fn snippet(self, text: impl Into<String>) -> Self {
        Self { text: text.into(), snippet: true, ..self }
    }

    fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    fn docs(self, docs: impl Into<String>) -> Self {
        Self { docs: docs.into(), ..self }
    }

    fn rank(self, rank: u8) -> Self {
        Self { rank, ..self }
    }
}

/// What can be written at an offset, likelier things first.
#[must_use]
pub fn complete(world: &World, document: &Arc<Document>, offset: u32) -> Vec<Completion> {
    let context = context::at(document, offset);
    let view = View::new(world, document);
    let offer = items::Offer { view: &view, document, context: &context };
    let mut found = match &context.expected {
        Expected::Nothing => Vec::new(),
        Expected::Keywords(keywords) => keywords::keywords(document, &context, keywords),
        Expected::Annotation(place) => keywords::annotations(&context, *place),
        Expected::Type => offer.types(),
        Expected::TypeOrStream => {
            let mut found = keywords::keywords(document, &context, &["stream"]);
            found.extend(offer.types());
            found
        }
        Expected::Exception => offer.exceptions(),
        Expected::Value | Expected::Key => literal::complete(world, document, &context),
        Expected::Constant => offer.constants(),
        Expected::Import => offer.imports(),
    };
    found.sort_by(|a, b| a.rank.cmp(&b.rank).then_with(|| a.label.cmp(&b.label)));
    found
}

impl Context {
    /// What is written already, without what stands before its last dot.
    fn prefix<'d>(&self, document: &'d Document) -> (&'d str, &'d str) {
        let written = document.slice(self.written);
        written.rsplit_once('.').map_or(("", written), |(namespace, name)| (namespace, name))
    }
}
