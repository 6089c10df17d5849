//! JSON string escapes.

use super::report::Report;
use crate::diagnostic::Problem;
use crate::diagnostic::code::syntax as codes;
use crate::source::Span;

/// What is wrong inside a string; the span counts from behind its quote.
pub(super) struct StringFault {
    span: Span,
    message: String,
    help: &'static str,
}

impl StringFault {
    /// As a problem; `base` is the offset behind the quote.
    pub(super) fn problem(self, report: &Report, base: u32) -> Problem {
        let span = Span::new(base + self.span.start, base + self.span.end);
        report.problem(codes::BAD_ESCAPE, span, self.message).with_help(self.help)
    }
}

/// More than this in one string say nothing more.
const MAX_FAULTS: usize = 100;

const ESCAPES: &str = r#"a backslash itself is written \\; a JSON string knows \" \\ \/ \b \f \n \r \t and \uXXXX"#;
const SURROGATES: &str = r"a character beyond U+FFFF is written as itself, or as two \u escapes, high surrogate first";

/// What a string says, from what stands between its quotes.
pub(super) fn unescape(raw: &str) -> (Box<str>, Vec<StringFault>) {
    if !raw.bytes().any(|byte| byte == b'\\' || byte < b' ') {
        return (raw.into(), Vec::new());
    }
    let mut unescaper = Unescaper { raw, at: 0, value: String::with_capacity(raw.len()), faults: Vec::new() };
    while unescaper.step() {}
    (unescaper.value.into(), unescaper.faults)
}

struct Unescaper<'t> {
    raw: &'t str,
    at: usize,
    value: String,
    faults: Vec<StringFault>,
}

impl Unescaper<'_> {
    fn step(&mut self) -> bool {
        let mut rest = self.raw[self.at..].chars();
        match rest.next() {
            None => return false,
            Some('\\') => self.escape(rest.next()),
            Some(char) => {
                if char < ' ' {
                    let message = format!("a raw control character, U+{:04X}, in a string", char as u32);
                    self.fault(1, message, r"write it as an escape, such as \t or \u0001");
                }
                self.value.push(char);
                self.at += char.len_utf8();
            }
        }
        true
    }

    fn escape(&mut self, letter: Option<char>) {
        let char = match letter {
            Some(char @ ('"' | '\\' | '/')) => char,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => return self.unicode(),
            other => {
                let letter = other.map_or(String::new(), String::from);
                let len = 1 + letter.len();
                self.fault(len, format!("`\\{letter}` is no escape"), ESCAPES);
                // Most likely a backslash was meant: what reads the string says nothing else about it.
                self.value.push_str(&self.raw[self.at..self.at + len]);
                self.at += len;
                return;
            }
        };
        self.value.push(char);
        self.at += 2;
    }

    fn unicode(&mut self) {
        let Some(unit) = self.unit(self.at) else {
            let digits = self.raw[self.at + 2..].bytes().take(4).take_while(u8::is_ascii_hexdigit).count();
            self.fault(2 + digits, r"`\u` takes four hexadecimal digits".to_owned(), ESCAPES);
            self.at += 2 + digits;
            return;
        };
        let low = (0xd800..0xdc00).contains(&unit).then(|| self.unit(self.at + 6)).flatten();
        let units = [unit, low.unwrap_or_default()];
        let used = if low.is_some() { 2 } else { 1 };
        match char::decode_utf16(units[..used].iter().copied()).next() {
            Some(Ok(char)) => {
                self.value.push(char);
                self.at += 6 * used;
            }
            _ => {
                self.fault(6, format!("`\\u{unit:04x}` is half of a surrogate pair"), SURROGATES);
                self.at += 6;
            }
        }
    }

    /// The code unit of a `\uXXXX` at an offset.
    fn unit(&self, at: usize) -> Option<u16> {
        let digits = self.raw.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
    }

    fn fault(&mut self, len: usize, message: String, help: &'static str) {
        if self.faults.len() == MAX_FAULTS {
            return;
        }
        self.faults.push(StringFault { span: Span::new(self.at as u32, (self.at + len) as u32), message, help });
    }
}
