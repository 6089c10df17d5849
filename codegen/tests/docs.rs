//! What the documents show is true: their contracts compile, or are refused where they say so; their commands run; their
//! configurations load.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use almanet_codegen::Config;
use almanet_codegen::config::Configuration;
use almanet_codegen::diagnostic::code;
use almanet_codegen::diagnostic::render::{Color, Format, to_string};
use almanet_codegen::source::vfs::Memory;

const GREETING: &str = "namespace net.example\n\nservice greeting {\n    procedure greet(string) -> string\n}\n";
const YAML: &str = "version: 1\nschemas: [schemas]\ngenerate:\n  - { target: rust, out: generated }\n";

/// What is not ours to check.
const ELSEWHERE: [&str; 5] = [
    "https://nsq.io",
    "https://json-schema.org/",
    "https://spec.openapis.org/",
    "https://www.asyncapi.com/",
    "https://microsoft.github.io/",
];

const DOCUMENT: &str = r#"{"uri": "net.example.greeting.greet", "channel": "almanet.python", "payload": {"type": "string"}, "return": {"type": "string"}}"#;

const MODULE: &str = "import almanet\n\nservice = almanet.new_remote_service(\"net.example.greeting\")\n\n\n\
                      @service.public_procedure\nasync def greet(payload: str) -> str: ...\n";

/// A fenced block: where it begins, what is behind its backticks, its text.
struct Block {
    place: String,
    info: String,
    text: String,
}

fn blocks() -> Vec<Block> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let pages = fs::read_dir(docs).expect("the docs are there").map(|entry| entry.expect("it can be listed").path());
    let mut blocks = Vec::new();
    for page in pages.filter(|page| page.extension().is_some_and(|extension| extension == "md")) {
        let text = fs::read_to_string(&page).expect("a page is text");
        let mut lines = text.lines().enumerate();
        while let Some((number, line)) = lines.next() {
            let Some(info) = line.strip_prefix("```") else { continue };
            let body: Vec<&str> = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
            let place = format!("{}:{}", page.display(), number + 1);
            blocks.push(Block { place, info: info.to_owned(), text: body.join("\n") + "\n" });
        }
    }
    blocks
}

fn of(info: &str) -> Vec<Block> {
    let found: Vec<Block> = blocks().into_iter().filter(|block| block.info == info).collect();
    assert!(!found.is_empty(), "no document shows {info}");
    found
}

fn problems(contract: &str) -> String {
    let report = Config::new().root("").check_in(&Memory::new().with("contract.almanet", contract)).report;
    to_string(&report.problems, &report.sources, Format::Human(Color::Never))
}

#[test]
fn every_contract_is_clean() {
    for block in of("almanet") {
        let drawn = problems(&block.text);
        assert!(drawn.is_empty(), "{}\n{drawn}", block.place);
    }
}

#[test]
fn every_refused_contract_is_refused() {
    for block in of("almanet,refused") {
        let drawn = problems(&block.text);
        assert!(drawn.contains("error["), "{} has no problems", block.place);
    }
}

#[test]
fn every_configuration_loads_or_is_refused() {
    for (info, loads) in [("yaml", true), ("yaml,refused", false)] {
        for block in of(info) {
            let project = project(&block.text);
            let loaded = Configuration::load(&project.path().join("almanet.yaml"));
            assert_eq!(loaded.is_ok(), loads, "{}: {loaded:?}", block.place);
        }
    }
}

#[test]
fn every_command_of_the_command_page_runs() {
    let project = project(YAML);
    let mut commands = 0;
    let shown =
        of("sh").into_iter().map(|block| (block, 0)).chain(of("sh,problems").into_iter().map(|block| (block, 1)));
    for (block, status) in shown.filter(|(block, _)| block.place.contains("cli.md")) {
        for line in block.text.lines() {
            let arguments: Vec<&str> = line.strip_prefix("almanet-gen ").expect("it is ours").split(' ').collect();
            let run =
                Command::new(env!("CARGO_BIN_EXE_almanet-gen")).args(&arguments).current_dir(project.path()).output();
            let run = run.expect("it starts");
            assert_eq!(
                run.status.code(),
                Some(status),
                "{}: {line}\n{}",
                block.place,
                String::from_utf8_lossy(&run.stderr)
            );
            commands += 1;
        }
    }
    assert!(commands > 10);
}

#[test]
fn every_file_that_a_page_links_to_is_there() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let files = fs::read_dir(&docs).expect("the docs are there").map(|entry| entry.expect("it can be listed").path());
    let pages: Vec<PathBuf> =
        files.filter(|file| file.extension().is_some_and(|extension| extension == "md")).collect();
    assert!(pages.len() > 10, "only {} pages were found", pages.len());
    for page in pages {
        let text = fs::read_to_string(&page).expect("a page is text");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let local: PathBuf =
                docs.join("../..").join(match link.strip_prefix("https://github.com/almanet/almanet/blob/main/") {
                    Some(path) => path.to_owned(),
                    None => format!("codegen/docs/{link}"),
                });
            let local = if link.starts_with('#') { page.clone() } else { local };
            let is_elsewhere = ELSEWHERE.iter().any(|site| link.starts_with(site));
            assert!(is_elsewhere || local.exists(), "{}: {link}", page.display());
        }
    }
}

#[test]
fn every_rule_of_breaking_is_in_its_page() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let page = fs::read_to_string(docs.join("breaking.md")).expect("a page is text");
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| B")).collect();
    let rules = code::all().into_iter().filter(|entry| entry.code.as_str().starts_with('B'));
    let expected: Vec<String> = rules.map(|entry| format!("| {} | {} |", entry.code, entry.summary)).collect();
    assert_eq!(rows.len(), expected.len());
    for (row, expected) in rows.iter().zip(&expected) {
        assert!(row.starts_with(expected.as_str()), "{row} is not {expected}");
    }
}

fn project(yaml: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).expect("a file can be written");
    fs::create_dir(folder.path().join("schemas")).expect("a folder can be made");
    write("greeting.almanet", GREETING);
    write("schemas/greeting.almanet", GREETING);
    write("almanet.yaml", yaml);
    write("documents.json", DOCUMENT);
    write("greeting.py", MODULE);
    folder
}
