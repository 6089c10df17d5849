use std::path::Path;

use serde_json::{Map, Value as Json};

use crate::backend::File;
use crate::diagnostic::code::{lints::PLUGIN_WARNS, targets::PLUGIN_REFUSES};
use crate::diagnostic::{Problem, Report};
use crate::export;
use crate::model::{ExceptionPayload, Field, Meta, Model, Namespace, Payload, Reply};
use crate::plugin::{Diagnostic, Importance, Plugin, Request};
use crate::source::Location;

/// What came of asking a plugin.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) files: Vec<File>,
    /// What it did wrong, or has to say of the contract.
    pub(super) problems: Vec<Problem>,
}

/// Has a plugin make its files. The report lends it places for what is not about a place in a contract.
pub(super) fn ask(plugin: &Plugin, settings: &Map<String, Json>, model: &Model, report: &mut Report) -> Answer {
    let response = match plugin.run(&Request::new(export::ir(model), settings.clone())) {
        Ok(response) => response,
        Err(error) => {
            let place = report.place(Path::new(&error.program));
            let problem = Problem::new(error.code(), place, error.to_string()).with_help(error.remedy());
            return Answer { files: Vec::new(), problems: vec![problem] };
        }
    };
    let files = response.files.into_iter().map(|file| File::generated(file.path, file.content)).collect();
    let problems = response.diagnostics.into_iter().map(|said| problem(said, plugin, model, report));
    Answer { files, problems: problems.collect() }
}

fn problem(said: Diagnostic, plugin: &Plugin, model: &Model, report: &mut Report) -> Problem {
    let code = match said.importance {
        Importance::Error => PLUGIN_REFUSES,
        Importance::Warning => PLUGIN_WARNS,
    };
    let subject = said.subject.as_deref();
    let place = subject.and_then(|subject| place_of(model, subject));
    let message = match (place, subject) {
        (None, Some(subject)) => format!("{}: {subject}: {}", plugin.name(), said.message),
        _ => format!("{}: {}", plugin.name(), said.message),
    };
    let place = place.unwrap_or_else(|| report.place(Path::new(&plugin.program())));
    Problem { help: said.help, ..Problem::new(code, place, message) }
}

/// Where something stands that has this full name: a namespace, a definition, a member, a parameter.
fn place_of(model: &Model, subject: &str) -> Option<Location> {
    model.namespaces.iter().find_map(|(_, namespace)| {
        let rest = subject.strip_prefix(&*namespace.name)?;
        if rest.is_empty() {
            return Some(namespace.location);
        }
        place_in(model, namespace, rest.strip_prefix('.')?)
    })
}

fn place_in(model: &Model, namespace: &Namespace, path: &str) -> Option<Location> {
    let mut parts = path.split('.');
    let (name, member, parameter) = (parts.next()?, parts.next(), parts.next());
    let is = |meta: &Meta| *meta.name == *name;
    let place = |meta: &Meta, members: Vec<&Meta>| match member {
        None => Some(meta.location),
        Some(member) => named(&members, member),
    };
    if let Some(it) = namespace.records.iter().map(|id| &model.records[*id]).find(|it| is(&it.meta)) {
        return place(&it.meta, metas(&it.fields));
    }
    if let Some(it) = namespace.enums.iter().map(|id| &model.enums[*id]).find(|it| is(&it.meta)) {
        return place(&it.meta, it.variants.iter().map(|variant| &variant.meta).collect());
    }
    if let Some(it) = namespace.unions.iter().map(|id| &model.unions[*id]).find(|it| is(&it.meta)) {
        return place(&it.meta, it.variants.iter().map(|variant| &variant.meta).collect());
    }
    if let Some(it) = namespace.aliases.iter().map(|id| &model.aliases[*id]).find(|it| is(&it.meta)) {
        return place(&it.meta, Vec::new());
    }
    if let Some(it) = namespace.constants.iter().map(|id| &model.constants[*id]).find(|it| is(&it.meta)) {
        return place(&it.meta, Vec::new());
    }
    if let Some(it) = namespace.exceptions.iter().map(|id| &model.exceptions[*id]).find(|it| is(&it.meta)) {
        let fields = match &it.payload {
            ExceptionPayload::Fields(fields) => metas(fields),
            ExceptionPayload::Bare(..) | ExceptionPayload::Null => Vec::new(),
        };
        return place(&it.meta, fields);
    }
    let service = namespace.services.iter().map(|id| &model.services[*id]).find(|it| is(&it.meta))?;
    let procedures = service.procedures.iter().map(|id| &model.procedures[*id]);
    if let (Some(member), Some(parameter)) = (member, parameter) {
        let procedure = procedures.clone().find(|procedure| *procedure.meta.name == *member)?;
        let mut fields = Vec::new();
        if let Payload::Named(parameters) = &procedure.payload {
            fields.extend(metas(parameters));
        }
        if let Reply::Named(results) = &procedure.reply {
            fields.extend(metas(results));
        }
        return named(&fields, parameter);
    }
    let topics = service.topics.iter().map(|id| &model.topics[*id].meta);
    place(&service.meta, procedures.map(|procedure| &procedure.meta).chain(topics).collect())
}

fn metas(fields: &[Field]) -> Vec<&Meta> {
    fields.iter().map(|field| &field.meta).collect()
}

fn named(metas: &[&Meta], name: &str) -> Option<Location> {
    metas.iter().find(|meta| *meta.name == *name).map(|meta| meta.location)
}
