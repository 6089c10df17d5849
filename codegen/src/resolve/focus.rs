//! Leaves out of imported files what the entries do not lead to, so that a keystroke costs what one file does, and not all that it
//! imports.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::load::LoadedFile;
use crate::ast::{Definition, DefinitionKind, EnumBody, ExceptionBody, Fields, File, ServiceBody};

/// A definition: its file and its place there.
type Place = (usize, usize);

/// Keeps of imports what may be reached from the first `entries` files by name, whatever its namespace. In the namespaces that those
/// name something of, every other definition stays known by its name, as one with a syntax error does.
pub(super) fn narrow(files: &mut [LoadedFile], entries: usize) {
    let entries = entries.min(files.len());
    let kept = reached(files, entries);
    let imported = files[..entries].iter().flat_map(|file| file.imports.iter().flatten());
    let visible = imported.map(|file| file.0 as usize).chain(0..entries);
    let visible: FxHashSet<&str> = visible.filter_map(|file| namespace(&files[file].tree)).collect();
    let narrowed: Vec<Arc<File>> = files
        .iter()
        .enumerate()
        .skip(entries)
        .map(|(index, file)| {
            let tree = &file.tree;
            let is_visible = namespace(tree).is_some_and(|namespace| visible.contains(namespace));
            let definitions = tree.definitions.iter().enumerate().filter_map(|(place, definition)| {
                let is_kept = kept.contains(&(index, place));
                if is_kept { Some(definition.clone()) } else { is_visible.then(|| by_name(definition)) }
            });
            Arc::new(File {
                text: Arc::clone(&tree.text),
                docs: Vec::new(),
                namespace: tree.namespace.clone(),
                is_head_broken: tree.is_head_broken,
                imports: tree.imports.clone(),
                definitions: definitions.collect(),
                comments: Vec::new(),
            })
        })
        .collect();
    for (file, tree) in files[entries..].iter_mut().zip(narrowed) {
        file.tree = tree;
    }
}

fn namespace(tree: &File) -> Option<&str> {
    tree.namespace.as_ref().map(|path| tree.slice(path.span))
}

/// What the entries' definitions name, and what that names.
fn reached(files: &[LoadedFile], entries: usize) -> FxHashSet<Place> {
    let mut by_name: FxHashMap<&str, Vec<Place>> = FxHashMap::default();
    let mut ahead: Vec<Place> = Vec::new();
    for (index, file) in files.iter().enumerate() {
        for (place, definition) in file.tree.definitions.iter().enumerate() {
            if index < entries {
                ahead.push((index, place));
            } else {
                by_name.entry(file.tree.name(definition.name)).or_default().push((index, place));
            }
        }
    }
    let mut reached = FxHashSet::default();
    while let Some((file, place)) = ahead.pop() {
        let tree = &files[file].tree;
        tree.definitions[place].for_each_path(|path| {
            let last = path.segments.last().map_or("", |last| tree.name(*last));
            // Each name is looked up once.
            for found in by_name.remove(last).into_iter().flatten() {
                reached.insert(found);
                ahead.push(found);
            }
        });
    }
    reached
}

/// A definition of which the name alone is known.
fn by_name(definition: &Definition) -> Definition {
    let kind = match &definition.kind {
        DefinitionKind::Record(_) => DefinitionKind::Record(Fields::default()),
        DefinitionKind::Enum { .. } => DefinitionKind::Enum { open: None, body: EnumBody::default() },
        DefinitionKind::Union { .. } => DefinitionKind::Union { open: None, body: EnumBody::default() },
        DefinitionKind::Alias(_) => DefinitionKind::Alias(None),
        DefinitionKind::Const { .. } => DefinitionKind::Const { ty: None, value: None },
        DefinitionKind::Exception(_) => DefinitionKind::Exception(ExceptionBody::Null),
        DefinitionKind::Service(_) => DefinitionKind::Service(ServiceBody::default()),
    };
    Definition { span: definition.span, head: crate::ast::Head::default(), name: definition.name, kind, broken: true }
}
