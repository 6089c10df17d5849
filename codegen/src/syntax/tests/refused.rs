//! Contracts with syntax errors: which code, drawn under what, and what is still read.

use super::*;
use crate::diagnostic::code::{self, Example};

/// The problems of definitions that stand behind a namespace.
fn refused(definitions: &str) -> Vec<(&'static str, String)> {
    problems(&format!("namespace a\n{definitions}"))
}

fn one(code: &'static str, under: &str) -> Vec<(&'static str, String)> {
    vec![(code, under.to_owned())]
}

fn names(file: &ast::File) -> Vec<(&str, bool)> {
    file.definitions.iter().map(|definition| (file.name(definition.name), definition.broken)).collect()
}

#[test]
fn each_code_is_raised_by_its_example_and_no_other() {
    let is_ours = |code: &str| code.starts_with("E01") || matches!(code, "W0101" | "W0102");
    let mut checked = 0;
    for entry in code::all().into_iter().filter(|entry| is_ours(entry.code.as_str())) {
        let text = match entry.example {
            Example::Contract(text) => text,
            Example::Files(files) => files[0].1,
            _ => continue,
        };
        let codes: Vec<_> = problems(text).into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes, [entry.code.as_str()], "{text}");
        checked += 1;
    }
    assert_eq!(checked, 25);
}

#[test]
fn reading_goes_on_at_the_next_field() {
    let (file, problems) =
        parsed("namespace a\nrecord A {\n  x: list<int32 y: string\n  z: = 1\n  w: bool\n}\nrecord B {}\n");
    let places: Vec<_> = problems.iter().map(|one| (one.code.as_str(), file.slice(one.location.span))).collect();
    assert_eq!(places, [("E0111", " y"), ("E0101", "=")]);
    assert_eq!(names(&file), [("A", true), ("B", false)]);
    let DefinitionKind::Record(fields) = &file.definitions[0].kind else { panic!() };
    let fields: Vec<_> = fields.fields.iter().map(|field| file.name(field.name)).collect();
    assert_eq!(fields, ["y", "w"]);
}

#[test]
fn reading_goes_on_behind_a_bracket_that_its_line_closes() {
    assert_eq!(
        refused("record A { m: map<string, int32> = {red: 1, b: 2} n: int32 = 01 }"),
        [("E0101", "red".to_owned()), ("E0109", "01".to_owned())]
    );
    assert_eq!(refused("record A {\n  l: list<P> = [{\"x\": {a: 1}}, {b: 1}]\n  m: int32\n}"), one("E0101", "a"));
    assert_eq!(refused("record A {\n  @example({a: 1}, {b: 2}) m: int32\n}"), one("E0101", "a"));
    let over_lines = "record A {\n  m: P = {\n    a: 1\n    b: {\n      c: 2\n    }\n  }\n  n: bool = \n}";
    assert_eq!(refused(over_lines), [("E0101", "a".to_owned()), ("E0101", "}".to_owned())]);
}

#[test]
fn definitions_that_share_a_line_with_a_mistake_are_read() {
    let (file, problems) =
        parsed("namespace a\nrecord A { a: } exception e type T = int32 const c: T = 1 record B { b: T }");
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert_eq!(names(&file), [("A", true), ("e", false), ("T", false), ("c", false), ("B", false)]);
    let (file, problems) = parsed("namespace a\nrecord A { a: } record B { b: } exception e exception f\n");
    assert_eq!(problems.len(), 2, "{problems:#?}");
    assert_eq!(names(&file), [("A", true), ("B", true), ("e", false), ("f", false)]);
}

#[test]
fn one_mistake_on_a_very_long_line_stays_one_problem() {
    let mistakes = "record A { a: } ".repeat(600);
    let (_, problems) = parsed(&format!(
        "namespace a\n{mistakes} exception e exception f type T = int32 const c: T = 1 @x record B {{}}"
    ));
    assert_eq!(problems.len(), 600, "{:#?}", problems.last());
}

#[test]
fn reading_goes_on_at_the_next_member_of_a_service() {
    let text = "service s {\n  procedure a( -> string\n  topic t X\n  /// Docs.\n  procedure b() -> string\n  reserved 1\n  topic u: X\n}";
    let (file, _) = parsed(&format!("namespace a\n{text}"));
    assert_eq!(refused(text).iter().map(|one| one.0).collect::<Vec<_>>(), ["E0101", "E0101", "E0117"]);
    let DefinitionKind::Service(body) = &file.definitions[0].kind else { panic!() };
    assert_eq!(file.name(body.procedures[0].name), "b");
    assert_eq!(docs_text(&file.text, &body.procedures[0].head.docs), "Docs.");
    assert_eq!(file.name(body.topics[0].name), "u");
}

#[test]
fn reading_goes_on_at_the_next_variant() {
    let (file, problems) = parsed("namespace a\nunion U {\n  a: , b\n  c: list< d\n  e\n}\n");
    assert_eq!(problems.len(), 2);
    let DefinitionKind::Union { body, .. } = &file.definitions[0].kind else { panic!() };
    let variants: Vec<_> = body.variants.iter().map(|variant| file.name(variant.name)).collect();
    assert_eq!(variants, ["b", "e"]);
}

#[test]
fn a_keyword_at_the_start_of_a_line_closes_an_open_body() {
    let (file, problems) = parsed("namespace a\nrecord A {\n  x: int32\n\n@closed\nrecord B {\n  y: int32\n}\n");
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].code.as_str(), "E0104");
    assert_eq!(file.slice(problems[0].labels[0].location.span), "@");
    assert_eq!(names(&file), [("A", true), ("B", false)]);
    assert_eq!(refused("  service A {\n  record B { x: int32 }\n"), one("E0104", "{"));
    assert_eq!(refused("enum A {\n  x\nrecord B { x: int32 }\n"), one("E0104", "{"));
}

#[test]
fn an_unclosed_comment_is_one_error_at_its_opener() {
    assert_eq!(refused("record A {\n  x: int32\n /* a /* b */ \n}\n"), one("E0103", "/*"));
    assert_eq!(refused("/* a /* b */ */ record A {}"), []);
}

#[test]
fn deep_nesting_is_one_error_at_the_opener_that_is_too_many() {
    let (file, problems) = parsed(&format!("namespace a\nconst x: any = {}\nrecord B {{}}\n", "[".repeat(100_000)));
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].code.as_str(), "E0102");
    assert_eq!(problems[0].location.span.start, 27 + 64);
    assert_eq!(names(&file), [("x", true), ("B", false)]);

    let nested = |depth| format!("const x: any = {}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(refused(&nested(64)), []);
    assert_eq!(refused(&nested(65)), one("E0102", "["));
    let commented = |depth| format!("{}{}", "/*".repeat(depth), "*/".repeat(depth));
    assert_eq!(refused(&commented(64)), []);
    assert_eq!(refused(&commented(65)), one("E0102", "/"));
}

#[test]
fn a_namespace_is_no_deeper_than_brackets_are() {
    let namespace = |names: usize| format!("namespace a{}.b\nrecord A {{}}", ".a".repeat(names - 2));
    assert_eq!(problems(&namespace(64)), []);
    assert_eq!(problems(&namespace(65)), one("E0102", "b"));
}

#[test]
fn semicolons_are_commas_with_one_error_for_the_file() {
    let (file, problems) = parsed("namespace a;\nrecord A { x: int32; y: map<string; int32>; };\nrecord B {}");
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].location.span.start, 11);
    assert_eq!(names(&file), [("A", false), ("B", false)]);
}

#[test]
fn strings_end_at_the_end_of_their_line() {
    assert_eq!(refused("const a: string = \"x\nconst b: string = \"y\"\n"), one("E0107", "\"x"));
    assert_eq!(refused("const a: string = \"x\r\nconst b: string = \"y\"\n"), one("E0107", "\"x"));
    assert_eq!(refused("const a: string = \"x\\\nconst b: string = \"y\"\n"), one("E0107", "\"x\\"));
    assert_eq!(refused(r#"const a: string = "\q""#), one("E0108", "\\q"));
    assert_eq!(refused(r#"const a: string = "\ud83d\ude00\u00e9""#), []);
    assert_eq!(refused(r#"const a: string = "\ud83dx""#), one("E0108", r"\ud83d"));
    assert_eq!(refused("const a: string = \"\t\""), one("E0108", "\t"));
}

#[test]
fn numbers_are_json_numbers_and_touch_no_name() {
    for number in ["0", "-0", "10", "1.5", "-1.5e-3", "1E+5", "5s", "-250ms", "2m", "1h", "0s"] {
        assert_eq!(refused(&format!("const a: any = {number}")), [], "{number}");
    }
    for (number, code) in [
        ("01", "E0109"),
        ("1.", "E0109"),
        (".5", "E0109"),
        ("+5", "E0109"),
        ("5x", "E0110"),
        ("1.5s", "E0110"),
        ("1h30m", "E0110"),
        ("1e", "E0110"),
        ("0x1F", "E0110"),
        ("1_000", "E0110"),
        ("- 1", "E0122"),
    ] {
        let codes: Vec<_> = refused(&format!("const a: any = {number}")).iter().map(|one| one.0).collect();
        assert_eq!(codes, [code], "{number}");
    }
}

#[test]
fn ranges_stand_in_annotations() {
    for range in ["1..64", "1..", "..64", "5", "-1.5..2.5", "..5s", "\"1.5\"..\"2\"", "low..high", "1 .. 2", "1..2,"] {
        assert_eq!(refused(&format!("@range({range}) type A = int32")), [], "{range}");
    }
    assert_eq!(refused("const a: any = 1..2"), one("E0101", ".."));
    assert_eq!(refused("const a: any = ..2"), one("E0101", ".."));
    assert_eq!(refused("record A { a: int32 = 1..2 b: int32 }"), one("E0101", ".."));
}

#[test]
fn commas_are_optional_in_bodies_and_required_elsewhere() {
    assert_eq!(refused("record A { a: int32 b: int32, c: int32, } enum E { a b, c, }"), []);
    assert_eq!(
        refused("record A { a: map<string, int32,> = {\"a\": [1, 2,],} } service s { procedure p(a: A, b: B,) }"),
        []
    );
    assert_eq!(refused("record A { a: map<string int32> }"), one("E0111", " int32"));
    assert_eq!(refused("record A { a: list<int32> = [1 2] }"), one("E0111", " 2"));
    assert_eq!(refused("service s { procedure p(a: A b: B) }"), one("E0111", " b"));
    assert_eq!(refused("@tags(\"a\" \"b\") service s {}"), one("E0111", " \"b\""));
    assert_eq!(refused("const a: any = {\"a\": 1 \"b\": 2}"), one("E0111", " \"b\""));
    assert_eq!(refused("record A { , a: int32,,, b: int32 }").len(), 2);
}

#[test]
fn a_comma_continues_raises_unless_a_member_follows() {
    let raises = |list: &str| {
        let (file, problems) = parsed(&format!("namespace a\nservice s {{ procedure p() raises {list} }}"));
        assert_eq!(problems.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), [""; 0], "{list}");
        let DefinitionKind::Service(body) = &file.definitions[0].kind else { panic!() };
        (body.procedures[0].raises.len(), body.procedures.len() + body.topics.len() + body.reserved.len())
    };
    assert_eq!(raises("a, b.c, d"), (3, 1));
    assert_eq!(raises("a,"), (1, 1));
    assert_eq!(raises("a, procedure q()"), (1, 2));
    assert_eq!(raises("a, oneway procedure q()"), (1, 2));
    assert_eq!(raises("a, topic t: T"), (1, 2));
    assert_eq!(raises("a, reserved \"x\""), (1, 2));
    assert_eq!(raises("a, @idempotent procedure q()"), (1, 2));
    assert_eq!(raises("a, /// Docs.\n procedure q()"), (1, 2));
    assert_eq!(raises("a, // not docs\n b"), (2, 1));
    assert_eq!(raises("a, topic, procedure, oneway, reserved"), (5, 1));
}

#[test]
fn keywords_are_contextual() {
    let words = ["namespace", "import", "as", "record", "enum", "union", "type", "const", "exception", "service"];
    let more = ["open", "procedure", "oneway", "topic", "raises", "stream", "reserved", "null", "true"];
    for word in words.into_iter().chain(more) {
        let text = format!(
            "record R {{ {word}: {word} }} enum E {{ {word} }} union U {{ {word}, b: {word} }} type {word} = {word}\n\
             service s {{ procedure {word}({word}: int32) -> a.{word} raises {word} topic {word}: {word} }}"
        );
        assert_eq!(refused(&text), [], "{word}");
    }
}

#[test]
fn shapes_that_later_phases_refuse_are_read() {
    assert_eq!(refused("service s { procedure p() -> () oneway procedure q() -> int32 raises e }"), []);
    assert_eq!(refused("record A { a: int32???? b: list<> c: int32<a> }"), []);
    let (file, _) = parsed("record A { a: int32???? }");
    let DefinitionKind::Record(fields) = &file.definitions[0].kind else { panic!() };
    assert_eq!(file.slice(fields.fields[0].ty.span), "int32????");
}

#[test]
fn what_is_missing_before_the_next_field_is_said_there() {
    assert_eq!(
        refused("record A {\n  a: date =\n  b: int32\n  c:\n  d: int32\n}"),
        [one("E0101", "b"), one("E0101", "d")].concat()
    );
}

#[test]
fn the_order_of_a_file() {
    assert_eq!(problems(""), one("E0113", ""));
    assert_eq!(problems("record A {}"), one("E0113", "record"));
    assert_eq!(problems("namespace a namespace b"), one("E0114", "b"));
    assert_eq!(problems("import \"a\" namespace b"), one("E0115", "namespace b"));
    assert_eq!(problems("namespace a record A {} import \"b\""), one("E0115", "import \"b\""));
    assert_eq!(problems("namespace 1a\nrecord A {}"), one("E0123", "1a"));
    assert_eq!(problems("namespace a.1b\nrecord A {}"), one("E0123", "1b"));
    assert_eq!(problems("namespace a\nimport \"a\" as 1b\nrecord A {}"), one("E0123", "1b"));
    assert_eq!(problems("namespace\nrecord A {}").len(), 1);
    assert_eq!(problems("namespace a\nimport b.almanet\nimport 'x'\nrecord A {}").len(), 2);
}

#[test]
fn what_was_meant_is_suggested() {
    let help = |text: &str| parsed(&format!("namespace a\n{text}")).1[0].help.clone().unwrap_or_default();
    assert_eq!(help("recrod A {}"), "did you mean `record`?");
    assert_eq!(help("message A { x: int32 }"), "did you mean `record`?");
    assert_eq!(help("service s { procedrue p() }"), "did you mean `procedure`?");
    assert_eq!(help("service s { rpc p() }"), "did you mean `procedure`?");
    assert_eq!(help("record A { x: string[] }"), "a list is written `list<T>`");
    assert_eq!(help("record A { x?: string }"), "the mark stands behind the type: `x: T?`");
    assert_eq!(help("procedure p()"), "it belongs between the braces of a `service`");
    let (file, _) = parsed("namespace a\nmessage A { x: int32 }\nrecord B {}");
    assert_eq!(names(&file), [("A", true), ("B", false)]);
}

#[test]
fn misplaced_docs_are_lints_and_comments() {
    let lint = |text: &str| refused(text);
    assert_eq!(lint("record A /// a\n{ }"), one("W0101", "/// a"));
    assert_eq!(lint("record A { a: /// a\n int32 }"), one("W0101", "/// a"));
    assert_eq!(lint("record A { a: int32\n/// a\n}"), one("W0101", "/// a"));
    assert_eq!(lint("/// a\nimport \"b\""), one("W0101", "/// a"));
    assert_eq!(lint("/// a\nrecord A { /// b\n reserved \"x\" }"), one("W0101", "/// b"));
    assert_eq!(lint("record A {}\n//! a"), one("W0102", "//! a"));
    assert_eq!(lint("@tags(/// a\n\"a\") service A {}"), one("W0101", "/// a"));
    assert_eq!(lint("//// a\n// b\n/* c */ record A {}"), []);
    let (file, _) = parsed("/// a\nnamespace a\n// b\nrecord A {}");
    let kinds: Vec<_> = file.comments.iter().map(|comment| comment.kind).collect();
    assert_eq!(kinds, [ast::CommentKind::MisplacedDoc, ast::CommentKind::Line]);
}

#[test]
fn docs_stand_before_or_between_annotations() {
    let (file, problems) =
        parsed("namespace a\n/// one\n@closed\n/// two\n// no\nrecord A {\n  x: int32, /// three\n  y: int32\n}");
    assert_eq!(problems, []);
    assert_eq!(docs_text(&file.text, &file.definitions[0].head.docs), "one\ntwo");
    let DefinitionKind::Record(fields) = &file.definitions[0].kind else { panic!() };
    assert_eq!(docs_text(&file.text, &fields.fields[1].head.docs), "three");
}

#[test]
fn annotations_before_the_namespace_or_an_import_annotate_nothing() {
    assert_eq!(problems("@deprecated(\"x\")\nnamespace a\nrecord A {}"), one("E0124", "@deprecated(\"x\")"));
    assert_eq!(refused("@closed @unstable\nimport \"b\""), one("E0124", "@closed @unstable"));
    let (file, _) = parsed("@closed\nnamespace a\n@unstable\nimport \"b\"\nrecord A {}");
    assert_eq!((names(&file), file.imports.len()), (vec![("A", false)], 1));
}
