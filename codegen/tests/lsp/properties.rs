//! What holds for every text and every place in it.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use almanet_codegen::Config;
use almanet_codegen::ide::{self, Document, Project, World};
use almanet_codegen::lint::Settings;
use almanet_codegen::source::Span;
use almanet_codegen::source::vfs::Memory;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree as _;
use serde_json::json;

use crate::client::Client;

/// Every golden contract with a path that imports lead to.
fn goldens() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut found = Vec::new();
    for folder in fs::read_dir(&root).unwrap() {
        for file in fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "almanet") {
                let place = Path::new("/golden").join(path.strip_prefix(&root).unwrap());
                found.push((place, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// A world of the files of one golden's folder.
fn world(files: &[(PathBuf, String)], folder: &Path) -> World {
    let mut world = World::new();
    world.set_projects(vec![Project::of_folder(folder)]);
    for (path, text) in files.iter().filter(|(path, _)| path.starts_with(folder)) {
        world.insert(Document::open(path, text.as_str()));
    }
    world
}

fn ask_everything(world: &World, document: &Arc<Document>, offset: u32, problems: &[ide::Shown]) {
    black_box(ide::complete(world, document, offset));
    black_box(ide::hover(world, document, offset, problems));
    black_box(ide::definition(world, document, offset));
    black_box(ide::highlights(world, document, offset));
    black_box(ide::selection(document, offset));
    black_box(ide::actions(world, document, Span::new(offset, offset), problems));
    if let Ok(name) = ide::prepare_rename(world, document, offset) {
        assert!(document.text().get(name.range()).is_some());
    }
}

/// Everywhere in every golden contract, and in each with its end cut off there.
#[test]
fn no_place_is_too_odd_to_ask_about() {
    let files = goldens();
    assert!(files.len() > 20);
    for (path, text) in &files {
        let mut world = world(&files, path.parent().unwrap());
        let document = Arc::clone(world.document(path).unwrap());
        let problems = ide::check_document(&world, &document);
        for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
            ask_everything(&world, &document, offset as u32, &problems);
        }
        for (offset, _) in text.char_indices().step_by(19) {
            let cut = world.insert(Document::open(path, &text[..offset]));
            let problems = ide::check_document(&world, &cut);
            ask_everything(&world, &cut, offset as u32, &problems);
            black_box(ide::tokens(&world, &cut, Span::new(0, offset as u32)));
            black_box(ide::folds(&cut));
            black_box(ide::document_symbols(&cut));
        }
    }
}

/// What every name of every golden contract is renamed to is found by that name, and nothing else is.
#[test]
fn renaming_there_and_back_changes_nothing() {
    let files = goldens();
    for (path, text) in &files {
        let world = world(&files, path.parent().unwrap());
        let document = world.document(path).unwrap();
        let starts = text.char_indices().filter(|(at, letter)| {
            letter.is_ascii_alphabetic()
                && !text[..*at].ends_with(|before: char| before.is_ascii_alphanumeric() || before == '_')
        });
        // A few of each kind stand in every contract.
        for (offset, _) in starts.step_by(9) {
            let Ok(ide::Rename { edits, .. }) = ide::rename(&world, document, offset as u32, "zzRenamed") else {
                continue;
            };
            let mut renamed = world.clone();
            for (path, edits) in &edits {
                let text = almanet_codegen::source::Edit::apply(world.document(path).unwrap().text(), edits).unwrap();
                renamed.insert(Document::open(path, text));
            }
            let (there, first) = edits.first().map(|(path, edits)| (path, &edits[0])).unwrap();
            let old = world.document(there).unwrap().text()[first.span.range()].to_owned();
            let back = ide::rename(&renamed, renamed.document(there).unwrap(), first.span.start, &old);
            let back = back.unwrap_or_else(|why| panic!("{}:{offset}: {old}: {why}", path.display()));
            for (path, edits) in &back.edits {
                let text = almanet_codegen::source::Edit::apply(renamed.document(path).unwrap().text(), edits).unwrap();
                assert_eq!(text, **world.document(path).unwrap().text(), "{}", path.display());
            }
        }
    }
}

const TYPED: &[&str] = &[
    "\n",
    " ",
    "{",
    "}",
    "(",
    ")",
    "\"",
    "/*",
    "*/",
    "//",
    "/// d\n",
    "@",
    "@name(\"x\")",
    ",",
    ":",
    "?",
    "=",
    "record R { a: string }\n",
    "import \"other.almanet\"\n",
    "other.",
    "string",
    "namespace x",
    "ä",
    "𝒷",
    "5s",
    "..",
    "raises ",
    "\r\n",
    "\u{0}",
];

/// A change: where it begins, how much of the rest goes, what comes.
fn change() -> impl Strategy<Value = (Index, usize, &'static str)> {
    (any::<Index>(), 0..12_usize, prop::sample::select(TYPED))
}

/// The bytes that a change takes away.
fn taken(text: &str, at: Index, length: usize) -> Span {
    let start = text.floor_char_boundary(at.index(text.len() + 1));
    let end = text.floor_char_boundary((start + length).min(text.len())).max(start);
    Span::new(start as u32, end as u32)
}

fn found(world: &World) -> Vec<String> {
    let all = ide::check_project(world, &world.projects()[0]).into_values().flatten();
    let mut all: Vec<String> =
        all.map(|p| format!("{} {} {:?} {}", p.code, p.path.display(), p.span, p.message)).collect();
    all.sort();
    all
}

fn found_afresh(files: &[(PathBuf, String)]) -> Vec<String> {
    let vfs = files.iter().fold(Memory::new(), |vfs, (path, text)| vfs.with(path, text.as_str()));
    let report = Config::new().root("/s").lint_in(&vfs, &Settings::default()).report;
    let shown = report.problems.iter().map(|p| {
        format!("{} {} {:?} {}", p.code, report.sources.get(p.location.file).name(), p.location.span, p.message)
    });
    let mut all: Vec<String> = shown.collect();
    all.sort();
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Trees that are kept from change to change say what fresh ones would.
    #[test]
    fn changes_one_by_one_give_the_problems_of_the_whole(
        golden in any::<Index>(),
        changes in prop::collection::vec((0..2_usize, change()), 1..12),
    ) {
        let goldens = goldens();
        let text = goldens[golden.index(goldens.len())].1.clone();
        let other = "namespace other\n\nimport \"one.almanet\"\n\nrecord R { a: string = \"x\" }\nenum E { a, b }\n".to_owned();
        let mut files = vec![(PathBuf::from("/s/one.almanet"), text), (PathBuf::from("/s/other.almanet"), other)];
        let mut world = world(&files, Path::new("/s"));
        for (file, (at, length, typed)) in changes {
            let (path, text) = &mut files[file];
            text.replace_range(taken(text, at, length).range(), typed);
            world.insert(Document::open(&*path, text.as_str()));
            prop_assert_eq!(found(&world), found_afresh(&files));
        }
    }
}

/// The same over the protocol: ranges in units of UTF-16, and the problems of the last text.
#[test]
fn a_typed_text_has_the_problems_of_the_text() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    let path = folder.join("one.almanet");
    // Lints of the whole project come some time: here they would come between.
    let configuration = folder.join("almanet.yaml");
    let silent = "lint: { disable: [docs, unused, addresses, naming, evolution, design, allow] }";
    fs::write(&configuration, format!("version: 1\nschemas: [.]\n{silent}\n")).unwrap();
    let uri = format!("file://{}", path.display());
    let mut text = goldens().iter().find(|(path, _)| path.ends_with("greeting.almanet")).unwrap().1.clone();
    let mut client = Client::serving(&folder, json!({}));
    client.open(&uri, &text);
    client.problems(&uri, Some(1));
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for version in 2..60 {
        let (at, length, typed) = change().new_tree(&mut runner).unwrap().current();
        let span = taken(&text, at, length);
        let position = |at: u32| {
            let before = &text[..at as usize];
            let ends = before
                .match_indices(['\n', '\r'])
                .filter(|(at, end)| *end == "\n" || !text[at + 1..].starts_with('\n'));
            let start = ends.clone().next_back().map_or(0, |(at, _)| at + 1);
            json!({ "line": ends.count(), "character": before[start.min(before.len())..].encode_utf16().count() })
        };
        // Between CR and LF there is no place that a position could name.
        let splits = |at: u32| text[..at as usize].ends_with('\r') && text[at as usize..].starts_with('\n');
        if splits(span.start) || splits(span.end) {
            continue;
        }
        let change = json!({ "range": { "start": position(span.start), "end": position(span.end) }, "text": typed });
        text.replace_range(span.range(), typed);
        client.tell(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": [change] }),
        );
        let told: Vec<String> = client
            .problems(&uri, Some(version))
            .iter()
            .map(|problem| problem["message"].as_str().unwrap().lines().next().unwrap().to_owned())
            .collect();
        let mut world = World::new();
        world.set_projects(vec![Project::configured(&configuration)]);
        let document = world.insert(Document::open(&path, text.as_str()));
        let problems = ide::check_document(&world, &document);
        let fresh: Vec<&str> = problems.iter().map(|problem| problem.message.lines().next().unwrap()).collect();
        assert_eq!(told, fresh, "version {version}: {text}");
    }
    client.end();
}
