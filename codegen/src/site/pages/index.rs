use super::super::docs::summary_of;
use super::super::view::{Card, Group, Page};
use super::{badge, home};
use crate::model::{Model, NamespaceId};
use crate::site::Site;
use crate::site::places::{Places, Thing};
use crate::site::rich::Rich;

/// What the whole is called: what the namespaces of its services have in common.
pub(in crate::site) fn title_of(model: &Model) -> String {
    let own = || model.namespaces.iter().map(|(_, it)| it).filter(|it| !it.standard);
    let serving: Vec<&str> = own().filter(|it| !it.services.is_empty()).map(|it| &*it.name).collect();
    let own = if serving.is_empty() { own().map(|it| &*it.name).collect() } else { serving };
    let common = own.iter().skip(1).fold(own.first().copied().unwrap_or("contract"), |common, name| {
        let shared = common.split('.').zip(name.split('.')).take_while(|(left, right)| left == right);
        let length: usize = shared.map(|(part, _)| part.len() + 1).sum();
        &common[..length.saturating_sub(1).min(common.len())]
    });
    if common.is_empty() { "Contracts".to_owned() } else { common.to_owned() }
}

impl Site<'_> {
    pub(in crate::site) fn index_page(&self) -> Page {
        let model = self.places.model;
        let places = &self.places;
        let services: Vec<Card> = model.services.ids().map(|id| self.service_card(id)).collect();
        let namespaces = model.namespaces.iter().map(|(id, namespace)| {
            let count = |count: usize, one: &str| match count {
                0 => None,
                1 => Some(format!("1 {one}")),
                count => Some(format!("{count} {one}s")),
            };
            let types =
                namespace.records.len() + namespace.enums.len() + namespace.unions.len() + namespace.aliases.len();
            let parts = [
                count(namespace.services.len(), "service"),
                count(types, "type"),
                count(namespace.exceptions.len(), "exception"),
            ];
            Card {
                name: namespace.name.to_string(),
                href: places.namespace_href(id),
                note: parts.into_iter().flatten().collect::<Vec<_>>().join(", "),
                summary: namespace.docs.as_deref().map(summary_of).unwrap_or_default(),
            }
        });
        let mut groups = Vec::new();
        if !services.is_empty() {
            groups.push(Group::of_links("Services", "site-services", services));
        }
        groups.push(Group::of_links("Namespaces", "site-namespaces", namespaces.collect()));
        let here = model.namespaces.ids().next();
        Page {
            file: places.file("index"),
            title: self.title.clone(),
            kind: "contract",
            crumbs: Vec::new(),
            badges: Vec::new(),
            deprecated: None,
            docs: String::new(),
            facts: Vec::new(),
            picture: None,
            groups,
            navigation: here.map(|here| self.navigation(here, "index")).unwrap_or_default(),
        }
    }

    pub(super) fn service_card(&self, id: crate::model::ServiceId) -> Card {
        let service = &self.places.model.services[id];
        let version = service.version.as_ref().map(|version| format!("{version} · ")).unwrap_or_default();
        let (procedures, topics) = (service.procedures.len(), service.topics.len());
        let plural = |count: usize, one: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") };
        let topics = if topics == 0 { String::new() } else { format!(", {}", plural(topics, "topic")) };
        Card {
            name: self.places.full_name(Thing::Service(id)),
            href: self.places.href(Thing::Service(id)),
            note: format!("{version}{}{topics}", plural(procedures, "procedure")),
            summary: service.meta.docs.as_deref().map(summary_of).unwrap_or_default(),
        }
    }

    /// One of the pages of a namespace; the first tells of its services too.
    pub(in crate::site) fn namespace_page(&self, id: NamespaceId, number: usize) -> Page {
        let model = self.places.model;
        let places = &self.places;
        let namespace = &model.namespaces[id];
        let pages = &places.namespaces[id.index()];
        let (name, things) = &pages[number];
        let mut groups = Vec::new();
        if number == 0 && !namespace.services.is_empty() {
            let links = namespace.services.iter().map(|id| self.service_card(*id)).collect();
            groups.push(Group::of_links("Services", "site-services", links));
        }
        for (title, anchor, kind) in [
            ("Records", "site-records", "record"),
            ("Enums", "site-enums", "enum"),
            ("Unions", "site-unions", "union"),
            ("Aliases", "site-aliases", "type"),
            ("Exceptions", "site-exceptions", "exception"),
            ("Constants", "site-constants", "const"),
        ] {
            let of_kind = things.iter().filter(|thing| Places::kind(**thing) == kind);
            let items: Vec<_> = of_kind.map(|thing| self.definition(*thing)).collect();
            if !items.is_empty() {
                groups.push(Group::of_items(title, anchor, items));
            }
        }
        if pages.len() > 1 {
            let links = pages.iter().enumerate().filter(|(other, _)| *other != number).map(|(other, (page, _))| Card {
                name: format!("{} ({} of {})", namespace.name, other + 1, pages.len()),
                href: places.file(page),
                note: String::new(),
                summary: String::new(),
            });
            groups.push(Group::of_links("More definitions", "site-more", links.collect()));
        }
        let mut crumbs = vec![home(places)];
        if number > 0 {
            crumbs.push(Rich::link(&*namespace.name, places.namespace_href(id)));
        }
        Page {
            file: places.file(name),
            title: namespace.name.to_string(),
            kind: "namespace",
            crumbs,
            badges: if namespace.standard { vec![badge("standard", "note")] } else { Vec::new() },
            deprecated: None,
            docs: if number == 0 { self.docs(namespace.docs.as_deref()) } else { String::new() },
            facts: Vec::new(),
            picture: None,
            groups,
            navigation: self.navigation(id, name),
        }
    }
}
