//! Contract docs as docstrings: the text as it is, in a form that `ruff format` leaves alone and nothing can end early.

use super::layout::push_indent;
use crate::backend::characters::plain_characters;

/// Appends a docstring at an indent, with a line break behind it.
pub(super) fn docstring(out: &mut String, indent: usize, docs: &str) {
    push_indent(out, indent);
    let docs = docs.trim();
    if is_plain(docs) {
        out.push_str("\"\"\"");
        out.push_str(docs);
        out.push_str("\"\"\"\n");
        return;
    }
    let lines: Vec<String> = docs.split('\n').map(|line| plain_characters(line.trim_end())).collect();
    let margin = lines[1..].iter().filter(|line| !line.is_empty()).map(|line| margin_of(line)).min().unwrap_or(0);
    out.push_str("\"\"\"");
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            out.push('\n');
            if !line.is_empty() {
                push_indent(out, indent);
            }
        }
        let line = if index == 0 { line.trim_start() } else { line.get(margin..).unwrap_or_default() };
        escaped(out, line, index == 0, index + 1 == lines.len() && lines.len() == 1);
    }
    if lines.len() > 1 {
        out.push('\n');
        push_indent(out, indent);
    }
    out.push_str("\"\"\"\n");
}

/// Whether it is one line that nothing has to be done to.
fn is_plain(docs: &str) -> bool {
    docs.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'\\' | b'"')) && !docs.starts_with('>')
}

fn margin_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn escaped(out: &mut String, line: &str, is_first: bool, is_last: bool) {
    // A doctest would run it.
    let is_prompt = line.trim_start().starts_with(">>>");
    let line = if is_prompt { line.replacen(">>>", "> > >", 1) } else { line.to_owned() };
    let mut rest = line.as_str();
    while let Some(at) = rest.find(['\\', '"']) {
        out.push_str(&rest[..at]);
        let is_start = is_first && rest.len() - at == line.len();
        rest = &rest[at..];
        if let Some(behind) = rest.strip_prefix('\\') {
            out.push_str("\\\\");
            rest = behind;
            continue;
        }
        let behind = rest.trim_start_matches('"');
        let count = rest.len() - behind.len();
        let is_end = is_last && behind.is_empty();
        let quote = if count > 2 || is_start || is_end { "\\\"" } else { "\"" };
        out.extend(std::iter::repeat_n(quote, count));
        rest = behind;
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(docs: &str) -> String {
        let mut out = String::new();
        docstring(&mut out, 4, docs);
        out
    }

    #[test]
    fn lines_keep_their_indents_among_each_other() {
        assert_eq!(of("One."), "    \"\"\"One.\"\"\"\n");
        let text = "    \"\"\"One.\n\n    Two\n      three.\n    \"\"\"\n";
        assert_eq!(of("One.\n\n  Two\n    three.\n"), text);
    }

    #[test]
    fn no_text_ends_its_docstring() {
        assert_eq!(of("a \"\"\" b"), "    \"\"\"a \\\"\\\"\\\" b\"\"\"\n");
        assert_eq!(of("\"a\""), "    \"\"\"\\\"a\\\"\"\"\"\n");
        assert_eq!(of("a\\"), "    \"\"\"a\\\\\"\"\"\n");
        assert_eq!(of(">>> exit()"), "    \"\"\"> > > exit()\"\"\"\n");
        assert_eq!(of("\u{202e}"), "    \"\"\"U+202E\"\"\"\n");
    }
}
