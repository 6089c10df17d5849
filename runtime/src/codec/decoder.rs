//! The reader of JSON: a cursor over one document.

use std::borrow::Cow;
use std::fmt::Display;

use super::error::{DecodeError, DecodeErrorKind};
use super::path::shorten;
use super::strings::{self, BadEscape};
use super::union::OpenUnion;
use super::{Decode, MAX_DEPTH};

/// Reads one JSON document, strictly: no repeated keys, no trailing text, nothing deeper than 64.
#[derive(Debug)]
pub struct Decoder<'a> {
    pub(super) text: &'a str,
    pub(super) position: usize,
    depth: u32,
    /// The unknown keys of the objects that are open, the innermost object's last.
    pub(super) unknown: Vec<Cow<'a, str>>,
    /// The name of a union's tag that the next object holds beside its fields.
    pub(super) tag: Option<&'static str>,
    /// The unions that are open, the innermost last.
    pub(super) unions: Vec<OpenUnion>,
}

/// A JSON number as it is written.
pub(super) struct Number<'a> {
    pub(super) text: &'a str,
    /// It has neither fraction nor exponent.
    pub(super) is_integer: bool,
}

impl<'a> Decoder<'a> {
    /// Reads the whole input over the value.
    pub(super) fn run(json: &'a [u8], value: &mut dyn Decode) -> Result<(), DecodeError> {
        let text = std::str::from_utf8(json).map_err(|error| {
            let message = format!("expected UTF-8, found other bytes after {}", error.valid_up_to());
            DecodeError::new(DecodeErrorKind::Unicode, message)
        })?;
        let mut decoder = Self::new(text);
        value.decode(&mut decoder)?;
        decoder.finish()
    }

    pub(super) fn new(text: &'a str) -> Self {
        Self { text, position: 0, depth: 0, unknown: Vec::new(), tag: None, unions: Vec::new() }
    }

    pub(super) fn finish(&mut self) -> Result<(), DecodeError> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.malformed("the end of the input")),
        }
    }

    /// The next byte that is no white space, not consumed.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.position) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.position += 1,
                other => return other.copied(),
            }
        }
    }

    /// Consumes `null` if it is next.
    pub(super) fn take_null(&mut self) -> bool {
        self.peek() == Some(b'n') && self.take_word("null")
    }

    /// Reads `null`.
    ///
    /// # Errors
    ///
    /// When something else is next.
    pub fn null(&mut self) -> Result<(), DecodeError> {
        if self.take_null() { Ok(()) } else { Err(self.unexpected(&"null")) }
    }

    pub(super) fn truth(&mut self) -> Result<bool, DecodeError> {
        match self.peek() {
            Some(b't') if self.take_word("true") => Ok(true),
            Some(b'f') if self.take_word("false") => Ok(false),
            _ => Err(self.unexpected(&"true or false")),
        }
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.text.as_bytes()[self.position..].starts_with(word.as_bytes());
        if found {
            self.position += word.len();
        }
        found
    }

    /// Reads a string; one without escapes is borrowed from the input.
    pub(super) fn string(&mut self, expected: &dyn Display) -> Result<Cow<'a, str>, DecodeError> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected(expected));
        }
        let bytes = self.text.as_bytes();
        let start = self.position + 1;
        let end = strings::plain_until(bytes, start);
        if bytes.get(end) == Some(&b'"') {
            self.position = end + 1;
            return Ok(Cow::Borrowed(&self.text[start..end]));
        }
        self.string_with_escapes(start, end).map(Cow::Owned)
    }

    #[cold]
    fn string_with_escapes(&mut self, mut start: usize, mut end: usize) -> Result<String, DecodeError> {
        let bytes = self.text.as_bytes();
        let mut string = String::new();
        loop {
            string.push_str(&self.text[start..end]);
            match bytes.get(end) {
                Some(b'"') => {
                    self.position = end + 1;
                    return Ok(string);
                }
                Some(b'\\') => {
                    start = strings::read_escape(bytes, end, &mut string).map_err(|bad| {
                        self.position = end;
                        match bad {
                            BadEscape::Malformed => self.malformed("an escape of JSON"),
                            BadEscape::LoneSurrogate => DecodeError::new(
                                DecodeErrorKind::Unicode,
                                format!("expected a character at byte {end}, found half of a surrogate pair"),
                            ),
                        }
                    })?;
                    end = strings::plain_until(bytes, start);
                }
                _ => {
                    self.position = end;
                    return Err(self.malformed("the rest of a string"));
                }
            }
        }
    }

    /// Reads a number's text.
    pub(super) fn number(&mut self, expected: &dyn Display) -> Result<Number<'a>, DecodeError> {
        if !matches!(self.peek(), Some(b'-' | b'0'..=b'9')) {
            return Err(self.unexpected(expected));
        }
        let bytes = self.text.as_bytes();
        let start = self.position;
        let mut end = start + usize::from(bytes[start] == b'-');
        let leading_zero = bytes.get(end) == Some(&b'0');
        let integer = digits(bytes, end);
        let mut sound = integer > end && !(leading_zero && integer > end + 1);
        end = integer;
        let mut is_integer = true;
        if bytes.get(end) == Some(&b'.') {
            is_integer = false;
            let fraction = digits(bytes, end + 1);
            sound &= fraction > end + 1;
            end = fraction;
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            is_integer = false;
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits(bytes, end + 1 + sign);
            sound &= exponent > end + 1 + sign;
            end = exponent;
        }
        if !sound {
            return Err(self.malformed("a JSON number"));
        }
        self.position = end;
        Ok(Number { text: &self.text[start..end], is_integer })
    }

    /// Reads an integer within the bounds.
    pub(super) fn integer(&mut self, min: i128, max: i128, expected: &'static str) -> Result<i128, DecodeError> {
        self.peek();
        let start = self.position;
        let number = self.number(&expected)?;
        let value = if number.is_integer { integer_value(number.text) } else { None };
        match value {
            Some(value) if min <= value && value <= max => Ok(value),
            _ => {
                self.position = start;
                let kind = if number.is_integer { DecodeErrorKind::Value } else { DecodeErrorKind::Type };
                Err(self.invalid(kind, &expected))
            }
        }
    }

    pub(super) fn begin_object(&mut self, expected: &dyn Display) -> Result<(), DecodeError> {
        self.begin(b'{', expected)
    }

    /// The next key of an object, its colon consumed; none at the object's end.
    pub(super) fn next_key(&mut self, is_first: bool) -> Result<Option<Cow<'a, str>>, DecodeError> {
        match self.peek() {
            Some(b'}') => {
                self.position += 1;
                self.depth -= 1;
                return Ok(None);
            }
            Some(b',') if !is_first => self.position += 1,
            _ if is_first => {}
            _ => return Err(self.malformed("`,` or `}`")),
        }
        if self.peek() != Some(b'"') {
            return Err(self.malformed("a key"));
        }
        let key = self.string(&"a key")?;
        if self.peek() != Some(b':') {
            return Err(self.malformed("`:`"));
        }
        self.position += 1;
        Ok(Some(key))
    }

    pub(super) fn begin_array(&mut self, expected: &dyn Display) -> Result<(), DecodeError> {
        self.begin(b'[', expected)
    }

    /// Whether an item follows; at the array's end its bracket is consumed.
    pub(super) fn next_item(&mut self, is_first: bool) -> Result<bool, DecodeError> {
        match self.peek() {
            Some(b']') => {
                self.position += 1;
                self.depth -= 1;
                Ok(false)
            }
            Some(b',') if !is_first => {
                self.position += 1;
                if self.peek() == Some(b']') { Err(self.malformed("a value")) } else { Ok(true) }
            }
            _ if is_first => Ok(true),
            _ => Err(self.malformed("`,` or `]`")),
        }
    }

    /// Reads inside of an object that was looked over before.
    pub(super) fn nested(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        self.depth += 1;
        read(self)?;
        self.depth -= 1;
        Ok(())
    }

    fn begin(&mut self, opener: u8, expected: &dyn Display) -> Result<(), DecodeError> {
        if self.peek() != Some(opener) {
            return Err(self.unexpected(expected));
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(DecodeError::new(
                DecodeErrorKind::Depth,
                "expected at most 64 levels of arrays and objects, found more",
            ));
        }
        self.position += 1;
        Ok(())
    }

    /// Reads an array of exactly these.
    ///
    /// # Errors
    ///
    /// When it is another value, or an array of another length.
    pub fn tuple(&mut self, items: &mut [&mut dyn Decode]) -> Result<(), DecodeError> {
        let expected = format_args!("an array of {} items", items.len());
        let start = self.position;
        self.begin_array(&expected)?;
        for (index, item) in items.iter_mut().enumerate() {
            if !self.next_item(index == 0)? {
                self.position = start;
                return Err(self.wrong_length(items.len(), index));
            }
            item.decode(self).map_err(|error| error.in_item(index))?;
        }
        if self.next_item(false)? {
            return Err(self.wrong_length(items.len(), items.len() + 1));
        }
        Ok(())
    }

    #[cold]
    fn wrong_length(&self, expected: usize, found: usize) -> DecodeError {
        let more = if found > expected { "or more" } else { "only" };
        DecodeError::new(
            DecodeErrorKind::Value,
            format!("expected an array of {expected} items, found {found} ({more})"),
        )
    }

    /// Consumes any value, checked as strictly as one that is kept.
    pub(super) fn skip_value(&mut self) -> Result<(), DecodeError> {
        match self.peek() {
            Some(b'{') => {
                self.begin_object(&"an object")?;
                let mark = self.unknown.len();
                let mut is_first = true;
                while let Some(key) = self.next_key(is_first)? {
                    is_first = false;
                    self.skip_value().map_err(|error| error.in_key(&key))?;
                    self.unknown.push(key);
                }
                self.refuse_repeats(mark)
            }
            Some(b'[') => {
                self.begin_array(&"an array")?;
                let mut index = 0;
                while self.next_item(index == 0)? {
                    self.skip_value().map_err(|error| error.in_item(index))?;
                    index += 1;
                }
                Ok(())
            }
            Some(b'"') => self.string(&"a string").map(drop),
            Some(b't' | b'f') => self.truth().map(drop),
            Some(b'n') => self.null(),
            _ => self.number(&"a value").map(drop),
        }
    }

    /// Ends an object whose unknown keys were pushed from `mark` on.
    pub(super) fn refuse_repeats(&mut self, mark: usize) -> Result<(), DecodeError> {
        let keys = &mut self.unknown[mark..];
        let repeated = if keys.len() < 2 {
            None
        } else {
            keys.sort_unstable();
            keys.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| &pair[0])
        };
        if let Some(key) = repeated {
            return Err(repeated_key(key));
        }
        self.unknown.truncate(mark);
        Ok(())
    }

    /// The value at hand is of another type, or there is no value.
    #[cold]
    pub(super) fn unexpected(&mut self, expected: &dyn Display) -> DecodeError {
        let rest = self.peek().map_or("", |_| &self.text[self.position..]);
        let is_value = rest.starts_with(|first: char| "{[\"-0123456789".contains(first))
            || ["true", "false", "null"].iter().any(|word| rest.starts_with(word));
        if is_value { self.invalid(DecodeErrorKind::Type, expected) } else { self.malformed(expected) }
    }

    /// The value at the cursor is not what was expected.
    #[cold]
    pub(super) fn invalid(&self, kind: DecodeErrorKind, expected: &dyn Display) -> DecodeError {
        DecodeError::new(kind, format!("expected {expected}, found {}", self.found()))
    }

    /// What follows is not JSON.
    #[cold]
    pub(super) fn malformed(&self, expected: impl Display) -> DecodeError {
        let position = self.position;
        DecodeError::new(
            DecodeErrorKind::Syntax,
            format!("expected {expected} at byte {position}, found {}", self.found()),
        )
    }

    /// What stands at the cursor, as a message shows it.
    fn found(&self) -> String {
        let rest = &self.text[self.position..];
        let literal = match rest.as_bytes().first() {
            None => return "the end of the input".to_owned(),
            Some(b'{') => return "an object".to_owned(),
            Some(b'[') => return "an array".to_owned(),
            Some(b'"') => {
                let end = strings::plain_until(rest.as_bytes(), 1);
                let closing = usize::from(rest.as_bytes().get(end) == Some(&b'"'));
                &rest[..end + closing]
            }
            Some(_) => {
                let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-._".contains(c)));
                &rest[..end.unwrap_or(rest.len())]
            }
        };
        match rest.chars().next() {
            Some(character) if literal.is_empty() => format!("the character {character:?}"),
            _ => shorten(literal).into_owned(),
        }
    }
}

/// An object holds this key twice.
#[cold]
pub(super) fn repeated_key(key: &str) -> DecodeError {
    DecodeError::new(DecodeErrorKind::RepeatedKey, format!("expected each key once, found {:?} again", shorten(key)))
}

fn digits(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// The value of the text of a JSON integer, if it is one of 65 bits or less.
fn integer_value(text: &str) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let magnitude =
        digits.bytes().try_fold(0_u64, |value, digit| value.checked_mul(10)?.checked_add(u64::from(digit - b'0')))?;
    Some(if negative { -i128::from(magnitude) } else { i128::from(magnitude) })
}
