//! Ids of sessions, callers and calls.

use std::fmt;

/// 128 bits, at least 122 of them random where this side made it; 32 lower-case hex digits where it travels.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u128);

impl Id {
    /// How long an id is as text, in bytes.
    pub const LENGTH: usize = 32;

    /// A new id, as unlikely to be seen again as a random UUID.
    pub fn random() -> Self {
        Self(uuid::Uuid::new_v4().as_u128())
    }

    /// Reads exactly 32 lower-case hex digits.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let digits: &[u8; Self::LENGTH] = text.try_into().ok()?;
        let mut bytes = [0; 16];
        let mut worst = 0;
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let (high, low) = (NIBBLES[usize::from(pair[0])], NIBBLES[usize::from(pair[1])]);
            worst |= high | low;
            *byte = high << 4 | low & 0x0f;
        }
        (worst <= 0x0f).then_some(Self(u128::from_be_bytes(bytes)))
    }

    /// The 32 digits, as ASCII.
    pub fn hex(self) -> [u8; Self::LENGTH] {
        let mut digits = [0; Self::LENGTH];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0.to_be_bytes()) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 0x0f)];
        }
        digits
    }

    /// The number itself.
    pub const fn as_u128(self) -> u128 {
        self.0
    }
}

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

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The value of each byte as a hex digit, 0xff for what is none.
const NIBBLES: [u8; 256] = {
    let mut table = [0xff; 256];
    let mut value = 0;
    while value < 16 {
        table[DIGITS[value] as usize] = value as u8;
        value += 1;
    }
    table
};
