//! What the documents say holds: their links lead somewhere, their snippets are the examples' own, and each of their
//! commands is run, here or by a named part of the tests.

use std::fs;
use std::path::Path;
use std::process::Command;

use almanet_tests::documents::{blocks, documents};
use almanet_tests::program::{built, root};

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn links_lead_somewhere() {
    let mut followed = 0;
    for document in documents() {
        let text = read(&document);
        let folder = Path::new(&document).parent().expect("a document lies in a folder");
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split(')').next().expect("split yields a first part");
            if target.contains("://") || target.starts_with('#') {
                continue;
            }
            let path = target.split('#').next().expect("split yields a first part");
            assert!(root().join(folder).join(path).exists(), "{document}: {target} leads nowhere");
            followed += 1;
        }
    }
    assert!(followed > 50, "only {followed} links were found");
}

#[test]
fn the_readme_shows_the_greeting_example() {
    let blocks = blocks("README.md");
    let block = |language: &str, beginning: &str| {
        let found = blocks.iter().find(|block| block.language == language && block.text.starts_with(beginning));
        found.unwrap_or_else(|| panic!("no {language} block begins {beginning:?}")).text.as_str()
    };
    assert_eq!(block("almanet", "//!"), read("examples/greeting/schemas/greeting.almanet"));
    assert_eq!(block("text", "Hello"), read("examples/greeting/output.txt"));
    let build_script = block("rust", "// build.rs\n").trim_start_matches("// build.rs\n");
    assert!(read("examples/greeting/build.rs").ends_with(build_script));
    let main = block("rust", "// src/main.rs\n").trim_start_matches("// src/main.rs\n");
    assert_eq!(main, read("examples/greeting/src/main.rs"));
    let version = env!("CARGO_PKG_VERSION").rsplit_once('.').expect("a version has three parts").0;
    let ours: Vec<_> = block("toml", "# Cargo.toml\n").lines().filter(|line| line.starts_with("almanet-")).collect();
    assert_eq!(ours.len(), 2, "{ours:?}");
    assert!(ours.iter().all(|line| line.contains(&format!("\"{version}\""))), "{ours:?}");
}

#[test]
fn the_guide_to_streams_shows_the_tour() {
    let lines = |text: &str| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
    let tour = ["schemas/tour.almanet", "src/shop.rs", "src/main.rs"];
    let tour = tour.map(|path| lines(&read(&format!("examples/tour/{path}"))));
    let blocks = blocks("runtime/docs/streams.md");
    assert_eq!(blocks.len(), 3);
    for block in blocks {
        let shown = lines(&block.text);
        let found = tour.iter().any(|file| file.windows(shown.len()).any(|lines| lines == shown));
        assert!(found, "the tour does not hold this:\n{}", block.text);
    }
}

/// How a command of a document is known to work.
enum Covered {
    /// Run here.
    Here(fn(&str)),
    /// Run elsewhere, by this part of the tests.
    By(&'static str),
}

fn coverage(command: &str) -> Option<Covered> {
    Some(match command {
        "cargo run -p greeting" => Covered::By("tests/tests/examples.rs"),
        "ALMANET_URL=nsq://127.0.0.1:4150 cargo run -p greeting serve" => {
            Covered::By("tests/tests/python_documents.rs")
        }
        "nsqd &" | "ALMANET_URL=nsq://127.0.0.1:4150 cargo run -p greeting" => {
            Covered::By("tests/tests/nsqd_examples.rs")
        }
        "./tests/run" | "./tests/run nsqd python" => Covered::By(".ci/run"),
        "cargo install --path codegen" | "cargo install almanet-codegen" | "pip install ./runtime/python" => {
            Covered::By("tests/stages/stages.sh")
        }
        "cd examples/guide_python" => Covered::By("tests/tests/projects.rs"),
        _ if command.contains("target/guide") => Covered::By("tests/tests/projects.rs"),
        // Benchmarks, for whoever measures.
        "python3 tests/bench/calls.py --plot calls.svg" => Covered::By("tests/bench/calls.py"),
        "python3 tests/bench/compiler.py" => Covered::By("tests/bench/compiler.py"),
        _ if command.starts_with("almanet-gen ") => Covered::Here(compiler),
        _ => return None,
    })
}

/// Runs `almanet-gen …` where a user of the greeting example stands, in a copy of its folder.
fn compiler(command: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("schemas")).expect("schemas");
    let schema = "schemas/greeting.almanet";
    for copy in [schema, "greeting.almanet"] {
        fs::copy(root().join("examples/greeting").join(schema), folder.path().join(copy)).expect(schema);
    }
    // Her work is in git, on a branch of that name.
    for git in ["init --quiet --initial-branch=main", "add .", "commit --quiet --message=Begin"] {
        let user = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"];
        let run = Command::new("git").args(user).args(git.split(' ')).current_dir(folder.path()).status();
        assert!(run.expect("git starts").success(), "git {git}");
    }
    let arguments = command.split_whitespace().skip(1);
    let output = Command::new(built("almanet-codegen", "almanet-gen"))
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .expect("almanet-gen starts");
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn every_command_is_run() {
    let mut run = 0;
    for document in documents() {
        // Its commands stand in a project with a configuration, and are run there by codegen/tests/docs.rs.
        if document == "codegen/docs/cli.md" {
            continue;
        }
        for block in blocks(&document).iter().filter(|block| block.language == "sh") {
            for command in block.text.lines() {
                match coverage(command) {
                    Some(Covered::Here(how)) => how(command),
                    Some(Covered::By(part)) => assert!(root().join(part).exists(), "{command}: {part} is not there"),
                    None => panic!("{document}: nothing runs `{command}`"),
                }
                run += 1;
            }
        }
    }
    assert!(run >= 15, "only {run} commands were found");
}

#[test]
fn every_path_in_the_contributing_guide_exists() {
    let mut found = 0;
    for document in ["CONTRIBUTING.md", "ARCHITECTURE.md"] {
        let text = read(document);
        for quoted in text.split('`').skip(1).step_by(2) {
            let is_path = quoted.contains('/') && !quoted.contains([' ', '*']) && !quoted.starts_with("./");
            // What is built or installed is not there in a fresh clone.
            if !is_path || quoted.starts_with("target/") || quoted.chars().any(char::is_uppercase) {
                continue;
            }
            assert!(root().join(Path::new(quoted)).exists(), "{document}: {quoted} is not there");
            found += 1;
        }
    }
    assert!(found > 5, "only {found} paths were found");
}
