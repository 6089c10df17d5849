//! What is not as it was, for the page of changes and for marks beside what changed.

use rustc_hash::FxHashMap;

use super::Site;
use super::pages::{badge, home};
use super::places::{Places, Thing};
use super::rich::Rich;
use super::view::{Badge, Group, Line, Page};
use crate::breaking::{Change, ChangeKind, Comparison};

/// What changed since a contract was another one.
pub(super) struct Changes {
    /// What the contract is compared with, as it was named.
    pub(super) since: String,
    comparison: Comparison,
    /// Things that are new, or that something within changed.
    touched: FxHashMap<Thing, ChangeKind>,
    things: FxHashMap<String, Thing>,
}

impl Changes {
    pub(super) fn of(places: &Places<'_>, since: String, comparison: Comparison) -> Self {
        let things: FxHashMap<String, Thing> =
            places.things().into_iter().map(|thing| (places.full_name(thing), thing)).collect();
        let mut changes = Self { since, comparison, touched: FxHashMap::default(), things };
        for change in &changes.comparison.changes {
            if let Some((thing, whole)) = changes.thing(&change.subject) {
                let is_new = whole && change.kind == ChangeKind::Added;
                let kind = if is_new { ChangeKind::Added } else { ChangeKind::Changed };
                changes.touched.entry(thing).and_modify(|known| *known = (*known).min(kind)).or_insert(kind);
            }
        }
        changes
    }

    /// What a full name is of, or is within, and whether it is the whole of it.
    fn thing(&self, subject: &str) -> Option<(Thing, bool)> {
        let mut name = subject;
        loop {
            if let Some(thing) = self.things.get(name) {
                return Some((*thing, name == subject));
            }
            name = name.rsplit_once('.')?.0;
        }
    }

    /// The mark of a thing that changed.
    pub(super) fn badge(&self, thing: Thing) -> Option<Badge> {
        self.touched.get(&thing).map(|kind| match kind {
            ChangeKind::Added => badge("new", "good"),
            _ => badge("changed", "good"),
        })
    }
}

impl Site<'_> {
    /// The page of what changed, by service.
    pub(super) fn changes_page(&self, changes: &Changes) -> Page {
        let model = self.places.model;
        let all = &changes.comparison.changes;
        let mut groups = Vec::new();
        for (id, _) in model.services.iter() {
            let own: Vec<&Change> = all.iter().filter(|change| change.services.contains(&id)).collect();
            if !own.is_empty() {
                groups.push(self.changes_group(changes, self.places.full_name(Thing::Service(id)), groups.len(), &own));
            }
        }
        let rest: Vec<&Change> = all.iter().filter(|change| change.services.is_empty()).collect();
        if !rest.is_empty() {
            groups.push(self.changes_group(changes, "Other definitions".to_owned(), groups.len(), &rest));
        }
        let docs = if all.is_empty() { "Nothing changed." } else { "What a change breaks is said beside it." };
        let first = model.namespaces.ids().next();
        Page {
            file: self.places.file("changes"),
            title: format!("Changes since {}", changes.since),
            kind: "contract",
            crumbs: vec![home(&self.places)],
            badges: Vec::new(),
            deprecated: None,
            docs: self.docs(Some(docs)),
            facts: Vec::new(),
            picture: None,
            groups,
            navigation: first.map(|first| self.navigation(first, "changes")).unwrap_or_default(),
        }
    }

    fn changes_group(&self, changes: &Changes, title: String, number: usize, own: &[&Change]) -> Group {
        let line = |change: &&Change| {
            let kind = match change.kind {
                ChangeKind::Added => badge("added", "good"),
                ChangeKind::Changed => badge("changed", "note"),
                ChangeKind::Deprecated => badge("deprecated", "warn"),
                ChangeKind::Removed => badge("removed", "warn"),
            };
            let subject = match changes.thing(&change.subject) {
                Some((thing, _)) => Rich::link(&*change.subject, self.places.href(thing)),
                None => Rich::plain(&*change.subject),
            };
            let breaks = match change.code {
                Some(code) if change.breaks_wire() => format!("Breaks {} ({code}).", change.victims),
                Some(code) => format!("Code has to change ({code})."),
                None => String::new(),
            };
            Line { kind, subject, text: change.message.clone(), note: breaks }
        };
        Group {
            title,
            id: format!("site-changes-{number}"),
            items: Vec::new(),
            links: Vec::new(),
            lines: own.iter().map(line).collect(),
        }
    }
}
