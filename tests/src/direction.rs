//! Which room of a crate names which other, read from the code's own paths.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A crate's rooms, earliest first. Rooms of one rank do not know each other.
#[derive(Debug)]
pub struct Rooms {
    ranks: Vec<Vec<&'static str>>,
}

/// As a page tells it: `a → b | c → d`.
impl fmt::Display for Rooms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ranks: Vec<String> = self.ranks.iter().map(|rank| rank.join(" | ")).collect();
        f.write_str(&ranks.join(" → "))
    }
}

/// One room naming another that it must not know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// The file, relative to the crate's `src`.
    pub file: PathBuf,
    /// The room that the file belongs to.
    pub room: String,
    /// The room that it names.
    pub names: String,
}

impl Rooms {
    /// Rooms by rank, earliest first.
    #[must_use]
    pub fn new(ranks: &[&[&'static str]]) -> Self {
        Self { ranks: ranks.iter().map(|rank| rank.to_vec()).collect() }
    }

    /// Every room, in order.
    pub fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.ranks.iter().flatten().copied()
    }

    /// What breaks the direction in the crate whose sources lie in `src`. Files at the top of `src` hold the crate
    /// together and may name every room, unless they are a room themselves.
    ///
    /// # Panics
    ///
    /// Where a source cannot be read or does not lex.
    #[must_use]
    pub fn violations(&self, src: &Path) -> BTreeSet<Violation> {
        let mut violations = BTreeSet::new();
        for file in rust_files(src) {
            let relative = file.strip_prefix(src).expect("the file was found under src").to_path_buf();
            let modules = module_path(&relative);
            let Some(room) = modules.first().cloned() else { continue };
            let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let tokens = text.parse().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let mut named = BTreeSet::new();
            collect(tokens, &modules, &mut named);
            for names in named {
                if self.forbids(&room, &names) {
                    violations.insert(Violation { file: relative.clone(), room: room.clone(), names });
                }
            }
        }
        violations
    }

    /// The rooms under `src` that this list does not know, so that a new room cannot slip past the test.
    #[must_use]
    pub fn unlisted(&self, src: &Path) -> BTreeSet<String> {
        rust_files(src)
            .iter()
            .filter_map(|file| module_path(file.strip_prefix(src).ok()?).into_iter().next())
            .filter(|room| self.rank(room).is_none())
            .collect()
    }

    fn rank(&self, room: &str) -> Option<usize> {
        self.ranks.iter().position(|rank| rank.contains(&room))
    }

    fn forbids(&self, room: &str, names: &str) -> bool {
        match (self.rank(room), self.rank(names)) {
            (Some(own), Some(other)) => room != names && other >= own,
            _ => false,
        }
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("a folder that opened can be listed").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// `validate/names/rust.rs` is `validate::names::rust`; `lib.rs` and `main.rs` are the root.
fn module_path(relative: &Path) -> Vec<String> {
    let mut modules: Vec<String> =
        relative.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if modules.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main")) {
        modules.pop();
    }
    modules
}

/// The top-level modules that `tokens`, standing in the module `modules`, name through `crate::` or `super::`.
fn collect(tokens: TokenStream, modules: &[String], named: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Ident(ident) if ident == "mod" => {
                if let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(body))) =
                    (tokens.get(at + 1), tokens.get(at + 2))
                {
                    let inner: Vec<String> = modules.iter().cloned().chain([name.to_string()]).collect();
                    collect(body.stream(), &inner, named);
                    at += 3;
                    continue;
                }
            }
            TokenTree::Ident(ident) if ident == "crate" => name_after(&tokens[at + 1..], &[], named),
            TokenTree::Ident(ident) if ident == "super" && !is_path_continued(&tokens[..at]) => {
                let (climbs, rest) = count_supers(&tokens[at..]);
                let base = &modules[..modules.len().saturating_sub(climbs)];
                name_after(rest, base, named);
            }
            TokenTree::Group(group) => collect(group.stream(), modules, named),
            _ => {}
        }
        at += 1;
    }
}

fn is_path_continued(before: &[TokenTree]) -> bool {
    matches!(before.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':')
}

/// How many `super::` follow one another, and what stands behind the last `super`.
fn count_supers(tokens: &[TokenTree]) -> (usize, &[TokenTree]) {
    let mut climbs = 1;
    let mut rest = &tokens[1..];
    while let Some(TokenTree::Ident(ident)) = rest.get(2) {
        if ident != "super" {
            break;
        }
        climbs += 1;
        rest = &rest[3..];
    }
    (climbs, rest)
}

/// Adds the top-level module that a path names whose `crate` or `super`s end before `rest`.
fn name_after(rest: &[TokenTree], base: &[String], named: &mut BTreeSet<String>) {
    if let Some(top) = base.first() {
        named.insert(top.clone());
        return;
    }
    let is_colon = |at: usize| matches!(rest.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    if !(is_colon(0) && is_colon(1)) {
        return;
    }
    match rest.get(2) {
        Some(TokenTree::Ident(ident)) => {
            named.insert(ident.to_string());
        }
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            let mut starts = true;
            for token in group.stream() {
                match token {
                    TokenTree::Ident(ident) if starts => {
                        named.insert(ident.to_string());
                        starts = false;
                    }
                    TokenTree::Punct(punct) if punct.as_char() == ',' => starts = true,
                    _ => {}
                }
            }
        }
        _ => {}
    }
}
