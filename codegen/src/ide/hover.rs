mod json;
mod words;

use std::fmt::Write as _;
use std::sync::Arc;

use super::address::address;
use super::declared::{Declared, Member, Node, annotation_text, has_annotation, wire_name};
use super::document::Document;
use super::names::View;
use super::shown::Shown;
use super::target::Target;
use super::walk;
use super::world::World;
use crate::ast::docs_text;
use crate::diagnostic::code;
use crate::source::Span;

pub(super) use words::{annotation as annotation_docs, builtin as builtin_docs};

/// What is told of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What it is told of.
    pub span: Span,
    /// Markdown.
    pub text: String,
}

/// What stands at an offset: its declaration, docs, address, and how it looks in JSON; and what the problems there mean.
#[must_use]
pub fn hover(world: &World, document: &Arc<Document>, offset: u32, problems: &[Shown]) -> Option<Hover> {
    let view = View::new(world, document);
    let mut text = String::new();
    let mut span = None;
    if let Some(occurrence) = walk::at(document, offset)
        && let Some(target) = view.target(document, &occurrence)
    {
        span = Some(occurrence.span);
        text = described(&view, document, &target);
    }
    for problem in problems.iter().filter(|problem| problem.span.start <= offset && offset <= problem.span.end) {
        let Some(entry) = code::find(problem.code.as_str()) else { continue };
        span.get_or_insert(problem.span);
        if !text.is_empty() {
            text.push_str("\n\n---\n\n");
        }
        let _ = write!(text, "**{}**: {}\n\n{}\n\n{}", entry.code, entry.summary, entry.why, entry.fix);
    }
    span.filter(|_| !text.is_empty()).map(|span| Hover { span, text })
}

fn described(view: &View<'_>, document: &Arc<Document>, target: &Target) -> String {
    match target {
        Target::Declared(of, declared) => declaration(view, of, *declared),
        Target::File(of) => {
            let docs = docs_text(of.text(), &of.tree().docs);
            joined([fenced(&format!("namespace {}", of.namespace())), docs, of.path().display().to_string()])
        }
        Target::Alias(import) => match view.imported(document, *import) {
            Some(of) => {
                joined([fenced(&format!("namespace {}", of.namespace())), docs_text(of.text(), &of.tree().docs)])
            }
            None => String::new(),
        },
        Target::Namespace(namespace) => {
            let docs = view.documents.iter().filter(|other| other.namespace() == namespace);
            let docs = docs.map(|other| docs_text(other.text(), &other.tree().docs));
            joined(std::iter::once(fenced(&format!("namespace {namespace}"))).chain(docs))
        }
        Target::BuiltIn(name) => joined([fenced(name), builtin_docs(name).to_owned()]),
        Target::Annotation(name) => match annotation_docs(name) {
            Some((usage, docs)) => joined([fenced(usage), docs.to_owned()]),
            None => "An annotation for plugins: the compiler keeps it and gives it no meaning.".to_owned(),
        },
    }
}

fn declaration(view: &View<'_>, document: &Arc<Document>, declared: Declared) -> String {
    let Some(node) = declared.node(document) else { return String::new() };
    let head = node.head();
    let deprecated =
        annotation_text(document, head, "deprecated").map_or_else(String::new, |why| format!("**Deprecated:** {why}"));
    let unstable = has_annotation(document, head, "unstable").then(|| "**Unstable:** may still change.".to_owned());
    let facts = [travels(document, declared, node), addresses(document, declared), sample(view, document, declared)];
    joined(
        [
            fenced(&signature(document, declared, node)),
            deprecated,
            unstable.unwrap_or_default(),
            docs_text(document.text(), &head.docs),
        ]
        .into_iter()
        .chain(facts),
    )
}

/// The declaration as it is written, without docs and annotations; of what has a body, its first line.
pub(super) fn signature(document: &Document, declared: Declared, node: Node<'_>) -> String {
    let written = document.slice(node.bare_span()).trim();
    let written = written.trim_end_matches([',', ';']).trim_end();
    match (declared.member, node) {
        (None, Node::Definition(definition)) => {
            let head = written.split('{').next().unwrap_or(written).trim_end();
            format!(
                "{head}{}",
                if written.contains('{') && definition.name.span.end <= definition.span.end { " { … }" } else { "" }
            )
        }
        (Some(Member::Variant(_)), _) => {
            let whole = Declared::of_definition(declared.definition).node(document).map(Node::name);
            format!("{}.{written}", whole.map(|name| document.slice(name.span)).unwrap_or_default())
        }
        _ => written.lines().map(str::trim).collect::<Vec<_>>().join(" "),
    }
}

fn travels(document: &Document, declared: Declared, node: Node<'_>) -> String {
    let wire = wire_name(document, node);
    let renamed = annotation_text(document, node.head(), "name").is_some();
    let has_wire_name = matches!(
        declared.member,
        Some(Member::Field(_) | Member::Variant(_) | Member::Parameter(..) | Member::Result(..))
    ) || declared.kind_name(document) == "exception";
    if renamed && has_wire_name { format!("Travels as `{wire}`.") } else { String::new() }
}

fn addresses(document: &Document, declared: Declared) -> String {
    match address(document, declared) {
        Some((uri, Some(versioned))) => format!("Address: `{uri}`, and `{versioned}`"),
        Some((uri, None)) => format!("Address: `{uri}`"),
        None => String::new(),
    }
}

fn sample(view: &View<'_>, document: &Arc<Document>, declared: Declared) -> String {
    match json::sample(view, document, declared) {
        Some(json) => format!("In JSON:\n```json\n{json}\n```"),
        None => String::new(),
    }
}

fn fenced(text: &str) -> String {
    format!("```almanet\n{text}\n```")
}

fn joined(parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n\n")
}
