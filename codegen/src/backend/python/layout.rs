//! Lines as `ruff format` leaves them: what is too long for one is taken apart at its brackets, an item on each line and a
//! comma behind each.

use unicode_width::UnicodeWidthStr as _;

/// The greatest length of a line.
const WIDTH: usize = 88;

/// Appends a statement: `TARGET`, `TARGET: ANNOTATION`, `TARGET = VALUE` or all three.
pub(super) fn assignment(out: &mut String, indent: usize, target: &str, annotation: Option<&str>, value: Option<&str>) {
    push_indent(out, indent);
    out.push_str(target);
    let start = indent + width(target);
    let annotated = annotation.map_or(0, |annotation| 2 + width(annotation));
    let flat = start + annotated + value.map_or(0, |value| 3 + width(value));
    let value_opens = value.and_then(opening).map(|at| 4 + at);
    // Where the value can be taken apart, the annotation is only if it must be.
    let is_split = match value_opens {
        Some(opens) => flat > WIDTH && start + annotated + opens > WIDTH,
        None => flat > WIDTH,
    };
    if let Some(annotation) = annotation {
        out.push_str(": ");
        if is_split {
            statement_part(out, indent, annotation, value.map_or(0, |_| 3 + 1));
        } else {
            out.push_str(annotation);
        }
    }
    if let Some(value) = value {
        out.push_str(" = ");
        // A text goes into parentheses, where what stands before it stayed on one line.
        let is_text_apart = is_text(value) && last_line_width(out) == start + annotated + 3;
        let is_annotation_apart =
            value_opens.is_none() && is_split && !is_text_apart && annotation.is_some_and(can_break);
        if is_annotation_apart {
            out.push_str(value);
        } else {
            statement_part(out, indent, value, 0);
        }
    }
    out.push('\n');
}

/// An expression that no bracket is around: one that cannot be taken apart is put into parentheses, where that helps.
fn statement_part(out: &mut String, indent: usize, text: &str, behind: usize) {
    let line = last_line_width(out);
    // What is before its bracket may fit on a line of its own alone.
    let begins_too_far = |at| line + at + 1 > WIDTH && indent + 4 + at < WIDTH;
    if line + width(text) + behind <= WIDTH {
        out.push_str(text);
    } else if !alternatives(text).is_empty()
        || (is_text(text) && indent + 4 + width(text) <= WIDTH)
        || opening(text).is_some_and(begins_too_far)
    {
        out.push_str("(\n");
        push_indent(out, indent + 4);
        expression(out, indent + 4, text, 0);
        out.push('\n');
        push_indent(out, indent);
        out.push(')');
    } else {
        expression(out, indent, text, behind);
    }
}

/// Whether it is a string literal.
fn is_text(text: &str) -> bool {
    text.ends_with(['"', '\''])
}

fn can_break(text: &str) -> bool {
    opening(text).is_some() || !alternatives(text).is_empty()
}

/// Appends an expression within brackets, or one that ends in a bracket of its own. The line has been begun; `behind` is
/// what follows on its last one.
pub(super) fn expression(out: &mut String, indent: usize, text: &str, behind: usize) {
    if last_line_width(out) + width(text) + behind <= WIDTH {
        out.push_str(text);
        return;
    }
    let parts = alternatives(text);
    if !parts.is_empty() {
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                out.push('\n');
                push_indent(out, indent);
                out.push_str("| ");
            }
            let behind = if index + 1 == parts.len() { behind } else { 0 };
            expression(out, indent, part, behind);
        }
        return;
    }
    let Some(at) = opening(text) else {
        out.push_str(text);
        return;
    };
    let (head, rest) = text.split_at(at);
    let items = split(&rest[1..rest.len() - 1], ',');
    if items.is_empty() {
        out.push_str(text);
        return;
    }
    out.push_str(head);
    out.push_str(&rest[..1]);
    // A subscript of one item is not made a tuple.
    let is_subscript = rest.starts_with('[') && head.ends_with(|last: char| last.is_alphanumeric() || last == '_');
    let commas = !(is_subscript && items.len() == 1);
    for item in &items {
        out.push('\n');
        push_indent(out, indent + 4);
        expression(out, indent + 4, item, usize::from(commas));
        if commas {
            out.push(',');
        }
    }
    out.push('\n');
    push_indent(out, indent);
    out.push_str(&rest[rest.len() - 1..]);
}

/// Appends a line that ends behind a bracket's close: a decorator, a definition's head, a call.
pub(super) fn line(out: &mut String, indent: usize, text: &str, end: &str) {
    push_indent(out, indent);
    expression(out, indent, text, end.len());
    out.push_str(end);
    out.push('\n');
}

pub(super) fn push_indent(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}

/// Columns that a text takes, where a letter of some scripts takes two.
fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

fn last_line_width(out: &str) -> usize {
    width(&out[out.rfind('\n').map_or(0, |at| at + 1)..])
}

/// Where the bracket opens that the text ends with.
fn opening(text: &str) -> Option<usize> {
    if !text.ends_with([')', ']', '}']) {
        return None;
    }
    let mut open = None;
    scan(text, |at, byte, depth| {
        if depth == 0 && matches!(byte, b'(' | b'[' | b'{') {
            open = Some(at);
        }
    });
    open
}

/// What `|` parts outside of brackets; nothing where there is none.
fn alternatives(text: &str) -> Vec<&str> {
    if !text.contains(" | ") {
        return Vec::new();
    }
    let parts = split(text, '|');
    if parts.len() > 1 { parts } else { Vec::new() }
}

/// The items of a list, trimmed.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut from = 0;
    scan(text, |at, byte, depth| {
        if depth == 0 && char::from(byte) == separator {
            parts.push(text[from..at].trim());
            from = at + 1;
        }
    });
    parts.push(text[from..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// Tells every byte outside of string literals, with how many brackets are open before it.
fn scan(text: &str, mut see: impl FnMut(usize, u8, usize)) {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 0_usize);
    while at < bytes.len() {
        let byte = bytes[at];
        match byte {
            b'"' | b'\'' => {
                at += 1;
                while at < bytes.len() && bytes[at] != byte {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'(' | b'[' | b'{' => {
                see(at, byte, depth);
                depth += 1;
            }
            b')' | b']' | b'}' => {
                depth = depth.saturating_sub(1);
                see(at, byte, depth);
            }
            _ => see(at, byte, depth),
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assigned(target: &str, annotation: Option<&str>, value: Option<&str>) -> String {
        let mut out = String::new();
        assignment(&mut out, 4, target, annotation, value);
        out
    }

    #[test]
    fn what_fits_stays_on_one_line() {
        assert_eq!(assigned("a", Some("str"), None), "    a: str\n");
        assert_eq!(assigned("a", Some("str"), Some("\"x\"")), "    a: str = \"x\"\n");
        assert_eq!(assigned("A", None, Some("1")), "    A = 1\n");
    }

    #[test]
    fn a_letter_may_take_two_columns() {
        let text = format!("\"{}\"", "\u{65e5}".repeat(30));
        assert_eq!(assigned("abcdefgh", None, Some(&text)), format!("    abcdefgh = {text}\n"));
        let text = format!("\"{}\"", "\u{65e5}".repeat(39));
        assert_eq!(assigned("abcdefgh", None, Some(&text)), format!("    abcdefgh = (\n        {text}\n    )\n"));
    }

    #[test]
    fn a_value_that_begins_too_far_to_the_right_is_put_into_parentheses() {
        let annotation = format!("topic[{}]", "x".repeat(58));
        let text = format!("    a: {annotation} = (\n        service.topic(\"a\", b)\n    )\n");
        assert_eq!(assigned("a", Some(&annotation), Some("service.topic(\"a\", b)")), text);
    }

    #[test]
    fn a_value_is_taken_apart_before_its_annotation() {
        let value = format!("Field(default=\"{}\", alias='(, ')", "x".repeat(60));
        let text =
            format!("    a: str = Field(\n        default=\"{}\",\n        alias='(, ',\n    )\n", "x".repeat(60));
        assert_eq!(assigned("a", Some("str"), Some(&value)), text);
    }

    #[test]
    fn an_annotation_is_taken_apart_where_nothing_else_can_be() {
        let key = "K".repeat(40);
        let text = format!("    a: dict[\n        {key},\n        {key},\n    ] = {{}}\n");
        assert_eq!(assigned("a", Some(&format!("dict[{key}, {key}]")), Some("{}")), text);
        let text = format!("    a: (\n        {key}\n        | {key}\n        | None\n    ) = ABSENT\n");
        assert_eq!(assigned("a", Some(&format!("{key} | {key} | None")), Some("ABSENT")), text);
        let list = format!("list[Annotated[{key}, {key}]]");
        let text =
            format!("    a: list[\n        Annotated[\n            {key},\n            {key},\n        ]\n    ]\n");
        assert_eq!(assigned("a", Some(&list), None), text);
    }

    #[test]
    fn a_text_is_put_into_parentheses_before_its_annotation_is_taken_apart() {
        let text = format!("\"{}\"", "x".repeat(40));
        let expected = format!("    kind: Literal[{text}] = (\n        {text}\n    )\n");
        assert_eq!(assigned("kind", Some(&format!("Literal[{text}]")), Some(&text)), expected);
    }

    #[test]
    fn a_text_that_just_misses_a_line_gets_parentheses() {
        let text = format!("\"{}\"", "x".repeat(78));
        assert_eq!(assigned("abc", None, Some(&text)), format!("    abc = (\n        {text}\n    )\n"));
        let text = format!("\"{}\"", "x".repeat(90));
        assert_eq!(assigned("abc", None, Some(&text)), format!("    abc = {text}\n"));
    }
}
