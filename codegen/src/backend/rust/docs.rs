//! Contract docs as rustdoc: Markdown in a normal form, in which nothing is a test, a broken link, HTML or code by accident.

use std::fmt::Write as _;

use crate::backend::characters::plain_characters;

/// Appends docs as `///` lines at an indent, a line break behind each.
pub(super) fn outer(out: &mut String, indent: usize, docs: &str) {
    lines(out, indent, "///", docs);
}

/// Appends docs as `//!` lines.
pub(super) fn inner(out: &mut String, docs: &str) {
    lines(out, 0, "//!", docs);
}

/// The note of a deprecation, which rustdoc reads as Markdown too, and the compiler shows as it is.
pub(super) fn note(text: &str) -> String {
    text.split('\n').map(|line| inline(line, false)).collect::<Vec<_>>().join("\n")
}

fn lines(out: &mut String, indent: usize, marker: &str, docs: &str) {
    let mut put = |line: &str| {
        out.extend(std::iter::repeat_n(' ', indent));
        out.push_str(marker);
        if !line.is_empty() {
            out.push(' ');
            out.push_str(line);
        }
        out.push('\n');
    };
    if is_plain(docs) {
        docs.lines().for_each(|line| put(line.trim_end()));
    } else {
        let mut markdown = Markdown::default();
        docs.split(['\n', '\r']).for_each(|line| markdown.line(line, &mut put));
        markdown.end(&mut put);
    }
}

/// Whether no line can mean anything but text.
fn is_plain(docs: &str) -> bool {
    let is_plain = |byte: u8| {
        matches!(byte, b'\n' | b' '..=b'~') && !matches!(byte, b'[' | b']' | b'<' | b'>' | b'`' | b'~' | b'\\' | b'/')
    };
    docs.bytes().all(is_plain)
        && !docs.lines().any(|line| {
            line.starts_with(|first: char| matches!(first, ' ' | '-' | '*' | '+') || first.is_ascii_digit())
        })
}

/// Lines of Markdown on their way to a normal form: blocks of code are fenced and marked as text, lists keep the
/// indents that they need, everything else loses its own.
#[derive(Default)]
struct Markdown {
    /// For each open list item, where its content begins: as it was written, as it is put.
    items: Vec<(usize, usize)>,
    code: Option<Code>,
    was_blank: bool,
    has_text: bool,
    /// Blank lines that stand before the next line, or are dropped with the end.
    blanks: usize,
}

struct Code {
    /// Empty for a block that was told by its indent.
    fence: String,
    /// Where its lines begin, as written and as put.
    written: usize,
    put: usize,
}

impl Markdown {
    fn line(&mut self, line: &str, put: &mut impl FnMut(&str)) {
        let line = plain_characters(line.trim_end());
        if line.is_empty() {
            self.blanks += usize::from(self.has_text);
            self.was_blank = true;
            return;
        }
        let text = line.trim_start_matches(' ');
        let indent = line.len() - text.len();
        let ends_code = self.code.as_ref().is_some_and(|code| indent < code.written);
        if ends_code {
            self.close(put);
        }
        (0..std::mem::take(&mut self.blanks)).for_each(|_| put(""));
        if let Some(code) = &self.code {
            if !code.fence.is_empty() && closes(text, &code.fence) {
                self.close(put);
            } else {
                put(&format!("{:1$}{2}", "", code.put, &line[code.written..]));
            }
            self.was_blank = false;
            return;
        }
        self.text(text, indent, put);
        self.was_blank = false;
        self.has_text = true;
    }

    fn text(&mut self, text: &str, indent: usize, put: &mut impl FnMut(&str)) {
        while self.items.last().is_some_and(|item| indent < item.0) {
            self.items.pop();
        }
        let (written, base) = self.items.last().copied().unwrap_or_default();
        if let Some(fence) = opening_fence(text) {
            put(&format!("{:base$}{fence}text", ""));
            self.code = Some(Code { fence: fence.to_owned(), written: indent.min(written), put: base });
        } else if indent >= written + 4 && (self.was_blank || !self.has_text) {
            put(&format!("{:base$}```text", ""));
            put(&format!("{:base$}{text:>1$}", "", indent - written - 4 + text.len()));
            self.code = Some(Code { fence: String::new(), written: written + 4, put: base });
        } else if let Some(marker) = list_marker(text) {
            let content = text[marker.len()..].trim_start();
            let padding = text.len() - marker.len() - content.len();
            let at = base + marker.len() + 1;
            put(format!("{:base$}{marker} {}", "", inline(content, true)).trim_end());
            self.items.push((indent + marker.len() + if padding > 4 { 1 } else { padding.max(1) }, at));
        } else {
            put(&format!("{:base$}{}", "", inline(text, true)));
        }
    }

    fn close(&mut self, put: &mut impl FnMut(&str)) {
        if let Some(code) = self.code.take() {
            let fence = if code.fence.is_empty() { "```" } else { &code.fence };
            put(&format!("{:1$}{fence}", "", code.put));
        }
    }

    fn end(&mut self, put: &mut impl FnMut(&str)) {
        self.close(put);
    }
}

fn opening_fence(text: &str) -> Option<&str> {
    let character = text.chars().next().filter(|character| matches!(character, '`' | '~'))?;
    let length = text.len() - text.trim_start_matches(character).len();
    let is_fence = length >= 3 && !(character == '`' && text[length..].contains('`'));
    is_fence.then(|| &text[..length])
}

fn closes(text: &str, fence: &str) -> bool {
    text.starts_with(fence) && text.trim_start_matches(&fence[..1]).trim().is_empty()
}

fn list_marker(text: &str) -> Option<&str> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let length = match text.as_bytes().get(digits)? {
        b'-' | b'*' | b'+' if digits == 0 => 1,
        b'.' | b')' if (1..=9).contains(&digits) => digits + 1,
        _ => return None,
    };
    text[length..].chars().next().is_none_or(|next| next == ' ').then(|| &text[..length])
}

/// Text within a block: links to the web, code spans and emphasis stay, every other bracket is escaped.
fn inline(text: &str, at_start: bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    // A quotation's, and a fence's behind a list's marker: either would open a block that the lines behind know nothing of.
    if at_start && (rest.starts_with("~~~") || rest.starts_with("```")) {
        out.push('\\');
        out.push_str(&rest[..1]);
        rest = &rest[1..];
    }
    while let Some(at) = rest.find(['\\', '`', '[', ']', '<', '>', 'h']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = match rest.as_bytes()[0] {
            b'\\' => escape(&mut out, rest),
            b'`' => code_span(&mut out, rest),
            b'[' => link(&mut out, rest),
            b'h' => bare_url(&mut out, rest),
            b'<' if let Some(url) = angle_url(rest) => {
                out.push_str(url);
                &rest[url.len()..]
            }
            _ => {
                out.push('\\');
                out.push_str(&rest[..1]);
                &rest[1..]
            }
        };
    }
    out.push_str(rest);
    out
}

fn escape<'a>(out: &mut String, rest: &'a str) -> &'a str {
    let length = if rest[1..].starts_with(|next: char| next.is_ascii_punctuation()) { 2 } else { 1 };
    if length == 1 {
        out.push('\\');
    }
    out.push_str(&rest[..length]);
    &rest[length..]
}

fn code_span<'a>(out: &mut String, rest: &'a str) -> &'a str {
    let fence = &rest[..rest.len() - rest.trim_start_matches('`').len()];
    let mut from = fence.len();
    while let Some(found) = rest[from..].find('`') {
        let start = from + found;
        let length = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        if length == fence.len() {
            out.push_str(&rest[..start + length]);
            return &rest[start + length..];
        }
        from = start + length;
    }
    fence.chars().for_each(|_| out.push_str("\\`"));
    &rest[fence.len()..]
}

fn link<'a>(out: &mut String, rest: &'a str) -> &'a str {
    if let Some(close) = rest[1..].find(['[', ']', '`', '\\', '<'])
        && rest[1 + close..].starts_with("](")
        && let Some(length) = rest[close + 3..].find(')')
        && is_url(&rest[close + 3..close + 3 + length])
    {
        out.push_str(&rest[..close + 4 + length]);
        return &rest[close + 4 + length..];
    }
    out.push_str("\\[");
    &rest[1..]
}

fn bare_url<'a>(out: &mut String, rest: &'a str) -> &'a str {
    let is_part = |character: char| {
        character.is_ascii_alphanumeric()
            || (character.is_ascii_punctuation() && !"<>()[]\"'`\\|*{}^".contains(character))
    };
    let length = rest.find(|character| !is_part(character)).unwrap_or(rest.len());
    let url = rest[..length].trim_end_matches(['.', ',', ';', ':', '!', '?', '_', '~']);
    let is_word = out.ends_with(|before: char| before.is_alphanumeric());
    if !is_word && is_url(url) {
        let _ = write!(out, "<{url}>");
        return &rest[url.len()..];
    }
    out.push('h');
    &rest[1..]
}

/// `<https://…>`, brackets included.
fn angle_url(rest: &str) -> Option<&str> {
    let end = rest.find('>')?;
    is_url(&rest[1..end]).then(|| &rest[..=end])
}

fn is_url(text: &str) -> bool {
    let address = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    address.is_some_and(|address| !address.is_empty())
        && text.chars().all(|character| character.is_ascii_graphic() && !"<>\"`\\[]()".contains(character))
}
