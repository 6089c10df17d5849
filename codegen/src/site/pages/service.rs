use super::{badge, fact, facts_of_meta, home, names_fact, namespace_name};
use crate::model::{NamespaceId, Payload, Procedure, ProcedureId, Reply, ServiceId, TopicId};
use crate::site::picture::picture_of;
use crate::site::places::Thing;
use crate::site::rich::Rich;
use crate::site::sample::python;
use crate::site::view::{Fact, Group, Item, Page, Sample};
use crate::site::{Site, json};

impl Site<'_> {
    pub(in crate::site) fn service_page(&self, id: ServiceId) -> Page {
        let model = self.places.model;
        let places = &self.places;
        let service = &model.services[id];
        let mut badges = self.badges_of(Thing::Service(id));
        badges.extend(service.version.as_ref().map(|version| badge(format!("v{version}"), "note")));
        if service.expose {
            badges.push(badge("exposed", "note"));
        }
        let mut facts = vec![fact("prepath", &*service.prepath)];
        facts.extend(names_fact("tags", &service.tags));
        facts.extend(names_fact("reserved", &service.reserved));
        facts.extend(facts_of_meta(&service.meta));
        let mut groups = Vec::new();
        let procedures: Vec<Item> = service.procedures.iter().map(|id| self.procedure(*id)).collect();
        if !procedures.is_empty() {
            groups.push(Group::of_items("Procedures", "site-procedures", procedures));
        }
        let topics: Vec<Item> = service.topics.iter().map(|id| self.topic(*id)).collect();
        if !topics.is_empty() {
            groups.push(Group::of_items("Topics", "site-topics", topics));
        }
        let namespace = service.namespace;
        Page {
            file: places.file(places.service_page(id)),
            title: service.meta.name.to_string(),
            kind: "service",
            crumbs: vec![home(places), Rich::link(namespace_name(model, namespace), places.namespace_href(namespace))],
            badges,
            deprecated: service.meta.deprecated.as_deref().map(str::to_owned),
            docs: self.docs(service.meta.docs.as_deref()),
            facts,
            picture: picture_of(places, id),
            groups,
            navigation: self.navigation(namespace, places.service_page(id)),
        }
    }

    fn procedure(&self, id: ProcedureId) -> Item {
        let model = self.places.model;
        let it = &model.procedures[id];
        let here = model.services[it.service].namespace;
        let name = it.meta.name.to_string();
        let mut badges = self.badges_of(Thing::Procedure(id));
        match it.reply {
            Reply::Oneway => badges.push(badge("oneway", "note")),
            Reply::Stream(..) => badges.push(badge("stream", "note")),
            Reply::Null | Reply::Bare(..) | Reply::Named(_) => {}
        }
        if it.idempotent {
            badges.push(badge("idempotent", "good"));
        }
        if it.auth.is_some() {
            badges.push(badge("needs a credential", "warn"));
        }
        let mut tables = Vec::new();
        if let Payload::Named(fields) = &it.payload {
            tables.push(self.table("Parameters", &name, fields, here));
        }
        if let Reply::Named(fields) = &it.reply {
            tables.push(self.table("Results", &format!("{name}.result"), fields, here));
        }
        Item {
            signature: self.signature(it, here),
            badges,
            deprecated: it.meta.deprecated.as_deref().map(str::to_owned),
            docs: self.docs(it.meta.docs.as_deref()),
            facts: self.procedure_facts(it, here),
            tables,
            samples: self.procedure_samples(id, it),
            used_by: Vec::new(),
            more: 0,
            id: name.clone(),
            name,
        }
    }

    fn signature(&self, it: &Procedure, here: NamespaceId) -> Rich {
        let mut rich = Rich::plain(format!("{}(", it.meta.name));
        match &it.payload {
            Payload::Null => {}
            Payload::Bare(ty, _) => rich.extend(self.places.ty(*ty, here)),
            Payload::Named(fields) => {
                for (index, field) in fields.iter().enumerate() {
                    rich.push(if index > 0 { ", " } else { "" });
                    rich.push(&format!("{}: ", field.meta.name));
                    rich.extend(self.places.ty(field.ty, here));
                }
            }
        }
        rich.push(")");
        match &it.reply {
            Reply::Oneway | Reply::Null => {}
            Reply::Bare(ty, _) => {
                rich.push(" → ");
                rich.extend(self.places.ty(*ty, here));
            }
            Reply::Stream(ty, _) => {
                rich.push(" → stream ");
                rich.extend(self.places.ty(*ty, here));
            }
            Reply::Named(fields) => {
                rich.push(" → (");
                for (index, field) in fields.iter().enumerate() {
                    rich.push(if index > 0 { ", " } else { "" });
                    rich.push(&format!("{}: ", field.meta.name));
                    rich.extend(self.places.ty(field.ty, here));
                }
                rich.push(")");
            }
        }
        rich
    }

    fn procedure_facts(&self, it: &Procedure, here: NamespaceId) -> Vec<Fact> {
        let mut facts = Vec::new();
        if let Payload::Bare(ty, constraints) = &it.payload {
            facts.extend(self.bare("takes", *ty, constraints, here));
        }
        match &it.reply {
            Reply::Bare(ty, constraints) => facts.extend(self.bare("answers", *ty, constraints, here)),
            Reply::Stream(ty, constraints) => facts.extend(self.bare("streams", *ty, constraints, here)),
            Reply::Oneway | Reply::Null | Reply::Named(_) => {}
        }
        if !it.raises.is_empty() {
            let value = it.raises.iter().map(|id| self.places.name(Thing::Exception(*id), here)).collect();
            facts.push(Fact { name: "raises", value, is_code: true });
        }
        facts.push(fact("address", &*it.uri));
        facts.push(fact("NSQ topic", format!("_rpc_.{}", it.uri)));
        if let Some(uri) = &it.versioned_uri {
            facts.push(fact("this version", &**uri));
        }
        facts.push(fact("channel", &*it.channel));
        if let Some(timeout) = it.timeout {
            facts.push(fact("timeout", format!("{timeout:?}")));
        }
        if let Some(scopes) = &it.auth {
            facts.extend(names_fact("scopes", scopes));
        }
        facts.extend(names_fact("tags", &it.tags));
        facts.extend(facts_of_meta(&it.meta));
        facts
    }

    fn procedure_samples(&self, id: ProcedureId, it: &Procedure) -> Vec<Sample> {
        let model = self.places.model;
        let Some(arguments) = self.sampler.arguments(it) else { return Vec::new() };
        let payload = match &it.payload {
            Payload::Null => "null\n".to_owned(),
            Payload::Bare(..) => arguments.iter().flatten().map(|value| json::pretty(model, value)).collect(),
            Payload::Named(fields) => {
                let given = fields.iter().zip(&arguments);
                let given = given.filter_map(|(field, value)| {
                    Some((field.wire_name.to_string(), json::value_of(model, value.as_ref()?)))
                });
                format!("{:#}\n", serde_json::Value::Object(given.collect()))
            }
        };
        let mut samples = vec![Sample { label: "Payload", code: payload }];
        let reply = match &it.reply {
            Reply::Oneway | Reply::Null => None,
            Reply::Bare(ty, constraints) | Reply::Stream(ty, constraints) => {
                self.sampler.value(*ty, constraints, "text")
            }
            Reply::Named(fields) => self.sampler.named(fields),
        };
        let label = if matches!(it.reply, Reply::Stream(..)) { "Value" } else { "Reply" };
        samples.extend(reply.map(|reply| Sample { label, code: json::pretty(model, &reply) }));
        samples.push(Sample { label: "Rust", code: self.rust.call(id, &arguments) });
        samples.push(Sample { label: "Python", code: python::call(model, it, &arguments) });
        samples
    }

    fn topic(&self, id: TopicId) -> Item {
        let model = self.places.model;
        let it = &model.topics[id];
        let here = model.services[it.service].namespace;
        let name = it.meta.name.to_string();
        let mut signature = Rich::plain(format!("{name}: "));
        signature.extend(self.places.ty(it.ty, here));
        let mut facts = self.bare("carries", it.ty, &it.constraints, here);
        facts.push(fact("NSQ topic", &*it.uri));
        facts.extend(it.channel.as_ref().map(|channel| fact("channel", &**channel)));
        facts.extend(facts_of_meta(&it.meta));
        let message = self.sampler.value(it.ty, &it.constraints, "text");
        let mut samples = Vec::new();
        samples.extend(message.as_ref().map(|message| Sample { label: "Message", code: json::pretty(model, message) }));
        samples.push(Sample { label: "Rust", code: self.rust.topic(id, message.as_ref()) });
        samples.push(Sample { label: "Python", code: python::topic(model, it, message.as_ref()) });
        Item {
            signature,
            badges: self.badges_of(Thing::Topic(id)),
            deprecated: it.meta.deprecated.as_deref().map(str::to_owned),
            docs: self.docs(it.meta.docs.as_deref()),
            facts,
            tables: Vec::new(),
            samples,
            used_by: Vec::new(),
            more: 0,
            id: name.clone(),
            name,
        }
    }
}
