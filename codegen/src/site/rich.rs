//! Texts in which names lead to what they name.

use super::places::{Places, Thing};
use crate::model::{NamespaceId, Type, TypeId};

/// A piece of text, perhaps a link within the site.
#[derive(Clone, Debug, Default)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) href: Option<String>,
}

/// Text with links.
#[derive(Clone, Debug, Default)]
pub(super) struct Rich(pub(super) Vec<Span>);

impl Rich {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self(vec![Span { text: text.into(), href: None }])
    }

    pub(super) fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self(vec![Span { text: text.into(), href: Some(href.into()) }])
    }

    pub(super) fn push(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Span { text: last, href: None }) => last.push_str(text),
            _ => self.0.push(Span { text: text.to_owned(), href: None }),
        }
    }

    pub(super) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

impl Places<'_> {
    /// A type as it is written, its names short within their own namespace.
    pub(super) fn ty(&self, id: TypeId, here: NamespaceId) -> Rich {
        let mut rich = Rich::default();
        self.push_type(&mut rich, id, here);
        rich
    }

    /// The name of a thing that leads to it.
    pub(super) fn name(&self, thing: Thing, here: NamespaceId) -> Rich {
        let is_near = self.namespace_of(thing) == here && !matches!(thing, Thing::Procedure(_) | Thing::Topic(_));
        let name = if is_near { self.meta(thing).name.to_string() } else { self.full_name(thing) };
        Rich::link(name, self.href(thing))
    }

    fn push_type(&self, rich: &mut Rich, id: TypeId, here: NamespaceId) {
        let thing = match &self.model.types[id] {
            Type::List(item) => return self.push_parts(rich, "list", &[*item], here),
            Type::Set(item) => return self.push_parts(rich, "set", &[*item], here),
            Type::Map(key, item) => return self.push_parts(rich, "map", &[*key, *item], here),
            Type::Tuple(items) => return self.push_parts(rich, "tuple", items, here),
            Type::Optional(item) => {
                self.push_type(rich, *item, here);
                return rich.push("?");
            }
            Type::Record(id) => Thing::Record(*id),
            Type::Enum(id) => Thing::Enum(*id),
            Type::Union(id) => Thing::Union(*id),
            Type::Alias(id) => Thing::Alias(*id),
            _ => return rich.push(&self.model.type_text(id)),
        };
        rich.extend(self.name(thing, here));
    }

    fn push_parts(&self, rich: &mut Rich, name: &str, parts: &[TypeId], here: NamespaceId) {
        rich.push(name);
        rich.push("<");
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                rich.push(", ");
            }
            self.push_type(rich, *part, here);
        }
        rich.push(">");
    }
}
