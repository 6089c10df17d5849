//! What can be written in a literal. The text is made whole at the place, and its tree then tells what type stands there.

use std::sync::Arc;

use super::context::{Context, Expected};
use super::items::Offer;
use super::{Completion, CompletionKind};
use crate::ast::{DefinitionKind, Field, TypeKind, Variant, docs_text};
use crate::ide::declared::{Declared, Node, has_annotation, wire_name};
use crate::ide::document::Document;
use crate::ide::known::{Known, Tagged, key_of_map, members, tag, tagged};
use crate::ide::literals::{self, Base, Entries};
use crate::ide::names::View;
use crate::ide::occurrence::{Occurrence, What};
use crate::ide::walk;
use crate::ide::world::World;
use crate::source::Edit;

/// Values, keys, or what a string can say, likelier things first.
pub(super) fn complete(world: &World, document: &Arc<Document>, context: &Context) -> Vec<Completion> {
    for closers in ["", &context.closers] {
        let Some(whole) = whole(document, context, closers) else { continue };
        let mut world = world.clone();
        let whole = world.insert(whole);
        let view = View::new(&world, &whole);
        let start = context.quoted.map_or(context.written.start, |quoted| quoted.start);
        let at_place = |occurrence: &Occurrence<'_>| {
            occurrence.span.start == start
                && matches!(occurrence.what, What::Value { .. } | What::Text { .. } | What::Key { .. })
        };
        let Some(occurrence) = walk::occurrences(&whole).into_iter().find(at_place) else { continue };
        let offer = Offer { view: &view, document, context };
        return match occurrence.what {
            What::Key { context, entries, .. } => match context.known(&view, &whole) {
                Some(known) => offer.keys(&known, entries, start),
                None => Vec::new(),
            },
            What::Value { context, .. } | What::Text { context, .. } => offer.values(&whole, &context),
            _ => Vec::new(),
        };
    }
    // What nobody can tell the type of.
    let offer = Offer { view: &View::new(world, document), document, context };
    if context.quoted.is_some() || matches!(context.expected, Expected::Key) { Vec::new() } else { offer.untyped() }
}

/// The document with something at the place that parses.
fn whole(document: &Document, context: &Context, closers: &str) -> Option<Document> {
    let text = document.text();
    let place = context.quoted.unwrap_or(context.written);
    let behind = text[place.end as usize..].trim_start();
    let filled = match (&context.expected, context.quoted) {
        // A key that has a value already.
        (Expected::Key, Some(quoted)) if behind.starts_with(':') => document.slice(quoted).to_owned(),
        (Expected::Key, _) if behind.starts_with(',') => "\"\": x".to_owned(),
        (Expected::Key, _) => "\"\": x,".to_owned(),
        (_, Some(_)) => "\"\"".to_owned(),
        (_, None) => "x".to_owned(),
    };
    let text = Edit::apply(text, [&Edit::new(place, filled + closers)]).ok()?;
    Some(Document::open(document.path(), text))
}

impl Offer<'_> {
    /// What a value can be whose type the place tells.
    fn values(&self, whole: &Arc<Document>, place: &literals::Context<'_>) -> Vec<Completion> {
        let is_quoted = self.context.quoted.is_some();
        let optional = matches!(place.base, Base::Type(ty) if matches!(ty.kind, TypeKind::Optional(_)));
        if optional && place.steps.is_empty() && self.context.is_default && !is_quoted {
            // An optional field takes no other default.
            return vec![self.literal("null")];
        }
        let holder = place.holder().and_then(|(holder, key)| Some((holder.known(self.view, whole)?, key)));
        if let Some((union, _)) = holder.filter(|(union, key)| tag(union) == Some(key)) {
            return self.variants(&union, |of, variant| self.quoted(&wire_name(of, Node::Variant(variant))));
        }
        let Some(known) = place.known(self.view, whole) else {
            return if is_quoted { Vec::new() } else { self.untyped() };
        };
        let is_enum = |known: &Known| matches!(definition(known), Some((_, DefinitionKind::Enum { .. })));
        match is_quoted {
            true if is_enum(&known) => self.variants(&known, |of, it| self.quoted(&wire_name(of, Node::Variant(it)))),
            true => Vec::new(),
            false => {
                let mut found = match &known {
                    Known::Declared(..) if is_enum(&known) => {
                        self.variants(&known, |of, variant| of.slice(variant.name.span).to_owned())
                    }
                    Known::Declared(..) => {
                        let start = tag(&known).map_or("{$1}".to_owned(), |tag| format!("{{\"{tag}\": \"$1\"}}"));
                        vec![self.literal("{}").snippet(start)]
                    }
                    Known::BuiltIn(of, ty) => {
                        self.of_built_in(of.slice(ty.span).split('<').next().unwrap_or_default().trim())
                    }
                };
                found.extend(self.constants());
                found
            }
        }
    }

    /// Literals of a built-in type.
    fn of_built_in(&self, name: &str) -> Vec<Completion> {
        match name {
            "bool" => ["true", "false"].map(|text| self.literal(text)).into(),
            "list" | "set" => vec![self.literal("[]")],
            "tuple" => vec![self.literal("[]").snippet("[$1]")],
            "map" => vec![self.literal("{}")],
            "duration" => vec![self.literal("5s")],
            name if name.contains("int") || name.contains("float") => vec![self.literal("0")],
            "string" | "bytes" | "decimal" | "uuid" | "timestamp" | "datetime" | "date" | "time" => {
                vec![self.literal("\"\"").snippet("\"$1\"")]
            }
            _ => Vec::new(),
        }
    }

    /// What may stand where nobody can tell the type.
    fn untyped(&self) -> Vec<Completion> {
        let words = ["true", "false", "null"].map(|text| self.literal(text));
        words.into_iter().chain(self.constants()).collect()
    }

    fn literal(&self, text: &str) -> Completion {
        self.named(text, CompletionKind::Value).rank(1)
    }

    /// The variants of an enum or a union.
    fn variants(&self, of: &Known, text: impl Fn(&Document, &Variant) -> String) -> Vec<Completion> {
        let Some((document, DefinitionKind::Enum { body, .. } | DefinitionKind::Union { body, .. })) = definition(of)
        else {
            return Vec::new();
        };
        let completion = |variant: &Variant| {
            let docs = docs_text(document.text(), &variant.head.docs);
            let plain = self.named(text(document, variant), CompletionKind::Variant).docs(docs).rank(1);
            Completion { deprecated: has_annotation(document, &variant.head, "deprecated"), ..plain }
        };
        body.variants.iter().map(completion).collect()
    }

    /// The keys that an object lacks.
    fn keys(&self, known: &Known, entries: &Entries, here: u32) -> Vec<Completion> {
        let is_there = |key: &str| entries.iter().any(|(name, _)| *name.value == *key && name.span.start != here);
        let mut found = match (known, tag(known), tagged(self.view, known, entries)) {
            (_, Some(_), Some(Tagged { tag: None, .. })) => vec![self.key("kind"), self.key("value")],
            (_, Some(_), Some(Tagged { tag: Some(tag), value: Known::Declared(of, record) })) => {
                std::iter::once(self.key(tag)).chain(self.members(&of, record)).collect()
            }
            (_, Some(tag), _) => vec![self.key(tag)],
            (Known::Declared(of, whole), ..) => self.members(of, *whole),
            (Known::BuiltIn(of, ty), ..) => match key_of_map(self.view, of, ty) {
                Some(keys) => self
                    .variants(&keys, |of, variant| wire_name(of, Node::Variant(variant)).into_owned())
                    .into_iter()
                    .map(|variant| Completion { docs: variant.docs.clone(), ..self.key(&variant.label) })
                    .collect(),
                None => Vec::new(),
            },
        };
        found.retain(|key| !is_there(&key.label));
        found
    }

    /// Keys for the fields of a record or an exception, or the parameters of a procedure; those that must be there come first.
    fn members(&self, of: &Document, whole: Declared) -> Vec<Completion> {
        let fields = members(of, whole).into_iter().filter_map(|member| match member.node(of)? {
            Node::Field(field) => Some(field),
            _ => None,
        });
        let key = |field: &Field| {
            let may_be_absent = field.default.is_some() || matches!(field.ty.kind, TypeKind::Optional(_));
            let docs = docs_text(of.text(), &field.head.docs);
            let plain = self.key(&wire_name(of, Node::Field(field))).detail(of.slice(field.ty.span)).docs(docs);
            let plain = plain.rank(if may_be_absent { 2 } else { 1 });
            Completion { deprecated: has_annotation(of, &field.head, "deprecated"), ..plain }
        };
        fields.map(key).collect()
    }

    fn key(&self, name: &str) -> Completion {
        let key = self.named(name, CompletionKind::Field).rank(1);
        match self.context.quoted {
            Some(_) => Completion { text: self.quoted(name), ..key },
            None => key.snippet(format!("{}: $1", json(name).replace('\\', "\\\\").replace('$', "\\$"))),
        }
    }

    /// A text where a string is expected, without its quotes where they stand already.
    fn quoted(&self, text: &str) -> String {
        let json = json(text);
        match self.context.quoted {
            Some(_) => json[1..json.len() - 1].to_owned(),
            None => json,
        }
    }
}

/// A text in quotes.
fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The definition of a type.
fn definition(known: &Known) -> Option<(&Document, &DefinitionKind)> {
    let Known::Declared(of, whole) = known else { return None };
    if whole.member.is_some() {
        return None;
    }
    Some((of, &of.tree().definitions.get(whole.definition)?.kind))
}
