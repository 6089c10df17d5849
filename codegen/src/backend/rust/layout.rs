//! The form that prettyplease gives to Rust, for what has lists in it: each stays on its line, or has an item on each.

/// Where prettyplease ends a line.
pub(super) const WIDTH: usize = 89;

/// Up to where it keeps a struct with its fields on one line.
const STRUCT_WIDTH: usize = 34;

const INDENT: usize = 4;

/// Marks text whose item prettyplease has to format. No text has it otherwise, since literals escape it.
const UNSETTLED: char = '\u{1}';

/// A piece of code whose lists may be broken.
#[derive(Clone)]
pub(super) enum Code {
    Text(String),
    Sequence(Vec<Code>),
    List {
        open: &'static str,
        items: Vec<Code>,
        close: &'static str,
        /// For a struct's braces, which stand apart from their items, the width of its name. Past a small width of all
        /// of it, prettyplease breaks it in any case.
        name: Option<usize>,
    },
}

impl Code {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The expression of a value. One with a struct in it is left to prettyplease, which has its own mind about those.
    pub(super) fn value(text: String) -> Self {
        if text.contains(" { ") { Self::Text(unsettled(&text)) } else { Self::Text(text) }
    }

    /// `head(items)`.
    pub(super) fn call(head: impl Into<String>, items: Vec<Code>) -> Self {
        Self::Sequence(vec![Self::text(head), Self::List { open: "(", items, close: ")", name: None }])
    }

    /// `head[items]`, the head being `&` perhaps.
    pub(super) fn array(head: impl Into<String>, items: Vec<Code>) -> Self {
        Self::Sequence(vec![Self::text(head), Self::List { open: "[", items, close: "]", name: None }])
    }

    /// `head { items }`.
    pub(super) fn record(head: impl Into<String>, items: Vec<Code>) -> Self {
        let head = head.into() + " ";
        let name = Some(head.chars().count());
        Self::Sequence(vec![Self::Text(head), Self::List { open: "{", items, close: "}", name }])
    }

    /// `name: code`.
    pub(super) fn field(name: &str, code: Code) -> Self {
        Self::Sequence(vec![Self::Text(format!("{name}: ")), code])
    }

    fn width(&self) -> usize {
        match self {
            Self::Text(text) => text.chars().count(),
            Self::Sequence(parts) => parts.iter().map(Self::width).sum(),
            Self::List { open, items, close, name } => {
                let between = items.iter().map(|item| item.width() + 2).sum::<usize>().saturating_sub(2);
                let padding = if name.is_some() && !items.is_empty() { 2 } else { 0 };
                open.len() + between + padding + close.len()
            }
        }
    }

    /// Appends the code to a line that is at `column` and was indented by `indent`; `behind` more columns follow.
    pub(super) fn put(&self, out: &mut String, indent: usize, column: usize, behind: usize) {
        self.put_from(out, indent, column, behind);
    }

    fn put_from(&self, out: &mut String, indent: usize, column: usize, behind: usize) -> usize {
        match self {
            Self::Text(text) => {
                out.push_str(text);
                column + text.chars().count()
            }
            Self::Sequence(parts) => {
                let mut column = column;
                for (index, part) in parts.iter().enumerate() {
                    let rest = parts[index + 1..].iter().map(Self::width).sum::<usize>();
                    column = part.put_from(out, indent, column, rest + behind);
                }
                column
            }
            Self::List { open, items, close, name } => {
                out.push_str(open);
                if items.is_empty() {
                    out.push_str(close);
                    return column + open.len() + close.len();
                }
                let is_small = name.is_none_or(|name| name + self.width() - close.len() <= STRUCT_WIDTH);
                if is_small && column + self.width() + behind <= WIDTH {
                    let padding = if name.is_some() { " " } else { "" };
                    out.push_str(padding);
                    for (index, item) in items.iter().enumerate() {
                        if index > 0 {
                            out.push_str(", ");
                        }
                        item.put_from(out, indent, 0, 0);
                    }
                    out.push_str(padding);
                    out.push_str(close);
                    return column + self.width();
                }
                let inner = indent + INDENT;
                for item in items {
                    out.push('\n');
                    pad(out, inner);
                    // The comma behind an item is not counted.
                    item.put_from(out, inner, inner, 0);
                    out.push(',');
                }
                out.push('\n');
                pad(out, indent);
                out.push_str(close);
                indent + close.len()
            }
        }
    }
}

/// A statement or an item at an indent: `head`, the code, `tail`.
pub(super) fn line(indent: usize, head: &str, code: &Code, tail: &str) -> String {
    let mut out = String::with_capacity(128);
    pad(&mut out, indent);
    out.push_str(head);
    code.put(&mut out, indent, indent + head.chars().count(), tail.len());
    out.push_str(tail);
    out
}

/// A function's head, its parameters on one line or one on each: `fn name(…) -> T` and `tail`, which is ` {` or `;`.
pub(super) fn signature(indent: usize, head: &str, parameters: &[String], result: &str, tail: &str) -> String {
    let width = parameters.iter().map(|parameter| parameter.chars().count() + 2).sum::<usize>().saturating_sub(2);
    let fits = indent + head.len() + width + 2 + result.chars().count() + tail.len() <= WIDTH;
    let mut out = String::with_capacity(128);
    pad(&mut out, indent);
    out.push_str(head);
    out.push('(');
    if fits {
        out.push_str(&parameters.join(", "));
    } else {
        for parameter in parameters {
            out.push('\n');
            pad(&mut out, indent + INDENT);
            out.push_str(parameter);
            out.push(',');
        }
        out.push('\n');
        pad(&mut out, indent);
    }
    out.push(')');
    out.push_str(result);
    out.push_str(tail);
    out
}

/// A chain of calls behind a head: on one line, or each call on a line of its own.
pub(super) fn chain(indent: usize, head: &str, first: &Code, calls: &[Code], tail: &str) -> String {
    let mut out = String::with_capacity(128);
    pad(&mut out, indent);
    out.push_str(head);
    let column = indent + head.chars().count();
    let width = column + first.width();
    let whole = width + calls.iter().map(|call| call.width() + 1).sum::<usize>() + tail.len();
    if calls.is_empty() {
        first.put(&mut out, indent, column, tail.len());
    } else if whole <= WIDTH {
        first.put(&mut out, indent, column, 0);
        for call in calls {
            out.push('.');
            call.put(&mut out, indent, 0, 0);
        }
    } else {
        // Where the first call is broken too, prettyplease indents its arguments beyond the calls that follow.
        let inner = if width > WIDTH { indent + INDENT } else { indent };
        first.put(&mut out, inner, column, 0);
        for (index, call) in calls.iter().enumerate() {
            out.push('\n');
            pad(&mut out, indent + INDENT);
            out.push('.');
            let behind = if index + 1 == calls.len() { tail.len() } else { 0 };
            call.put(&mut out, indent + INDENT, indent + INDENT + 1, behind);
        }
    }
    out.push_str(tail);
    out
}

/// What an item stands in, so that it can be formatted alone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Module,
    Impl,
    Trait,
}

/// Appends an item; one with a line that the templates could not break is formatted by prettyplease.
pub(super) fn item(out: &mut String, place: Place, text: &str) {
    let is_long =
        |line: &str| line.len() > WIDTH && line.chars().count() > WIDTH && !line.trim_start().starts_with("//");
    if text.contains(UNSETTLED) {
        // What stands in a closure that got braces is laid out as a statement the second time.
        let once = formatted(place, &text.replace(UNSETTLED, ""));
        out.push_str(&formatted(place, &once));
    } else if text.lines().any(is_long) {
        out.push_str(&formatted(place, text));
    } else {
        out.push_str(text);
    }
}

/// The same for a part of a trait or an `impl`, without the line break at its end.
pub(super) fn member(place: Place, text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    item(&mut out, place, text);
    out.truncate(out.trim_end().len());
    out
}

/// An item in prettyplease's form, or as it was where it does not parse, for which no item of a template is known.
pub(super) fn formatted(place: Place, text: &str) -> String {
    let (open, close) = match place {
        Place::Module => ("", ""),
        Place::Impl => ("impl T {\n", "}\n"),
        Place::Trait => ("trait T {\n", "}\n"),
    };
    let Ok(file) = syn::parse_file(&format!("{open}{text}{close}")) else {
        return text.to_owned();
    };
    let formatted = prettyplease::unparse(&file);
    let inner = formatted.strip_prefix(open).and_then(|inner| inner.strip_suffix(close));
    inner.map_or_else(|| text.to_owned(), apart)
}

/// The same, with a blank line behind what ends a method or a constant of several lines.
fn apart(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let is_end = matches!(line, "    }" | "    };" | "}");
        if is_end && lines.peek().is_some_and(|next| *next != "}") {
            out.push('\n');
        }
    }
    out
}

/// Statements of a method's body in prettyplease's form, at the indent that they have there.
pub(super) fn statements(text: &str) -> String {
    let mut formatted = formatted(Place::Impl, &format!("fn f() {{\n{text}\n}}\n"));
    // What stands in a closure that got braces is laid out as a statement the second time.
    formatted = self::formatted(Place::Impl, &formatted);
    let inner = formatted.strip_prefix("    fn f() {\n").and_then(|inner| inner.strip_suffix("    }\n"));
    inner.unwrap_or(text).to_owned()
}

/// Text whose item prettyplease shall format, wherever it ends up.
pub(super) fn unsettled(text: &str) -> String {
    format!("{UNSETTLED}{text}")
}

fn pad(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}
