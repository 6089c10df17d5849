use super::docs::{note, outer};
use super::layout::{Code, line, signature};
use super::literal;

fn documented(docs: &str) -> String {
    let mut out = String::new();
    outer(&mut out, 0, docs);
    out.lines()
        .map(|line| line.strip_prefix("///").unwrap_or(line))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn every_block_of_code_is_text() {
    assert_eq!(documented("```rust\nf();\n```"), "```text\nf();\n```");
    assert_eq!(documented("~~~\nf();"), "~~~text\nf();\n~~~");
    assert_eq!(documented("a\n\n    f();\n\n    g();\nb"), "a\n\n```text\nf();\n\ng();\n```\nb");
    assert_eq!(documented("-     f();"), "- f();");
    assert_eq!(documented("- a\n\n      f();"), "- a\n\n  ```text\n  f();\n  ```");
    assert_eq!(documented("- ```\n  f();"), "- \\`\\`\\`\n  f();");
    assert_eq!(documented("> ```\n> f();"), "\\> \\`\\`\\`\n\\> f();");
}

#[test]
fn nothing_is_a_link_but_what_leads_to_the_web() {
    assert_eq!(documented("[a] [b](c) [d][e] [f]: crate::g"), "\\[a\\] \\[b\\](c) \\[d\\]\\[e\\] \\[f\\]: crate::g");
    assert_eq!(documented("[a](https://b.c)"), "[a](https://b.c)");
    assert_eq!(documented("[a](javascript:b)"), "\\[a\\](javascript:b)");
    assert_eq!(documented("see https://b.c/d."), "see <https://b.c/d>.");
    assert_eq!(documented("see <https://b.c/d>"), "see <https://b.c/d>");
}

#[test]
fn nothing_is_html_and_code_spans_stay() {
    assert_eq!(documented("list<string> `list<[u8]>` <b>"), "list\\<string\\> `list<[u8]>` \\<b\\>");
    assert_eq!(documented("a ` b"), "a \\` b");
}

#[test]
fn the_note_of_a_deprecation_is_markdown_too() {
    assert_eq!(note("use `New` instead,\nplease"), "use `New` instead,\nplease");
    assert_eq!(note("[Vec]\n<b> [`missing::Link`]"), "\\[Vec\\]\n\\<b\\> \\[`missing::Link`\\]");
}

#[test]
fn characters_that_mislead_are_spelled_out() {
    assert_eq!(documented("a\u{202e}b\tc\rd"), "aU+202Eb    c\nd");
    assert_eq!(literal::quoted("a\u{202e}\"\\\n\u{0}"), "\"a\\u{202e}\\\"\\\\\\n\\0\"");
}

#[test]
fn integers_are_grouped_where_they_are_long() {
    assert_eq!(literal::integer(-12_345), "-12345");
    assert_eq!(literal::integer(1_234_567), "1_234_567");
    assert_eq!(literal::integer(u64::MAX.into()), "18_446_744_073_709_551_615");
}

#[test]
fn lists_are_broken_where_they_do_not_fit() {
    let items = |count: usize| vec![Code::text("&self.something"); count];
    assert_eq!(line(8, "", &Code::array("&", items(2)), ";"), "        &[&self.something, &self.something];");
    let broken = line(0, "", &Code::call("out.record", vec![Code::text("A"), Code::array("&", items(6))]), ";");
    assert!(broken.starts_with("out.record(\n    A,\n    &[\n        &self.something,\n"), "{broken}");
    assert_eq!(
        line(0, "", &Code::record("Point", vec![Code::text("x: 1"), Code::text("y: 2")]), ""),
        "Point { x: 1, y: 2 }"
    );
}

#[test]
fn a_signature_has_its_parameters_on_one_line_or_on_one_each() {
    let short = signature(0, "fn f", &["a: i32".to_owned()], "", " {");
    assert_eq!(short, "fn f(a: i32) {");
    let long = signature(0, "fn f", &["a: i32".to_owned(), format!("b: {}", "x".repeat(80))], "", " {");
    assert!(long.starts_with("fn f(\n    a: i32,\n    b: x"), "{long}");
}
