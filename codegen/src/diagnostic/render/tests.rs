use serde_json::{Value, json};

use super::{Color, Format, to_string};
use crate::diagnostic::{Problem, Problems, code};
use crate::source::{FileId, Location, SourceFile, Sources, Span};

const CODE: code::Code = code::files::NOT_UTF8;

fn at(sources: &Sources, file: u32, text: &str) -> Location {
    let file = FileId(file);
    let start = sources.get(file).text().find(text).unwrap() as u32;
    Location::new(file, Span::new(start, start + text.len() as u32))
}

fn sources(files: &[(&str, &str)]) -> Sources {
    let mut sources = Sources::default();
    for (name, text) in files {
        sources.add(SourceFile::new(*name, *text));
    }
    sources
}

fn human(problem: Problem, sources: &Sources) -> String {
    to_string(&[problem], sources, Format::Human(Color::Never))
}

#[test]
fn a_problem_is_drawn_over_its_source() {
    let sources = sources(&[("a.almanet", "namespace a\n\nrecord R {\n    x: strng\n}\n")]);
    let problem = Problem::new(CODE, at(&sources, 0, "strng"), "unknown type `strng`")
        .with_label(at(&sources, 0, "R"), "in this record")
        .with_help("did you mean `string`?");
    let drawn = "\
error[E0004]: unknown type `strng`
 --> a.almanet:4:8
  |
3 | record R {
  |        - in this record
4 |     x: strng
  |        ^^^^^
  |
  = help: did you mean `string`?

";
    assert_eq!(human(problem, &sources), drawn);
}

#[test]
fn labels_in_other_files_and_far_away_have_pictures_of_their_own() {
    let far = format!("first\n{}last\n", "\n".repeat(500));
    let sources = sources(&[("a.almanet", &far), ("b.almanet", "other\n")]);
    let problem = Problem::new(CODE, at(&sources, 0, "last"), "twice")
        .with_label(at(&sources, 0, "first"), "here first")
        .with_label(at(&sources, 1, "other"), "and here");
    let drawn = "\
error[E0004]: twice
   --> a.almanet:502:1
    |
502 | last
    | ^^^^
    |
   ::: a.almanet:1:1
    |
  1 | first
    | ----- here first
    |
   ::: b.almanet:1:1
    |
  1 | other
    | ----- and here

";
    assert_eq!(human(problem, &sources), drawn);
}

#[test]
fn what_has_no_text_shows_its_path() {
    let sources = sources(&[("no/such.almanet", "")]);
    let problem = Problem::new(CODE, Location::new(FileId(0), Span::default()), "it is gone").with_help("look");
    assert_eq!(human(problem, &sources), "error[E0004]: it is gone\n--> no/such.almanet\n = help: look\n\n");
}

#[test]
fn no_text_reaches_the_terminal_with_control_characters() {
    let hostile = "x \u{1b}[31m \u{9b}2J \u{202e}evil\u{2066} \u{7} \r y";
    let sources = sources(&[(hostile, hostile)]);
    let problem = Problem::new(CODE, at(&sources, 0, "evil"), hostile)
        .with_label(at(&sources, 0, "y"), hostile)
        .with_help(hostile);
    let drawn = human(problem, &sources);
    let bad =
        |character: char| character.is_control() && character != '\n' || ('\u{2000}'..'\u{2070}').contains(&character);
    assert!(!drawn.contains(bad), "{drawn:?}");
    let colored = to_string(&[], &sources, Format::Human(Color::Always));
    assert_eq!(colored, "");
}

#[test]
fn a_line_of_megabytes_is_drawn_in_part_and_placed_right() {
    let text = format!("{}wrong{}", "ä".repeat(1_000_000), "b".repeat(1_000_000));
    let sources = sources(&[("a.almanet", &text)]);
    let drawn = human(Problem::new(CODE, at(&sources, 0, "wrong"), "no"), &sources);
    assert!(drawn.contains("a.almanet:1:1000001\n") && drawn.contains("^^^^^"), "{drawn}");
    assert!(drawn.len() < 2_000, "{} bytes", drawn.len());
}

#[test]
fn a_long_span_is_drawn_in_part() {
    let text = "line\n".repeat(100_000);
    let sources = sources(&[("a.almanet", &text)]);
    let all = Location::new(FileId(0), Span::new(0, text.len() as u32));
    let drawn = human(Problem::new(CODE, all, "no"), &sources);
    assert!(drawn.lines().count() < 30, "{drawn}");
}

#[test]
fn every_line_end_and_the_end_of_the_file_can_be_pointed_at() {
    for text in ["ab\r\n", "ab\r", "ab", "ab\n", "\r\n\r\n", "ä\u{2028}x\r\n\ty"] {
        let sources = sources(&[("a.almanet", text)]);
        for start in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            for end in (start..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                let place = Location::new(FileId(0), Span::new(start as u32, end as u32));
                assert!(human(Problem::new(CODE, place, "no"), &sources).contains("^"), "{text:?} {start}..{end}");
            }
        }
    }
}

#[test]
fn json_is_one_array_of_places_counted_from_one() {
    let sources = sources(&[("a.almanet", "namespace a\nä wrong\n")]);
    let problem = Problem::new(CODE, at(&sources, 0, "wrong"), "bad \"word\"").with_help("mend");
    let place = json!({
        "code": "E0004", "severity": "error", "message": "bad \"word\"", "file": "a.almanet",
        "line": 2, "column": 3, "end_line": 2, "end_column": 8, "help": "mend",
    });
    let bare = Problem { help: None, ..problem.clone() };
    let mut unhelped = place.clone();
    unhelped["help"] = Value::Null;
    let read =
        |problems: &[Problem]| -> Value { serde_json::from_str(&to_string(problems, &sources, Format::Json)).unwrap() };
    assert_eq!(read(&[problem, bare]), json!([place, unhelped]));
    assert_eq!(read(&[]), json!([]));
}

#[test]
fn github_annotations_escape_what_would_end_them() {
    let sources = sources(&[("a,b:c%.almanet", "wrong\n")]);
    let problem = Problem::new(CODE, at(&sources, 0, "wrong"), "100%\nbad::x").with_help("mend");
    assert_eq!(
        to_string(&[problem], &sources, Format::Github),
        "::error file=a%2Cb%3Ac%25.almanet,line=1,col=1,endLine=1,endColumn=6,title=E0004::100%25%0Abad::x%0Ahelp: mend\n"
    );
}

#[test]
fn sarif_names_rule_and_place() {
    let sources = sources(&[("my schemas/ä.almanet", "namespace a\nwrong\n")]);
    let problem = Problem::new(CODE, at(&sources, 0, "wrong"), "bad").with_label(at(&sources, 0, "a"), "of this");
    let log: Value = serde_json::from_str(&to_string(&[problem], &sources, Format::Sarif)).unwrap();
    let run = &log["runs"][0];
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "E0004");
    let result = &run["results"][0];
    assert_eq!(
        (&result["ruleId"], &result["ruleIndex"], &result["level"]),
        (&json!("E0004"), &json!(0), &json!("error"))
    );
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "my%20schemas/%C3%A4.almanet");
    assert_eq!(place["region"], json!({ "startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 6 }));
    assert_eq!(result["relatedLocations"][0]["message"]["text"], "of this");
}

#[test]
fn problems_are_sorted_by_place_and_come_once() {
    let sources = sources(&[("b.almanet", "x y\n"), ("a.almanet", "x y\n")]);
    let mut problems = Problems::default();
    for (file, text) in [(0, "y"), (1, "y"), (0, "x"), (1, "x"), (0, "y")] {
        problems.push(Problem::new(CODE, at(&sources, file, text), "m"));
    }
    let places = problems.into_sorted(&sources).into_iter().map(|p| (p.location.file.0, p.location.span.start));
    assert_eq!(places.collect::<Vec<_>>(), [(1, 0), (1, 2), (0, 0), (0, 2)]);
}
