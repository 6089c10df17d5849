//! What several documents say of a contract as a whole.

use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};

use super::full_name;
use super::schema::description;
use crate::model::{Model, Service};

/// An object whose members are made one after the other while it is written.
pub(super) struct Members<F>(pub(super) F);

impl<F, I> Serialize for Members<F>
where
    F: Fn() -> I,
    I: Iterator<Item = (String, Json)>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map((self.0)())
    }
}

/// The namespaces that hold services, or all where none does; the compiler's own left out.
pub(super) fn title(model: &Model) -> String {
    let own = || model.namespaces.iter().map(|(_, it)| it).filter(|it| !it.standard);
    let serving: Vec<&str> = own().filter(|it| !it.services.is_empty()).map(|it| &*it.name).collect();
    let names = if serving.is_empty() { own().map(|it| &*it.name).collect() } else { serving };
    match names.as_slice() {
        [] => "An empty contract".to_owned(),
        [first, second, third, _, ..] => format!("{first}, {second}, {third} and {} more", names.len() - 3),
        few => few.join(", "),
    }
}

/// Title, docs and version of the whole: the version is the services' where they agree.
pub(super) fn info(model: &Model) -> Json {
    let mut versions: Vec<&str> = model.services.iter().filter_map(|(_, service)| service.version.as_deref()).collect();
    versions.sort_unstable();
    versions.dedup();
    let version = if let [one] = versions.as_slice() { one } else { "0" };
    let mut info = json!({ "title": title(model), "version": version });
    let docs = model.namespaces.iter().filter(|(_, it)| !it.standard && !it.services.is_empty());
    let docs: Vec<&str> = docs.filter_map(|(_, it)| it.docs.as_deref()).collect();
    if !docs.is_empty() {
        info["description"] = json!(docs.join("\n\n"));
    }
    info
}

/// Services as tags.
pub(super) fn tags(model: &Model) -> Vec<Json> {
    let tag = |service: &Service| {
        let mut tag = json!({ "name": full_name(model, service.namespace, &service.meta) });
        if let Some(text) = description(&service.meta) {
            tag["description"] = json!(text);
        }
        tag
    };
    model.services.iter().map(|(_, service)| tag(service)).collect()
}
