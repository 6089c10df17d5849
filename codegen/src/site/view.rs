//! What pages show, computed; templates only lay it out.

use askama::Template;

use super::rich::Rich;

/// One page.
pub(super) struct Page {
    /// The file's name.
    pub(super) file: String,
    pub(super) title: String,
    /// What it tells of, in a word.
    pub(super) kind: &'static str,
    pub(super) crumbs: Vec<Rich>,
    pub(super) badges: Vec<Badge>,
    pub(super) deprecated: Option<String>,
    /// HTML, or Markdown.
    pub(super) docs: String,
    pub(super) facts: Vec<Fact>,
    pub(super) picture: Option<Picture>,
    pub(super) groups: Vec<Group>,
    pub(super) navigation: Vec<NavigationGroup>,
}

/// A word beside a name.
pub(super) struct Badge {
    pub(super) text: String,
    /// How it looks.
    pub(super) class: &'static str,
}

/// Something to know, by name.
pub(super) struct Fact {
    pub(super) name: &'static str,
    pub(super) value: Vec<Rich>,
    pub(super) is_code: bool,
}

/// A drawing, and the same in words.
pub(super) struct Picture {
    pub(super) svg: String,
    pub(super) title: String,
    pub(super) words: Vec<Rich>,
}

pub(super) struct Group {
    pub(super) title: String,
    pub(super) id: String,
    pub(super) items: Vec<Item>,
    /// Links alone, to pages of their own.
    pub(super) links: Vec<Card>,
    /// Changes.
    pub(super) lines: Vec<Line>,
}

impl Group {
    /// A group of definitions.
    pub(super) fn of_items(title: &str, id: &str, items: Vec<Item>) -> Self {
        Self { title: title.to_owned(), id: id.to_owned(), items, links: Vec::new(), lines: Vec::new() }
    }

    /// A group of links.
    pub(super) fn of_links(title: &str, id: &str, links: Vec<Card>) -> Self {
        Self { title: title.to_owned(), id: id.to_owned(), items: Vec::new(), links, lines: Vec::new() }
    }
}

/// Something that changed.
pub(super) struct Line {
    pub(super) kind: Badge,
    pub(super) subject: Rich,
    pub(super) text: String,
    /// What it breaks.
    pub(super) note: String,
}

impl Line {
    /// Its text in order, and of each part whether it stands between backticks.
    pub(super) fn parts(&self) -> Vec<(bool, &str)> {
        let is_closed = self.text.matches('`').count().is_multiple_of(2);
        match is_closed {
            true => self.text.split('`').enumerate().map(|(at, part)| (at % 2 == 1, part)).collect(),
            false => vec![(false, &self.text)],
        }
    }
}

/// A link with a sentence.
pub(super) struct Card {
    pub(super) name: String,
    pub(super) href: String,
    pub(super) note: String,
    pub(super) summary: String,
}

/// One definition, procedure or topic.
pub(super) struct Item {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) signature: Rich,
    pub(super) badges: Vec<Badge>,
    pub(super) deprecated: Option<String>,
    pub(super) docs: String,
    pub(super) facts: Vec<Fact>,
    pub(super) tables: Vec<Table>,
    pub(super) samples: Vec<Sample>,
    pub(super) used_by: Vec<Rich>,
    /// How many more use it.
    pub(super) more: usize,
}

pub(super) struct Table {
    pub(super) caption: &'static str,
    pub(super) rows: Vec<Row>,
}

/// A field, parameter, result or variant.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) ty: Rich,
    /// Name and value: length, range, pattern, default …
    pub(super) rules: Vec<(&'static str, String)>,
    pub(super) is_required: bool,
    pub(super) deprecated: Option<String>,
    pub(super) docs: String,
}

pub(super) struct Sample {
    pub(super) label: &'static str,
    pub(super) code: String,
}

impl Sample {
    /// What a fence of Markdown calls the language.
    pub(super) fn language(&self) -> &'static str {
        match self.label {
            "Rust" => "rust",
            "Python" => "python",
            _ => "json",
        }
    }
}

pub(super) struct NavigationGroup {
    pub(super) title: String,
    pub(super) href: String,
    /// Whether this is its page.
    pub(super) is_here: bool,
    pub(super) links: Vec<NavigationLink>,
}

pub(super) struct NavigationLink {
    pub(super) name: String,
    pub(super) href: String,
    pub(super) is_here: bool,
}

#[derive(Template)]
#[template(path = "site/page.html")]
pub(super) struct Html<'a> {
    pub(super) page: &'a Page,
    pub(super) site: &'a str,
}

#[derive(Template)]
#[template(path = "markdown/page.md", escape = "none")]
pub(super) struct Markdown<'a> {
    pub(super) page: &'a Page,
}

/// Text in which Markdown means nothing.
pub(super) fn plain_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '!' | '&' | '~') {
            out.push('\\');
        }
        out.push(if character.is_control() { ' ' } else { character });
    }
    out
}

/// A text as a span of code.
pub(super) fn code_markdown(text: &str) -> String {
    let line: String = text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    let longest = line.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    // Within a table a bar ends a cell, even in code.
    format!("{fence}{space}{}{space}{fence}", line.replace('|', "\\|"))
}

/// A fence longer than any in the text.
pub(super) fn fence_of(text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

impl Rich {
    /// As Markdown: links where something is led to, code around the rest.
    pub(super) fn markdown(&self) -> String {
        let piece = |span: &super::rich::Span| match &span.href {
            Some(href) => format!("[{}]({href})", plain_markdown(&span.text)),
            None => plain_markdown(&span.text),
        };
        self.0.iter().map(piece).collect()
    }
}

/// On one line, for a cell of a table.
pub(super) fn cell_markdown(docs: &str) -> String {
    docs.replace("\n\n", "<br><br>").replace(['\n', '\r'], " ").replace('|', "\\|")
}
