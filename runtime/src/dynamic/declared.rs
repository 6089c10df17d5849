//! Declarations that live as long as the process, as those of generated code do.
//!
//! Each distinct one is kept once, so that a program that declares the same service over and over does not grow.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
    sync::{Mutex, OnceLock, PoisonError},
};

use super::procedure::DynamicProcedure;
use crate::contract::{Procedure, ServiceInfo};

/// What is said of a service itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Declaration {
    pub(super) path: String,
    pub(super) version: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) exposed: bool,
}

/// The same text, for ever.
pub(super) fn text(text: &str) -> &'static str {
    static TEXTS: OnceLock<Mutex<HashSet<&'static str>>> = OnceLock::new();
    let mut texts = TEXTS.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = texts.get(text) {
        return known;
    }
    let kept: &'static str = Box::leak(text.into());
    texts.insert(kept);
    kept
}

fn texts<'a>(all: impl IntoIterator<Item = &'a String>) -> &'static [&'static str] {
    static LISTS: OnceLock<Mutex<HashSet<&'static [&'static str]>>> = OnceLock::new();
    let list: Vec<_> = all.into_iter().map(|one| text(one)).collect();
    let mut lists = LISTS.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = lists.get(&list[..]) {
        return known;
    }
    let kept: &'static [&'static str] = list.leak();
    lists.insert(kept);
    kept
}

/// Finds what was made of `key` before, or makes it.
fn once<K: Hash + Eq, V>(known: &Mutex<HashMap<K, &'static V>>, key: K, make: impl FnOnce(&K) -> V) -> &'static V {
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(value) = known.get(&key) {
        return value;
    }
    let value: &'static V = Box::leak(Box::new(make(&key)));
    known.insert(key, value);
    value
}

pub(super) fn procedure(declared: DynamicProcedure) -> &'static Procedure {
    static PROCEDURES: OnceLock<Mutex<HashMap<DynamicProcedure, &'static Procedure>>> = OnceLock::new();
    once(PROCEDURES.get_or_init(Mutex::default), declared, |declared| {
        let mut procedure = Procedure::new(text(&declared.name), text(&declared.uri)).channel(text(&declared.channel));
        procedure = procedure.tags(texts(&declared.tags));
        if let Some(scopes) = &declared.auth {
            procedure = procedure.auth(texts(scopes));
        }
        if let Some(description) = &declared.description {
            procedure = procedure.description(text(description));
        }
        if let Some((payload, result)) = &declared.schema {
            procedure = procedure.expose(text(payload), text(result));
        }
        if !declared.validated {
            procedure = procedure.unvalidated();
        }
        procedure
    })
}

pub(super) fn service(declared: Declaration) -> &'static ServiceInfo {
    static SERVICES: OnceLock<Mutex<HashMap<Declaration, &'static ServiceInfo>>> = OnceLock::new();
    once(SERVICES.get_or_init(Mutex::default), declared, |declared| {
        let mut info = ServiceInfo::new(text(&declared.path)).tags(texts(&declared.tags));
        if let Some(version) = &declared.version {
            info = info.version(text(version));
        }
        if declared.exposed { info.expose() } else { info }
    })
}
