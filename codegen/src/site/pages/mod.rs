//! From the model to what pages show.

mod definition;
mod index;
mod service;

use super::docs;
use super::places::{Places, Thing};
use super::rich::Rich;
use super::uses::{MOST_SHOWN, rules_of};
use super::view::{Badge, Fact, NavigationGroup, NavigationLink, Row, Table};
use super::{Format, Site, json};
use crate::model::{Constraints, Field, Meta, Model, NamespaceId, TypeId};

pub(super) use index::title_of;

/// With more services the navigation shows those of the page's own namespace.
const MOST_IN_NAVIGATION: usize = 60;

impl Site<'_> {
    /// Docs as the site's format has them.
    pub(super) fn docs(&self, text: Option<&str>) -> String {
        match (text, self.places.format) {
            (None, _) => String::new(),
            (Some(text), Format::Html) => docs::html_of(text),
            (Some(text), Format::Markdown) => docs::markdown_of(text),
        }
    }

    fn used_by(&self, thing: Thing, here: NamespaceId) -> (Vec<Rich>, usize) {
        let all = self.uses.by(thing);
        let shown = all.iter().take(MOST_SHOWN).map(|by| self.places.name(*by, here)).collect();
        (shown, all.len().saturating_sub(MOST_SHOWN))
    }

    /// Fields, parameters or results. Their anchors begin with their owner's name.
    fn table(&self, caption: &'static str, owner: &str, fields: &[Field], here: NamespaceId) -> Table {
        let model = self.places.model;
        let row = |field: &Field| {
            let mut rules = rules_of(model, &field.constraints);
            if let Some(default) = &field.default {
                rules.push(("default", json::literal(model, default)));
            }
            rules.extend(field.examples.iter().map(|example| ("example", json::literal(model, example))));
            if field.wire_name != field.meta.name {
                rules.push(("in JSON", field.wire_name.to_string()));
            }
            Row {
                id: format!("{owner}.{}", field.meta.name),
                name: field.meta.name.to_string(),
                ty: self.places.ty(field.ty, here),
                rules,
                is_required: field.default.is_none() && !model.is_optional(field.ty),
                deprecated: field.meta.deprecated.as_deref().map(str::to_owned),
                docs: self.docs(field.meta.docs.as_deref()),
            }
        };
        Table { caption, rows: fields.iter().map(row).collect() }
    }

    /// A value that stands alone, with its rules.
    fn bare(&self, name: &'static str, ty: TypeId, constraints: &Constraints, here: NamespaceId) -> Vec<Fact> {
        let mut facts = vec![Fact { name, value: vec![self.places.ty(ty, here)], is_code: true }];
        facts.extend(self.rule_facts(constraints));
        facts
    }

    fn rule_facts(&self, constraints: &Constraints) -> Vec<Fact> {
        let fact = |(name, value)| Fact { name, value: vec![Rich::plain(value)], is_code: name == "pattern" };
        rules_of(self.places.model, constraints).into_iter().map(fact).collect()
    }

    pub(super) fn navigation(&self, here: NamespaceId, current: &str) -> Vec<NavigationGroup> {
        let model = self.places.model;
        let shows_all = model.services.len() + model.namespaces.len() <= MOST_IN_NAVIGATION;
        let mut groups = Vec::new();
        groups.extend(self.changes.as_ref().map(|changes| NavigationGroup {
            title: format!("Changes since {}", changes.since),
            href: self.places.file("changes"),
            is_here: current == "changes",
            links: Vec::new(),
        }));
        for (id, namespace) in model.namespaces.iter().filter(|(id, _)| shows_all || *id == here) {
            let link = |name: String, page: &str| NavigationLink {
                name,
                href: self.places.file(page),
                is_here: page == current,
            };
            let services = namespace.services.iter().take(MOST_IN_NAVIGATION);
            let links =
                services.map(|id| link(model.services[*id].meta.name.to_string(), self.places.service_page(*id)));
            let page = self.places.namespace_page(id);
            groups.push(NavigationGroup {
                title: namespace.name.to_string(),
                href: self.places.file(page),
                is_here: self.places.namespaces[id.index()].iter().any(|(page, _)| page == current),
                links: links.collect(),
            });
        }
        groups
    }
}

pub(super) fn badge(text: impl Into<String>, class: &'static str) -> Badge {
    Badge { text: text.into(), class }
}

impl Site<'_> {
    /// What every definition may be.
    fn badges_of(&self, thing: Thing) -> Vec<Badge> {
        let meta = self.places.meta(thing);
        let changed = self.changes.as_ref().and_then(|changes| changes.badge(thing));
        let deprecated = meta.deprecated.is_some().then(|| badge("deprecated", "warn"));
        let unstable = meta.unstable.then(|| badge("unstable", "warn"));
        deprecated.into_iter().chain(unstable).chain(changed).collect()
    }
}

fn fact(name: &'static str, value: impl Into<String>) -> Fact {
    Fact { name, value: vec![Rich::plain(value)], is_code: true }
}

fn facts_of_meta(meta: &Meta) -> Vec<Fact> {
    let custom = |it: &crate::model::CustomAnnotation| {
        let arguments: Vec<String> = it.arguments.iter().map(ToString::to_string).collect();
        Rich::plain(format!("@{}({})", it.name, arguments.join(", ")))
    };
    if meta.custom.is_empty() {
        return Vec::new();
    }
    vec![Fact { name: "annotations", value: meta.custom.iter().map(custom).collect(), is_code: true }]
}

fn names_fact(name: &'static str, names: &[Box<str>]) -> Option<Fact> {
    let value: Vec<Rich> = names.iter().map(|name| Rich::plain(&**name)).collect();
    (!value.is_empty()).then_some(Fact { name, value, is_code: true })
}

/// A page of a namespace beside which the others lie.
pub(super) fn home(places: &Places<'_>) -> Rich {
    Rich::link("Overview", places.file("index"))
}

fn namespace_name(model: &Model, id: NamespaceId) -> &str {
    &model.namespaces[id].name
}
