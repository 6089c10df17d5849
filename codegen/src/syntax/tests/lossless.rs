//! Nothing of a text is lost, whatever it is, and reading it always ends.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::diagnostic::Severity;
use crate::source::Span;
use crate::syntax::{LexemeKind, lexemes};

/// Holds a text's lexemes, comments and docs together, and its problems to its bounds.
fn check(text: &str) {
    let (file, problems) = parsed(text);
    let mut rebuilt = String::new();
    let mut comments = BTreeSet::new();
    let mut docs = BTreeSet::new();
    for lexeme in lexemes(text) {
        rebuilt.push_str(file.slice(lexeme.span));
        match lexeme.kind {
            LexemeKind::Doc | LexemeKind::FileDoc => docs.insert(lexeme.span),
            LexemeKind::Blank => true,
            kind if kind.is_trivia() => comments.insert(lexeme.span),
            _ => true,
        };
    }
    assert_eq!(rebuilt, text);

    let (mut kept, mut kept_docs) = (BTreeSet::new(), BTreeSet::new());
    for comment in &file.comments {
        let set = if comment.kind == ast::CommentKind::MisplacedDoc { &mut kept_docs } else { &mut kept };
        assert!(set.insert(comment.span), "{comment:?} twice in {text:?}");
    }
    assert_eq!(kept, comments, "{text:?}");
    let mut keep = |span: &Span| assert!(kept_docs.insert(*span), "{span:?} twice in {text:?}");
    file.docs.iter().for_each(&mut keep);
    file.for_each_head(|head| head.docs.iter().for_each(&mut keep));
    let is_clean = problems.iter().all(|problem| problem.severity() == Severity::Warning);
    if is_clean {
        assert_eq!(kept_docs, docs, "{text:?}");
        assert!(file.definitions.iter().all(|definition| !definition.broken));
    }

    for problem in &problems {
        let places = problem.labels.iter().map(|label| label.location.span).chain([problem.location.span]);
        for span in places {
            assert!(text.get(span.range()).is_some(), "{problem:?} of {text:?}");
        }
        assert_ne!(problem.message, "this cannot be read", "{text:?}");
    }
}

#[test]
fn the_glance_is_kept() {
    check(GLANCE);
}

#[test]
fn hostile_texts_end_in_problems() {
    let pieces = [
        "(",
        "[",
        "{",
        "<",
        ")",
        "}",
        "\"",
        "/*",
        "*/",
        "/",
        "@",
        "@a",
        "@a(",
        "@a(\n",
        "@a\n",
        ".",
        "..",
        "->",
        "-",
        "?",
        ",",
        ";",
        ":",
        "=",
        "record",
        "record ",
        "record A {",
        "record A {\n",
        "\nrecord A {\n",
        "\nrecord A\n",
        "\nenum A {\n",
        " enum A {",
        "a:",
        "a: a",
        "a: list<",
        "a ",
        "a, ",
        "///",
        "///\n",
        "//!\n",
        "é",
        "\0",
        "\\",
        "\r",
        "1",
        "1.",
        "service s { procedure p(",
        "procedure p(",
        "\nprocedure p()",
        "raises a, ",
        "reserved \"a\",",
        "namespace a ",
        "import \"a\" ",
        "import ",
        "open ",
        "open\n",
        "type a=",
        "const a:a=[",
        "\ntype a = list<",
        "exception a(",
        "{\"a\":",
        "list<int32 ",
        "/**/",
        "/*/",
        "_",
        "\u{feff}",
        "\nconst a: b = {\n",
        "\n@a(\n",
        "union u {a:",
        "record A{x} ",
    ];
    for piece in pieces {
        for start in [
            "",
            "namespace a\n",
            "namespace a\nrecord A {",
            "namespace a\nservice A {\n",
            "namespace a\nconst a: any = ",
        ] {
            check(&format!("{start}{}", piece.repeat(4_000 / piece.len())));
        }
    }
}

#[test]
fn deeply_nested_texts_do_not_exhaust_the_stack() {
    for (open, close) in [("list<", ">"), ("[", "]"), ("{\"a\":", "}"), ("/*", "*/")] {
        let mut text = "namespace a\nconst a: any = ".to_owned();
        let _ = write!(text, "{}1{}", open.repeat(100_000), close.repeat(100_000));
        check(&text);
    }
}

fn fragments() -> impl Strategy<Value = String> {
    let fragment = prop::sample::select(vec![
        "record",
        "enum",
        "union",
        "type",
        "const",
        "exception",
        "service",
        "open",
        "procedure",
        "oneway",
        "topic",
        "raises",
        "stream",
        "reserved",
        "namespace",
        "import",
        "as",
        "A",
        "b",
        "string",
        "list",
        "map",
        "a.b",
        "true",
        "null",
        "@",
        "@a",
        "@length",
        "(",
        ")",
        "<",
        ">",
        "[",
        "]",
        "{",
        "}",
        ":",
        "=",
        ",",
        ";",
        "?",
        ".",
        "..",
        "->",
        "-",
        "1",
        "1.5",
        "5s",
        "5x",
        "-2",
        "\"x\"",
        "\"",
        "\\",
        "//",
        "// c\n",
        "/// d\n",
        "//! f\n",
        "/* b */",
        "/*",
        "\n",
        " ",
        "\n    ",
        "\r\n",
        "é",
        "_",
        "'",
        "record A {\n",
        "\n}\n",
        "a: int32\n",
        "a, b",
        "\nrecord B {",
        "procedure p(",
        "-> string",
        "service s {\n",
    ]);
    let separator = prop::sample::select(vec!["", " ", " ", "\n"]);
    prop::collection::vec((fragment, separator), 0..60)
        .prop_map(|parts| parts.into_iter().flat_map(|(fragment, separator)| [fragment, separator]).collect())
}

proptest! {
    #[test]
    fn any_fragments_are_kept(text in fragments()) {
        check(&text);
        check(&format!("namespace a\n{text}"));
        check(&format!("namespace a\nrecord A {{\n{text}\n}}\n"));
        check(&format!("namespace a\nservice A {{\n{text}\n}}\n"));
    }

    #[test]
    fn any_text_is_kept(text in any::<String>()) {
        check(&text);
    }

    /// One edit anywhere in a contract.
    #[test]
    fn an_edited_contract_is_kept(at in 0..GLANCE.len(), len in 0..12_usize, insert in fragments()) {
        let end = (at + len).min(GLANCE.len());
        prop_assume!(GLANCE.is_char_boundary(at) && GLANCE.is_char_boundary(end));
        check(&format!("{}{}{}", &GLANCE[..at], &GLANCE[end..], ""));
        check(&format!("{}{}{}", &GLANCE[..at], insert, &GLANCE[end..]));
    }
}
