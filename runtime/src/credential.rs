//! Who calls: a token that travels with a call, and whom it stands for. No I/O.

use std::{collections::BTreeSet, fmt, sync::Arc};

use subtle::ConstantTimeEq;

/// The header that a credential travels in.
pub(crate) const AUTHORIZATION: &str = "authorization";
/// How long a token may be, so that headers have room for others.
const MAX_LENGTH: usize = 4_096;

/// A secret that stands for a caller, sent as `Bearer …` in the header `authorization`.
///
/// It prints as `[redacted]`. Comparing it takes as long for a nearly right token as for a wrong one of the same length.
#[derive(Clone)]
pub struct Token(Arc<str>);

/// A text that is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidToken {
    /// It is empty.
    #[error("a token is not empty")]
    Empty,
    /// It is over 4,096 bytes long.
    #[error("a token is at most 4,096 bytes long")]
    TooLong,
    /// It holds something else than visible ASCII characters: a line's end that was read with it, mostly.
    #[error("a token holds visible ASCII characters alone: is there a space or a line's end around it?")]
    Character,
}

impl Token {
    /// A token of this text.
    ///
    /// # Errors
    /// Where it is empty, longer than 4,096 bytes, or holds anything but visible ASCII characters. The error does not
    /// show it.
    pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidToken> {
        let text = text.as_ref();
        if text.is_empty() {
            return Err(InvalidToken::Empty);
        }
        if text.len() > MAX_LENGTH {
            return Err(InvalidToken::TooLong);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidToken::Character);
        }
        Ok(Self(text.into()))
    }

    /// The secret itself, for those who check it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What travels.
    pub(crate) fn header(&self) -> String {
        format!("Bearer {}", self.0)
    }

    /// Reads what travelled.
    pub(crate) fn from_header(value: &str) -> Option<Self> {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| Self::new(token).ok())?
    }
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Token {}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token([redacted])")
    }
}

/// Whom a credential stands for, and what that one may do.
///
/// ```
/// use almanet_runtime::Principal;
///
/// let deploy = Principal::new("deploy").scope("admin").scope("read");
/// assert!(deploy.holds("admin") && !deploy.holds("write"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    name: Box<str>,
    scopes: BTreeSet<Box<str>>,
}

impl Principal {
    /// Somebody without scopes.
    pub fn new(name: impl Into<Box<str>>) -> Self {
        Self { name: name.into(), scopes: BTreeSet::new() }
    }

    /// Adds a scope, as contracts name it in `@auth`.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<Box<str>>) -> Self {
        self.scopes.insert(scope.into());
        self
    }

    /// What it is called in logs.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The scopes, in alphabetical order.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scopes.iter().map(|scope| &**scope)
    }

    /// Whether it holds a scope.
    pub fn holds(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_visible_ascii_and_never_shown() {
        assert_eq!(Token::new(""), Err(InvalidToken::Empty));
        assert_eq!(Token::new("s3cret\n"), Err(InvalidToken::Character));
        assert_eq!(Token::new("x".repeat(4_097)), Err(InvalidToken::TooLong));
        let token = Token::new("s3cret").unwrap();
        assert_eq!(format!("{token:?}"), "Token([redacted])");
        assert_eq!(token.reveal(), "s3cret");
    }

    #[test]
    fn a_header_is_read_as_it_is_written() {
        let token = Token::new("a.b-c").unwrap();
        assert_eq!(token.header(), "Bearer a.b-c");
        assert_eq!(Token::from_header("bearer a.b-c"), Some(token));
        for other in ["a.b-c", "Basic a.b-c", "Bearer ", "Bearer  a", "Bearer a b", ""] {
            assert_eq!(Token::from_header(other), None, "{other}");
        }
    }

    #[test]
    fn tokens_are_equal_where_their_texts_are() {
        let token = |text| Token::new(text).unwrap();
        assert_eq!(token("abc"), token("abc"));
        for other in ["abd", "ab", "abcd", "ABC"] {
            assert_ne!(token("abc"), token(other));
        }
    }
}
