//! The author's Markdown: never markup or script of the author's own, and nothing that a reader's browser would fetch.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd, html};

use super::view::plain_markdown;

/// Markdown as HTML. Raw HTML is text, headings are bold lines, pictures are links, and links lead to the web or nowhere.
pub(super) fn html_of(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len() + markdown.len() / 4);
    if is_plain(markdown) {
        // Most docs are a line of text, which needs no parser.
        out.push_str("<p>");
        escape(&mut out, markdown);
        out.push_str("</p>\n");
        return out;
    }
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    // Whether each link that is open was kept.
    let mut open = Vec::new();
    let events = Parser::new_ext(markdown, options).flat_map(|event| {
        let events: [Option<Event<'_>>; 2] = match event {
            Event::Html(text) | Event::InlineHtml(text) => [Some(Event::Text(text)), None],
            Event::Start(Tag::HtmlBlock) => [Some(Event::Start(Tag::Paragraph)), None],
            Event::End(TagEnd::HtmlBlock) => [Some(Event::End(TagEnd::Paragraph)), None],
            Event::Start(Tag::Heading { .. }) => [Some(Event::Start(Tag::Paragraph)), Some(Event::Start(Tag::Strong))],
            Event::End(TagEnd::Heading(_)) => [Some(Event::End(TagEnd::Strong)), Some(Event::End(TagEnd::Paragraph))],
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                open.push(is_of_the_web(&dest_url));
                let link = if is_of_the_web(&dest_url) { Some(opening(&dest_url)) } else { None };
                [link, None]
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                [open.pop().unwrap_or(false).then_some(Event::Html(CowStr::Borrowed("</a>"))), None]
            }
            // A table may be wider than a phone.
            Event::Start(Tag::Table(columns)) => [
                Some(Event::Html("<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Table\">".into())),
                Some(Event::Start(Tag::Table(columns))),
            ],
            Event::End(TagEnd::Table) => [Some(Event::End(TagEnd::Table)), Some(Event::Html("</div>".into()))],
            Event::Start(Tag::CodeBlock(_)) => [Some(Event::Start(Tag::CodeBlock(CodeBlockKind::Indented))), None],
            other => [Some(other), None],
        };
        events.into_iter().flatten()
    });
    html::push_html(&mut out, events);
    // A block that scrolls is reached by keyboard.
    out.replace("<pre><code>", "<pre tabindex=\"0\"><code>")
}

/// Markdown as it is written, but that raw HTML, and links that lead nowhere good, are text: for readers of Markdown that keep to no
/// standard, too, and beside other docs on one page, whose outline headings are not of and whose text no code block takes in.
pub(super) fn markdown_of(markdown: &str) -> String {
    if is_plain(markdown) {
        return markdown.to_owned();
    }
    let mut text = markdown.to_owned();
    // What was HTML is a paragraph, and may go on where something else stood.
    for _ in 0..ROUNDS {
        match tamed(&text) {
            Some(tamer) => text = tamer,
            None => return closed(text),
        }
    }
    literal(&text)
}

/// So often Markdown is looked at once more before all of it becomes text.
const ROUNDS: usize = 8;

/// With the end of a code block that has none.
fn closed(mut text: String) -> String {
    let behind = format!("{text}\n\nx");
    let open = Parser::new_ext(&behind, Options::ENABLE_TABLES).into_offset_iter().find_map(|(event, range)| {
        let is_fenced = matches!(event, Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))));
        (is_fenced && range.end == behind.len()).then_some(range.start)
    });
    if let Some(open) = open {
        let fence = behind[open..].trim_start();
        let behind_fence = fence.trim_start_matches(if fence.starts_with('~') { '~' } else { '`' });
        text.push('\n');
        text.push_str(&fence[..fence.len() - behind_fence.len()]);
    }
    text
}

/// Makes text of all that is not to be Markdown; nothing where all is well.
fn tamed(markdown: &str) -> Option<String> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let parser = Parser::new_ext(markdown, options);
    let definitions = parser.reference_definitions().iter().filter(|(_, link)| !is_of_the_web(&link.dest));
    let mut replaced: Vec<(Range<usize>, String)> =
        definitions.map(|(_, link)| (link.span.clone(), String::new())).collect();
    let mut is_code = false;
    for (event, range) in parser.into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => is_code = true,
            Event::End(TagEnd::CodeBlock) => is_code = false,
            Event::Html(text) | Event::InlineHtml(text) => replaced.push((range, literal(&text))),
            Event::Start(Tag::Heading { .. }) => {
                let words = words_of(&markdown[range.clone()]);
                let bold = if words.is_empty() { words } else { format!("**{}**", plain_markdown(&words)) };
                replaced.push((range, bold + "\n\n"));
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) if !is_of_the_web(&dest_url) => {
                let words = words_of(&markdown[range.clone()]);
                replaced.push((range, literal(&words)));
            }
            Event::Text(_) if !is_code => {
                let text = &markdown[range.clone()];
                for (at, _) in text.match_indices('<').filter(|(at, _)| !is_escaped(markdown, range.start + at)) {
                    let at = range.start + at;
                    replaced.push((at..at + 1, "&lt;".to_owned()));
                }
            }
            _ => {}
        }
    }
    if replaced.is_empty() {
        return None;
    }
    // What lies within something that is replaced goes with it.
    replaced.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut out = String::with_capacity(markdown.len());
    let mut copied = 0;
    for (range, instead) in replaced {
        if range.start >= copied {
            out.push_str(&markdown[copied..range.start]);
            out.push_str(&instead);
            copied = range.end;
        }
    }
    out.push_str(&markdown[copied..]);
    Some(out)
}

/// Text in which Markdown means nothing, on as many lines as before.
fn literal(text: &str) -> String {
    text.split('\n').map(plain_markdown).collect::<Vec<_>>().join("\n")
}

/// Whether a backslash takes its meaning from a character.
fn is_escaped(text: &str, at: usize) -> bool {
    let before = &text.as_bytes()[..at];
    before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// The words alone, for search and summaries.
pub(super) fn words_of(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => out.push_str(&text),
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link | TagEnd::Image) => {}
            Event::SoftBreak | Event::HardBreak | Event::End(_) if !out.ends_with(' ') => out.push(' '),
            _ => {}
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The first sentence, for lists.
pub(super) fn summary_of(markdown: &str) -> String {
    let first = markdown.split("\n\n").next().unwrap_or_default();
    let words = words_of(first);
    match words.find(". ") {
        Some(end) => words[..=end].to_owned(),
        None => words,
    }
}

fn is_of_the_web(address: &str) -> bool {
    ["https://", "http://", "mailto:"]
        .iter()
        .any(|scheme| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

fn opening<'a>(address: &str) -> Event<'a> {
    let mut tag = String::from("<a rel=\"noopener noreferrer\" href=\"");
    escape(&mut tag, address);
    tag.push_str("\">");
    Event::Html(tag.into())
}

/// Whether nothing in it means anything in Markdown.
fn is_plain(text: &str) -> bool {
    !text.starts_with([' ', '\t', '='])
        && text.bytes().all(|byte| {
            byte >= 0x80
                || byte == b' '
                || byte == b','
                || byte == b'\''
                || byte.is_ascii_alphanumeric()
                || byte == b'.'
        })
        && !text.starts_with(|first: char| first.is_ascii_digit())
}

fn escape(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::{html_of, is_escaped, is_of_the_web, markdown_of, summary_of, words_of};

    #[test]
    fn nothing_of_the_authors_is_markup() {
        for nasty in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](data:text/html,<script>alert(1)</script>)",
            "![x](https://example.org/a.png)",
            "![x](javascript:alert(1))",
            "<https://example.org/\"onclick=alert(1)>",
            "[x](https://example.org/\"onclick=\"alert(1))",
            "<div>\n\n**b**\n\n</div>",
            "```\"><script>\nx\n```",
            "`<script>`",
            "[a]: javascript:alert(1)\n\n[a]",
            "<javascript:alert(1)>",
        ] {
            let html = html_of(nasty);
            for bad in ["<script", "<img", "<div>", "onclick=\"", "href=\"javascript", "href=\"JaVa", "href=\"data"] {
                assert!(!html.contains(bad), "{nasty}\n{html}");
            }
            let markdown = markdown_of(nasty);
            assert!(!markdown.contains("](javascript") && !markdown.contains("](JaVa"), "{nasty}\n{markdown}");
            assert!(!html_of(&markdown).contains("<script"), "{nasty}\n{markdown}");
        }
        assert_eq!(markdown_of("a <b>c</b> `<d>`"), "a \\<b\\>c\\</b\\> `<d>`");
    }

    const PIECES: [&str; 30] = [
        "<script>",
        "</script>",
        "<b ",
        "<!--",
        "-->",
        "<svg/onload=x>",
        "[",
        "]",
        "(javascript:x)",
        "[r]: javascript:x",
        "[r]",
        "!",
        "`",
        "```",
        "~~~",
        "# ",
        "===",
        "\n",
        "\n\n",
        "    ",
        "> ",
        "- ",
        "| a |",
        "|---|",
        "\\",
        "&lt;",
        "*",
        "<javascript:x>",
        "(https://e.org)",
        "x",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn what_stands_behind_docs_stays_what_it_is(pieces in vec(select(&PIECES[..]), 1..12)) {
            let page = markdown_of(&pieces.concat()) + "\n\nbehind";
            let events: Vec<_> = Parser::new_ext(&page, Options::ENABLE_TABLES).collect();
            let has_heading = events.iter().any(|event| matches!(event, Event::Start(Tag::Heading { .. })));
            prop_assert!(!has_heading, "{page:?} has a heading");
            let last = [Event::Start(Tag::Paragraph), Event::Text("behind".into()), Event::End(TagEnd::Paragraph)];
            prop_assert!(events.ends_with(&last), "{page:?} ends as {events:?}");
        }

        /// By this parser, and for those who take every `<` for a tag's.
        #[test]
        fn the_markdown_of_nothing_is_html_or_leads_elsewhere_than_to_the_web(pieces in vec(select(&PIECES[..]), 1..12)) {
            let made = markdown_of(&pieces.concat());
            let mut is_code = false;
            let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
            for (event, range) in Parser::new_ext(&made, options).into_offset_iter() {
                match event {
                    Event::Start(Tag::CodeBlock(_)) => is_code = true,
                    Event::End(TagEnd::CodeBlock) => is_code = false,
                    Event::Html(_) | Event::InlineHtml(_) => prop_assert!(false, "{made:?} has HTML"),
                    Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                        prop_assert!(is_of_the_web(&dest_url), "{made:?} leads to {dest_url}");
                    }
                    Event::Text(_) if !is_code => {
                        let mut tags = made[range.clone()].match_indices('<');
                        let is_tag = tags.any(|(at, _)| !is_escaped(&made, range.start + at));
                        prop_assert!(!is_tag, "{made:?} looks like a tag");
                    }
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn markdown_is_shown_as_meant() {
        assert_eq!(html_of("One line."), "<p>One line.</p>\n");
        assert_eq!(html_of("1. one"), "<ol>\n<li>one</li>\n</ol>\n");
        assert_eq!(html_of("# Big"), "<p><strong>Big</strong></p>\n");
        assert!(
            html_of("[x](https://example.org)")
                .contains("<a rel=\"noopener noreferrer\" href=\"https://example.org\">x</a>")
        );
        assert!(html_of("```\ncode\n```").contains("<pre tabindex=\"0\"><code>code"));
        assert_eq!(words_of("A *b* `c`\nd"), "A b c d");
        assert_eq!(summary_of("First one. Second.\n\nThird."), "First one.");
    }
}
