//! The reader of JSON: a cursor over one document, which refuses what is no JSON, nests too deep or repeats a key.

use std::borrow::Cow;

use super::fault::{Fault, FaultKind};
use super::path::shorten;
use super::strings::{self, BadEscape};

/// How deep arrays and objects may lie in each other, in what is read and in what is written.
pub(crate) const MAX_DEPTH: u32 = 64;

/// A cursor over one document. What it gives is borrowed where the text holds it as it is.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    text: &'a str,
    position: usize,
    depth: u32,
    /// The keys that nobody knows of the objects that are open, the innermost object's last.
    unknown: Vec<Cow<'a, str>>,
}

/// A JSON number as it is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number<'a> {
    pub(crate) text: &'a str,
    /// It has neither fraction nor exponent.
    pub(crate) is_integer: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(json: &'a [u8]) -> Result<Self, Fault> {
        let text = std::str::from_utf8(json).map_err(|error| Fault::not_utf8(error.valid_up_to()))?;
        Ok(Self::of(text))
    }

    pub(crate) fn of(text: &'a str) -> Self {
        Self { text, position: 0, depth: 0, unknown: Vec::new() }
    }

    /// How many bytes were read.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// Reads on from a place where the reader was.
    pub(crate) fn rewind(&mut self, position: usize) {
        self.position = position;
    }

    /// Leaves the rest unread.
    pub(crate) fn skip_to_end(&mut self) {
        self.position = self.text.len();
    }

    /// The next byte that is no white space, not consumed.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.position) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.position += 1,
                other => return other.copied(),
            }
        }
    }

    /// The end of the document.
    pub(crate) fn end(&mut self) -> Result<(), Fault> {
        if self.peek().is_none() { Ok(()) } else { Err(self.syntax("the end of the input")) }
    }

    /// Consumes `null`, `true` or `false`, where it is next.
    pub(crate) fn take_word(&mut self, word: &'static str) -> bool {
        self.peek();
        let found = self.text.as_bytes()[self.position..].starts_with(word.as_bytes());
        if found {
            self.position += word.len();
        }
        found
    }

    /// Reads a boolean; none where something else is next.
    pub(crate) fn bool(&mut self) -> Option<bool> {
        match self.peek() {
            Some(b't') if self.take_word("true") => Some(true),
            Some(b'f') if self.take_word("false") => Some(false),
            _ => None,
        }
    }

    /// Reads a string; none where something else is next. One without escapes is borrowed from the input.
    pub(crate) fn string(&mut self) -> Result<Option<Cow<'a, str>>, Fault> {
        if self.peek() != Some(b'"') {
            return Ok(None);
        }
        let bytes = self.text.as_bytes();
        let start = self.position + 1;
        let end = strings::plain_until(bytes, start);
        if bytes.get(end) == Some(&b'"') {
            self.position = end + 1;
            return Ok(Some(Cow::Borrowed(&self.text[start..end])));
        }
        self.string_with_escapes(start, end).map(|string| Some(Cow::Owned(string)))
    }

    fn string_with_escapes(&mut self, mut start: usize, mut end: usize) -> Result<String, Fault> {
        let bytes = self.text.as_bytes();
        let mut string = strings::string_of(&self.text[start..end], bytes.len() - end);
        loop {
            match bytes.get(end) {
                Some(b'"') => {
                    self.position = end + 1;
                    return Ok(string);
                }
                Some(b'\\') => {
                    start = strings::read_escape(bytes, end, &mut string).map_err(|bad| {
                        self.position = end;
                        match bad {
                            BadEscape::Malformed => self.syntax("an escape of JSON"),
                            BadEscape::LoneSurrogate => Fault::lone_surrogate(end),
                        }
                    })?;
                    end = strings::plain_until(bytes, start);
                    string.push_str(&self.text[start..end]);
                }
                _ => {
                    self.position = end;
                    return Err(self.syntax("the rest of a string"));
                }
            }
        }
    }

    /// Reads a number's text; none where something else is next.
    pub(crate) fn number(&mut self) -> Result<Option<Number<'a>>, Fault> {
        if !matches!(self.peek(), Some(b'-' | b'0'..=b'9')) {
            return Ok(None);
        }
        let bytes = self.text.as_bytes();
        let start = self.position;
        let mut end = start + usize::from(bytes[start] == b'-');
        let leading_zero = bytes.get(end) == Some(&b'0');
        let integer = digits(bytes, end);
        let mut is_sound = integer > end && !(leading_zero && integer > end + 1);
        end = integer;
        let mut is_integer = true;
        if bytes.get(end) == Some(&b'.') {
            is_integer = false;
            let fraction = digits(bytes, end + 1);
            is_sound &= fraction > end + 1;
            end = fraction;
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            is_integer = false;
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits(bytes, end + 1 + sign);
            is_sound &= exponent > end + 1 + sign;
            end = exponent;
        }
        if !is_sound {
            return Err(self.syntax("a JSON number"));
        }
        self.position = end;
        Ok(Some(Number { text: &self.text[start..end], is_integer }))
    }

    /// Consumes the bracket of an object or array, where it is next.
    pub(crate) fn open(&mut self, opener: u8) -> Result<bool, Fault> {
        if self.peek() != Some(opener) {
            return Ok(false);
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Fault::too_deep(self.position));
        }
        self.position += 1;
        Ok(true)
    }

    /// The next key of an object, its colon consumed; none at the object's end.
    pub(crate) fn next_key(&mut self, is_first: bool) -> Result<Option<Cow<'a, str>>, Fault> {
        match self.peek() {
            Some(b'}') => {
                self.position += 1;
                self.depth -= 1;
                return Ok(None);
            }
            Some(b',') if !is_first => self.position += 1,
            _ if is_first => {}
            _ => return Err(self.syntax("`,` or `}`")),
        }
        let Some(key) = self.string()? else { return Err(self.syntax("a key")) };
        if self.peek() != Some(b':') {
            return Err(self.syntax("`:`"));
        }
        self.position += 1;
        Ok(Some(key))
    }

    /// Whether an item follows; at the array's end its bracket is consumed.
    pub(crate) fn next_item(&mut self, is_first: bool) -> Result<bool, Fault> {
        match self.peek() {
            Some(b']') => {
                self.position += 1;
                self.depth -= 1;
                Ok(false)
            }
            Some(b',') if !is_first => {
                self.position += 1;
                if self.peek() == Some(b']') { Err(self.syntax("a value")) } else { Ok(true) }
            }
            _ if is_first => Ok(true),
            _ => Err(self.syntax("`,` or `]`")),
        }
    }

    /// Counts what is read from here on as lying inside of an object that was looked over before.
    pub(crate) fn enter(&mut self) {
        self.depth += 1;
    }

    /// Ends what [`enter`](Self::enter) began.
    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Consumes any value, checked as strictly as one that is kept.
    pub(crate) fn skip(&mut self) -> Result<(), Fault> {
        let is_value = match self.peek() {
            Some(b'{') => return self.skip_object(),
            Some(b'[') => return self.skip_array(),
            Some(b'"') => self.string()?.is_some(),
            Some(b't' | b'f') => self.bool().is_some(),
            Some(b'n') => self.take_word("null"),
            _ => self.number()?.is_some(),
        };
        if is_value { Ok(()) } else { Err(self.syntax("a value")) }
    }

    /// Consumes any value, checked so, and gives its text.
    pub(crate) fn value(&mut self) -> Result<&'a str, Fault> {
        self.peek();
        let start = self.position;
        self.skip()?;
        Ok(&self.text[start..self.position])
    }

    fn skip_object(&mut self) -> Result<(), Fault> {
        self.open(b'{')?;
        let mark = self.mark();
        let mut is_first = true;
        while let Some(key) = self.next_key(is_first)? {
            is_first = false;
            self.skip_unknown(key)?;
        }
        self.distinct(mark)
    }

    fn skip_array(&mut self) -> Result<(), Fault> {
        self.open(b'[')?;
        let mut index = 0;
        while self.next_item(index == 0)? {
            self.skip().map_err(|fault| fault.in_item(index))?;
            index += 1;
        }
        Ok(())
    }

    /// Where the unknown keys of an object begin that is now open.
    pub(crate) fn mark(&self) -> usize {
        self.unknown.len()
    }

    /// Consumes the value of a key that nobody knows, and remembers the key.
    pub(crate) fn skip_unknown(&mut self, key: Cow<'a, str>) -> Result<(), Fault> {
        self.skip().map_err(|fault| fault.in_key(&key))?;
        self.remember(key);
        Ok(())
    }

    /// Remembers a key, which must not come again in its object.
    pub(crate) fn remember(&mut self, key: Cow<'a, str>) {
        self.unknown.push(key);
    }

    /// Ends an object: none of the keys that were remembered since `mark` may stand there twice.
    pub(crate) fn distinct(&mut self, mark: usize) -> Result<(), Fault> {
        let keys = &mut self.unknown[mark..];
        if keys.len() > 1 {
            keys.sort_unstable();
            if let Some(pair) = keys.windows(2).find(|pair| pair[0] == pair[1]) {
                return Err(Fault::repeated_key(&pair[0], self.position));
            }
        }
        self.unknown.truncate(mark);
        Ok(())
    }

    /// What follows is not JSON.
    #[cold]
    pub(crate) fn syntax(&self, expected: &'static str) -> Fault {
        let message = format!("expected {expected} at byte {}, found {}", self.position, self.found());
        Fault::new(FaultKind::Syntax(expected), self.position, message)
    }

    /// Whether what is next looks like the beginning of a value.
    pub(crate) fn is_at_value(&mut self) -> bool {
        let rest = self.peek().map_or("", |_| &self.text[self.position..]);
        rest.starts_with(|first: char| "{[\"-0123456789".contains(first))
            || ["true", "false", "null"].iter().any(|word| rest.starts_with(word))
    }

    /// What stands at the cursor, as a message shows it.
    pub(crate) fn found(&self) -> String {
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

fn digits(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
}
