//! `watch`: what is generated follows the contracts.

use std::fs;
use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStderr, Stdio};

use crate::project::Project;

/// A running `almanet-gen watch`, killed when it is dropped.
struct Watching {
    child: Child,
    said: Lines<BufReader<ChildStderr>>,
}

impl Watching {
    fn start(project: &Project, arguments: &[&str]) -> Self {
        let mut child = project
            .command(&[&["watch"], arguments].concat())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut watching = Self { child, said };
        watching.until("watching for changes");
        watching
    }

    /// Reads what it says until it says this, and returns all of it.
    #[track_caller]
    fn until(&mut self, text: &str) -> Vec<String> {
        let mut all = Vec::new();
        for line in self.said.by_ref().map(Result::unwrap) {
            all.push(line);
            if all.last().unwrap().contains(text) {
                return all;
            }
        }
        panic!("it ended without {text:?}: {all:#?}");
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

const YAML: &str = "version: 1\nschemas: [schemas]\ngenerate:\n  - { target: rust, out: out }\n";

fn project() -> Project {
    Project::new().with("schemas/a.almanet", "namespace a\n\nrecord First {}\n").with("almanet.yaml", YAML)
}

#[test]
fn what_is_generated_follows_a_contract() {
    let project = project();
    let mut watching = Watching::start(&project, &[]);
    assert!(project.read("out/a/mod.rs").contains("struct First"));

    fs::write(project.path("schemas/a.almanet"), "namespace a\n\nrecord Second {}\n").unwrap();
    watching.until("2 written");
    assert!(project.read("out/a/mod.rs").contains("struct Second"));

    // As many editors save: a file beside it takes its place.
    fs::write(project.path("schemas/a.tmp"), "namespace a\n\nrecord Third {}\n").unwrap();
    fs::rename(project.path("schemas/a.tmp"), project.path("schemas/a.almanet")).unwrap();
    watching.until(" written");
    assert!(project.read("out/a/mod.rs").contains("struct Third"));
}

#[test]
fn contracts_that_come_and_go_are_followed() {
    let project = project();
    let mut watching = Watching::start(&project, &[]);
    // More than once: what was told of goes at once, before or after it is watched.
    for _ in 0..10 {
        fs::create_dir_all(project.path("new/deep")).unwrap();
        fs::write(project.path("new/deep/b.almanet"), "namespace b\n\nrecord R {}\n").unwrap();
        fs::rename(project.path("new"), project.path("schemas/new")).unwrap();
        watching.until("generated from 2 files");
        assert!(project.path("out/b/mod.rs").is_file());
        fs::remove_dir_all(project.path("schemas/new")).unwrap();
        watching.until("generated from 1 file:");
        assert!(!project.path("out/b").exists());
    }
}

#[test]
fn a_problem_is_shown_and_watching_goes_on() {
    let project = project();
    let mut watching = Watching::start(&project, &[]);
    fs::write(project.path("schemas/a.almanet"), "namespace a\n\nrecord First { x: strng }\n").unwrap();
    let said = watching.until("nothing was written: 1 problem");
    assert!(said.iter().any(|line| line.contains("did you mean \"string\"?")), "{said:#?}");
    assert!(project.read("out/a/mod.rs").contains("struct First"));
    fs::write(project.path("schemas/a.almanet"), "namespace a\n\nrecord First { x: string }\n").unwrap();
    watching.until("2 written");
}

#[test]
fn the_configuration_is_followed() {
    let project = project();
    let mut watching = Watching::start(&project, &[]);
    fs::write(project.path("almanet.yaml"), YAML.replace("rust", "rsut")).unwrap();
    watching.until("did you mean `rust`?");
    fs::write(project.path("almanet.yaml"), YAML.replace("out: out", "out: other")).unwrap();
    watching.until("generated from 1 file");
    assert!(project.path("other/a/mod.rs").is_file());
}

#[test]
fn a_folder_that_was_moved_away_and_back_is_followed() {
    let project = project();
    let mut watching = Watching::start(&project, &[]);
    fs::rename(project.path("schemas"), project.path("elsewhere")).unwrap();
    watching.until("there is no folder `schemas`");
    fs::rename(project.path("elsewhere"), project.path("schemas")).unwrap();
    watching.until("generated from 1 file: 0 written");
    fs::write(project.path("schemas/a.almanet"), "namespace a\n\nrecord Second {}\n").unwrap();
    watching.until("2 written");
}

#[test]
fn one_contract_and_what_it_imports_are_followed() {
    let project = project()
        .with("one/main.almanet", "namespace m\n\nimport \"people/b.almanet\"\n\nrecord R { x: b.P }\n")
        .with("one/people/b.almanet", "namespace b\n\nrecord P {}\n");
    let mut watching = Watching::start(&project, &["one/main.almanet", "--target", "rust", "--out", "out"]);
    fs::write(project.path("one/people/b.almanet"), "namespace b\n\nrecord P { name: string }\n").unwrap();
    watching.until("2 written");
    assert!(project.read("out/b/mod.rs").contains("name"));
}

#[test]
fn its_own_output_does_not_wake_it() {
    let project = project().with("almanet.yaml", YAML.replace("schemas: [schemas]", "schemas: [.]"));
    let mut watching = Watching::start(&project, &[]);
    fs::write(project.path("schemas/a.almanet"), "namespace a\n\nrecord Second {}\n").unwrap();
    watching.until("2 written");
    fs::write(project.path("last.almanet"), "namespace last\n\nrecord R {}\n").unwrap();
    let said = watching.until("generated from 2 files");
    assert!(said.len() < 5, "it goes round in circles: {said:#?}");
}

#[test]
fn without_an_output_there_is_nothing_to_watch() {
    let project = Project::greeting();
    project.run(&["watch", "greeting.almanet"]).ends(2, &["error[E0042]"]);
    project.run(&["watch"]).ends(2, &["almanet.yaml"]);
}
