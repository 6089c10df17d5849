//! The straight path through bodies that known peers write byte for byte.

use std::borrow::Cow;

use super::{headers::Headers, id::Id};
use crate::json::{Reader, read_string};

/// What is left of a body. What is not as it usually is ends the path, and leaves the body to the full reader. Where the
/// path reaches the end, every byte was looked at: it is UTF-8 as well.
pub(super) struct Usual<'a>(&'a [u8]);

impl<'a> Usual<'a> {
    pub(super) fn new(body: &'a [u8]) -> Self {
        Self(body)
    }

    /// Exactly this text is next. Inlined, so that its length is known where it is compared.
    #[inline]
    pub(super) fn exactly(&mut self, text: &'static [u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(text)?;
        Some(())
    }

    pub(super) fn id(&mut self) -> Option<Id> {
        let (digits, rest) = self.0.split_first_chunk::<{ Id::LENGTH }>()?;
        self.0 = rest;
        Id::parse(digits)
    }

    /// A string, its opening quote consumed.
    pub(super) fn string(&mut self) -> Option<Cow<'a, str>> {
        let (string, end) = read_string(self.0)?;
        self.0 = &self.0[end..];
        Some(string)
    }

    /// A whole number of few digits.
    pub(super) fn number(&mut self) -> Option<u64> {
        const FEW: usize = 9;
        let length = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.0.split_at(length);
        let is_json = matches!(digits, [_] | [b'1'..=b'9', ..]) && length <= FEW;
        self.0 = rest;
        is_json.then(|| digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
    }

    /// What [`Headers::read`] reads.
    pub(super) fn headers(&mut self) -> Option<(Headers, Option<u64>)> {
        let mut reader = Reader::new(self.0).ok()?;
        let headers = Headers::read(&mut reader).ok()?;
        self.0 = &self.0[reader.position()..];
        Some(headers)
    }

    /// Nothing is left.
    pub(super) fn end(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}
