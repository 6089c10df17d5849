use std::fs;
use std::process::Command;

use crate::project::{GREETING, Project};

const GENERATE: [&str; 6] = ["generate", "greeting.almanet", "--target", "rust", "--out", "out"];

/// [`GENERATE`] and more.
fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    GENERATE.iter().chain(more).copied().collect()
}

fn generated() -> Project {
    let project = Project::greeting();
    project.run(&GENERATE).ends(0, &["generated from 1 file: "]);
    project
}

#[test]
fn rust_is_written_with_its_record() {
    let project = generated();
    let record: serde_json::Value = serde_json::from_str(&project.read("out/.almanet-files.json")).unwrap();
    let listed: Vec<_> = record["files"].as_object().unwrap().keys().map(|path| format!("out/{path}")).collect();
    assert!(!listed.is_empty());
    for path in listed {
        assert!(path.ends_with(".rs") && project.path(&path).is_file(), "{path}");
    }
    assert!(!project.tree().iter().any(|(path, _)| path.contains("tmp")));
}

#[test]
fn a_second_run_touches_nothing() {
    let project = generated();
    let times = || {
        let time = |(path, _): &(String, Vec<u8>)| {
            (path.clone(), fs::metadata(project.path(path)).unwrap().modified().unwrap())
        };
        project.tree().iter().map(time).collect::<Vec<_>>()
    };
    let before = times();
    project.run(&GENERATE).ends(0, &[": 0 written, 0 removed, "]);
    assert_eq!(times(), before);
}

#[test]
fn check_writes_nothing_and_tells_what_is_missing_different_and_left_over() {
    let project = Project::greeting();
    let before = project.tree();
    let run = project.run(&with(&["--check"]));
    assert!(run.stdout.starts_with("missing: out/"), "{}", run.stdout);
    run.ends(1, &["run the same command without --check"]);
    assert_eq!(project.tree(), before);

    project.run(&GENERATE).ends(0, &[]);
    let clean = project.run(&with(&["--check"]));
    clean.ends(0, &["what is on disk is what would be generated"]);
    assert_eq!(clean.stdout, "");

    let project = project.with("greeting.almanet", format!("namespace net.other\n\n{GREETING}"));
    let before = project.tree();
    let run = project.run(&with(&["--check"]));
    for text in [
        "missing: out/net/other",
        "left over: out/net/example",
        "different: out/net/",
        "(on disk)\n+++ out/net/",
        "\n@@ ",
    ] {
        assert!(run.stdout.contains(text), "{text:?} is missing:\n{}", run.stdout);
    }
    run.ends(1, &["files differ from what would be generated"]);
    assert_eq!(project.tree(), before);
}

#[test]
fn what_is_not_generated_any_more_is_removed_and_nothing_else() {
    let project = generated().with("out/net/example/mine.rs", "mine");
    let project = project.with("greeting.almanet", format!("namespace net.other\n\n{GREETING}"));
    project.run(&GENERATE).ends(0, &[]);
    let below: Vec<String> =
        project.tree().into_iter().map(|(path, _)| path).filter(|path| path.starts_with("out/net/example/")).collect();
    assert_eq!(below, ["out/net/example/mine.rs"]);
    project.run(&with(&["--check"])).ends(0, &[]);
}

#[test]
fn nothing_is_written_where_the_contract_has_problems() {
    let project = Project::new().with("greeting.almanet", "namespace a\n\nrecord R { x: strng }\n");
    let before = project.tree();
    project.run(&GENERATE).ends(1, &["error[E0207]", "nothing was written: 1 problem"]);
    assert_eq!(project.tree(), before);
}

#[test]
fn an_output_path_that_is_a_file() {
    let project = Project::greeting().with("out", "mine");
    let before = project.tree();
    project
        .run(&GENERATE)
        .ends(2, &["error[E0060]", "--> out", "name another folder with `--out`", "nothing was written"]);
    let deeper = ["generate", "greeting.almanet", "--target", "rust", "--out", "out/deeper"];
    project.run(&deeper).ends(2, &["error[E0060]", "--> out"]);
    assert_eq!(project.tree(), before);
}

/// `/proc` takes no new files, from root neither.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_files() {
    let project = Project::greeting();
    let run = project.run(&["generate", "greeting.almanet", "--target", "rust", "--out", "/proc/contract"]);
    run.ends(2, &["error[E0061]", "--> /proc/contract", "name another folder with `--out`", "nothing was written"]);
}

#[test]
fn a_generated_file_is_brought_back_and_one_of_somebody_else_is_kept() {
    let project = generated();
    let (path, _) = project.tree().into_iter().find(|(path, _)| path.ends_with("greeting.rs")).unwrap();
    let before = project.tree();
    let project = project.with(&path, "// mine\n");
    project.run(&GENERATE).ends(0, &["1 written, 0 removed"]);
    assert_eq!(project.tree(), before);
    let project = project.with(&path, "// mine\n");
    fs::remove_file(project.path("out/.almanet-files.json")).unwrap();
    project.run(&GENERATE).ends(2, &["error[E0063]", &format!("--> {path}")]);
    assert_eq!(project.read(&path), "// mine\n");
    fs::remove_file(project.path(&path)).unwrap();
    project.run(&GENERATE).ends(0, &[]);
}

#[test]
fn a_formatter_leaves_what_is_generated_alone() {
    let project = generated().with("main.rs", "mod out;\n\nfn main() {}\n");
    let rustfmt = std::env::var_os("RUSTFMT").unwrap_or_else(|| "rustfmt".into());
    let formatted = Command::new(rustfmt).args(["--edition", "2024"]).arg(project.path("main.rs")).status().unwrap();
    assert!(formatted.success());
    project.run(&with(&["--check"])).ends(0, &[]);
}

#[test]
fn a_broken_record_is_refused() {
    let project = generated().with("out/.almanet-files.json", "<<<<<<< HEAD\n");
    let before = project.tree();
    project.run(&GENERATE).ends(2, &["error[E0065]", "--> out/.almanet-files.json", "restore it from version control"]);
    assert_eq!(project.tree(), before);
}

#[test]
fn skeletons_are_written_once() {
    let project = Project::greeting();
    let plain = {
        project.run(&GENERATE);
        project.tree().len()
    };
    project.run(&with(&["--skeleton"])).ends(0, &[]);
    assert!(project.tree().len() > plain);
    let listed = project.read("out/.almanet-files.json");
    let skeleton =
        |(path, _): &(String, Vec<u8>)| path.ends_with(".rs") && !listed.contains(path.trim_start_matches("out/"));
    let (skeleton, _) = project.tree().into_iter().find(skeleton).unwrap();
    let project = project.with(&skeleton, "// my work\n");
    project.run(&with(&["--skeleton"])).ends(0, &[]);
    project.run(&GENERATE).ends(0, &[]);
    assert_eq!(project.read(&skeleton), "// my work\n");
}

#[test]
fn the_configuration_names_the_outputs() {
    let yaml = "version: 1\nschemas: [schemas]\ngenerate:\n  - { target: rust, out: src/contract }\n";
    let project = Project::new()
        .with("schemas/greeting.almanet", format!("namespace net.example\n\n{GREETING}"))
        .with("almanet.yaml", yaml);
    project.run(&["generate"]).ends(0, &["generated from 1 file"]);
    assert!(project.path("src/contract/.almanet-files.json").is_file());
    project.run(&["generate", "--check"]).ends(0, &[]);
}

#[test]
fn nothing_to_generate_into_is_said() {
    let project = Project::greeting();
    project.run(&["generate", "greeting.almanet"]).ends(2, &["error[E0042]", "--target rust --out"]);
    let project = Project::new().with("schemas/README", "").with("almanet.yaml", "version: 1\nschemas: [schemas]\n");
    project.run(&["generate"]).ends(2, &["error[E0042]", "`generate:` list"]);
    project.run(&["generate", "schemas"]).ends(2, &["error[E0042]", "or name no paths, and almanet.yaml says"]);
}

#[test]
fn what_a_killed_run_left_is_cleared_and_a_live_one_is_not_disturbed() {
    let project = generated().with("out/.almanet-tmp-left/lock", "").with("out/.almanet-tmp-left/new/0", "half");
    let lock = fs::File::open(project.path("out/.almanet-tmp-left/lock")).unwrap();
    lock.lock().unwrap();
    let before = project.tree();
    project.run(&GENERATE).ends(2, &["error[E0061]: another almanet-gen is writing here", "--> out", "wait until"]);
    assert_eq!(project.tree(), before);
    drop(lock);
    project.run(&with(&["--check"])).ends(0, &[]);
    assert_eq!(project.tree(), before, "--check writes nothing");
    project.run(&GENERATE).ends(0, &[": 0 written, 0 removed, "]);
    assert!(!project.tree().iter().any(|(path, _)| path.contains("tmp")));
}
