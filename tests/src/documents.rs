//! The repository's documents, and what stands in them between fences.

use std::fs;
use std::path::Path;

use crate::program::root;

/// A fenced block.
#[derive(Debug)]
pub struct Block {
    /// What stands behind the fence.
    pub language: String,
    /// Its lines.
    pub text: String,
}

/// Every document, as a path from the root: what is generated, drawn from templates or installed is none.
///
/// # Panics
///
/// Where a folder cannot be listed.
#[must_use]
pub fn documents() -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let listed = fs::read_dir(root().join(&folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
        for entry in listed {
            let entry = entry.expect("a folder can be listed");
            let kind = entry.file_type().expect("an entry is of some kind");
            let name = entry.file_name().into_string().expect("names are text");
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            let is_ours =
                !name.starts_with('.') && !["golden", "node_modules", "target", "templates"].contains(&&*name);
            if kind.is_dir() && is_ours {
                folders.push(path);
            } else if kind.is_file() && Path::new(&name).extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(found.len() > 25, "only {} documents were found", found.len());
    found
}

/// The fenced blocks of a document.
///
/// # Panics
///
/// Where it is not there, or a block in it is not closed.
#[must_use]
pub fn blocks(document: &str) -> Vec<Block> {
    let text = fs::read_to_string(root().join(document)).unwrap_or_else(|error| panic!("{document}: {error}"));
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in text.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => open = Some(Block { language: language.to_owned(), text: String::new() }),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "{document}: a block is not closed");
    blocks
}
