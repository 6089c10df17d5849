//! The index of the search: a script that assigns one list, so that it works from a disk without a server.

use serde_json::json;

use super::docs::words_of;
use super::places::{Places, Thing};
use crate::model::{ExceptionPayload, Field, Payload, Reply};

/// The most bytes of the index, about. Words of docs are cut to fit, evenly, then things are left out from the end.
const MOST: usize = 3 << 20;

/// The most characters of one thing's docs.
const MOST_WORDS: usize = 1_200;

/// The whole script.
pub(super) fn index(places: &Places<'_>) -> String {
    let things = things(places);
    let names: usize = things.iter().map(|(name, ..)| 2 * name.len() + 48).sum();
    let each = (MOST.saturating_sub(names) / things.len().max(1)).min(MOST_WORDS);
    let mut out = String::from("window.almanetIndex=[\n");
    for (name, kind, href, docs, members) in things {
        let left = each.saturating_sub(members.len());
        let mut words: String = docs.map(words_of).unwrap_or_default().chars().take(left).collect();
        if !words.is_empty() && !members.is_empty() {
            words.push_str(" · ");
        }
        words.extend(members.chars().take(each));
        let line = json!([name, kind, href, words]).to_string();
        if out.len() + line.len() > MOST {
            break;
        }
        // Nothing in a script's own file ends it, but who inlines it should not be surprised.
        out.push_str(&line.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029"));
        out.push_str(",\n");
    }
    out.push_str("];\n");
    out
}

type Entry<'a> = (String, &'static str, String, Option<&'a str>, String);

/// Services first, then their members, then definitions.
fn things<'a>(places: &Places<'a>) -> Vec<Entry<'a>> {
    let model = places.model;
    let mut all: Vec<Entry<'a>> = Vec::new();
    let mut add = |thing: Thing, members: String| {
        let docs = places.meta(thing).docs.as_deref();
        all.push((places.full_name(thing), Places::kind(thing), places.href(thing), docs, members));
    };
    model.services.ids().for_each(|id| add(Thing::Service(id), String::new()));
    for (id, it) in model.procedures.iter() {
        let mut members = match &it.payload {
            Payload::Named(fields) => names(fields),
            _ => String::new(),
        };
        if let Reply::Named(fields) = &it.reply {
            members.push(' ');
            members.push_str(&names(fields));
        }
        add(Thing::Procedure(id), members);
    }
    model.topics.ids().for_each(|id| add(Thing::Topic(id), String::new()));
    for (id, it) in model.exceptions.iter() {
        let members = match &it.payload {
            ExceptionPayload::Fields(fields) => names(fields),
            _ => String::new(),
        };
        add(Thing::Exception(id), members);
    }
    for (id, it) in model.records.iter() {
        add(Thing::Record(id), names(&it.fields));
    }
    for (id, it) in model.enums.iter() {
        add(Thing::Enum(id), it.variants.iter().map(|variant| &*variant.meta.name).collect::<Vec<_>>().join(" "));
    }
    for (id, it) in model.unions.iter() {
        add(Thing::Union(id), it.variants.iter().map(|variant| &*variant.meta.name).collect::<Vec<_>>().join(" "));
    }
    model.aliases.ids().for_each(|id| add(Thing::Alias(id), String::new()));
    model.constants.ids().for_each(|id| add(Thing::Constant(id), String::new()));
    all
}

fn names(fields: &[Field]) -> String {
    fields.iter().map(|field| &*field.meta.name).collect::<Vec<_>>().join(" ")
}
