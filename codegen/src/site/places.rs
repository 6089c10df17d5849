//! Which page and anchor everything in a contract has.

use rustc_hash::FxHashSet;

use super::Format;
use crate::model::{
    AliasId, ConstantId, EnumId, ExceptionId, Meta, Model, NamespaceId, ProcedureId, RecordId, ServiceId, TopicId,
    UnionId,
};

/// Anything that a page tells of under an anchor of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Thing {
    Record(RecordId),
    Enum(EnumId),
    Union(UnionId),
    Alias(AliasId),
    Exception(ExceptionId),
    Constant(ConstantId),
    Procedure(ProcedureId),
    Topic(TopicId),
    Service(ServiceId),
}

/// A page of definitions holds at most so many.
pub(super) const MOST_ON_A_PAGE: usize = 250;

/// The pages of a site: file names, and where each thing stands.
pub(super) struct Places<'a> {
    pub(super) model: &'a Model,
    pub(super) format: Format,
    /// For each namespace, the names of its pages without extension, and which things each tells of.
    pub(super) namespaces: Vec<Vec<(String, Vec<Thing>)>>,
    services: Vec<String>,
    records: Vec<u32>,
    enums: Vec<u32>,
    unions: Vec<u32>,
    aliases: Vec<u32>,
    exceptions: Vec<u32>,
    constants: Vec<u32>,
}

impl<'a> Places<'a> {
    pub(super) fn of(model: &'a Model, format: Format) -> Self {
        // Names that differ only in case are one file on some disks.
        let mut taken = FxHashSet::from_iter(["index".to_owned(), "changes".to_owned()]);
        let mut free = |name: String| {
            let mut name = name;
            while !taken.insert(name.to_lowercase()) {
                name.push('-');
            }
            name
        };
        let mut places = Self {
            model,
            format,
            namespaces: Vec::new(),
            services: Vec::new(),
            records: vec![0; model.records.len()],
            enums: vec![0; model.enums.len()],
            unions: vec![0; model.unions.len()],
            aliases: vec![0; model.aliases.len()],
            exceptions: vec![0; model.exceptions.len()],
            constants: vec![0; model.constants.len()],
        };
        for (_, namespace) in model.namespaces.iter() {
            let mut things: Vec<Thing> = Vec::new();
            things.extend(namespace.records.iter().map(|id| Thing::Record(*id)));
            things.extend(namespace.enums.iter().map(|id| Thing::Enum(*id)));
            things.extend(namespace.unions.iter().map(|id| Thing::Union(*id)));
            things.extend(namespace.aliases.iter().map(|id| Thing::Alias(*id)));
            things.extend(namespace.exceptions.iter().map(|id| Thing::Exception(*id)));
            things.extend(namespace.constants.iter().map(|id| Thing::Constant(*id)));
            let mut pages = Vec::new();
            for (number, chunk) in things.chunks(MOST_ON_A_PAGE).enumerate() {
                let suffix = if number == 0 { String::new() } else { format!("-{}", number + 1) };
                pages.push((free(format!("{}{suffix}", namespace.name)), chunk.to_vec()));
                let number = number as u32;
                for thing in chunk {
                    match *thing {
                        Thing::Record(id) => places.records[id.index()] = number,
                        Thing::Enum(id) => places.enums[id.index()] = number,
                        Thing::Union(id) => places.unions[id.index()] = number,
                        Thing::Alias(id) => places.aliases[id.index()] = number,
                        Thing::Exception(id) => places.exceptions[id.index()] = number,
                        Thing::Constant(id) => places.constants[id.index()] = number,
                        Thing::Procedure(_) | Thing::Topic(_) | Thing::Service(_) => {}
                    }
                }
            }
            if pages.is_empty() {
                pages.push((free(namespace.name.to_string()), Vec::new()));
            }
            places.namespaces.push(pages);
        }
        for (_, service) in model.services.iter() {
            let namespace = &model.namespaces[service.namespace].name;
            places.services.push(free(format!("{namespace}.{}", service.meta.name)));
        }
        places
    }

    pub(super) fn file(&self, page: &str) -> String {
        format!("{page}.{}", self.format.extension())
    }

    pub(super) fn namespace_page(&self, id: NamespaceId) -> &str {
        &self.namespaces[id.index()][0].0
    }

    pub(super) fn service_page(&self, id: ServiceId) -> &str {
        &self.services[id.index()]
    }

    pub(super) fn namespace_href(&self, id: NamespaceId) -> String {
        self.file(self.namespace_page(id))
    }

    /// Page and anchor. Anchors are identifiers, so that they need no escape.
    pub(super) fn href(&self, thing: Thing) -> String {
        let model = self.model;
        let of = |namespace: NamespaceId, number: u32| &*self.namespaces[namespace.index()][number as usize].0;
        let (page, anchor) = match thing {
            Thing::Service(id) => return self.file(self.service_page(id)),
            Thing::Procedure(id) => (self.service_page(model.procedures[id].service), &model.procedures[id].meta),
            Thing::Topic(id) => (self.service_page(model.topics[id].service), &model.topics[id].meta),
            Thing::Record(id) => (of(model.records[id].namespace, self.records[id.index()]), &model.records[id].meta),
            Thing::Enum(id) => (of(model.enums[id].namespace, self.enums[id.index()]), &model.enums[id].meta),
            Thing::Union(id) => (of(model.unions[id].namespace, self.unions[id.index()]), &model.unions[id].meta),
            Thing::Alias(id) => (of(model.aliases[id].namespace, self.aliases[id.index()]), &model.aliases[id].meta),
            Thing::Exception(id) => {
                (of(model.exceptions[id].namespace, self.exceptions[id.index()]), &model.exceptions[id].meta)
            }
            Thing::Constant(id) => {
                (of(model.constants[id].namespace, self.constants[id.index()]), &model.constants[id].meta)
            }
        };
        format!("{}#{}", self.file(page), anchor.name)
    }

    pub(super) fn meta(&self, thing: Thing) -> &'a Meta {
        let model = self.model;
        match thing {
            Thing::Record(id) => &model.records[id].meta,
            Thing::Enum(id) => &model.enums[id].meta,
            Thing::Union(id) => &model.unions[id].meta,
            Thing::Alias(id) => &model.aliases[id].meta,
            Thing::Exception(id) => &model.exceptions[id].meta,
            Thing::Constant(id) => &model.constants[id].meta,
            Thing::Procedure(id) => &model.procedures[id].meta,
            Thing::Topic(id) => &model.topics[id].meta,
            Thing::Service(id) => &model.services[id].meta,
        }
    }

    pub(super) fn namespace_of(&self, thing: Thing) -> NamespaceId {
        let model = self.model;
        match thing {
            Thing::Record(id) => model.records[id].namespace,
            Thing::Enum(id) => model.enums[id].namespace,
            Thing::Union(id) => model.unions[id].namespace,
            Thing::Alias(id) => model.aliases[id].namespace,
            Thing::Exception(id) => model.exceptions[id].namespace,
            Thing::Constant(id) => model.constants[id].namespace,
            Thing::Procedure(id) => model.services[model.procedures[id].service].namespace,
            Thing::Topic(id) => model.services[model.topics[id].service].namespace,
            Thing::Service(id) => model.services[id].namespace,
        }
    }

    /// `net.example.Greeted`, `net.example.greeting.greet`.
    pub(super) fn full_name(&self, thing: Thing) -> String {
        let model = self.model;
        let namespace = &model.namespaces[self.namespace_of(thing)].name;
        let name = &self.meta(thing).name;
        match thing {
            Thing::Procedure(id) => {
                format!("{namespace}.{}.{name}", model.services[model.procedures[id].service].meta.name)
            }
            Thing::Topic(id) => format!("{namespace}.{}.{name}", model.services[model.topics[id].service].meta.name),
            _ => format!("{namespace}.{name}"),
        }
    }

    /// Everything that has an anchor or a page.
    pub(super) fn things(&self) -> Vec<Thing> {
        let model = self.model;
        let mut all: Vec<Thing> =
            self.namespaces.iter().flatten().flat_map(|(_, things)| things.iter().copied()).collect();
        all.extend(model.services.ids().map(Thing::Service));
        all.extend(model.procedures.ids().map(Thing::Procedure));
        all.extend(model.topics.ids().map(Thing::Topic));
        all
    }

    /// What it is, in a word.
    pub(super) fn kind(thing: Thing) -> &'static str {
        match thing {
            Thing::Record(_) => "record",
            Thing::Enum(_) => "enum",
            Thing::Union(_) => "union",
            Thing::Alias(_) => "type",
            Thing::Exception(_) => "exception",
            Thing::Constant(_) => "const",
            Thing::Procedure(_) => "procedure",
            Thing::Topic(_) => "topic",
            Thing::Service(_) => "service",
        }
    }
}
