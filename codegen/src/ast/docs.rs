use crate::source::Span;

/// What documentation lines of a file's `text` say (`///` or `//!`, one span a line): markers and the common indent cut, lines joined by
/// `\n`, blank lines at both ends dropped.
#[must_use]
pub fn docs_text(text: &str, lines: &[Span]) -> String {
    let lines: Vec<&str> = lines.iter().map(|line| content(&text[line.range()])).collect();
    let is_blank = |line: &&str| line.trim().is_empty();
    let indent = lines.iter().filter(|line| !is_blank(line)).map(|line| indent_of(line)).min().unwrap_or(0);
    let first = lines.iter().position(|line| !is_blank(line)).unwrap_or(lines.len());
    let last = lines.iter().rposition(|line| !is_blank(line)).map_or(first, |last| last + 1);

    let lines = &lines[first..last];
    let length: usize = lines.iter().map(|line| line.len().saturating_sub(indent) + 1).sum();
    let mut said = String::with_capacity(length.saturating_sub(1));
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            said.push('\n');
        }
        said.push_str(line.get(indent..).unwrap_or_default().trim_end());
    }
    said
}

fn content(line: &str) -> &str {
    line.strip_prefix("///").or_else(|| line.strip_prefix("//!")).unwrap_or(line)
}

/// Bytes of leading spaces and tabs: a common count of them is a common prefix only where the writer did not mix the two,
/// and either cuts blanks alone.
fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}
