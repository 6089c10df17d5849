//! The changes for people, as Markdown.

use std::fmt::Write as _;

use super::change::{Change, ChangeKind, Step, Victims};
use super::{Category, Comparison, Versions, judge};
use crate::model::Model;

/// What changed since `against`, by service: added, changed, deprecated, removed; who must do what; how far a version has to go.
#[must_use]
pub fn changelog(comparison: &Comparison, new: &Model, against: &str) -> String {
    let mut text = format!("# Changes since `{}`\n", against.replace('`', ""));
    if comparison.changes.is_empty() {
        text.push_str("\nNothing changed.\n");
        return text;
    }
    let step = judge(comparison, Category::Wire, &[]).step;
    write!(text, "\nThese changes need a **{step}** step of the version.\n").expect(WRITES);
    for (id, service) in new.services.iter() {
        let own: Vec<&Change> = comparison.changes.iter().filter(|change| change.services.contains(&id)).collect();
        if !own.is_empty() {
            let name = format!("{}.{}", new.namespaces[service.namespace].name, service.meta.name);
            let versions = comparison.versions.iter().find(|versions| versions.service == id);
            section(&mut text, &title(&name, versions), &own);
        }
    }
    let rest: Vec<&Change> = comparison.changes.iter().filter(|change| change.services.is_empty()).collect();
    if !rest.is_empty() {
        section(&mut text, "Other definitions", &rest);
    }
    text
}

const WRITES: &str = "a String takes everything";

fn title(name: &str, versions: Option<&Versions>) -> String {
    match versions {
        Some(Versions { old, new, .. }) if old == new => format!("`{name}` {new}"),
        Some(Versions { old, new, .. }) => format!("`{name}` {old} → {new}"),
        None => format!("`{name}`"),
    }
}

fn section(text: &mut String, title: &str, changes: &[&Change]) {
    write!(text, "\n## {title}\n").expect(WRITES);
    let kinds = [
        (ChangeKind::Added, "Added"),
        (ChangeKind::Changed, "Changed"),
        (ChangeKind::Deprecated, "Deprecated"),
        (ChangeKind::Removed, "Removed"),
    ];
    for (kind, heading) in kinds {
        let own: Vec<&&Change> = changes.iter().filter(|change| change.kind == kind).collect();
        if own.is_empty() {
            continue;
        }
        write!(text, "\n### {heading}\n\n").expect(WRITES);
        for change in own {
            let code = match change.code {
                Some(code) if change.breaks_wire() => format!(" **Breaks {}** ({code}).", change.victims),
                Some(code) => format!(" Code has to change ({code})."),
                None => String::new(),
            };
            writeln!(text, "- {}.{code}", sentence(&change.message)).expect(WRITES);
        }
    }
    let duties = duties(changes);
    if !duties.is_empty() {
        text.push_str("\n### Who must do what\n\n");
        for duty in duties {
            writeln!(text, "- {duty}").expect(WRITES);
        }
    }
}

/// What follows from the changes for those who run and those who write programs.
fn duties(changes: &[&Change]) -> Vec<String> {
    let all = changes.iter().fold(Victims::NONE, |all, change| all | change.victims);
    let step = changes.iter().map(|change| change.step()).max().unwrap_or(Step::None);
    let told = [
        (Victims::OLD_CALLERS, "**Callers**: update them before, or together with, the services that they call."),
        (Victims::OLD_SERVICES, "**Services**: replace every old one before a new caller runs."),
        (Victims::OLD_CONSUMERS, "**Consumers**: update them before a new producer runs."),
        (Victims::QUEUED_MESSAGES, "**Queues**: let old messages be consumed before new consumers run."),
        (Victims::OTHERS, "**Whoever imports these definitions**: update all that exchange them together."),
    ];
    let mut duties: Vec<String> =
        told.iter().filter(|(victim, _)| all.meets(*victim)).map(|(_, duty)| (*duty).to_owned()).collect();
    if changes.iter().any(|change| change.code.is_some() && change.source) {
        duties.push("**Programmers**: generate again, and mend what does not compile.".to_owned());
    }
    if !all.is_empty() {
        duties.push(format!("**Version**: a {step} step."));
    }
    duties
}

/// A clause as the beginning of a sentence. Names of a contract are identifiers; other text of it cannot end a line, or begin a tag or a link.
fn sentence(clause: &str) -> String {
    let clause = clause.replace(['\r', '\n'], " ").replace('<', "&lt;").replace('[', "\\[");
    let mut letters = clause.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
