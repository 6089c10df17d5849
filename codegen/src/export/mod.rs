//! A contract in forms that other tools read: the model itself as JSON ([`ir`]), which plugins and goldens hold, and
//! [`JsonSchema`], [`OpenApi`] and [`AsyncApi`].
//!
//! In the model's form definitions are keyed by full name and sorted; members keep the order of the contract, which is part of what it says.
//! Nothing depends on the order of files or on internal indexes. Values stand in their wire form. `version` changes when a
//! reader of the former form would misunderstand the new one; members may be added without that.

mod asyncapi;
mod contract;
mod definition;
mod json_schema;
mod openapi;
mod read;
mod schema;
mod ty;
mod value;

use serde_json::{Map, Value as Json, json};

use crate::model::{Meta, Model, NamespaceId};
use definition::Exporter;

pub use asyncapi::AsyncApi;
pub use json_schema::JsonSchema;
pub use openapi::OpenApi;
pub use read::{ReadModelError, read_ir};
#[cfg(feature = "cli")]
pub(crate) use value::value;

/// The version of the form.
pub const IR_VERSION: u32 = 1;

/// The whole model.
#[must_use]
pub fn ir(model: &Model) -> Json {
    let exporter = Exporter::new(model);
    let namespaces: Map<String, Json> = model
        .namespaces
        .iter()
        .map(|(_, namespace)| {
            let body = json!({ "docs": namespace.docs, "standard": namespace.standard });
            (namespace.name.to_string(), body)
        })
        .collect();
    json!({
        "version": IR_VERSION,
        "namespaces": namespaces,
        "records": keyed(model, model.records.iter().map(|(_, it)| (it.namespace, &it.meta, exporter.record(it)))),
        "enums": keyed(model, model.enums.iter().map(|(_, it)| (it.namespace, &it.meta, exporter.enumeration(it)))),
        "unions": keyed(model, model.unions.iter().map(|(_, it)| (it.namespace, &it.meta, exporter.union(it)))),
        "aliases": keyed(model, model.aliases.iter().map(|(_, it)| (it.namespace, &it.meta, exporter.alias(it)))),
        "constants": keyed(model, model.constants.iter().map(|(_, it)| (it.namespace, &it.meta, exporter.constant(it)))),
        "exceptions": keyed(model, model.exceptions.iter().map(|(_, it)| (it.namespace, &it.meta, exporter.exception(it)))),
        "services": keyed(model, model.services.iter().map(|(_, it)| (it.namespace, &it.meta, exporter.service(it)))),
    })
}

fn keyed<'a>(model: &Model, all: impl Iterator<Item = (NamespaceId, &'a Meta, Json)>) -> Map<String, Json> {
    all.map(|(namespace, meta, json)| (full_name(model, namespace, meta), json)).collect()
}

fn full_name(model: &Model, namespace: NamespaceId, meta: &Meta) -> String {
    format!("{}.{}", model.namespaces[namespace].name, meta.name)
}
