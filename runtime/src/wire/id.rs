//! Ids of sessions, callers and calls.

use std::{fmt, sync::OnceLock};

use almanet_nsq::hex;

/// 128 bits, at least 122 of them random where this side made it; 32 lower-case hex digits where it travels.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u128);

impl Id {
    /// How long an id is as text, in bytes.
    pub const LENGTH: usize = 32;

    /// A new id, as unlikely to be seen again as a random UUID.
    pub fn random() -> Self {
        match SOURCE.get() {
            Some(draw) => Self(draw()),
            None => Self(uuid::Uuid::new_v4().as_u128()),
        }
    }

    /// Has this function draw new ids from now on, in the whole process: a simulation repeats itself by them. The
    /// first one stays.
    #[doc(hidden)]
    pub fn draw_from(draw: fn() -> u128) {
        SOURCE.get_or_init(|| draw);
    }

    /// Reads exactly 32 lower-case hex digits.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let digits: &[u8; Self::LENGTH] = text.try_into().ok()?;
        let (halves, _) = digits.as_chunks();
        let (high, low) = (hex::parse(&halves[0])?, hex::parse(&halves[1])?);
        Some(Self(u128::from(high) << 64 | u128::from(low)))
    }

    /// The 32 digits, as ASCII.
    #[expect(clippy::cast_possible_truncation, reason = "these are the halves")]
    pub fn hex(self) -> [u8; Self::LENGTH] {
        let mut digits = [0; Self::LENGTH];
        let (halves, _) = digits.as_chunks_mut();
        halves[0] = hex::digits((self.0 >> 64) as u64);
        halves[1] = hex::digits(self.0 as u64);
        digits
    }

    /// The number itself.
    pub const fn as_u128(self) -> u128 {
        self.0
    }
}

static SOURCE: OnceLock<fn() -> u128> = OnceLock::new();

impl From<u128> for Id {
    fn from(value: u128) -> Self {
        Self(value)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn digits_and_back(value: u128) {
            let id = Id::from(value);
            let text = format!("{value:032x}");
            prop_assert_eq!(&id.hex()[..], text.as_bytes());
            prop_assert_eq!(Id::parse(text.as_bytes()), Some(id));
        }

        #[test]
        fn nothing_else_is_an_id(value: u128, at in 0_usize..32, byte: u8) {
            let mut text = Id::from(value).hex();
            text[at] = byte;
            let is_digit = matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            prop_assert_eq!(Id::parse(&text).is_some(), is_digit);
            prop_assert_eq!(Id::parse(&text[1..]), None);
        }
    }
}
