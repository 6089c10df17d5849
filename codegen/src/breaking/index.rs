use rustc_hash::FxHashMap;

use crate::model::{AliasId, ConstantId, EnumId, ExceptionId, Meta, Model, NamespaceId, RecordId, ServiceId, UnionId};

/// A definition, whatever it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Definition {
    Record(RecordId),
    Enum(EnumId),
    Union(UnionId),
    Alias(AliasId),
    Constant(ConstantId),
    Exception(ExceptionId),
    Service(ServiceId),
}

/// A contract's definitions by full name.
pub(super) struct Index<'a> {
    pub(super) model: &'a Model,
    names: FxHashMap<(&'a str, &'a str), Definition>,
}

impl<'a> Index<'a> {
    pub(super) fn of(model: &'a Model) -> Self {
        let mut index = Self { model, names: FxHashMap::default() };
        for definition in index.all() {
            let (namespace, meta) = index.named(definition);
            index.names.insert((&model.namespaces[namespace].name, &meta.name), definition);
        }
        index
    }

    /// Every definition, in the model's order, but for those that the compiler carries.
    pub(super) fn definitions(&self) -> Vec<Definition> {
        let is_own = |definition: &Definition| !self.model.namespaces[self.named(*definition).0].standard;
        self.all().filter(is_own).collect()
    }

    fn all(&self) -> impl Iterator<Item = Definition> + use<> {
        let model = self.model;
        model
            .records
            .ids()
            .map(Definition::Record)
            .chain(model.enums.ids().map(Definition::Enum))
            .chain(model.unions.ids().map(Definition::Union))
            .chain(model.aliases.ids().map(Definition::Alias))
            .chain(model.constants.ids().map(Definition::Constant))
            .chain(model.exceptions.ids().map(Definition::Exception))
            .chain(model.services.ids().map(Definition::Service))
    }

    pub(super) fn named(&self, definition: Definition) -> (NamespaceId, &'a Meta) {
        let model = self.model;
        match definition {
            Definition::Record(id) => (model.records[id].namespace, &model.records[id].meta),
            Definition::Enum(id) => (model.enums[id].namespace, &model.enums[id].meta),
            Definition::Union(id) => (model.unions[id].namespace, &model.unions[id].meta),
            Definition::Alias(id) => (model.aliases[id].namespace, &model.aliases[id].meta),
            Definition::Constant(id) => (model.constants[id].namespace, &model.constants[id].meta),
            Definition::Exception(id) => (model.exceptions[id].namespace, &model.exceptions[id].meta),
            Definition::Service(id) => (model.services[id].namespace, &model.services[id].meta),
        }
    }

    pub(super) fn meta(&self, definition: Definition) -> &'a Meta {
        self.named(definition).1
    }

    pub(super) fn full_name(&self, definition: Definition) -> String {
        let (namespace, meta) = self.named(definition);
        format!("{}.{}", self.model.namespaces[namespace].name, meta.name)
    }

    /// What another contract calls by the name that a definition has here.
    pub(super) fn same_name(&self, definition: Definition, there: &Index<'_>) -> Option<Definition> {
        let (namespace, meta) = self.named(definition);
        there.names.get(&(&*self.model.namespaces[namespace].name, &*meta.name)).copied()
    }
}

impl Definition {
    /// What it is, in words.
    pub(super) fn what(self) -> &'static str {
        match self {
            Self::Record(_) => "record",
            Self::Enum(_) => "enum",
            Self::Union(_) => "union",
            Self::Alias(_) => "type",
            Self::Constant(_) => "const",
            Self::Exception(_) => "exception",
            Self::Service(_) => "service",
        }
    }
}
