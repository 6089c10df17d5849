//! The language's own words.

use super::context::Context;
use super::{Completion, CompletionKind};
use crate::ide::document::Document;
use crate::ide::hover::annotation_docs;
use crate::resolve::vocabulary::{self, Place};

/// What follows a keyword, with places to type at, and what it is for.
fn template(keyword: &str) -> Option<(&'static str, &'static str)> {
    Some(match keyword {
        "namespace" => ("namespace ${1:your.name}\n\n$0", "What the file's names belong to."),
        "import" => ("import \"$1\"$0", "Names of another file."),
        "record" => ("record ${1:Name} {\n    $0\n}", "An object."),
        "enum" => ("enum ${1:Name} {\n    $0\n}", "One of some names."),
        "union" => ("union ${1:Name} {\n    $0\n}", "One of some types."),
        "type" => ("type ${1:Name} = $0", "Another name of a type, perhaps with constraints."),
        "const" => ("const ${1:name}: ${2:string} = $0", "A value with a name."),
        "exception" => ("exception ${1:name} {\n    $0\n}", "What a procedure raises."),
        "service" => ("service ${1:name} {\n    $0\n}", "Procedures and topics."),
        "procedure" => ("procedure ${1:name}($2) -> ${3:string}$0", "Is called, and answers."),
        "oneway" => ("oneway procedure ${1:name}($2)$0", "Is called, and answers nothing."),
        "topic" => ("topic ${1:name}: $0", "Messages that are produced and consumed."),
        "reserved" => ("reserved \"$1\"$0", "Names that must not come back."),
        _ => return None,
    })
}

pub(super) fn keywords(document: &Document, context: &Context, keywords: &[&str]) -> Vec<Completion> {
    let tree = document.tree();
    let fits = |keyword: &&&str| match **keyword {
        "namespace" => tree.namespace.is_none(),
        "import" => {
            tree.namespace.is_some()
                && tree.definitions.first().is_none_or(|first| context.written.start <= first.span.start)
        }
        _ => true,
    };
    let completion = |keyword: &&str| {
        let plain = Completion::new(*keyword, CompletionKind::Keyword, context.written).rank(1);
        match template(keyword) {
            Some((text, docs)) => plain.snippet(text).docs(docs),
            None => plain,
        }
    };
    keywords.iter().filter(fits).map(completion).collect()
}

pub(super) fn annotations(context: &Context, place: Option<Place>) -> Vec<Completion> {
    use Place as P;
    let places = match place {
        Some(place) => vec![place],
        None => {
            vec![P::Record, P::Enum, P::Union, P::Alias, P::Constant, P::Exception, P::Service, P::Procedure, P::Topic]
        }
    };
    let mut names: Vec<&str> = places.into_iter().flat_map(vocabulary::annotations_of).collect();
    names.sort_unstable();
    names.dedup();
    let completion = |name: &str| {
        let (usage, docs) = annotation_docs(name).unwrap_or_default();
        let plain = Completion::new(name, CompletionKind::Annotation, context.written).detail(usage).docs(docs);
        match usage.split_once('(') {
            Some((_, arguments)) => plain.snippet(format!("{name}({})", places_in(arguments.trim_end_matches(')')))),
            None => plain,
        }
    };
    names.into_iter().map(completion).collect()
}

/// `"why"` with a place inside its quotes; anything else as a place.
fn places_in(arguments: &str) -> String {
    let first = arguments.split(", ").next().unwrap_or_default();
    match first.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(text) => format!("\"${{1:{}}}\"", text.replace('$', "\\$").replace('}', "\\}")),
        None if first == "…" => "$1".to_owned(),
        None => format!("${{1:{first}}}"),
    }
}
