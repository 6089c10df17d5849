use std::fs;

use serde_json::Value;

use crate::project::{GREETING, Project};

/// Without lints but for what its fields are called.
const SOUND: &str = "\
namespace a

/// A place on a plane.
record Point {
    /// From the left.
    x: int32
}
";

fn config(lint: &str) -> String {
    format!("version: 1\nschemas: [schemas]\nlint: {lint}\n")
}

#[test]
fn a_contract_without_lints_is_clean() {
    let run = Project::new().with("a.almanet", SOUND).run(&["lint", "a.almanet"]);
    run.ends(0, &["linted 1 file, no problems\n"]);
    assert_eq!(run.stdout, "");
}

#[test]
fn lints_fail_lint_alone() {
    let project = Project::greeting();
    project.run(&["check", "greeting.almanet"]).ends(0, &["no problems"]);
    project.run(&["lint", "greeting.almanet"]).ends(
        1,
        &[
            "warning[W0103]: the service \"greeting\" has no docs\n --> greeting.almanet:6:9\n",
            "warning[W0402]",
            "linted 1 file, 3 problems\n",
        ],
    );
    let run = project.run(&["lint", "greeting.almanet", "--format", "json"]);
    let problems: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
    let codes: Vec<_> = problems.iter().map(|problem| problem["code"].as_str().unwrap()).collect();
    assert_eq!((run.status, codes), (1, vec!["W0103", "W0104", "W0402"]));
    let mut members: Vec<&String> = problems[0].as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(members, ["code", "column", "end_column", "end_line", "file", "help", "line", "message", "severity"]);
}

#[test]
fn errors_come_alone() {
    let project = Project::new().with("a.almanet", "namespace a\n\nrecord big_point {\n    x: strng\n}\n");
    let run = project.run(&["lint", "a.almanet"]);
    run.ends(1, &["error[E0207]", "linted 1 file, 1 problem\n"]);
    project.run(&["lint", "nowhere.almanet"]).ends(2, &["there is no such file or folder"]);
}

#[test]
fn what_is_imported_from_elsewhere_is_not_linted() {
    let project = Project::new().with("vendor/other.almanet", "namespace other\n\nrecord bad_name {}\n").with(
        "a.almanet",
        "namespace a\n\nimport \"other.almanet\"\n\n/// One.\nrecord One {\n    x: other.bad_name\n}\n",
    );
    project.run(&["lint", "-I", "vendor", "a.almanet"]).ends(0, &["linted 1 file, no problems"]);
    project.run(&["lint", "-I", "vendor", "a.almanet", "vendor"]).ends(1, &["W0301", "W0103"]);
}

#[test]
fn a_configuration_silences_codes_and_categories() {
    let contract = format!("namespace net.example\n\n{GREETING}");
    let project = Project::new()
        .with("schemas/greeting.almanet", &contract)
        .with("almanet.yaml", config("{ disable: [docs, W0402] }"));
    project.run(&["lint"]).ends(0, &["linted 1 file, no problems"]);
    // A path names what to lint, not how.
    project.run(&["lint", "schemas"]).ends(0, &["linted 1 file, no problems"]);
    let project = project.with("almanet.yaml", config("{ disable: [W0402] }"));
    project.run(&["lint"]).ends(1, &["W0103", "W0104", "2 problems"]);
    let project = project.with("almanet.yaml", config("{ disable: [doc] }"));
    project.run(&["lint"]).ends(2, &["there is no lint and no category of lints `doc`", "did you mean `docs`?"]);
    project.run(&["lint", "schemas"]).ends(2, &["did you mean `docs`?"]);
}

#[test]
fn comments_silence_their_own_line_and_the_next() {
    let contract = "\
namespace a

/// One.
// almanet-lint: allow W0301 it is called so in the books
record one_point {} // almanet-lint: allow W0304 there are two of them

/// Two.
// almanet-lint: allow W0301 it is called so in the books
// almanet-lint: allow W0305 nobody knows the whole word
record msg {}
";
    let project = Project::new().with("a.almanet", contract);
    let run = project.run(&["lint", "a.almanet"]);
    run.ends(
        1,
        &["warning[W0902]: there is no W0304 on this line", "--> a.almanet:5:21", "1 problem; `--fix` mends 1\n"],
    );
    project.run(&["lint", "--fix", "a.almanet"]).ends(0, &["fixed 1 problem in 1 file; linted 1 file, no problems\n"]);
    assert_eq!(project.read("a.almanet"), contract.replace(" // almanet-lint: allow W0304 there are two of them", ""));
}

#[test]
fn fixes_are_made_until_there_are_none_and_what_they_change_is_formatted() {
    let contract = "\
namespace a
import \"almanet/money.almanet\" // for prices
import \"almanet/money.almanet\" as m
//! Of the file.
/// A service.
service s {
    /// Writes a line.
    @idempotent oneway procedure log(@example(\"x\") line: string)
    @timeout(5s) @idempotent
    /// Writes another.
    oneway procedure again(@example(\"x\") line: string)
    /// The end.
}
";
    let project = Project::new().with("a.almanet", contract).with("b.almanet", "namespace b\n/// None.\nservice t{}");
    let before = project.read("b.almanet");
    project.run(&["lint", "--fix", "."]).ends(0, &["fixed 6 problems in 1 file; linted 2 files, no problems\n"]);
    let fixed = "\
namespace a

// for prices
// Of the file.
/// A service.
service s {
    /// Writes a line.
    oneway procedure log(@example(\"x\") line: string)
    @timeout(5s)
    /// Writes another.
    oneway procedure again(@example(\"x\") line: string)
    // The end.
}
";
    assert_eq!((project.read("a.almanet"), project.read("b.almanet")), (fixed.to_owned(), before));
}

#[test]
fn a_contract_with_errors_is_not_fixed() {
    let contract = "namespace a\n\nimport \"almanet/money.almanet\"\n\nrecord R {\n    x: strng\n}\n";
    let project = Project::new().with("a.almanet", contract);
    project.run(&["lint", "--fix", "a.almanet"]).ends(1, &["error[E0207]", "fixed 0 problems in 0 files"]);
    assert_eq!(project.read("a.almanet"), contract);
}

#[test]
fn sarif_carries_fixes() {
    let contract = "namespace a\n\nimport \"almanet/money.almanet\"\n\n/// One.\nrecord R {}\n";
    let run = Project::new().with("a.almanet", contract).run(&["lint", "a.almanet", "--format", "sarif"]);
    let log: Value = serde_json::from_str(&run.stdout).unwrap();
    let fix = &log["runs"][0]["results"][0]["fixes"][0];
    assert_eq!(fix["description"]["text"], "remove the import");
    let change = &fix["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "a.almanet");
    let region = &change["replacements"][0]["deletedRegion"];
    assert_eq!((&region["startLine"], &region["endLine"]), (&3.into(), &4.into()));
}

#[test]
fn explain_knows_every_lint() {
    let run = Project::new().run(&["explain", "w0401"]);
    assert_eq!(run.status, 0);
    assert!(run.stdout.starts_with("W0401: A closed enum or union is in what a service answers"), "{}", run.stdout);
}

#[test]
fn a_part_of_a_project_is_linted_with_whoever_uses_it() {
    let project = Project::new()
        .with("almanet.yaml", "version: 1\nschemas: [schemas]\nlint: { disable: [docs, naming, evolution] }\n")
        .with("schemas/common/base.almanet", "namespace net.base\n\nrecord Base {}\n\nrecord Left {}\n")
        .with("schemas/common/more.almanet", "namespace net.base\n\nimport \"common/base.almanet\"\n\nrecord More {}\n")
        // It knows `Base` through the file between.
        .with(
            "schemas/shop.almanet",
            "namespace net.base\n\nimport \"common/more.almanet\"\n\n\
             service shop {\n    procedure p(base: Base, more: More)\n}\n",
        );
    let between = fs::read_to_string(project.path("schemas/common/more.almanet")).unwrap();
    project.run(&["lint", "--fix", "schemas/common/more.almanet"]).ends(0, &["fixed 0 problems", "linted 1 file"]);
    assert_eq!(fs::read_to_string(project.path("schemas/common/more.almanet")).unwrap(), between);
    project.run(&["check"]).ends(0, &[]);
    // What nobody uses is found, and of the file that was named alone.
    project.run(&["lint", "schemas/common/base.almanet"]).ends(1, &["W0203", "\"Left\"", "1 problem"]);
    project.run(&["lint", "schemas/shop.almanet"]).ends(0, &["linted 1 file"]);
    // An error of another file hides nothing of this one.
    let project = project.with("schemas/shop.almanet", "namespace net.base\n\nrecord Wrong { a: strng }\n");
    project.run(&["lint", "schemas/common/more.almanet"]).ends(1, &["W0201", "linted 1 file, 1 problem"]);
}
