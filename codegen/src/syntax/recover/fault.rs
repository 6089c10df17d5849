//! A syntax error in words.

use super::stream::{Stream, Token};
use crate::diagnostic::code::syntax as codes;
use crate::diagnostic::{Code, Problem};
use crate::source::Span;
use crate::syntax::file::Stop;
use crate::syntax::lexeme::LexemeKind;
use crate::syntax::report::Report;

/// What is wrong at one place; nothing where that has been reported already.
#[derive(Debug)]
pub(super) struct Fault(Option<Box<Words>>);

#[derive(Debug)]
struct Words {
    code: Code,
    span: Span,
    message: String,
    help: Option<String>,
    label: Option<(Span, String)>,
}

/// Whether the next tokens are what they should be.
pub(super) type Check = Result<(), Fault>;

impl Fault {
    pub(super) fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self(Some(Box::new(Words { code, span, message: message.into(), help: None, label: None })))
    }

    /// What the scan has reported.
    pub(super) fn reported() -> Self {
        Self(None)
    }

    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        if let Some(words) = &mut self.0 {
            words.help = Some(help.into());
        }
        self
    }

    pub(super) fn with_some_help(self, help: Option<&str>) -> Self {
        match help {
            Some(help) => self.with_help(help),
            None => self,
        }
    }

    pub(super) fn with_label(mut self, span: Span, message: impl Into<String>) -> Self {
        if let Some(words) = &mut self.0 {
            words.label = Some((span, message.into()));
        }
        self
    }

    pub(super) fn report(self, report: &mut Report) {
        let Some(words) = self.0 else { return };
        let mut problem: Problem = report.problem(words.code, words.span, words.message);
        problem.help = words.help;
        if let Some((span, message)) = words.label {
            problem = problem.with_label(report.location(span), message);
        }
        report.push(problem);
    }
}

impl Stream<'_> {
    /// The fault of a token that does not belong where it stands.
    pub(super) fn unexpected(&mut self, token: Token, expected: &str) -> Fault {
        let found = match token.kind {
            None if self.stop() == Stop::Barrier => return Fault::reported(),
            None if self.stop() == Stop::Definition => "the next definition".to_owned(),
            None => "the end of the file".to_owned(),
            Some(LexemeKind::UnclosedString) => return unclosed_string(token),
            Some(LexemeKind::Unknown) => return self.unknown(token, expected),
            Some(LexemeKind::String) => "a string".to_owned(),
            Some(_) => format!("`{}`", excerpt(self.text(token))),
        };
        // What is missing is missing behind what was there, not before what comes next.
        let span = if token.kind.is_none() { Span::new(self.last_end(), self.last_end()) } else { token.span };
        let rest = &self.whole()[token.span.start as usize..];
        let help = [("::", DOTS), (":=", DEFAULT), ("...", SPREAD)].iter().find(|(mark, _)| rest.starts_with(mark));
        Fault::new(codes::UNEXPECTED, span, format!("expected {expected}, found {found}"))
            .with_some_help(help.map(|(_, help)| *help))
    }

    fn unknown(&mut self, token: Token, expected: &str) -> Fault {
        let text = self.text(token);
        let rest = &self.whole()[token.span.start as usize..];
        let first = text.chars().next().unwrap_or_default();
        let help = match text {
            "'" | "`" | "“" | "”" => "strings stand between double quotes: `\"`",
            "#" => "comments begin with `//`",
            "|" if expected.contains("variant") => "variants stand on lines of their own, or with commas between them",
            "|" => "a type that also holds null ends in `?`; a value of several types is a `union`",
            "*" | "/" => "comments are `// …` to the end of the line, or `/* … */`",
            "_" => "a name begins with a letter",
            "→" => "what a procedure replies stands behind `->`",
            "-" if rest.starts_with("- >") => "`->` is written without a space",
            "-" if rest.starts_with("--") => "comments begin with `//`",
            "-" => "names are made of letters, digits and `_`",
            _ if first.is_whitespace() => "blanks are spaces, tabs and line ends: write a space instead",
            _ if is_invisible(first) => "this character cannot be seen: delete it",
            _ if !text.is_ascii() => "outside of strings and comments a contract is ASCII",
            _ => "outside of strings and comments no contract holds it",
        };
        let shown = match text.chars().next() {
            Some(char) if char.is_control() || char.is_whitespace() || is_invisible(char) => {
                format!("U+{:04X}", char as u32)
            }
            _ => text.to_owned(),
        };
        Fault::new(codes::UNKNOWN_CHARACTER, token.span, format!("expected {expected}, found `{shown}`"))
            .with_help(help)
    }

    /// The fault of a name that goes on with what no name holds, or begins so.
    pub(super) fn bad_name(&self, start: u32) -> Fault {
        let rest = &self.whole()[start as usize..];
        let belongs = |char: char| char.is_alphanumeric() || matches!(char, '_' | '-' | '$');
        let len = rest.find(|char| !belongs(char)).unwrap_or(rest.len());
        let name = &rest[..len];
        let span = Span::new(start, start + len as u32);
        let fault = Fault::new(codes::BAD_NAME, span, format!("`{}` is no name", excerpt(name)));
        fault.with_help(
            "a name is an ASCII letter, then ASCII letters, digits and `_`; `@name(\"…\")` gives another one to travel",
        )
    }
}

const DOTS: &str = "names are joined by dots: `a.b`";
const DEFAULT: &str = "a default stands behind `=`: `name: T = value`";
const SPREAD: &str = "a definition takes over no members: write them again, or give it a field of that type";

/// Whether a character has no look of its own: zero-width ones, marks of direction and of byte order.
fn is_invisible(char: char) -> bool {
    matches!(char, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

pub(super) fn unclosed_string(token: Token) -> Fault {
    Fault::new(codes::UNCLOSED_STRING, token.span, "this string is not closed on its line")
        .with_help("close it with `\"`; a line break inside is written `\\n`")
}

/// The beginning of what may be long, for a message.
pub(super) fn excerpt(text: &str) -> String {
    const MAX: usize = 40;
    match text.char_indices().nth(MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
