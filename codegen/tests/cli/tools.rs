use std::process::Stdio;

use crate::project::{Project, Run};

#[test]
fn every_help_says_what_it_is_for_and_gives_examples() {
    let project = Project::new();
    let all = project.run(&["--help"]).stdout;
    assert!(all.starts_with("The compiler of the Almanet contract language"), "{all}");
    assert!(all.contains("Rust") && all.contains("Python"), "it says what it compiles into: {all}");
    assert!(all.contains("Usage: almanet-gen <COMMAND> [ARGUMENTS]\n"), "{all}");
    let (_, commands) = all.split_once("Commands:\n").unwrap();
    let (commands, _) = commands.split_once("\n\n").unwrap();
    let named =
        commands.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next().filter(|it| !it.is_empty()));
    let named: Vec<&str> = named.filter(|name| *name != "help").collect();
    assert!(named.len() > 12, "{all}");
    for name in named {
        let run = project.run(&[name, "--help"]);
        assert_eq!(run.status, 0, "{name}");
        let begins = format!("Usage: almanet-gen {name}");
        assert!(run.stdout.contains(&begins) && run.stdout.contains("Examples:\n  almanet-gen"), "{}", run.stdout);
        assert_eq!(project.run(&["help", name]).stdout, run.stdout, "`help {name}` says the same");
    }
    let run = project.run(&["--version"]);
    assert_eq!((run.status, run.stdout), (0, format!("almanet-gen {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn a_file_alone_is_answered_by_what_to_type() {
    let run = Project::greeting().run(&["greeting.almanet"]);
    run.ends(
        2,
        &[
            "    almanet-gen check greeting.almanet\n",
            "    almanet-gen generate greeting.almanet --target rust --out src/contract\n",
        ],
    );
    let spaced = Project::new().with("my contract.almanet", "namespace a\n").run(&["my contract.almanet"]);
    spaced.ends(2, &["almanet-gen check 'my contract.almanet'\n"]);
}

#[test]
fn wrong_usage_ends_in_2_and_says_what_is_right() {
    let project = Project::greeting();
    project.run(&[]).ends(2, &["Usage: almanet-gen"]);
    project.run(&["chekc"]).ends(2, &["did you mean `almanet-gen check`?"]);
    project.run(&["build", "schemas"]).ends(2, &["did you mean `almanet-gen generate`?"]);
    project.run(&["help", "chekc"]).ends(2, &["chekc"]);
    project.run(&["check", "--color", "never"]).ends(2, &["NO_COLOR"]);
    project.run(&["generate", "--watch"]).ends(2, &["did you mean `almanet-gen watch`?"]);
    project.run(&["frobnicate"]).ends(2, &["the commands are: init, check, generate, ", ", explain, completions"]);
    project.run(&["check", "--formt", "json"]).ends(2, &["--format"]);
    project.run(&["check", "--json"]).ends(2, &["unexpected argument '--json'", "did you mean `--format json`?"]);
    project.run(&["generate", "-o", "out"]).ends(2, &["did you mean `--out`?"]);
    let unknown = project.run(&["check", "--strict", "greeting.almanet"]);
    assert!(!unknown.stderr.contains("-- --strict"), "no path is called so: {}", unknown.stderr);
    project.run(&["check", "--format", "xml", "greeting.almanet"]).ends(2, &["human, json, github, sarif"]);
    project.run(&["generate", "greeting.almanet", "--target", "rust"]).ends(2, &["--out"]);
    project.run(&["generate", "greeting.almanet", "--target", "rsut", "--out", "o"]).ends(2, &["rust"]);
    project.run(&["export", "greeting.almanet"]).ends(2, &["--format"]);
}

#[test]
fn explain_tells_what_a_code_means() {
    let project = Project::new();
    let run = project.run(&["explain", "e0004"]);
    assert_eq!(run.status, 0);
    for text in
        ["E0004: A contract is not UTF-8 text.", "Example:\n\n    printf", "What to do: Save the file as UTF-8."]
    {
        assert!(run.stdout.contains(text), "{text:?} is missing:\n{}", run.stdout);
    }
    project.run(&["explain", "E0000"]).ends(2, &["there is no code `E0000`", "`almanet-gen explain` lists all codes"]);
    project.run(&["explain", "E004"]).ends(2, &["did you mean E0004?"]);
    let nothing_like_it = project.run(&["explain", "naming"]);
    assert!(!nothing_like_it.stderr.contains("did you mean"), "{}", nothing_like_it.stderr);
    let list = project.run(&["explain"]);
    assert_eq!(list.status, 0);
    assert!(
        list.stdout.lines().count() > 50 && list.stdout.contains("\nE0004  A contract is not UTF-8 text.\n"),
        "{}",
        list.stdout
    );
}

#[test]
fn every_code_is_explained() {
    let project = Project::new();
    for line in project.run(&["explain"]).stdout.lines() {
        let code = &line[..5];
        let run = project.run(&["explain", code]);
        assert!(run.status == 0 && run.stdout.contains("What to do: "), "{code}: {run:?}");
    }
}

#[test]
fn completions_name_every_command() {
    let project = Project::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = project.run(&["completions", shell]);
        assert_eq!(run.status, 0);
        for command in ["check", "generate", "export", "explain", "completions"] {
            assert!(run.stdout.contains(command), "{shell}: {command}");
        }
        // What stands where a command is expected hides the commands from zsh.
        assert!(!run.stdout.contains("*::words"), "{shell}: {}", run.stdout);
    }
    project.run(&["completions", "dos"]).ends(2, &["bash"]);
}

#[test]
fn export_prints_the_model_keyed_by_full_names() {
    let run = Project::greeting().run(&["export", "greeting.almanet", "--format", "ir"]);
    assert_eq!(run.status, 0, "{run:?}");
    let model: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(model["version"], 1);
    let greet = &model["services"]["net.example.greeting"]["procedures"][0];
    assert_eq!(
        (&greet["uri"], &greet["raises"][0]),
        (&"net.example.greeting.greet".into(), &"net.example.access_denied".into())
    );
    let wrong = Project::new().with("a.almanet", "record R { }\n").run(&["export", "a.almanet", "--format", "ir"]);
    assert_eq!((wrong.status, wrong.stdout.as_str()), (1, ""));
}

#[test]
fn a_reader_that_went_away_is_no_failure() {
    let project = Project::greeting();
    for arguments in [
        &["explain"][..],
        &["--help"],
        &["completions", "bash"],
        &["export", "greeting.almanet", "--format", "ir"],
        &["check", "greeting.almanet", "--format", "json"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = project.command(arguments).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(Run::of(output).status, 0, "{arguments:?}");
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = project.command(arguments).stderr(writer).output().unwrap();
        assert_eq!(Run::of(output).status, 0, "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_a_failure() {
    for arguments in [&["explain"][..], &["--help"], &["check", "-h"], &["help"], &["--version"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = Project::new().command(arguments).stdout(full).stderr(Stdio::piped()).output().unwrap();
        Run::of(output).ends(2, &["cannot write to standard output"]);
    }
}
