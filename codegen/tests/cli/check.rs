use serde_json::{Value, json};

use crate::project::{GREETING, Project};

const WRONG: &str = "namespace a\n\nrecord R {\n    x: strng\n}\n";

#[test]
fn a_contract_without_problems_is_clean() {
    let run = Project::greeting().run(&["check", "greeting.almanet"]);
    run.ends(0, &["checked 1 file, no problems\n"]);
    assert_eq!(run.stdout, "");
}

#[test]
fn problems_are_drawn_and_end_in_1() {
    let run = Project::new().with("a.almanet", WRONG).run(&["check", "a.almanet"]);
    assert_eq!((run.status, run.stdout.as_str()), (1, ""));
    let drawn = "\
error[E0207]: unknown type \"strng\"; did you mean \"string\"?
 --> a.almanet:4:8
  |
4 |     x: strng
  |        ^^^^^

checked 1 file, 1 problem
";
    assert_eq!(run.stderr, drawn);
}

#[test]
fn all_problems_of_all_files_come_out_at_once_by_place() {
    let project = Project::new()
        .with("s/b.almanet", WRONG.replace("namespace a", "namespace b"))
        .with("s/a.almanet", WRONG.replace("x: strng", "x: strng, y: it32"));
    let run = project.run(&["check", "s", "--format", "json"]);
    let problems: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
    let places: Vec<_> =
        problems.iter().map(|problem| json!([problem["file"], problem["line"], problem["column"]])).collect();
    assert_eq!(places, [json!(["s/a.almanet", 4, 8]), json!(["s/a.almanet", 4, 18]), json!(["s/b.almanet", 4, 8])]);
    run.ends(1, &["checked 2 files, 3 problems\n"]);
}

#[test]
fn json_is_one_array_with_the_documented_members() {
    let project = Project::greeting().with("a.almanet", WRONG);
    let run = project.run(&["check", "a.almanet", "--format", "json"]);
    let expected = json!([{
        "code": "E0207", "severity": "error", "message": "unknown type \"strng\"; did you mean \"string\"?",
        "file": "a.almanet", "line": 4, "column": 8, "end_line": 4, "end_column": 13, "help": null,
    }]);
    assert_eq!(serde_json::from_str::<Value>(&run.stdout).unwrap(), expected);
    assert_eq!(run.status, 1);
    let clean = project.run(&["check", "greeting.almanet", "--format", "json"]);
    assert_eq!((clean.status, clean.stdout.as_str()), (0, "[]\n"));
}

#[test]
fn github_and_sarif_go_to_standard_output() {
    let project = Project::new().with("a.almanet", WRONG);
    let github = project.run(&["check", "a.almanet", "--format", "github"]);
    let annotation = "::error file=a.almanet,line=4,col=8,endLine=4,endColumn=13,title=E0207::unknown type \"strng\"; did you mean \"string\"?\n";
    assert_eq!((github.status, github.stdout.as_str()), (1, annotation));
    let sarif = project.run(&["check", "a.almanet", "--format", "sarif"]);
    let log: Value = serde_json::from_str(&sarif.stdout).unwrap();
    assert_eq!((sarif.status, &log["runs"][0]["results"][0]["ruleId"]), (1, &json!("E0207")));
}

#[test]
fn one_file_by_two_paths_is_one_file() {
    let project = Project::new().with("s/greeting.almanet", format!("namespace net.example\n\n{GREETING}"));
    project
        .run(&["check", "s", "s/greeting.almanet", "s/../s/greeting.almanet"])
        .ends(0, &["checked 1 file, no problems"]);
}

#[test]
fn imports_are_found_below_the_roots_and_beside_the_file() {
    let project = Project::new()
        .with("schemas/common/people.almanet", "namespace common\n\nrecord Person { name: string }\n")
        .with(
            "schemas/net/a.almanet",
            "namespace net\n\nimport \"common/people.almanet\"\n\nrecord R { by: common.Person }\n",
        )
        .with(
            "schemas/net/b.almanet",
            "namespace nett\n\nimport \"./../common/people.almanet\"\n\nrecord R { by: common.Person }\n",
        );
    project.run(&["check", "schemas"]).ends(0, &["checked 3 files, no problems"]);
    project.run(&["check", "-I", "schemas", "schemas/net/a.almanet"]).ends(0, &["checked 2 files, no problems"]);
    project.run(&["check", "schemas/net/a.almanet"]).ends(1, &["common/people.almanet"]);
}

#[test]
fn files_may_import_each_other() {
    let project = Project::new()
        .with("a.almanet", "namespace a\n\nimport \"b.almanet\"\n\nrecord A { b: b.B? }\n")
        .with("b.almanet", "namespace b\n\nimport \"a.almanet\"\n\nrecord B { a: a.A? }\n");
    project.run(&["check", "a.almanet"]).ends(0, &["checked 2 files, no problems"]);
}

#[test]
fn without_paths_the_nearest_configuration_says_what_to_check() {
    let project = Project::new()
        .with("almanet.yaml", "version: 1\nschemas: [schemas]\n")
        .with("schemas/a.almanet", WRONG)
        .with("deep/er/README", "");
    let mut command = project.command(&["check"]);
    let run = crate::project::Run::of(command.current_dir(project.path("deep/er")).output().unwrap());
    run.ends(1, &["--> ../../schemas/a.almanet:4:8", "checked 1 file, 1 problem"]);
}
