use std::path::PathBuf;
use std::sync::Arc;

use super::address::address;
use super::completion::{import_edit, visible_name};
use super::declared::{Declared, Member, annotation_text, has_annotation, wire_name};
use super::document::Document;
use super::edit::{self, Edits};
use super::names::View;
use super::occurrence::What;
use super::shown::Shown;
use super::standard::is_standard;
use super::walk;
use super::world::World;
use crate::ast::DefinitionKind;
use crate::diagnostic::Fix;
use crate::diagnostic::code::names as codes;
use crate::resolve::vocabulary::is_identifier;
use crate::source::{Edit, Span};

/// A change that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// What it does.
    pub title: String,
    /// Why it is offered.
    pub kind: ActionKind,
    /// The problem that it mends.
    pub problem: Option<Shown>,
    /// What it changes.
    pub edits: Edits,
    /// Whether it is what most would want.
    pub preferred: bool,
}

/// Why an action is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    /// It mends a problem.
    Fix,
    /// It changes what is right already.
    Refactor,
}

/// So many files that define a name are offered to import.
const MOST: usize = 5;

/// What can be changed where a span touches something.
#[must_use]
pub fn actions(world: &World, document: &Arc<Document>, span: Span, problems: &[Shown]) -> Vec<Action> {
    let view = View::new(world, document);
    let offer = Offer { view: &view, document };
    let mut found = Vec::new();
    for problem in problems.iter().filter(|problem| problem.span.start <= span.end && span.start <= problem.span.end) {
        offer.fixes(problem, &mut found);
    }
    if let Some(occurrence) = walk::at(document, span.start)
        && let What::Declaration(declared) = occurrence.what
    {
        offer.refactorings(declared, &mut found);
    }
    found
}

struct Offer<'o> {
    view: &'o View<'o>,
    document: &'o Arc<Document>,
}

impl Offer<'_> {
    fn fixes(&self, problem: &Shown, found: &mut Vec<Action>) {
        if let Some(Fix { title, edits }) = &problem.fix {
            found.push(self.fix(problem, sentence(title), edits.clone(), true));
        }
        if let Some(meant) = did_you_mean(&problem.message).or_else(|| did_you_mean(problem.help.as_deref()?)) {
            let span = self.meant_span(problem, meant);
            let title = format!("Write \"{meant}\"");
            found.push(self.fix(problem, title, vec![Edit::new(span, meant)], true));
        }
        if [
            codes::UNKNOWN_TYPE,
            codes::UNKNOWN_EXCEPTION,
            codes::UNKNOWN_CONSTANT,
            codes::NOT_IMPORTED,
            codes::UNKNOWN_NAMESPACE,
        ]
        .contains(&problem.code)
        {
            self.imports(problem, found);
        }
        if [codes::UNKNOWN_TYPE, codes::UNKNOWN_EXCEPTION].contains(&problem.code) {
            self.create(problem, found);
        }
    }

    /// The part of a problem's place that is to be replaced: of a dotted path the segment that is wrong.
    fn meant_span(&self, problem: &Shown, meant: &str) -> Span {
        let written = self.document.slice(problem.span);
        let name = |from: usize, to: usize| Span::new(problem.span.start + from as u32, problem.span.start + to as u32);
        if let Some(annotation) = meant.strip_prefix('@') {
            let end = written.find('(').unwrap_or(written.len());
            debug_assert!(!annotation.is_empty());
            return name(0, written[..end].trim_end().len());
        }
        match written.rfind('.').filter(|_| !meant.contains('.') && is_identifier(meant)) {
            Some(dot) if problem.code == codes::UNKNOWN_NAMESPACE => name(0, dot),
            Some(dot) => name(dot + 1, written.len()),
            None if written.starts_with('"') && !meant.starts_with('"') => {
                name(1, written.len().saturating_sub(1).max(1))
            }
            None => problem.span,
        }
    }

    /// Imports of files that define an unknown name.
    fn imports(&self, problem: &Shown, found: &mut Vec<Action>) {
        let written = self.document.slice(problem.span);
        let name = written.rsplit('.').next().unwrap_or(written);
        let standard = self.view.world.documents().filter(|document| is_standard(document.path()));
        let mut others: Vec<&Arc<Document>> = self.view.documents.iter().copied().chain(standard).collect();
        others.sort_by_key(|other| other.path());
        others.dedup_by_key(|other| other.path());
        let wanted = |kind: &DefinitionKind| match problem.code {
            code if code == codes::UNKNOWN_EXCEPTION => matches!(kind, DefinitionKind::Exception(_)),
            code if code == codes::UNKNOWN_CONSTANT => matches!(kind, DefinitionKind::Const { .. }),
            _ => !matches!(kind, DefinitionKind::Service(_)),
        };
        let defining = others.into_iter().filter(|other| {
            other.path() != self.document.path()
                && other.definition(name).is_some_and(|index| wanted(&other.tree().definitions[index].kind))
        });
        for other in defining.take(MOST) {
            let (edits, title) = match visible_name(self.view, self.document, other, name) {
                Some(visible) if visible == written => continue,
                Some(visible) => (vec![Edit::new(problem.span, &visible)], format!("Write \"{visible}\"")),
                None => {
                    let Some((import, qualifier)) = import_edit(self.view, self.document, other) else { continue };
                    let title = format!("Add {}", import.text.trim());
                    let full = format!("{qualifier}{name}");
                    let mut edits = vec![import];
                    if full != written {
                        edits.push(Edit::new(problem.span, full));
                    }
                    (edits, title)
                }
            };
            found.push(self.fix(problem, title, edits, true));
        }
    }

    /// A definition of an unknown name.
    fn create(&self, problem: &Shown, found: &mut Vec<Action>) {
        let name = self.document.slice(problem.span);
        if !is_identifier(name) {
            return;
        }
        let text = self.document.text();
        let end = text.trim_end().len() as u32;
        let define =
            |definition: String| vec![Edit::new(Span::new(end, text.len() as u32), format!("\n\n{definition}\n"))];
        let kinds: &[(&str, &str)] = if problem.code == codes::UNKNOWN_EXCEPTION {
            &[("exception", "{\n}")]
        } else {
            &[("record", "{\n}"), ("enum", "{\n    unknown\n}")]
        };
        for (keyword, body) in kinds {
            let title = format!("Create {keyword} \"{name}\"");
            found.push(self.fix(problem, title, define(format!("{keyword} {name} {body}")), false));
        }
    }

    fn refactorings(&self, declared: Declared, found: &mut Vec<Action>) {
        let Some(node) = declared.node(self.document) else { return };
        let what = declared.kind_name(self.document);
        let head = node.head();
        let mut annotate = |title: String, annotation: String| {
            let at = node.bare_span().start;
            let rest = &self.document.text()[at as usize..];
            let at = at + (rest.len() - rest.trim_start().len()) as u32;
            let edit = Edit::new(Span::new(at, at), format!("{annotation}{}", self.separator(at)));
            let edits = vec![(self.path(), vec![edit])];
            found.push(Action { title, kind: ActionKind::Refactor, problem: None, edits, preferred: false });
        };
        if !has_annotation(self.document, head, "deprecated") {
            annotate(format!("Deprecate this {what}"), "@deprecated(\"\")".to_owned());
        }
        let travels = matches!(
            declared.member,
            Some(Member::Field(_) | Member::Variant(_) | Member::Parameter(..) | Member::Result(..))
        ) || (declared.member.is_none() && what == "exception");
        if travels && annotation_text(self.document, head, "name").is_none() {
            let wire = wire_name(self.document, node);
            annotate(format!("Write the name that travels: @name(\"{wire}\")"), format!("@name(\"{wire}\")"));
        }
        if annotation_text(self.document, head, "uri").is_none()
            && let Some((uri, _)) = address(self.document, declared)
        {
            annotate(format!("Write the address: @uri(\"{uri}\")"), format!("@uri(\"{uri}\")"));
        }
    }

    /// What stands between an annotation and what it is on: the line and its indent, or a blank inside of a line.
    fn separator(&self, at: u32) -> String {
        let before = &self.document.text()[..at as usize];
        let line = before.rfind(['\n', '\r']).map_or(before, |end| &before[end + 1..]);
        if line.trim().is_empty() { format!("\n{line}") } else { " ".to_owned() }
    }

    fn path(&self) -> PathBuf {
        self.document.path().to_path_buf()
    }

    fn fix(&self, problem: &Shown, title: String, mut edits: Vec<Edit>, preferred: bool) -> Action {
        edit::sort(&mut edits);
        Action {
            title,
            kind: ActionKind::Fix,
            problem: Some(problem.clone()),
            edits: vec![(self.path(), edits)],
            preferred,
        }
    }
}

/// With its first letter as a sentence has it.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// What a message suggests: `did you mean "…"?`, or with backticks.
fn did_you_mean(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("did you mean ")?;
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '`'))?;
    rest[1..].split(quote).next()
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn suggestions_are_read_from_messages() {
        assert_eq!(did_you_mean("unknown type \"strng\"; did you mean \"string\"?"), Some("string"));
        assert_eq!(did_you_mean("did you mean `record`?"), Some("record"));
        assert_eq!(did_you_mean("nothing"), None);
    }
}
