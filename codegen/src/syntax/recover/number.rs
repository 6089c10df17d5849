use super::fault::{Check, Fault, excerpt};
use super::stream::{Stream, Token};
use crate::diagnostic::code::syntax as codes;
use crate::source::Span;

const UNITS: [&str; 4] = ["ms", "s", "m", "h"];

impl Stream<'_> {
    /// A JSON number or a duration.
    pub(super) fn number(&mut self) -> Check {
        let token = self.peek(0);
        let text = self.text(token);
        let magnitude = text.strip_prefix('-').unwrap_or(text);
        let whole = digits(magnitude);
        let shown = excerpt(text);
        if whole > 1 && magnitude.starts_with('0') {
            let fault = Fault::new(codes::BAD_NUMBER, token.span, format!("`{shown}` begins with a zero"));
            return Err(fault.with_help("numbers are written as in JSON"));
        }
        let rest = &magnitude[whole..];
        let unit = &rest[fraction(rest)..];
        let unit = &unit[exponent(unit)..];
        if unit.is_empty() {
            return self.behind_number(token);
        }
        if UNITS.contains(&unit) && unit.len() == rest.len() {
            self.take();
            return Ok(());
        }
        let fault =
            Fault::new(codes::NUMBER_TOUCHES_NAME, token.span, format!("`{shown}` is neither a number nor a duration"));
        Err(fault.with_help(if UNITS.contains(&unit) || is_compound(rest) {
            "a duration is a whole number and one unit: `1500ms`, or the ISO string `\"PT1.5S\"`"
        } else if rest == "d" {
            "a day is `24h`; a duration ends in `ms`, `s`, `m` or `h`"
        } else if rest.starts_with('_') {
            "digits stand without `_` between them"
        } else if magnitude.starts_with("0x") {
            "numbers are decimal, as in JSON"
        } else {
            "a duration ends in `ms`, `s`, `m` or `h`; anything else keeps off a number by a space"
        }))
    }

    fn behind_number(&mut self, token: Token) -> Check {
        let behind = &self.whole().as_bytes()[token.span.end as usize..];
        if behind.first() == Some(&b'.') && behind.get(1) != Some(&b'.') {
            let span = Span::new(token.span.start, token.span.end + 1);
            let fault = Fault::new(codes::BAD_NUMBER, span, "a number ends in a point");
            return Err(fault.with_help("numbers are written as in JSON, with a digit on either side of the point"));
        }
        self.take();
        Ok(())
    }
}

/// Whether a unit stands here and another number behind it: `h30m` of `1h30m`.
fn is_compound(text: &str) -> bool {
    let unit = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    UNITS.contains(&&text[..unit]) && text[unit..].starts_with(|char: char| char.is_ascii_digit())
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn fraction(text: &str) -> usize {
    match text.strip_prefix('.').map(digits) {
        Some(count) if count > 0 => 1 + count,
        _ => 0,
    }
}

fn exponent(text: &str) -> usize {
    let Some(rest) = text.strip_prefix(['e', 'E']) else { return 0 };
    let unsigned = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    match digits(unsigned) {
        0 => 0,
        count => text.len() - unsigned.len() + count,
    }
}
