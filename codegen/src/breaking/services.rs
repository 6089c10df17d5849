//! From services to what they answer, raise and publish.

use rustc_hash::FxHashSet;
use semver::Version;

use super::accepts::Content;
use super::answered::{Gone, Procedures, Raised};
use super::change::ChangeKind;
use super::draft::{Draft, Place, Reach, Role, Use};
use super::index::Definition;
use super::introspection::Told;
use super::matches::Matches;
use super::reserved::{Name, Names};
use super::rules;
use super::versions::Versions;
use super::walk::Walk;
use crate::model::{Meta, Model, Payload, Procedure, ProcedureId, Reply, Service, ServiceId, TopicId};

impl Walk<'_> {
    /// Compares what services answer and publish, and reaches all that they exchange.
    pub(super) fn services(&mut self, matches: &Matches) {
        for id in self.old.model.services.ids() {
            if self.old.model.services[id].meta.unstable {
                self.unstable_service(id, matches);
            } else {
                self.service(id, matches);
            }
        }
        for (old, new) in &matches.procedures {
            self.procedure(*old, *new, matches);
        }
        for (old, new) in &matches.topics {
            self.topic(*old, *new, matches);
        }
        self.added_members(matches);
    }

    fn service(&mut self, id: ServiceId, matches: &Matches) {
        let (old, new) = (self.old.model, self.new.model);
        let was = &old.services[id];
        let subject = self.old.full_name(Definition::Service(id));
        let is_gone = |id: &ProcedureId| !matches.procedures.contains_key(id) && !old.procedures[*id].meta.unstable;
        let gone_procedures: Vec<ProcedureId> = was.procedures.iter().copied().filter(is_gone).collect();
        let is_gone = |id: &TopicId| !matches.topics.contains_key(id) && !old.topics[*id].meta.unstable;
        let gone_topics: Vec<TopicId> = was.topics.iter().copied().filter(is_gone).collect();
        let Some((_, there)) = matches.services.iter().find(|(one, _)| *one == id) else {
            let procedures: Vec<&str> = gone_procedures.iter().map(|id| &*old.procedures[*id].meta.name).collect();
            let topics: Vec<&str> = gone_topics.iter().map(|id| &*old.topics[*id].meta.name).collect();
            let namespace = &old.namespaces[was.namespace].name;
            let living = new.namespaces.iter().find(|(_, it)| it.name == *namespace);
            let location = living.map_or_else(|| self.nowhere(), |(_, it)| it.location);
            let owner = Reach::Use(Use { role: Role::Payload, service: None });
            let place = Place { owner, location, former: Some(was.meta.location) };
            rules::service_removed::check(self, place, &subject, &procedures, &topics);
            return;
        };
        let is = &new.services[*there];
        let owner = Reach::Use(Use { role: Role::Payload, service: Some(*there) });
        let place = self.place(owner, &was.meta, &is.meta);
        let name = self.new.full_name(Definition::Service(*there));
        rules::member_renamed::check(self, place, &name, "service", &subject, &name);
        self.annotations(place, &name, &was.meta, &is.meta);
        self.introspection(place, &name, &Told::of_services(was, is));
        for id in &gone_procedures {
            let it = &old.procedures[*id];
            let place = Place { former: Some(it.meta.location), ..place };
            let subject = format!("{subject}.{}", it.meta.name);
            rules::procedure_removed::check(self, &Gone { place, subject: &subject, uri: &it.uri });
        }
        for id in &gone_topics {
            let it = &old.topics[*id];
            let place = Place { former: Some(it.meta.location), ..place };
            let subject = format!("{subject}.{}", it.meta.name);
            rules::topic_removed::check(self, &Gone { place, subject: &subject, uri: &it.uri });
        }
        let names = Names {
            place,
            holder: &name,
            old: &was.reserved,
            new: &is.reserved,
            // What is gone breaks somebody by itself.
            gone: Vec::new(),
            members: member_names(new, is, place),
        };
        rules::of_names(self, &names);
    }

    /// Of one that was `@unstable` only whether it still is.
    fn unstable_service(&mut self, id: ServiceId, matches: &Matches) {
        if let Some((_, there)) = matches.services.iter().find(|(one, _)| *one == id) {
            let (was, is) = (&self.old.model.services[id], &self.new.model.services[*there]);
            let place = self.place(Reach::Use(Use { role: Role::Payload, service: Some(*there) }), &was.meta, &is.meta);
            self.promise(place, &self.new.full_name(Definition::Service(*there)), &was.meta, &is.meta);
        }
    }

    /// What the annotations of a member tell; of one that was `@unstable` only whether it still is.
    fn member_annotations(&mut self, place: Place, service: ServiceId, subject: &str, old: &Meta, new: &Meta) {
        if old.unstable {
            let owner = Reach::Use(Use { role: Role::Payload, service: Some(service) });
            self.promise(Place { owner, ..place }, subject, old, new);
        } else {
            self.annotations(place, subject, old, new);
        }
    }

    fn procedure(&mut self, old_id: ProcedureId, new_id: ProcedureId, matches: &Matches) {
        let (old, new) = (&self.old.model.procedures[old_id], &self.new.model.procedures[new_id]);
        let used = |walk: &Self, role| walk.used(role, old_id, new.service);
        let holder = self.new.full_name(Definition::Service(new.service));
        let subject = &format!("{holder}.{}", new.meta.name);
        let place = self.place(used(self, Role::Payload), &old.meta, &new.meta);

        rules::address_changed::check(self, place, subject, "procedure", &old.uri, &new.uri);
        let former = self.former_name(matches, (old.service, new.service), &old.meta.name);
        rules::member_renamed::check(self, place, subject, "procedure", &former, subject);
        rules::channel_changed::check(self, place, subject, "procedure", &old.channel, &new.channel);
        let pair = Procedures { place, subject, old, new };
        rules::timeout_shortened::check(self, &pair);
        rules::idempotence_dropped::check(self, &pair);
        rules::exchange_changed::check(self, &pair);
        rules::credential_demanded::check(self, &pair);
        self.member_annotations(place, new.service, subject, &old.meta, &new.meta);
        let services = (&self.old.model.services[old.service], &self.new.model.services[new.service]);
        self.introspection(place, subject, &Told::of_procedures((services.0, old), (services.1, new)));

        let named = matches!((&old.payload, &new.payload), (Payload::Named(_), Payload::Named(_)));
        let what = if named { "parameter" } else { "payload" };
        self.contents(place, subject, what, payload(&old.payload), payload(&new.payload));
        let place = Place { owner: used(self, Role::Reply), ..place };
        if let Some((was, is)) = replies(&old.reply, &new.reply) {
            let named = matches!((was, is), (Content::Fields(_), Content::Fields(_)));
            self.contents(place, subject, if named { "result" } else { "reply" }, was, is);
        }
        self.raises(place, subject, old, new);
    }

    fn raises(&mut self, place: Place, subject: &str, old: &Procedure, new: &Procedure) {
        let (before, after) = (self.old.model, self.new.model);
        let mut left = new.raises.clone();
        for id in &old.raises {
            let was = &before.exceptions[*id];
            let by_wire = left.iter().position(|it| after.exceptions[*it].wire_name == was.wire_name);
            let by_name = || {
                let there = self.old.same_name(Definition::Exception(*id), &self.new);
                left.iter().position(|it| there == Some(Definition::Exception(*it)))
            };
            match by_wire.or_else(by_name) {
                Some(index) => {
                    let is = left.remove(index);
                    self.reach(Definition::Exception(*id), Definition::Exception(is), place.owner);
                }
                None if was.meta.unstable => {}
                None => {
                    let name = &self.old.full_name(Definition::Exception(*id));
                    rules::exception_removed::check(self, &Raised { place, subject, name });
                }
            }
        }
        for id in left {
            if !after.exceptions[id].meta.unstable {
                let name = &self.new.full_name(Definition::Exception(id));
                rules::exception_added::check(self, &Raised { place, subject, name });
            }
        }
    }

    fn topic(&mut self, old_id: TopicId, new_id: TopicId, matches: &Matches) {
        let (old, new) = (&self.old.model.topics[old_id], &self.new.model.topics[new_id]);
        let free = old.meta.unstable || self.old.model.services[old.service].meta.unstable;
        let role = if free { Role::Free } else { Role::Topic };
        let owner = Reach::Use(Use { role, service: Some(new.service) });
        let subject = &format!("{}.{}", self.new.full_name(Definition::Service(new.service)), new.meta.name);
        let place = self.place(owner, &old.meta, &new.meta);

        rules::address_changed::check(self, place, subject, "topic", &old.uri, &new.uri);
        let former = self.former_name(matches, (old.service, new.service), &old.meta.name);
        rules::member_renamed::check(self, place, subject, "topic", &former, subject);
        // Without a channel consumers name their own.
        if let (Some(was), Some(is)) = (&old.channel, &new.channel) {
            rules::channel_changed::check(self, place, subject, "topic", was, is);
        }
        self.member_annotations(place, new.service, subject, &old.meta, &new.meta);
        let was = Content::Bare(old.ty, &old.constraints);
        self.contents(place, subject, "topic", was, Content::Bare(new.ty, &new.constraints));
    }

    /// A member's full name before; of a service that is called otherwise now, that alone is told.
    fn former_name(&self, matches: &Matches, services: (ServiceId, ServiceId), member: &str) -> String {
        let holder = if matches.services.contains(&services) {
            self.new.full_name(Definition::Service(services.1))
        } else {
            self.old.full_name(Definition::Service(services.0))
        };
        format!("{holder}.{member}")
    }

    fn added_members(&mut self, matches: &Matches) {
        let new = self.new.model;
        let known: FxHashSet<ServiceId> = matches.services.iter().map(|(_, is)| *is).collect();
        let procedures: FxHashSet<ProcedureId> = matches.procedures.values().copied().collect();
        let topics: FxHashSet<TopicId> = matches.topics.values().copied().collect();
        for (id, service) in new.services.iter().filter(|(_, it)| !new.namespaces[it.namespace].standard) {
            let subject = self.new.full_name(Definition::Service(id));
            let mut add = |meta: &Meta, subject: String, what: &str| {
                let role = if meta.unstable || service.meta.unstable { Role::Free } else { Role::Payload };
                let owner = Reach::Use(Use { role, service: Some(id) });
                let message = format!("the {what} `{subject}` was added");
                let draft = Draft::new(Place { owner, location: meta.location, former: None }, subject, message);
                self.add(Draft { kind: ChangeKind::Added, ..draft });
            };
            if !known.contains(&id) {
                add(&service.meta, subject.clone(), "service");
            }
            for id in service.procedures.iter().filter(|id| !procedures.contains(id)) {
                let meta = &new.procedures[*id].meta;
                add(meta, format!("{subject}.{}", meta.name), "procedure");
            }
            for id in service.topics.iter().filter(|id| !topics.contains(id)) {
                let meta = &new.topics[*id].meta;
                add(meta, format!("{subject}.{}", meta.name), "topic");
            }
        }
    }

    /// Services that had a version and have one; of the others it is told what that breaks.
    pub(super) fn versions(&mut self, matches: &Matches) -> Vec<Versions> {
        let mut found = Vec::new();
        for (was, is) in &matches.services {
            let (old, new) = (&self.old.model.services[*was], &self.new.model.services[*is]);
            if old.meta.unstable {
                continue;
            }
            let name = self.new.full_name(Definition::Service(*is));
            let owner = Reach::Use(Use { role: Role::Payload, service: Some(*is) });
            let place = self.place(owner, &old.meta, &new.meta);
            match (&old.version, &new.version) {
                (Some(old), Some(new)) => {
                    let (Ok(old), Ok(new)) = (Version::parse(old), Version::parse(new)) else { continue };
                    let versions = Versions { service: *is, name, location: place.location, old, new };
                    rules::version_went_back::check(self, place, &versions);
                    found.push(versions);
                }
                (Some(version), None) => rules::version_removed::check(self, place, &name, version),
                (None, _) => {}
            }
        }
        found
    }
}

fn member_names<'a>(model: &'a Model, service: &'a Service, place: Place) -> Vec<Name<'a>> {
    let procedures = service.procedures.iter().map(|id| &model.procedures[*id].meta);
    let metas = procedures.chain(service.topics.iter().map(|id| &model.topics[*id].meta));
    let name = |meta: &'a crate::model::Meta| Name {
        name: &meta.name,
        wire_name: &meta.name,
        place: Place { location: meta.location, former: None, ..place },
        breaks: false,
    };
    metas.map(name).collect()
}

fn payload(payload: &Payload) -> Content<'_> {
    match payload {
        Payload::Null => Content::Null,
        Payload::Bare(ty, constraints) => Content::Bare(*ty, constraints),
        Payload::Named(fields) => Content::Fields(fields),
    }
}

/// What both answer, where both answer in one way.
fn replies<'a>(old: &'a Reply, new: &'a Reply) -> Option<(Content<'a>, Content<'a>)> {
    let content = |reply: &'a Reply| match reply {
        Reply::Oneway => None,
        Reply::Null => Some(Content::Null),
        Reply::Bare(ty, constraints) | Reply::Stream(ty, constraints) => Some(Content::Bare(*ty, constraints)),
        Reply::Named(fields) => Some(Content::Fields(fields)),
    };
    let is_stream = |reply: &Reply| matches!(reply, Reply::Stream(..));
    if is_stream(old) == is_stream(new) { content(old).zip(content(new)) } else { None }
}
