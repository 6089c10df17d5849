//! The names of a whole contract, made once.

use super::facts::Facts;
use crate::backend::json_schema::Schemas;
use crate::model::{Model, ServiceId};
use crate::validate::names::{casing, rust as names};

/// A contract with the names and facts that every module needs.
pub(super) struct Plan<'a> {
    pub(super) model: &'a Model,
    pub(super) facts: Facts,
    /// For each namespace, the modules that lead to it.
    pub(super) namespaces: Vec<Vec<String>>,
    pub(super) records: Vec<String>,
    pub(super) enums: Vec<String>,
    pub(super) unions: Vec<String>,
    pub(super) aliases: Vec<String>,
    pub(super) exceptions: Vec<String>,
    pub(super) services: Vec<ServiceNames>,
    /// For each procedure, the types that its service's module may have for it.
    pub(super) helpers: Vec<[String; 4]>,
    pub(super) schemas: Schemas<'a>,
}

/// What a service is called.
pub(super) struct ServiceNames {
    pub(super) module: String,
    /// The trait.
    pub(super) ty: String,
    pub(super) client: String,
}

impl<'a> Plan<'a> {
    pub(super) fn of(model: &'a Model) -> Self {
        let service = |(_, service): (ServiceId, &crate::model::Service)| ServiceNames {
            module: names::module_name(&service.meta.name),
            ty: names::type_name(&service.meta.name),
            client: helper_base(&service.meta.name) + "Client",
        };
        Self {
            model,
            facts: Facts::of(model),
            schemas: Schemas::of(model),
            namespaces: model
                .namespaces
                .iter()
                .map(|(_, namespace)| namespace.name.split('.').map(names::module_name).collect())
                .collect(),
            records: model.records.iter().map(|(_, item)| names::type_name(&item.meta.name)).collect(),
            enums: model.enums.iter().map(|(_, item)| names::type_name(&item.meta.name)).collect(),
            unions: model.unions.iter().map(|(_, item)| names::type_name(&item.meta.name)).collect(),
            aliases: model.aliases.iter().map(|(_, item)| names::type_name(&item.meta.name)).collect(),
            exceptions: model.exceptions.iter().map(|(_, item)| names::type_name(&item.meta.name)).collect(),
            services: model.services.iter().map(service).collect(),
            helpers: model
                .procedures
                .iter()
                .map(|(_, procedure)| {
                    let base = helper_base(&procedure.meta.name);
                    ["Payload", "Reply", "Error", "Call"].map(|suffix| format!("{base}{suffix}"))
                })
                .collect(),
        }
    }

    /// The types that a service's module may have beside its trait and its client.
    pub(super) fn helpers_of(&self, id: ServiceId) -> impl Iterator<Item = &str> {
        self.model.services[id].procedures.iter().flat_map(|id| &self.helpers[id.index()]).map(String::as_str)
    }
}

/// What the types that belong to a procedure or a service begin with: `Greet` of `GreetError`.
pub(super) fn helper_base(name: &str) -> String {
    casing::upper_camel(name)
}
