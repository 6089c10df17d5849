//! Data runs one way: a room names only earlier ones.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use almanet_tests::direction::{Rooms, Violation};

fn codegen() -> Rooms {
    Rooms::new(&[
        &["source"],
        &["diagnostic"],
        &["ast"],
        &["syntax"],
        &["model"],
        &["resolve"],
        &["validate"],
        &["format", "lint", "breaking", "backend", "export", "plugin"],
        &["import", "site"],
        &["output"],
        &["config"],
        &["driver"],
        &["init"],
        &["ide"],
        &["lsp"],
        &["cli"],
    ])
}

fn runtime() -> Rooms {
    Rooms::new(&[
        &["sync"],
        &["error"],
        &["json"],
        &["wire"],
        &["credential"],
        &["codec"],
        &["types"],
        &["contract"],
        &["transport"],
        &["metrics"],
        &["session"],
        &["scope", "health"],
        &["observe"],
        &["shutdown"],
        &["client", "server"],
        &["topic"],
        &["dynamic", "layer"],
        &["codegen"],
    ])
}

/// The page tells of the same rooms in the same order, and of each in a row.
#[test]
fn the_page_on_architecture_tells_of_every_room() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ARCHITECTURE.md");
    let page = fs::read_to_string(page).unwrap();
    let parts: Vec<&str> = page.split("\n## ").collect();
    for (title, rooms) in [("The compiler\n", codegen()), ("The runtime\n", runtime())] {
        let part = parts.iter().find(|part| part.starts_with(title)).unwrap();
        assert!(part.contains(&format!("\n`{rooms}`\n")), "{rooms}");
        let rows = part.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
        let rows: BTreeSet<&str> = rows.map(|(room, _)| room).collect();
        assert_eq!(rows, rooms.iter().collect());
    }
}

fn sources(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder).join("src")
}

#[test]
fn the_compiler_names_only_earlier_rooms() {
    assert_eq!(codegen().violations(&sources("codegen")), [].into());
    assert_eq!(codegen().unlisted(&sources("codegen")), [].into());
}

#[test]
fn the_runtime_names_only_earlier_rooms() {
    assert_eq!(runtime().violations(&sources("runtime")), [].into());
    assert_eq!(runtime().unlisted(&sources("runtime")), [].into());
}

#[test]
fn every_way_to_name_a_later_room_is_found() {
    let planted = [
        ("syntax/mod.rs", "use crate::model::Model;"),
        ("syntax/mod.rs", "use crate::{source::Span, model::Model};"),
        ("syntax/mod.rs", "use super::model::Model;"),
        ("syntax/deep/er.rs", "use super::super::super::model::Model;"),
        ("syntax/mod.rs", "fn f() -> usize { crate::model::SIZE }"),
        ("syntax/mod.rs", "fn f() { println!(\"{}\", crate::model::SIZE); }"),
        ("syntax/mod.rs", "mod inner { use super::super::model::Model; }"),
        ("syntax.rs", "pub(crate) use crate::model as other;"),
    ];
    for (file, text) in planted {
        let src = tempfile::tempdir().unwrap();
        let path = src.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        let expected = Violation { file: file.into(), room: "syntax".into(), names: "model".into() };
        assert_eq!(codegen().violations(src.path()), [expected].into(), "{file}: {text}");
    }
}

#[test]
fn earlier_rooms_and_the_own_one_may_be_named() {
    let src = tempfile::tempdir().unwrap();
    fs::create_dir(src.path().join("model")).unwrap();
    let text = "use crate::source::Span; use crate::model::a; use super::ast::File; use super::super::nothing; mod m { use super::b; }";
    fs::write(src.path().join("model/mod.rs"), text).unwrap();
    fs::write(src.path().join("lib.rs"), "pub use crate::cli::run; pub mod model;").unwrap();
    assert_eq!(codegen().violations(src.path()), [].into());
}

#[test]
fn a_room_that_nobody_ranked_is_found() {
    let src = tempfile::tempdir().unwrap();
    fs::write(src.path().join("attic.rs"), "").unwrap();
    assert_eq!(codegen().unlisted(src.path()), ["attic".to_owned()].into());
}
