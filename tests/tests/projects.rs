//! What `almanet-gen init` makes runs as it is: built, linted, tested and called in a fresh folder.
#![cfg(feature = "projects")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use almanet_tests::program::{built, root};

/// Makes a project of this name in a folder of its own.
fn made(name: &str, more: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new(built("almanet-codegen", "almanet-gen"))
        .args(["init", ".", "--name", name])
        .args(more)
        .current_dir(folder.path())
        .output()
        .expect("almanet-gen starts");
    succeeded(&output);
    folder
}

#[track_caller]
fn succeeded(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// cargo in the project, with the runtime of this repository in the place of the published one.
fn cargo(project: &Path, command: &[&str]) -> Command {
    let root = root().canonicalize().expect("the repository is there");
    let (subcommand, arguments) = command.split_first().expect("a command");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.arg(subcommand);
    for (name, folder) in [("runtime", "runtime"), ("nsq", "runtime/nsq"), ("broker", "runtime/broker")] {
        let patch = format!("patch.crates-io.almanet-{name}.path='{}'", root.join(folder).display());
        cargo.args(["--config", &patch]);
    }
    cargo.args(arguments).current_dir(project).env("CARGO_TARGET_DIR", root.join("target/projects"));
    cargo
}

#[test]
fn a_project_in_rust() {
    let project = made("zoo", &[]);
    let run = |command: &[&str]| succeeded(&cargo(project.path(), command).output().expect("cargo starts"));
    run(&["clippy", "--quiet", "--all-targets", "--", "-D", "warnings"]);
    assert!(run(&["test", "--quiet"]).contains("1 passed"));

    let port = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("it is bound").port();
    run(&["build", "--quiet"]);
    let programs = root().join("target/projects/debug");
    let mut service = Command::new(programs.join("zoo"))
        .env("ALMANET_URL", format!("embedded:{port}"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("the service starts");
    let mut said = BufReader::new(service.stdout.take().expect("it is piped")).lines();
    let first = said.next().expect("it says something").expect("it is text");
    assert_eq!(first, format!("serving zoo.greeting on embedded:{port}; Ctrl-C stops it"));

    for (name, answer) in [("Aidar", "Hello, Aidar!\n"), ("guest", "guest is not welcome\n")] {
        let mut call = Command::new(programs.join("greet"));
        let output = call.arg(name).env("ALMANET_URL", format!("nsq://127.0.0.1:{port}")).output().expect("it starts");
        assert_eq!(succeeded(&output), answer);
    }
    let asked = Command::new("kill").args(["-TERM", &service.id().to_string()]).status().expect("kill starts");
    assert!(asked.success());
    assert!(service.wait().expect("it ends").success());
}

#[test]
fn it_is_formatted_however_long_its_name_is() {
    for name in ["a", "a_name_as_long_as_any_name_can_be"] {
        let project = made(&name[..name.len().min(32)], &[]);
        let formatted = Command::new(env!("CARGO")).args(["fmt", "--check"]).current_dir(project.path()).output();
        succeeded(&formatted.expect("cargo starts"));
    }
}

#[test]
fn what_its_documents_tell_to_run_is_there() {
    let project = made("zoo", &[]);
    let page = fs::read_to_string(project.path().join("README.md")).expect("there is a page");
    assert!(page.contains("cargo run --bin greet Aidar"));
    assert!(project.path().join("src/bin/greet.rs").is_file());
}
