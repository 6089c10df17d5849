use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::address::address;
use super::check::check_project;
use super::declared::{Declared, Member, annotation_text};
use super::document::Document;
use super::edit::{self, Edits};
use super::names::View;
use super::navigate::{references, uses};
use super::occurrence::What;
use super::shown::Shown;
use super::standard::is_standard;
use super::target::Target;
use super::walk;
use super::world::World;
use crate::diagnostic::Severity;
use crate::resolve::vocabulary::is_identifier;
use crate::source::{Edit, Span};

/// What a new name changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// Every place that named it.
    pub edits: Edits,
    /// What travels otherwise than before, and how it would not; nothing where the name does not travel.
    pub warning: Option<String>,
}

/// Why there is no new name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenameError {
    /// Nothing that has a name of its own stands there.
    #[error("{0}")]
    NothingThere(&'static str),
    /// The name is no identifier.
    #[error("\"{0}\" is no name: a name is a letter, then letters, digits and `_`")]
    NotAName(String),
    /// The contracts would have problems that they do not have now.
    #[error("renamed so, {0}")]
    Refused(String),
}

/// The name that stands at an offset, where it can be given another one.
///
/// # Errors
///
/// Where nothing stands there that can be renamed.
pub fn prepare_rename(world: &World, document: &Arc<Document>, offset: u32) -> Result<Span, RenameError> {
    let view = View::new(world, document);
    let occurrence = walk::at(document, offset).ok_or(RenameError::NothingThere("no name stands here"))?;
    let target =
        view.target(document, &occurrence).ok_or(RenameError::NothingThere("nobody knows what this name means"))?;
    let last = |path: &crate::ast::Path| path.segments.last().map_or(path.span, |segment| segment.span);
    match (&target, &occurrence.what) {
        (Target::Declared(of, _), _) if is_standard(of.path()) => {
            Err(RenameError::NothingThere("a standard schema is the compiler's own"))
        }
        (Target::Declared(..), What::Key { .. } | What::Text { .. }) => Ok(occurrence.inside()),
        (Target::Declared(..), What::Type(path) | What::Exception(path) | What::Value { path, .. }) => Ok(last(path)),
        (Target::Declared(..) | Target::Alias(_), _) => Ok(occurrence.span),
        (Target::Namespace(_) | Target::File(_), _) => {
            Err(RenameError::NothingThere("a namespace is in every address: write the new one by hand"))
        }
        (Target::BuiltIn(_) | Target::Annotation(_), _) => Err(RenameError::NothingThere("this is the language's own")),
    }
}

/// Gives what stands at an offset another name, everywhere.
///
/// What travels by its name (a field, a variant, an exception, a procedure's address) travels by the new one then, which is told; one
/// with `@name`, `@uri` or `@prepath` goes on as before.
///
/// # Errors
///
/// Where it has no name, the new one is none, or the contracts would get problems by it, such as two fields of one name.
pub fn rename(world: &World, document: &Arc<Document>, offset: u32, name: &str) -> Result<Rename, RenameError> {
    prepare_rename(world, document, offset)?;
    if !is_identifier(name) {
        return Err(RenameError::NotAName(name.to_owned()));
    }
    let view = View::new(world, document);
    let occurrence = walk::at(document, offset).ok_or(RenameError::NothingThere("no name stands here"))?;
    let mut edits: BTreeMap<PathBuf, Vec<Edit>> = BTreeMap::new();
    let mut add = |path: PathBuf, span| edits.entry(path).or_default().push(Edit::new(span, name));
    let warning = match view.target(document, &occurrence) {
        Some(Target::Declared(of, declared)) => {
            let keeps_wire = declared.node(&of).is_some_and(|node| annotation_text(&of, node.head(), "name").is_some());
            for (other, span) in uses(&view, &of, declared) {
                // A text in quotes names what travels.
                let is_text = span.start > 0 && other.text().as_bytes()[span.start as usize - 1] == b'"';
                if !(is_text && keeps_wire) {
                    add(other.path().to_path_buf(), span);
                }
            }
            travels(&of, declared, name)
        }
        Some(Target::Alias(_)) => {
            for place in references(world, document, offset) {
                add(place.path, place.name);
            }
            None
        }
        _ => None,
    };
    edits.values_mut().for_each(edit::sort);
    let edits: Edits = edits.into_iter().collect();
    refuse_new_problems(world, document, &edits)?;
    Ok(Rename { edits, warning })
}

/// What of the name goes over the wire, in words.
fn travels(document: &Document, declared: Declared, new: &str) -> Option<String> {
    let node = declared.node(document)?;
    let old = document.slice(node.name().span);
    let pinned = |annotation| annotation_text(document, node.head(), annotation).is_some();
    let what = declared.kind_name(document);
    match declared.member {
        Some(Member::Field(_) | Member::Variant(_) | Member::Parameter(..) | Member::Result(..)) => {
            (!pinned("name")).then(|| wire_warning(what, old, new))
        }
        None if what == "exception" => (!pinned("name")).then(|| wire_warning(what, old, new)),
        Some(Member::Procedure(_) | Member::Topic(_)) if !pinned("uri") => {
            let (uri, _) = address(document, declared)?;
            Some(format!("its address changes from {uri}; put @uri(\"{uri}\") before it to keep that"))
        }
        None if what == "service" && !pinned("prepath") => {
            let prepath = format!("{}.{old}", document.namespace());
            Some(format!(
                "all its addresses change from {prepath}.…; put @prepath(\"{prepath}\") before it to keep them"
            ))
        }
        _ => None,
    }
}

fn wire_warning(what: &str, old: &str, new: &str) -> String {
    format!("the {what} travels as \"{new}\" and no more as \"{old}\"; put @name(\"{old}\") before it to keep that")
}

/// Checks the contracts as they would be. A problem that is new stands in the way: a name that is taken, reserved, or not free in some
/// target.
fn refuse_new_problems(world: &World, document: &Document, edits: &Edits) -> Result<(), RenameError> {
    let project = world.project_of(document.path());
    let mut renamed = world.clone();
    for (path, edits) in edits {
        if let Some(document) = world.document(path) {
            let text = Edit::apply(document.text(), edits).map_err(|why| RenameError::Refused(why.to_string()))?;
            renamed.insert(Document::open(path, text));
        }
    }
    let errors = |world: &World| -> Vec<Shown> {
        let all = check_project(world, &project).into_values().flatten();
        let mut errors: Vec<Shown> = all.filter(|problem| problem.code.severity() == Severity::Error).collect();
        errors.sort_by(|a, b| (&a.path, a.span).cmp(&(&b.path, b.span)));
        errors
    };
    let (before, after) = (errors(world), errors(&renamed));
    if after.len() <= before.len() {
        return Ok(());
    }
    let known =
        |problem: &&Shown| !before.iter().any(|other| other.code == problem.code && other.message == problem.message);
    match after.iter().find(known).or(after.last()) {
        Some(new) => Err(RenameError::Refused(new.message.clone() + &in_the_way(&renamed, new, edits))),
        None => Ok(()),
    }
}

/// Where that stands which a new name meets: the place of a problem that is none of those that were renamed.
fn in_the_way(renamed: &World, problem: &Shown, edits: &Edits) -> String {
    let is_renamed = |path: &Path, span: Span| {
        let own = edits.iter().find(|(edited, _)| edited == path).map_or(&[][..], |(_, edits)| edits);
        let mut grown = 0;
        own.iter().any(|edit| {
            let start = i64::from(edit.span.start) + grown;
            let length = edit.text.len() as i64;
            grown += length - i64::from(edit.span.len());
            start <= i64::from(span.end) && i64::from(span.start) <= start + length
        })
    };
    let labels = problem.labels.iter().map(|label| (&*label.path, label.span));
    let other =
        std::iter::once((&*problem.path, problem.span)).chain(labels).find(|(path, span)| !is_renamed(path, *span));
    let place = other.and_then(|(path, span)| {
        let document = renamed.document(path)?;
        let line = document.text()[..span.start as usize].matches('\n').count() + 1;
        Some(format!(" (see line {line} of {})", path.file_name()?.display()))
    });
    place.unwrap_or_default()
}
