//! The grammar as it is generated, over every golden contract, the corpus and the queries.

use std::fs;
use std::path::{Path, PathBuf};

use tree_sitter::{Language, Node, Parser, Query, Tree};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn language() -> Language {
    tree_sitter_almanet::LANGUAGE.into()
}

fn parse(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&language()).expect("the grammar is of a form that this tree-sitter reads");
    parser.parse(text, None).expect("nothing stops the parser")
}

fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// What is wrong in a tree, each with its line.
fn errors(node: Node<'_>, found: &mut Vec<String>) {
    if node.is_error() || node.is_missing() {
        found.push(format!("line {}: {}", node.start_position().row + 1, node.to_sexp()));
    }
    let mut cursor = node.walk();
    for child in node.children(&mut cursor) {
        errors(child, found);
    }
}

#[test]
fn every_golden_contract_is_read_without_an_error() {
    let contracts = files_below(&root().join("../../tests/golden"), "almanet");
    assert!(contracts.len() > 20, "{contracts:?}");
    for contract in contracts {
        let text = fs::read_to_string(&contract).expect("a golden contract is text");
        let mut found = Vec::new();
        errors(parse(&text).root_node(), &mut found);
        assert!(found.is_empty(), "{}: {found:#?}", contract.display());
    }
}

/// Each case of the corpus is a title between lines of `=`, a text, a line of `-`, and its tree. `BLESS=1` writes the trees.
#[test]
fn the_corpus_is_read_as_it_says() {
    let bless = std::env::var_os("BLESS").is_some();
    for file in files_below(&root().join("test/corpus"), "txt") {
        let written = fs::read_to_string(&file).expect("the corpus is text");
        let mut read = String::new();
        let mut parts = written.split("================\n").skip(1);
        while let (Some(title), Some(case)) = (parts.next(), parts.next()) {
            let text = case.split_once("\n---\n").map_or(case, |(text, _)| text);
            let tree = indented(parse(text).root_node(), 0);
            read += &format!("================\n{title}================\n{text}\n---\n\n{tree}\n\n");
        }
        let read = format!("{}\n", read.trim_end());
        if bless {
            fs::write(&file, &read).expect("the corpus can be written");
        }
        assert_eq!(read, if bless { read.clone() } else { written }, "{}", file.display());
    }
}

/// Named nodes with the names of their fields, a node a line.
fn indented(node: Node<'_>, depth: usize) -> String {
    let mut text = format!("({}", if node.is_missing() { "MISSING" } else { node.kind() });
    let mut cursor = node.walk();
    for (index, child) in node.children(&mut cursor).enumerate() {
        if child.is_named() {
            let field = node.field_name_for_child(index as u32).map(|name| format!("{name}: ")).unwrap_or_default();
            text += &format!("\n{}{field}{}", "  ".repeat(depth + 1), indented(child, depth + 1));
        }
    }
    text + ")"
}

#[test]
fn queries_name_nodes_that_there_are() {
    for (name, query) in [("highlights", tree_sitter_almanet::HIGHLIGHTS_QUERY), ("folds", tree_sitter_almanet::FOLDS_QUERY)] {
        Query::new(&language(), query).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// The committed parser is what the grammar makes. `BLESS=1` writes it.
#[test]
fn the_parser_is_the_grammars() {
    use tree_sitter_generate::{OptLevel, generate_parser_in_directory};
    let bless = std::env::var_os("BLESS").is_some();
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated");
    let folder = if bless { root() } else { &place };
    fs::create_dir_all(folder.join("src")).expect("the folder can be made");
    fs::copy(root().join("tree-sitter.json"), place.join("tree-sitter.json")).ok();
    generate_parser_in_directory(
        folder,
        Some(folder.join("src")),
        Some(root().join("grammar.js")),
        tree_sitter::LANGUAGE_VERSION,
        None,
        Some("node"),
        true,
        OptLevel::default(),
    )
    .expect("the grammar has no conflict");
    for file in ["parser.c", "grammar.json", "node-types.json"] {
        let read = |folder: &Path| fs::read_to_string(folder.join("src").join(file)).expect("it was generated");
        assert!(read(folder) == read(root()), "{file} is not what grammar.js makes: BLESS=1 cargo test writes it");
    }
}
