use std::fs;
use std::path::{Path, PathBuf};

use super::{Configuration, FILE_NAME, Generator, find};
use crate::diagnostic::render::{Color, Format, to_string};

fn project(yaml: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("schemas")).unwrap();
    fs::write(folder.path().join(FILE_NAME), yaml).unwrap();
    folder
}

fn load(yaml: &str) -> Result<Configuration, String> {
    let folder = project(yaml);
    let path = folder.path().join(FILE_NAME);
    Configuration::load(&path).map_err(|report| {
        let drawn = to_string(&report.problems, &report.sources, Format::Human(Color::Never));
        drawn.replace(&format!("{}/", folder.path().display()), "")
    })
}

/// Code, place and help of each problem.
fn refused(yaml: &str) -> Vec<String> {
    let drawn = load(yaml).expect_err(yaml);
    let mut lines = drawn.lines();
    let mut problems = Vec::new();
    while let Some(title) = lines.next() {
        if let Some(title) = title.strip_prefix("error[") {
            let place =
                lines.next().unwrap_or_default().trim().trim_start_matches("--> almanet.yaml").trim_start_matches(':');
            problems.push(format!("{} {place}", title.replacen(']', "", 1)));
        } else if let Some(help) = title.trim().strip_prefix("= help: ") {
            *problems.last_mut().unwrap() += &format!(" ({help})");
        }
    }
    problems
}

#[test]
fn a_whole_configuration_is_read() {
    let folder = project(
        "version: 1\nschemas: [schemas]\ngenerate:\n  - { target: rust, out: src/contract }\nlint: { disable: [] }\n\
         breaking: { against: main, category: wire, except: [] }\n",
    );
    let configuration = Configuration::load(&folder.path().join(FILE_NAME)).unwrap();
    assert_eq!(configuration.schemas, [folder.path().join("schemas")]);
    let [output] = &configuration.outputs[..] else { panic!("{:?}", configuration.outputs) };
    assert!(matches!(output.generator, Generator::Target(backend) if backend.name() == "rust"));
    assert_eq!(output.out, folder.path().join("src/contract"));
    assert_eq!(configuration.breaking.against.as_deref(), Some("main"));
}

#[test]
fn the_least_configuration_is_read() {
    let configuration = load("version: 1\nschemas: [schemas]\n").unwrap();
    assert!(configuration.outputs.is_empty() && configuration.lint.disable.is_empty());
}

#[test]
fn a_mistake_is_drawn_over_the_file() {
    let drawn = "\
error[E0032]: unknown key `shemas`
 --> almanet.yaml:2:1
  |
2 | shemas: [schemas]
  | ^^^^^^
  |
  = help: did you mean `schemas`?

";
    assert_eq!(load("version: 1\nshemas: [schemas]\n").unwrap_err(), drawn);
}

#[test]
fn every_mistake_has_its_code_place_and_remedy() {
    let with = |more: &str| format!("version: 1\nschemas: [schemas]\n{more}");
    let cases = [
        ("".to_owned(), "E0034: the key `version` is missing  (add `version: 1`)"),
        ("- a\n".to_owned(), "E0033: expected a mapping, found a list 1:1 (a mapping is made of lines `key: value`)"),
        ("version: 1\n".to_owned(), "E0034: the key `schemas` is missing 1:1 (add `schemas:`)"),
        ("version: one\nschemas: []\n".to_owned(), "E0033: expected a whole number, found the text \"one\" 1:10"),
        (
            "version: 1\nschemas: schemas\n".to_owned(),
            "E0033: expected a list, found the text \"schemas\" 2:10 (a list stands between brackets, `[a, b]`, or on lines that begin with `- `)",
        ),
        (
            "version: \"1\"\nschemas: [schemas]\n".to_owned(),
            "E0033: expected a whole number, found the text \"1\" 1:10 (write it without quotes)",
        ),
        (
            with("generate:\n\t- { target: rust, out: out }\n"),
            "E0031: this is not YAML: found character that cannot start any token, while scanning for the next token 4:1 (YAML is indented by blanks, never by tabs)",
        ),
        (
            "version: 1\nschemas:\n".to_owned(),
            "E0033: there is nothing to compile 2:9 (name a folder of contracts: `schemas: [schemas]`)",
        ),
        (with("version: 1\n"), "E0035: the key `version` stands twice 3:1 (remove one of them)"),
        (with("lint: { disbale: [] }\n"), "E0032: unknown key `disbale` 3:9 (did you mean `disable`?)"),
        (
            with("lint: { disable: [W9999] }\n"),
            "E0040: there is no lint and no category of lints `W9999` 3:19 (`almanet-gen explain` lists all codes; the categories are docs, unused, addresses, naming, evolution, design, allow)",
        ),
        (
            with("lint: { disable: [W0103, namings] }\n"),
            "E0040: there is no lint and no category of lints `namings` 3:26 (did you mean `naming`?)",
        ),
        (with("breaking: { category: wires }\n"), "E0033: `wires` means nothing here 3:23 (did you mean `wire`?)"),
        (with("generate: [{ target: rust, out: 5 }]\n"), "E0033: expected a text, found `5` 3:33"),
        (
            with("breaking: { except: [{ code: B1, subject: a, reason: b, until: soon }] }\n"),
            "E0040: there is no code `B1` to name here 3:30 (`almanet-gen explain` lists all codes)\nE0033: `soon` is not a date 3:64 (write it as `2026-12-31`)",
        ),
        (
            with("generate: [{ target: rust, out: '' }]\n"),
            "E0033: the folder has no name 3:33 (write `.` for the folder of almanet.yaml)",
        ),
        (with("generate: [{ target: rust }]\n"), "E0034: the key `out` is missing 3:12 (add `out:`)"),
        (
            with("generate: [{ out: x }]\n"),
            "E0034: this output has neither `target` nor `plugin` 3:12 (add `target:` or `plugin:`)",
        ),
        (
            with("generate: [{ out: x, target: rust, plugin: b }]\n"),
            "E0033: this output has both `target` and `plugin` 3:36 (make two outputs of it)",
        ),
        (
            with("generate: [{ out: x, target: rsut }]\n"),
            "E0037: there is no target `rsut` 3:30 (did you mean `rust`?)",
        ),
        (with("generate: [{ out: x, target: rust, uot: y }]\n"), "E0032: unknown key `uot` 3:36 (did you mean `out`?)"),
        (
            "version: 1\nschemas: [schemas\n".to_owned(),
            "E0031: this is not YAML: did not find expected ',' or ']', while parsing a flow sequence at line 2 column 10 3:1",
        ),
        (
            with("---\nversion: 1\n"),
            "E0031: this is not YAML: deserializing from YAML containing more than one document is not supported 1:1",
        ),
    ];
    for (yaml, problem) in cases {
        assert_eq!(refused(&yaml).join("\n"), problem, "{yaml}");
    }
}

#[test]
fn mistakes_in_meaning_come_out_at_once() {
    let yaml = "version: 2\nschemas: [schemas, schema]\ngenerate:\n  - { target: rust, out: out }\n  - { target: rust, out: out/../out/x }\n";
    let codes: Vec<String> = refused(yaml).iter().map(|problem| problem[..5].to_owned()).collect();
    assert_eq!(codes, ["E0036", "E0038", "E0039"]);
}

#[test]
fn outputs_are_told_apart_by_where_they_really_are() {
    let overlapping = |first: &str, second: &str| {
        let outputs = format!("generate: [{{ target: rust, out: {first} }}, {{ target: python, out: {second} }}]\n");
        let folder = project(&format!("version: 1\nschemas: [schemas]\n{outputs}"));
        #[cfg(unix)]
        std::os::unix::fs::symlink("real", folder.path().join("link")).unwrap();
        fs::create_dir(folder.path().join("real")).unwrap();
        let loaded = Configuration::load(&folder.path().join(FILE_NAME));
        loaded.is_err_and(|report| report.problems.iter().all(|problem| problem.code.to_string() == "E0039"))
    };
    assert!(overlapping("out", "out/../out"));
    assert!(overlapping("out", "Out/python"), "one folder on some disks");
    assert!(!overlapping("out", "output"));
    #[cfg(unix)]
    {
        assert!(overlapping("real", "link"));
        assert!(overlapping("link/new", "real"));
        assert!(!overlapping("link/new", "real/other"));
    }
}

#[test]
fn hostile_yaml_ends_in_a_problem() {
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned()
        + &('b'..='j').fold(String::new(), |all, letter| {
            let before = char::from(letter as u8 - 1);
            all + &format!("{letter}: &{letter} [{}]\n", vec![format!("*{before}"); 9].join(","))
        });
    let deep = format!("version: {}1{}\n", "[".repeat(100_000), "]".repeat(100_000));
    for yaml in
        [bomb.as_str(), &deep, "\0", "version: \"\u{1b}[31m\"\n", "%YAML 9.9\n---\n", "!!binary x", "? [a]\n: b\n"]
    {
        assert!(load(yaml).is_err(), "{yaml:?}");
    }
}

#[test]
fn the_nearest_configuration_upwards_is_found() {
    let folder = project("version: 1\nschemas: [schemas]\n");
    let inner = folder.path().join("schemas");
    assert_eq!(find(folder.path()), Some(folder.path().join(FILE_NAME)));
    assert_eq!(find(&inner), Some(inner.join("..").join(FILE_NAME)));
    assert_eq!(find(Path::new("no/such/folder")), None::<PathBuf>);
}
