//! Keys of maps: each is a string of the value's canonical form.

use uuid::Uuid;

use super::encoder::{Encoder, Key};
use super::scalars::parse_uuid;

impl Key for String {
    const EXPECTED: &'static str = "a string";

    fn parse_key(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Key for bool {
    const EXPECTED: &'static str = "\"true\" or \"false\"";

    fn write_key(&self, out: &mut Encoder) {
        out.plain_string(if *self { "true" } else { "false" });
    }

    fn parse_key(text: &str) -> Option<Self> {
        match text {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }
}

macro_rules! integers {
    ($($integer:ident $expected:literal,)*) => {$(
        impl Key for $integer {
            const EXPECTED: &'static str = $expected;

            fn write_key(&self, out: &mut Encoder) {
                out.plain_string(itoa::Buffer::new().format(*self));
            }

            fn parse_key(text: &str) -> Option<Self> {
                let digits = text.strip_prefix('-').unwrap_or(text);
                let is_canonical = match digits.as_bytes() {
                    [b'0'] => digits.len() == text.len(),
                    [b'1'..=b'9', ..] => true,
                    _ => false,
                };
                if is_canonical { text.parse().ok() } else { None }
            }
        }
    )*};
}

integers! {
    i8 "an integer of 8 bits (int8) as a string",
    i16 "an integer of 16 bits (int16) as a string",
    i32 "an integer of 32 bits (int32) as a string",
    i64 "an integer of 64 bits (int64) as a string",
    u8 "an integer from 0 to 255 (uint8) as a string",
    u16 "an integer from 0 to 65535 (uint16) as a string",
    u32 "an integer from 0 to 4294967295 (uint32) as a string",
    u64 "an integer from 0 to 18446744073709551615 (uint64) as a string",
}

impl Key for Uuid {
    const EXPECTED: &'static str = "a uuid";

    fn parse_key(text: &str) -> Option<Self> {
        parse_uuid(text)
    }
}
