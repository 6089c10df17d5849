//! Generators that are programs of their own: what they are asked, what they may answer, and what becomes of one that does not.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::project::{Project, Run};

const GENERATE: [&str; 6] = ["generate", "greeting.almanet", "--plugin", "notes", "--out", "out"];

/// A project with a plugin `notes`, a script.
fn with_plugin(script: &str) -> Project {
    let project = Project::greeting().with("bin/almanet-gen-notes", format!("#!/bin/sh\n{script}\n"));
    let path = project.path("bin/almanet-gen-notes");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    project
}

/// With one that reads its request and answers this.
fn answering(answer: &str) -> Project {
    with_plugin("cat > request.json; cat answer.json").with("answer.json", answer)
}

fn command(project: &Project, arguments: &[&str]) -> Command {
    let path = format!("{}:{}", project.path("bin").display(), std::env::var("PATH").unwrap());
    let mut command = project.command(arguments);
    command.env("PATH", path);
    command
}

fn run(project: &Project, arguments: &[&str]) -> Run {
    Run::of(command(project, arguments).output().unwrap())
}

/// Runs, and holds that nothing came of it.
fn refused(project: &Project, status: i32, said: &[&str]) {
    let before = fs::read_dir(project.path("")).unwrap().count();
    let run = run(project, &GENERATE);
    run.ends(status, said);
    run.ends(status, &["nothing was written"]);
    assert!(!project.path("out").exists());
    // The request that the script put down.
    assert!(fs::read_dir(project.path("")).unwrap().count() <= before + 1);
}

const NOTES: &str = r#"{"version": 1, "files": [{"path": "notes/greeting.txt", "content": "greet\n"}], "unknown": 1}"#;

#[test]
fn what_it_answers_is_written_under_the_rules_for_every_target() {
    let project = answering(NOTES);
    run(&project, &GENERATE).ends(0, &["2 written, 0 removed, 0 unchanged"]);
    assert_eq!(project.read("out/notes/greeting.txt"), "greet\n");
    run(&project, &GENERATE).ends(0, &["0 written, 0 removed, 1 unchanged"]);

    let project = project.with("answer.json", r#"{"version": 1, "files": []}"#);
    let check = run(&project, &[&GENERATE[..], &["--check"]].concat());
    check.ends(1, &["1 file differs"]);
    assert!(check.stdout.starts_with("left over: out/notes/greeting.txt"), "{}", check.stdout);
    run(&project, &GENERATE).ends(0, &["1 written, 1 removed"]);
    assert!(!project.path("out/notes").exists());
}

#[test]
fn it_is_asked_with_the_model_and_the_settings() {
    let project = answering(NOTES);
    let more = ["--option", "package=net.example", "--option", "empty="];
    run(&project, &[&GENERATE[..], &more].concat()).ends(0, &[]);
    let request: serde_json::Value = serde_json::from_str(&project.read("request.json")).unwrap();
    let model = run(&project, &["export", "greeting.almanet", "--format", "ir"]).stdout;
    assert_eq!(request["version"], 1);
    assert_eq!(request["model"], serde_json::from_str::<serde_json::Value>(&model).unwrap());
    assert_eq!(request["options"], serde_json::json!({ "package": "net.example", "empty": "" }));

    let yaml =
        "version: 1\nschemas: [schemas]\ngenerate:\n  - { plugin: notes, out: out, deep: { list: [1, true, a] } }\n";
    let project =
        project.with("schemas/a.almanet", "namespace a\n\nrecord R { x: int32 }\n").with("almanet.yaml", yaml);
    run(&project, &["generate"]).ends(0, &[]);
    let request: serde_json::Value = serde_json::from_str(&project.read("request.json")).unwrap();
    assert_eq!(request["options"], serde_json::json!({ "deep": { "list": [1, true, "a"] } }));
    assert_eq!(request["model"]["records"]["a.R"]["fields"][0]["name"], "x");
}

#[test]
fn what_it_says_is_shown() {
    let project =
        with_plugin("cat > /dev/null; echo 'hello from the plugin' >&2; cat answer.json").with("answer.json", NOTES);
    run(&project, &GENERATE).ends(0, &["hello from the plugin", "2 written"]);
}

#[test]
fn an_error_that_it_answers_is_drawn_at_its_subject() {
    let answer = r#"{"version": 1, "files": [{"path": "a", "content": "b"}], "diagnostics": [
        {"severity": "error", "message": "no greetings", "subject": "net.example.greeting.greet", "help": "part without a word"},
        {"severity": "warning", "message": "an elsewhere", "subject": "net.example.nobody"}]}"#;
    let said = [
        "error[E0590]: notes: no greetings",
        "greeting.almanet:8:15",
        "part without a word",
        "warning[W0590]: notes: net.example.nobody: an elsewhere",
        "almanet-gen-notes",
    ];
    refused(&answering(answer), 1, &said);
}

#[test]
fn a_warning_that_it_answers_stops_nothing() {
    let answer = r#"{"version": 1, "files": [{"path": "a", "content": "b"}], "diagnostics": [
        {"severity": "warning", "message": "a short word", "subject": "net.example.access_denied.reason"}]}"#;
    let project = answering(answer);
    run(&project, &GENERATE).ends(0, &["warning[W0590]: notes: a short word", "greeting.almanet:4:27", "2 written"]);
}

#[test]
fn one_that_is_not_there_is_named() {
    let project = Project::greeting();
    run(&project, &GENERATE).ends(2, &["error[E0070]", "`almanet-gen-notes` was not found", "PATH"]);
    let project = project.with("bin/almanet-gen-notes", "#!/bin/sh\n");
    run(&project, &GENERATE).ends(2, &["error[E0070]", "could not be started", "executable"]);
    assert!(!project.path("out").exists());
}

#[test]
fn one_that_crashes_is_reported_with_its_last_words() {
    refused(
        &with_plugin("echo 'no such thing as a greeting' >&2; exit 3"),
        2,
        &["error[E0071]", "ended with exit status: 3, and said: no such thing as a greeting"],
    );
    // Even where it has answered before.
    refused(&with_plugin(&format!("cat > /dev/null; echo '{NOTES}'; kill -9 $$")), 2, &["error[E0071]", "signal: 9"]);
}

#[test]
fn an_answer_that_is_none_is_refused() {
    refused(&answering(""), 2, &["error[E0073]", "no response", "standard output is for the answer alone"]);
    refused(&answering("Done!"), 2, &["error[E0073]", "no response"]);
    refused(&answering(&format!("{NOTES} and more")), 2, &["error[E0073]", "trailing characters"]);
    refused(&answering(r#"{"version": 1}"#), 2, &["error[E0073]", "missing field `files`"]);
    refused(
        &answering(r#"{"version": 1, "files": [{"path": "a", "content": 1}]}"#),
        2,
        &["error[E0073]", "invalid type"],
    );
    refused(&answering(r#"{"version": 7, "files": "a new form"}"#), 2, &["error[E0073]", "version 7", "speaks 1"]);
    let deep = format!(r#"{{"version": 1, "files": [], "more": {}"#, "[".repeat(1_000_000));
    refused(&answering(&deep), 2, &["error[E0073]"]);
    refused(
        &with_plugin("cat > /dev/null; printf '{\"version\": 1, \"files\": [], \"x\": \"\\377\"}'"),
        2,
        &["error[E0073]"],
    );
}

#[test]
fn paths_that_leave_the_folder_are_refused() {
    for path in ["../escaped", "a/../../escaped", "/tmp/escaped", "", ".almanet-files.json", "a//b", "C:\\\\x"] {
        let answer = format!(
            r#"{{"version": 1, "files": [{{"path": "fine", "content": ""}}, {{"path": "{path}", "content": ""}}]}}"#
        );
        refused(&answering(&answer), 2, &["error[E0062]"]);
    }
    let twice = r#"{"version": 1, "files": [{"path": "a/b", "content": "1"}, {"path": "A/b", "content": "2"}]}"#;
    refused(&answering(twice), 2, &["error[E0062]"]);
}

#[test]
fn where_it_fails_no_other_output_is_written() {
    let yaml =
        "version: 1\nschemas: [schemas]\ngenerate:\n  - { target: rust, out: rust }\n  - { plugin: notes, out: out }\n";
    let project =
        with_plugin("exit 1").with("schemas/a.almanet", "namespace a\n\nrecord R {}\n").with("almanet.yaml", yaml);
    run(&project, &["generate"]).ends(2, &["error[E0071]"]);
    assert!(!project.path("rust").exists());
}

#[test]
fn its_name_is_never_a_path() {
    let project = Project::greeting();
    let run_named = |name| run(&project, &["generate", "greeting.almanet", "--plugin", name, "--out", "out"]);
    for name in ["../notes", "a b", "", "a/b", "."] {
        run_named(name).ends(2, &["a plugin's name is made of letters"]);
    }
    let yaml = "version: 1\nschemas: [.]\ngenerate:\n  - { plugin: ../notes, out: out }\n";
    let project = project.with("almanet.yaml", yaml);
    run(&project, &["generate"]).ends(2, &["error[E0033]: `../notes` is no plugin", "almanet.yaml:4:15"]);
}

#[test]
fn settings_of_the_command_line_are_checked() {
    let project = Project::greeting();
    let rust = ["generate", "greeting.almanet", "--target", "rust", "--out", "out", "--option"];
    project.run(&[&rust[..], &["colour=blue"]].concat()).ends(2, &["the target rust has no setting `colour`"]);
    project.run(&[&rust[..], &["colour"]].concat()).ends(2, &["a setting is KEY=VALUE"]);
    assert!(!project.path("out").exists());
}
