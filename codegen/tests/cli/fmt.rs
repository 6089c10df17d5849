use std::fs;
use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::project::{Project, Run};

const UGLY: &str = "namespace a\r\nrecord R {\r\n  x:int32, // one\r\n  y : string }";
const NEAT: &str = "namespace a\n\nrecord R {\n    x: int32 // one\n    y: string\n}\n";
const BROKEN: &str = "namespace b\n\nrecord R {   x: }\n";

fn piped(project: &Project, arguments: &[&str], text: &str) -> Run {
    let mut command = project.command(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    Run::of(child.wait_with_output().unwrap())
}

#[test]
fn what_is_not_formatted_is_written_and_nothing_else_is_touched() {
    let project = Project::new().with("s/a.almanet", UGLY).with("s/deep/b.almanet", NEAT.replace(" a\n", " b\n"));
    let before = fs::metadata(project.path("s/deep/b.almanet")).unwrap().modified().unwrap();
    let run = project.run(&["fmt", "s"]);
    run.ends(0, &["formatted 1 of 2 files\n"]);
    assert_eq!((run.stdout.as_str(), project.read("s/a.almanet")), ("", NEAT.to_owned()));
    assert_eq!(fs::metadata(project.path("s/deep/b.almanet")).unwrap().modified().unwrap(), before);
    assert_eq!(fs::read_dir(project.path("s")).unwrap().count(), 2, "nothing is left beside them");
    project.run(&["fmt", "s"]).ends(0, &["formatted 0 of 2 files\n"]);
}

#[test]
fn a_file_with_a_syntax_error_stays_and_the_others_are_formatted() {
    let project = Project::new().with("s/a.almanet", UGLY).with("s/b.almanet", BROKEN);
    project.run(&["fmt", "s"]).ends(1, &["error[E01", "--> s/b.almanet:3:", "formatted 1 of 2 files, 1 problem\n"]);
    assert_eq!((project.read("s/a.almanet"), project.read("s/b.almanet")), (NEAT.to_owned(), BROKEN.to_owned()));
    let run = project.run(&["fmt", "s", "--format", "json"]);
    let problems: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((run.status, problems.len(), &problems[0]["file"]), (1, 1, &"s/b.almanet".into()));
}

#[test]
fn what_means_nothing_is_formatted_all_the_same() {
    let project = Project::new().with("a.almanet", "namespace a\nimport \"nowhere.almanet\"\nrecord R{x:strng}");
    project.run(&["fmt", "a.almanet"]).ends(0, &["formatted 1 of 1 file\n"]);
    assert_eq!(project.read("a.almanet"), "namespace a\n\nimport \"nowhere.almanet\"\n\nrecord R { x: strng }\n");
}

#[test]
fn check_names_files_and_writes_nothing() {
    let project = Project::new().with("a.almanet", UGLY).with("b.almanet", NEAT);
    let before = project.tree();
    let run = project.run(&["fmt", "--check", "."]);
    run.ends(1, &["1 file of 2 not formatted; `almanet-gen fmt` formats them\n"]);
    assert_eq!(run.stdout, "not formatted: ./a.almanet\n");
    project.run(&["fmt", "--check", "b.almanet"]).ends(0, &["1 file, all formatted\n"]);
    assert_eq!(project.tree(), before);
}

#[test]
fn diff_shows_what_would_change_and_fails_with_check_alone() {
    let project = Project::new().with("a.almanet", NEAT.replace("y: string", "y:string"));
    let diff = "\
--- a.almanet (on disk)
+++ a.almanet (formatted)
@@ -2,5 +2,5 @@
 
 record R {
     x: int32 // one
-    y:string
+    y: string
 }
";
    let run = project.run(&["fmt", "--diff", "a.almanet"]);
    assert_eq!((run.status, run.stdout.as_str()), (0, diff));
    let run = project.run(&["fmt", "--diff", "--check", "a.almanet"]);
    assert_eq!((run.status, run.stdout.as_str()), (1, diff));
}

#[test]
fn standard_input_goes_to_standard_output() {
    let project = Project::new();
    let run = piped(&project, &["fmt", "--stdin"], UGLY);
    assert_eq!((run.status, run.stdout.as_str(), run.stderr.as_str()), (0, NEAT, ""));
    let run = piped(&project, &["fmt", "--stdin"], NEAT);
    assert_eq!((run.status, run.stdout.as_str()), (0, NEAT));
    let run = piped(&project, &["fmt", "--stdin"], BROKEN);
    assert_eq!((run.status, run.stdout.as_str()), (1, ""));
    run.ends(1, &["--> <stdin>.almanet:3:"]);
    let run = piped(&project, &["fmt", "--stdin", "--check"], UGLY);
    assert_eq!((run.status, run.stdout.as_str()), (1, "not formatted: <stdin>.almanet\n"));
    project.run(&["fmt", "--stdin", "a.almanet"]).ends(2, &["cannot be used with"]);
}

#[test]
fn without_paths_the_configuration_says_what_to_format() {
    let project =
        Project::new().with("almanet.yaml", "version: 1\nschemas: [schemas]\n").with("schemas/a.almanet", UGLY);
    project.run(&["fmt"]).ends(0, &["formatted 1 of 1 file\n"]);
    assert_eq!(project.read("schemas/a.almanet"), NEAT);
    Project::new().run(&["fmt"]).ends(2, &["there is no almanet.yaml"]);
}

#[test]
fn a_byte_order_mark_goes() {
    let project = Project::new().with("a.almanet", format!("\u{feff}{NEAT}"));
    project.run(&["fmt", "--check", "a.almanet"]).ends(1, &["1 file of 1 not formatted"]);
    project.run(&["fmt", "a.almanet"]).ends(0, &["formatted 1 of 1 file"]);
    assert_eq!(project.read("a.almanet"), NEAT);
}

#[test]
fn what_cannot_be_read_or_written_ends_in_2_and_the_rest_is_done() {
    let project = Project::new().with("a.almanet", UGLY).with("b.almanet", b"namespace \xff").with("c.almanet", UGLY);
    project.run(&["fmt", "a.almanet", "b.almanet", "d.almanet"]).ends(
        2,
        &["b.almanet is not UTF-8", "there is no such file or folder", "formatted 1 of 2 files, 2 problems\n"],
    );
    assert_eq!(project.read("a.almanet"), NEAT);
    let mut permissions = fs::metadata(project.path("c.almanet")).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(project.path("c.almanet"), permissions).unwrap();
    project.run(&["fmt", "c.almanet"]).ends(2, &["cannot write this file: the file may only be read"]);
    assert_eq!(project.read("c.almanet"), UGLY);
}
