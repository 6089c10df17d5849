//! The form that prettyplease gives to Rust, for what has lists in it: each stays on its line, or has an item on each.

use std::borrow::Cow;

/// Where prettyplease ends a line.
pub(super) const WIDTH: usize = 89;

/// Up to where it keeps a struct with its fields on one line.
const STRUCT_WIDTH: usize = 34;

const INDENT: usize = 4;

/// Marks text whose item prettyplease has to format. No text has it otherwise, since literals escape it.
const UNSETTLED: char = '\u{1}';

/// A piece of code whose lists may be broken.
#[derive(Clone)]
pub(super) enum Code<'a> {
    /// Text, in pieces that nothing stands between.
    Text([Cow<'a, str>; 3]),
    List(List<'a>),
}

/// Items between brackets, behind a head.
#[derive(Clone)]
pub(super) struct List<'a> {
    /// `name: `, perhaps.
    label: Cow<'a, str>,
    head: Cow<'a, str>,
    brackets: Brackets,
    items: Vec<Code<'a>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Brackets {
    Round,
    Square,
    /// A struct's, which stand apart from their items. Past a small width of all of it, prettyplease breaks it in any case.
    Curly,
}

impl<'a> Code<'a> {
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::pieces(text, "", "")
    }

    /// Text that need not be put together before it is written.
    pub(super) fn pieces(
        first: impl Into<Cow<'a, str>>,
        second: impl Into<Cow<'a, str>>,
        third: impl Into<Cow<'a, str>>,
    ) -> Self {
        Self::Text([first.into(), second.into(), third.into()])
    }

    /// The expression of a value. One with a struct in it is left to prettyplease, which has its own mind about those.
    pub(super) fn value(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.contains(" { ") { Self::text(unsettled(&text)) } else { Self::text(text) }
    }

    /// `head(items)`.
    pub(super) fn call(head: impl Into<Cow<'a, str>>, items: Vec<Self>) -> Self {
        Self::list(head.into(), Brackets::Round, items)
    }

    /// `head[items]`, the head being `&` perhaps.
    pub(super) fn array(head: impl Into<Cow<'a, str>>, items: Vec<Self>) -> Self {
        Self::list(head.into(), Brackets::Square, items)
    }

    /// `head { items }`.
    pub(super) fn record(head: impl Into<Cow<'a, str>>, items: Vec<Self>) -> Self {
        Self::list(head.into(), Brackets::Curly, items)
    }

    /// `name: code`.
    pub(super) fn field(name: impl Into<Cow<'a, str>>, code: Self) -> Self {
        let name = name.into();
        match code {
            Self::Text([text, second, third]) if second.is_empty() && third.is_empty() => {
                Self::pieces(name, ": ", text)
            }
            Self::Text(pieces) => Self::pieces(name, ": ", pieces.concat()),
            Self::List(list) => Self::List(List { label: name + ": ", ..list }),
        }
    }

    fn list(head: Cow<'a, str>, brackets: Brackets, items: Vec<Self>) -> Self {
        Self::List(List { label: Cow::Borrowed(""), head, brackets, items })
    }

    fn width(&self) -> usize {
        match self {
            Self::Text(pieces) => pieces.iter().map(|piece| width(piece)).sum(),
            Self::List(list) => width(&list.label) + list.width(),
        }
    }

    /// Appends the code to a line that is at `column` and was indented by `indent`; `behind` more columns follow.
    pub(super) fn put(&self, out: &mut String, indent: usize, column: usize, behind: usize) {
        match self {
            Self::Text(pieces) => pieces.iter().for_each(|piece| out.push_str(piece)),
            Self::List(list) => list.put(out, indent, column, behind),
        }
    }
}

impl List<'_> {
    /// Without its label.
    fn width(&self) -> usize {
        let Parts { open, inner, close } = self.brackets.parts();
        let between = self.items.iter().map(|item| item.width() + 2).sum::<usize>().saturating_sub(2);
        let padding = if self.items.is_empty() { 0 } else { 2 * inner.len() };
        width(&self.head) + open.len() + padding + between + close.len()
    }

    fn put(&self, out: &mut String, indent: usize, column: usize, behind: usize) {
        let Parts { open, inner, close } = self.brackets.parts();
        out.push_str(&self.label);
        out.push_str(&self.head);
        out.push_str(open);
        let whole = self.width();
        let is_small = self.brackets != Brackets::Curly || whole - close.len() <= STRUCT_WIDTH;
        if self.items.is_empty() {
            out.push_str(close);
        } else if is_small && column + width(&self.label) + whole + behind <= WIDTH {
            out.push_str(inner);
            for (index, item) in self.items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                item.put(out, indent, 0, 0);
            }
            out.push_str(inner);
            out.push_str(close);
        } else {
            let inner = indent + INDENT;
            for (index, item) in self.items.iter().enumerate() {
                out.push('\n');
                pad(out, inner);
                // Behind the last one a comma is there only since the list is broken, and is not counted.
                let comma = usize::from(index + 1 < self.items.len());
                item.put(out, inner, inner, comma);
                out.push(',');
            }
            out.push('\n');
            pad(out, indent);
            out.push_str(close);
        }
    }
}

/// What brackets look like; `inner` stands between them and the items of one line.
struct Parts {
    open: &'static str,
    inner: &'static str,
    close: &'static str,
}

impl Brackets {
    fn parts(self) -> Parts {
        match self {
            Self::Round => Parts { open: "(", inner: "", close: ")" },
            Self::Square => Parts { open: "[", inner: "", close: "]" },
            Self::Curly => Parts { open: " {", inner: " ", close: "}" },
        }
    }
}

/// How many columns a text takes.
fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

/// A statement or an item at an indent: `head`, the code, `tail`.
pub(super) fn line(indent: usize, head: &str, code: &Code<'_>, tail: &str) -> String {
    let mut out = String::with_capacity(512);
    pad(&mut out, indent);
    out.push_str(head);
    code.put(&mut out, indent, indent + width(head), tail.len());
    out.push_str(tail);
    out
}

/// A function's head, its parameters on one line or one on each: `fn name(…) -> T` and `tail`, which is ` {` or `;`.
pub(super) fn signature(indent: usize, head: &str, parameters: &[String], result: &str, tail: &str) -> String {
    let between = parameters.iter().map(|parameter| width(parameter) + 2).sum::<usize>().saturating_sub(2);
    let fits = indent + head.len() + between + 2 + width(result) + tail.len() <= WIDTH;
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
pub(super) fn chain(indent: usize, head: &str, first: &Code<'_>, calls: &[Code<'_>], tail: &str) -> String {
    let mut out = String::with_capacity(128);
    pad(&mut out, indent);
    out.push_str(head);
    let column = indent + width(head);
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

/// Whether a text is in prettyplease's form: what the templates could not break is too long, or marked.
pub(super) fn is_settled(text: &str) -> bool {
    let mut start = 0;
    let mut has_long_line = || {
        memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]).any(|end| {
            let line = &text[std::mem::replace(&mut start, end + 1)..end];
            line.len() > WIDTH && width(line) > WIDTH && !line.trim_start().starts_with("//")
        })
    };
    !text.contains(UNSETTLED) && !has_long_line()
}

/// Appends an item, formatted by prettyplease where it has to be.
pub(super) fn item(out: &mut String, place: Place, text: &str) {
    if is_settled(text) {
        out.push_str(text);
    } else if text.contains(UNSETTLED) {
        // What stands in a closure that got braces is laid out as a statement the second time.
        let once = formatted(place, &text.replace(UNSETTLED, ""));
        out.push_str(&formatted(place, &once));
    } else {
        out.push_str(&formatted(place, text));
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
    let whole = format!("{open}{text}{close}");
    let form = || syn::parse_file(&whole).ok().map(|file| prettyplease::unparse(&file));
    let formatted = if depth(text) > DEEP { with_room(form) } else { form() };
    let inner = formatted.as_deref().and_then(|text| text.strip_prefix(open)?.strip_suffix(close));
    inner.map_or_else(|| text.to_owned(), apart)
}

/// How deep brackets may nest before syn, which calls itself for each, could leave a thread of 2 MiB without stack.
const DEEP: usize = 24;

/// Enough for several times the depth that the language allows.
const STACK: usize = 32 << 20;

/// At most how deep brackets nest: those in literals count as well.
fn depth(text: &str) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' | b'<' => depth += 1,
            b')' | b']' | b'}' | b'>' => depth = depth.saturating_sub(1),
            _ => continue,
        }
        most = most.max(depth);
    }
    most
}

/// Runs on a thread with a large stack, or here where there can be none.
fn with_room<T: Send>(run: impl FnOnce() -> T + Send + Copy) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run);
        thread.map_or_else(|_| run(), |thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
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
    const BLANKS: &str = "                ";
    let mut rest = indent;
    while rest > 0 {
        let part = rest.min(BLANKS.len());
        out.push_str(&BLANKS[..part]);
        rest -= part;
    }
}
