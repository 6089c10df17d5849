//! What a name in a document leads to.

use std::sync::Arc;

use super::declared::{self, Declared, Member, Node, wire_name};
use super::document::Document;
use super::known::{Known, key_of_map, member_of_key, tag};
use super::names::View;
use super::occurrence::{Occurrence, What};
use crate::ast::{DefinitionKind, Variant};

/// What a name stands for.
#[derive(Clone, Debug)]
pub(super) enum Target {
    /// A definition or a member.
    Declared(Arc<Document>, Declared),
    /// A whole file.
    File(Arc<Document>),
    /// A namespace, by name, as a document sees it.
    Namespace(String),
    /// An import's other name, in the document that is asked about.
    Alias(usize),
    /// A built-in type.
    BuiltIn(String),
    /// An annotation.
    Annotation(String),
}

impl View<'_> {
    /// What an occurrence stands for.
    pub(super) fn target(&self, document: &Arc<Document>, occurrence: &Occurrence<'_>) -> Option<Target> {
        let definition = |(document, index)| Target::Declared(document, Declared::of_definition(index));
        match &occurrence.what {
            What::Namespace => Some(Target::Namespace(document.namespace().to_owned())),
            What::ImportPath(import) => self.imported(document, *import).map(Target::File),
            What::ImportAlias(import) => Some(Target::Alias(*import)),
            What::Declaration(declared) => Some(Target::Declared(Arc::clone(document), *declared)),
            What::Generic => Some(Target::BuiltIn(document.slice(occurrence.span).to_owned())),
            What::Annotation(annotation) => Some(Target::Annotation(document.slice(annotation.name.span).to_owned())),
            What::Type(path) => {
                let text = document.slice(path.span);
                match self.find(document, text, |_| true) {
                    Some(found) => Some(definition(found)),
                    None => {
                        crate::resolve::vocabulary::types().contains(&text).then(|| Target::BuiltIn(text.to_owned()))
                    }
                }
            }
            What::Exception(path) => self
                .find(document, document.slice(path.span), |kind| matches!(kind, DefinitionKind::Exception(_)))
                .map(definition),
            What::Value { path, context } => {
                let name = document.slice(path.span);
                let is_called = |of: &Document, it: &Variant| of.slice(it.name.span) == name;
                let variant = context.known(self, document).and_then(|known| variant(&known, is_called));
                variant.or_else(|| {
                    self.find(document, name, |kind| matches!(kind, DefinitionKind::Const { .. })).map(definition)
                })
            }
            What::Key { context, key, entries } => match context.known(self, document)? {
                Known::Declared(of, whole) => {
                    let (of, member) = member_of_key(self, &of, whole, &key.value, entries)?;
                    Some(Target::Declared(of, member))
                }
                Known::BuiltIn(of, ty) => {
                    variant(&key_of_map(self, &of, &ty)?, |of, it| *wire_name(of, Node::Variant(it)) == *key.value)
                }
            },
            What::Text { context, text } => {
                let travels_so = |of: &Document, it: &Variant| wire_name(of, Node::Variant(it)) == *text;
                let (union, key) = match context.holder() {
                    Some((holder, key)) => (holder.known(self, document), key),
                    None => (None, ""),
                };
                match union.filter(|union| tag(union) == Some(key)) {
                    Some(union) => variant(&union, travels_so),
                    None => context.known(self, document).and_then(|known| variant(&known, travels_so)),
                }
            }
        }
    }
}

/// The first variant of an enum or a union that is meant.
fn variant(known: &Known, is_meant: impl Fn(&Document, &Variant) -> bool) -> Option<Target> {
    let Known::Declared(of, whole) = known else { return None };
    let body = declared::variants(of.tree().definitions.get(whole.definition)?)?;
    let index = body.variants.iter().position(|variant| is_meant(of, variant))?;
    Some(Target::Declared(Arc::clone(of), whole.member(Member::Variant(index))))
}
