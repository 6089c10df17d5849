//! The small part of JSON that envelopes are made of: a writer of strings, and a reader that borrows what it can.

use std::borrow::Cow;

use super::malformed::{Malformed, MalformedKind};

/// How deep a value that nobody asked for may be nested.
const MAX_DEPTH: u32 = 64;
/// How many bytes of a string are looked at one by one.
const NEAR: usize = 32;

/// Appends a JSON string.
pub(super) fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut written = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let escape = ESCAPES[usize::from(*byte)];
        if escape == 0 {
            continue;
        }
        out.extend_from_slice(&bytes[written..at]);
        written = at + 1;
        if escape == b'u' {
            out.extend_from_slice(b"\\u00");
            out.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 0x0f)]]);
        } else {
            out.extend_from_slice(&[b'\\', escape]);
        }
    }
    out.extend_from_slice(&bytes[written..]);
    out.push(b'"');
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// What follows the backslash for each byte; 0 for those that stand for themselves.
const ESCAPES: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = b'u';
        byte += 1;
    }
    table[b'"' as usize] = b'"';
    table[b'\\' as usize] = b'\\';
    table[b'\n' as usize] = b'n';
    table[b'\r' as usize] = b'r';
    table[b'\t' as usize] = b't';
    table
};

/// Reads one JSON document from front to back.
#[derive(Clone)]
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(body: &'a [u8]) -> Result<Self, Malformed> {
        match std::str::from_utf8(body) {
            Ok(text) => Ok(Self { text, at: 0 }),
            Err(error) => Err(MalformedKind::NotUtf8.at(error.valid_up_to())),
        }
    }

    /// Goes past `text`, where exactly that is next: the quick way through what known peers write.
    pub(super) fn exactly(&mut self, text: &[u8]) -> Option<()> {
        self.text.as_bytes()[self.at..].starts_with(text).then(|| self.at += text.len())
    }

    /// Goes past `length` ASCII bytes.
    pub(super) fn ascii(&mut self, length: usize) -> Option<&'a [u8]> {
        let bytes = self.text.as_bytes().get(self.at..self.at + length)?;
        bytes.is_ascii().then(|| {
            self.at += length;
            bytes
        })
    }

    /// Whether everything was read.
    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// The next byte that is not white space, which stays.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(*byte);
            }
            self.at += 1;
        }
        None
    }

    /// Goes past `byte`, where it is next.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), Malformed> {
        if self.take(byte) { Ok(()) } else { Err(self.syntax(what)) }
    }

    /// The end of the document.
    pub(super) fn end(&mut self) -> Result<(), Malformed> {
        if self.peek().is_none() { Ok(()) } else { Err(self.syntax("the end of the body")) }
    }

    /// The next key of an object whose `{` was read, with its colon; `None` at its end. `first` is true for the
    /// object's first key.
    pub(super) fn next_key(&mut self, first: &mut bool) -> Result<Option<Cow<'a, str>>, Malformed> {
        if self.take(b'}') {
            return Ok(None);
        }
        if !*first {
            self.expect(b',', "`,` or `}`")?;
        }
        *first = false;
        let key = self.string()?;
        self.expect(b':', "`:`")?;
        Ok(Some(key))
    }

    /// A string. Borrowed, unless it holds escapes.
    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, Malformed> {
        self.expect(b'"', "a string")?;
        let text = self.text;
        let plain = self.plain_run()?;
        if text.as_bytes()[self.at] == b'"' {
            self.at += 1;
            return Ok(Cow::Borrowed(plain));
        }
        // What is left of a body is mostly this string, so one allocation is nearly always enough.
        let mut value = String::with_capacity(plain.len() + (text.len() - self.at).min(1024));
        value.push_str(plain);
        loop {
            if text.as_bytes()[self.at] == b'"' {
                self.at += 1;
                return Ok(Cow::Owned(value));
            }
            value.push(self.escape()?);
            value.push_str(self.plain_run()?);
        }
    }

    /// What stands for itself, up to the quote or backslash that is next.
    fn plain_run(&mut self) -> Result<&'a str, Malformed> {
        let (text, start) = (self.text, self.at);
        let rest = &text.as_bytes()[start..];
        // JSON inside of JSON has few bytes between two backslashes; what has more is looked at many bytes at a time.
        let near = &rest[..rest.len().min(NEAR)];
        let length = match near.iter().position(|byte| ESCAPES[usize::from(*byte)] != 0) {
            Some(length) => Some(length),
            None => memchr::memchr2(b'"', b'\\', &rest[near.len()..]).map(|length| near.len() + length),
        };
        let length = length.ok_or_else(|| self.syntax("the string's closing quote"))?;
        // Without an early exit, so that many bytes are looked at together.
        let far = rest[..length].get(near.len()..).unwrap_or_default();
        let controls = far.iter().fold(rest[length] < 0x20, |found, byte| found | (*byte < 0x20));
        if controls {
            return Err(self.syntax("no control character in a string"));
        }
        self.at += length;
        Ok(&text[start..start + length])
    }

    fn escape(&mut self) -> Result<char, Malformed> {
        let code = self.text.as_bytes().get(self.at + 1).copied();
        self.at += 2;
        Ok(match code {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'u') => return self.unicode_escape(),
            _ => {
                self.at = (self.at - 2).min(self.text.len());
                return Err(self.syntax("an escape"));
            }
        })
    }

    fn unicode_escape(&mut self) -> Result<char, Malformed> {
        let high = self.four_digits()?;
        let code = if (0xd800..0xdc00).contains(&high) && self.text.as_bytes()[self.at..].starts_with(b"\\u") {
            self.at += 2;
            let low = self.four_digits()?;
            if !(0xdc00..0xe000).contains(&low) {
                return Err(self.syntax("the second half of a surrogate pair"));
            }
            0x1_0000 + ((high - 0xd800) << 10 | (low - 0xdc00))
        } else {
            high
        };
        char::from_u32(code).ok_or_else(|| self.syntax("a surrogate pair"))
    }

    fn four_digits(&mut self) -> Result<u32, Malformed> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4);
        let value = digits.and_then(|digits| {
            digits.iter().try_fold(0, |value, digit| Some(value << 4 | char::from(*digit).to_digit(16)?))
        });
        self.at += if value.is_some() { 4 } else { 0 };
        value.ok_or_else(|| self.syntax("four hex digits"))
    }

    pub(super) fn bool(&mut self) -> Option<bool> {
        self.peek();
        let rest = &self.text.as_bytes()[self.at..];
        let (value, length) = if rest.starts_with(b"true") {
            (true, 4)
        } else if rest.starts_with(b"false") {
            (false, 5)
        } else {
            return None;
        };
        self.at += length;
        Some(value)
    }

    /// The text of a number, which is a JSON number; `None` where something else is next.
    pub(super) fn number(&mut self) -> Result<Option<&'a str>, Malformed> {
        if !matches!(self.peek(), Some(b'-' | b'0'..=b'9')) {
            return Ok(None);
        }
        let text = self.text;
        let start = self.at;
        self.at += usize::from(text.as_bytes()[start] == b'-');
        let whole = self.at;
        self.digits()?;
        if self.at - whole > 1 && text.as_bytes()[whole] == b'0' {
            return Err(self.syntax("no digit after a leading zero"));
        }
        if text.as_bytes().get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(text.as_bytes().get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(text.as_bytes().get(self.at), Some(b'+' | b'-')));
            self.digits()?;
        }
        Ok(Some(&text[start..self.at]))
    }

    fn digits(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        while self.text.as_bytes().get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        if self.at == start { Err(self.syntax("a digit")) } else { Ok(()) }
    }

    /// Goes past a value that nobody asked for, which must be well-formed all the same.
    pub(super) fn skip(&mut self) -> Result<(), Malformed> {
        // The envelope itself is the first level.
        self.skip_nested(1)
    }

    fn skip_nested(&mut self, depth: u32) -> Result<(), Malformed> {
        match self.peek() {
            Some(b'"') => self.string().map(|_| ()),
            Some(b'{' | b'[') if depth >= MAX_DEPTH => Err(MalformedKind::TooDeep.at(self.at)),
            Some(b'{') => self.skip_object(depth + 1),
            Some(b'[') => self.skip_array(depth + 1),
            Some(b't' | b'f') => self.bool().map(|_| ()).ok_or_else(|| self.syntax("a value")),
            Some(b'n') if self.text.as_bytes()[self.at..].starts_with(b"null") => {
                self.at += 4;
                Ok(())
            }
            _ => self.number()?.map(|_| ()).ok_or_else(|| self.syntax("a value")),
        }
    }

    fn skip_object(&mut self, depth: u32) -> Result<(), Malformed> {
        self.at += 1;
        let mut keys = Vec::new();
        let mut first = true;
        while let Some(key) = self.next_key(&mut first)? {
            keys.push(key);
            self.skip_nested(depth)?;
        }
        self.distinct(keys)
    }

    fn skip_array(&mut self, depth: u32) -> Result<(), Malformed> {
        self.at += 1;
        if self.take(b']') {
            return Ok(());
        }
        loop {
            self.skip_nested(depth)?;
            if self.take(b']') {
                return Ok(());
            }
            self.expect(b',', "`,` or `]`")?;
        }
    }

    /// Refuses keys of which two are equal.
    pub(super) fn distinct(&self, mut keys: Vec<Cow<'a, str>>) -> Result<(), Malformed> {
        keys.sort_unstable();
        let repeated = keys.windows(2).any(|pair| pair[0] == pair[1]);
        if repeated { Err(MalformedKind::DuplicateKey.at(self.at)) } else { Ok(()) }
    }

    fn syntax(&self, expected: &'static str) -> Malformed {
        MalformedKind::Syntax(expected).at(self.at)
    }
}
