//! What introspection tells: tags and `@expose`. That breaks nobody; a changelog says it.

use super::draft::{Draft, Place};
use super::walk::Walk;
use crate::model::{Procedure, Service};

type Tags<'a> = &'a [Box<str>];

/// What is told otherwise than before.
pub(super) struct Told<'a> {
    /// Whether it is published, where that changed.
    published: Option<bool>,
    gained: Vec<&'a str>,
    lost: Vec<&'a str>,
}

impl<'a> Told<'a> {
    pub(super) fn of_services(old: &'a Service, new: &'a Service) -> Self {
        Self::of((&old.tags, old.expose), (&new.tags, new.expose))
    }

    /// But for what the same change of their services tells.
    pub(super) fn of_procedures(old: (&Service, &'a Procedure), new: (&Service, &'a Procedure)) -> Self {
        let services = Told::of_services(old.0, new.0);
        let mut told = Self::of((&old.1.tags, old.1.expose), (&new.1.tags, new.1.expose));
        told.published = told.published.filter(|_| services.published.is_none());
        told.gained.retain(|tag| !services.gained.contains(tag));
        told.lost.retain(|tag| !services.lost.contains(tag));
        told
    }

    fn of(old: (Tags<'a>, bool), new: (Tags<'a>, bool)) -> Self {
        let only = |tags: Tags<'a>, others: Tags<'a>| {
            tags.iter().filter(|tag| !others.contains(tag)).map(|tag| &**tag).collect()
        };
        let published = (old.1 != new.1).then_some(new.1);
        Self { published, gained: only(new.0, old.0), lost: only(old.0, new.0) }
    }
}

impl Walk<'_> {
    /// Says what is told otherwise.
    pub(super) fn introspection(&mut self, place: Place, subject: &str, told: &Told<'_>) {
        let mut say = |what: &str| self.add(Draft::new(place, subject, format!("`{subject}` {what}")));
        match told.published {
            Some(true) => say("is published for introspection now"),
            Some(false) => say("is not published for introspection any more"),
            None => {}
        }
        for (tags, verb) in [(&told.gained, "has"), (&told.lost, "lost")] {
            let noun = if tags.len() == 1 { "tag" } else { "tags" };
            if !tags.is_empty() {
                say(&format!("{verb} the {noun} `{}`", tags.join("`, `")));
            }
        }
    }
}
