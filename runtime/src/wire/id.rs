//! Ids of sessions, callers and calls.

use std::{fmt, sync::OnceLock};

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
        let (eights, _) = digits.as_chunks();
        let value =
            eights.iter().fold(0, |value, eight| value << 32 | u128::from(value_of(u64::from_be_bytes(*eight))));
        // What was no digit does not come out again as it came in.
        Some(Self(value)).filter(|id| id.hex() == *digits)
    }

    /// The 32 digits, as ASCII.
    pub fn hex(self) -> [u8; Self::LENGTH] {
        let mut digits = [0; Self::LENGTH];
        let (eights, _) = digits.as_chunks_mut();
        let bytes = self.0.to_be_bytes();
        for (eight, four) in eights.iter_mut().zip(bytes.as_chunks().0) {
            *eight = digits_of(u32::from_be_bytes(*four)).to_be_bytes();
        }
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

/// The same byte eight times.
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Eight hex digits as text, all at a time: nibbles are moved apart, and those above nine go on at `a`.
fn digits_of(value: u32) -> u64 {
    let mut nibbles = u64::from(value);
    nibbles = (nibbles << 16 | nibbles) & 0x0000_ffff_0000_ffff;
    nibbles = (nibbles << 8 | nibbles) & 0x00ff_00ff_00ff_00ff;
    nibbles = (nibbles << 4 | nibbles) & each(0x0f);
    let letters = (nibbles + each(6)) >> 4 & each(1);
    nibbles + each(b'0') + letters * u64::from(b'a' - b'0' - 10)
}

/// What eight hex digits say; anything where they are none.
#[expect(clippy::cast_possible_truncation, reason = "eight nibbles were moved together")]
fn value_of(digits: u64) -> u32 {
    let letters = digits >> 6 & each(1);
    let mut nibbles = (digits & each(0x0f)).wrapping_add(letters * 9) & each(0x0f);
    nibbles = (nibbles >> 4 | nibbles) & 0x00ff_00ff_00ff_00ff;
    nibbles = (nibbles >> 8 | nibbles) & 0x0000_ffff_0000_ffff;
    (nibbles >> 16 | nibbles) as u32
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
