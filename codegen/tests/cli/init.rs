//! `init`: what it asks, what it makes, and what it leaves alone.

use std::io::Write as _;
use std::process::Stdio;

use crate::project::{Project, Run};

/// Runs with these lines on standard input.
fn answered(project: &Project, arguments: &[&str], answers: &str) -> Run {
    let mut command = project.command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
    Run::of(child.wait_with_output().unwrap())
}

#[test]
fn it_asks_for_the_name_and_takes_the_usual_one() {
    let project = Project::new();
    let run = answered(&project, &["init"], "\n");
    run.ends(0, &[]);
    assert!(run.stdout.starts_with("project_name [my_project]: \nmade my_project:\n"), "{}", run.stdout);
    assert!(run.stdout.ends_with("to start the service:\n  cd my_project\n  cargo run\n"), "{}", run.stdout);
    assert!(project.read("my_project/schemas/greeting.almanet").contains("namespace my_project\n"));

    let run = answered(&project, &["init"], "yatzee\n");
    run.ends(0, &[]);
    assert!(project.read("yatzee/Cargo.toml").contains("name = \"yatzee\""));
    let left = project
        .tree()
        .into_iter()
        .find(|(path, content)| path.starts_with("yatzee") && String::from_utf8_lossy(content).contains("my_project"));
    assert_eq!(left, None);
}

#[test]
fn what_it_makes_is_formatted_checked_and_up_to_date() {
    let project = Project::new();
    project.run(&["init", "--name", "zoo"]).ends(0, &[]);
    for arguments in [&["check"][..], &["generate", "--check"], &["fmt", "--check"], &["lint"]] {
        let run = Run::of(project.command(arguments).current_dir(project.path("zoo")).output().unwrap());
        run.ends(0, &[]);
    }
    for path in [".gitignore", ".dockerignore", ".github/workflows/ci.yaml", ".pre-commit-config.yaml", "Dockerfile"] {
        assert!(!project.read(&format!("zoo/{path}")).is_empty(), "{path}");
    }
    for path in ["compose.yaml", "almanet.yaml", ".pre-commit-config.yaml", ".github/workflows/ci.yaml"] {
        let text = project.read(&format!("zoo/{path}"));
        let value: serde_yaml::Value =
            serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}\n{text}"));
        assert!(value.is_mapping(), "{path}");
    }
    assert!(!project.tree().iter().any(|(path, _)| path.contains(".almanet-init")));
}

#[test]
fn a_folder_that_is_there_is_taken_where_nothing_is_in_the_way() {
    let project = Project::new().with("die-roller/notes.txt", "mine");
    let run = answered(&project, &["init", "die-roller"], "");
    run.ends(0, &[]);
    assert!(run.stdout.starts_with("project_name [die_roller]: "), "{}", run.stdout);
    assert_eq!(project.read("die-roller/notes.txt"), "mine");
    assert!(project.read("die-roller/Cargo.toml").contains("name = \"die_roller\""));

    let before = project.tree();
    project.run(&["init", "die-roller", "--name", "other"]).ends(2, &["is there already", "name another folder"]);
    assert_eq!(project.tree(), before);
}

#[test]
fn nothing_is_replaced_and_nothing_is_left_half_made() {
    let project = Project::new().with("zoo/src/main.rs", "mine").with("file", "");
    let before = project.tree();
    project.run(&["init", "--name", "zoo"]).ends(2, &["`zoo/src` is there already"]);
    project.run(&["init", "file", "--name", "zoo"]).ends(2, &["`file` is there already"]);
    project.run(&["init", "file/below", "--name", "zoo"]).ends(2, &["cannot write to"]);
    assert_eq!(project.tree(), before);
}

/// Nobody makes files below /proc, for root either.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_to_is_named_and_no_temporary_one() {
    for folder in ["/proc/project", "/proc"] {
        let run = Project::new().run(&["init", folder, "--name", "zoo"]);
        run.ends(2, &["cannot write to `/proc`", "allow writing there"]);
        assert!(!run.stderr.contains(".almanet-init-"), "{}", run.stderr);
    }
}

#[test]
fn a_name_that_is_none_is_refused_with_the_rule() {
    let project = Project::new();
    project.run(&["init", "--name", "My Project"]).ends(2, &["begins with a small letter"]);
    answered(&project, &["init"], "fn\n").ends(2, &["`fn` means something else"]);
    answered(&project, &["init"], "../up\n").ends(2, &["begins with a small letter", "--name"]);
    assert_eq!(project.tree(), []);
}
