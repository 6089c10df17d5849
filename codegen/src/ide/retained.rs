use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::check::{check_document, of_file};
use super::document::Document;
use super::shown::Shown;
use super::world::World;
use crate::source::Span;

/// Problems of open documents that only show beside other files of their project: found while nobody typed, and kept,
/// moved along with the text around them, until they are looked for again.
#[derive(Debug, Default)]
pub struct Retained {
    by_file: FxHashMap<PathBuf, (Arc<str>, Vec<Shown>)>,
}

impl Retained {
    /// What a check of a whole project found in its open documents and a check of each alone does not.
    #[must_use]
    pub fn new(world: &World, problems: &FxHashMap<PathBuf, Vec<Shown>>) -> Self {
        let mut by_file = FxHashMap::default();
        for document in world.documents().filter(|document| document.is_open()) {
            let all = of_file(problems, document.path());
            if all.is_empty() {
                continue;
            }
            let alone = check_document(world, document);
            let more: Vec<Shown> = all.iter().filter(|problem| !alone.contains(problem)).cloned().collect();
            if !more.is_empty() {
                by_file.insert(document.path().to_path_buf(), (Arc::clone(document.text()), more));
            }
        }
        Self { by_file }
    }

    /// Adds those of another project.
    pub fn extend(&mut self, other: Self) {
        self.by_file.extend(other.by_file);
    }

    /// Those of a document, where they are now; what stood in the text that changed is left out.
    #[must_use]
    pub fn of(&self, document: &Document) -> Vec<Shown> {
        let Some((text, problems)) = self.by_file.get(document.path()) else { return Vec::new() };
        let (old, new) = (text.as_bytes(), document.text().as_bytes());
        let before = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        let shorter = old.len().min(new.len()) - before;
        let behind = old.iter().rev().zip(new.iter().rev()).take(shorter).take_while(|(a, b)| a == b).count();
        let (changed, moved) = (before..old.len() - behind, new.len() as i64 - old.len() as i64);
        let shift = |span: Span| {
            if (span.end as usize) <= changed.start {
                Some(span)
            } else if span.start as usize >= changed.end {
                Some(Span::new((i64::from(span.start) + moved) as u32, (i64::from(span.end) + moved) as u32))
            } else {
                None
            }
        };
        let kept = problems.iter().filter_map(|problem| {
            let mut problem = Shown { span: shift(problem.span)?, ..problem.clone() };
            for edit in problem.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
                edit.span = shift(edit.span)?;
            }
            for label in &mut problem.labels {
                if label.path == document.path() {
                    label.span = shift(label.span)?;
                }
            }
            Some(problem)
        });
        kept.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::{Project, check_project};

    #[test]
    fn what_only_the_project_shows_moves_with_the_text() {
        let mut world = World::new();
        world.set_projects(vec![Project::of_folder("/s".as_ref())]);
        world.insert(Document::open("/s/a.almanet", "namespace a\n\nrecord One {}\n"));
        let twice = "namespace a\n\nrecord Two {}\nrecord One {}\n";
        world.insert(Document::open("/s/b.almanet", twice));
        let problems = check_project(&world, &world.projects()[0]);
        let retained = Retained::new(&world, &problems);

        let longer = Document::open("/s/b.almanet", twice.replace("Two {}", "Two { x: string }"));
        let [moved] = &retained.of(&longer)[..] else { panic!("one problem is kept") };
        assert_eq!(&longer.text()[moved.span.range()], "One");
        let gone = Document::open("/s/b.almanet", twice.replace("One", "Other"));
        assert_eq!(retained.of(&gone), []);
    }
}
