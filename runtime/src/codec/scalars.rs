//! Booleans, numbers, strings, bytes and uuids; null.

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use bytes::Bytes;
use uuid::Uuid;

use super::decoder::{Decode, Decoder};
use super::encoder::{Encode, Encoder};
use super::error::{DecodeError, DecodeErrorKind};

impl Encode for () {
    fn encode(&self, out: &mut Encoder) {
        out.null();
    }
}

impl Decode for () {
    fn blank() -> Self {}

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        input.null()
    }
}

impl Encode for bool {
    fn encode(&self, out: &mut Encoder) {
        out.raw(if *self { "true" } else { "false" });
    }
}

impl Decode for bool {
    fn blank() -> Self {
        false
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = input.truth()?;
        Ok(())
    }
}

macro_rules! integers {
    ($($integer:ident $expected:literal,)*) => {$(
        impl Encode for $integer {
            fn encode(&self, out: &mut Encoder) {
                out.raw(itoa::Buffer::new().format(*self));
            }
        }

        impl Decode for $integer {
            fn blank() -> Self {
                0
            }

            fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
                let value = input.integer($integer::MIN.into(), $integer::MAX.into(), $expected)?;
                *self = value as $integer;
                Ok(())
            }
        }
    )*};
}

integers! {
    i8 "an integer of 8 bits (int8)",
    i16 "an integer of 16 bits (int16)",
    i32 "an integer of 32 bits (int32)",
    i64 "an integer of 64 bits (int64)",
    u8 "an integer from 0 to 255 (uint8)",
    u16 "an integer from 0 to 65535 (uint16)",
    u32 "an integer from 0 to 4294967295 (uint32)",
    u64 "an integer from 0 to 18446744073709551615 (uint64)",
}

macro_rules! floats {
    ($($float:ident $expected:literal,)*) => {$(
        impl Encode for $float {
            fn encode(&self, out: &mut Encoder) {
                if self.is_finite() {
                    out.raw(zmij::Buffer::new().format_finite(*self));
                } else {
                    out.fail(format!("expected a finite number, found {self}"));
                }
            }
        }

        impl Decode for $float {
            fn blank() -> Self {
                0.0
            }

            fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
                let start = input.start();
                match input.number(&$expected)?.text.parse() {
                    Ok(value) if $float::is_finite(value) => *self = value,
                    _ => return Err(input.invalid(start, DecodeErrorKind::Value, &$expected)),
                }
                Ok(())
            }
        }
    )*};
}

floats! {
    f32 "a number that fits 32 bits (float32)",
    f64 "a number that fits 64 bits (float64)",
}

impl Encode for str {
    fn encode(&self, out: &mut Encoder) {
        out.string(self);
    }
}

impl Encode for &str {
    fn encode(&self, out: &mut Encoder) {
        out.string(self);
    }
}

impl Encode for String {
    fn encode(&self, out: &mut Encoder) {
        out.string(self);
    }
}

impl Decode for String {
    fn blank() -> Self {
        Self::new()
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = input.string(&"a string")?.into_owned();
        Ok(())
    }
}

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD_LENIENT: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE_LENIENT: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

impl Encode for Bytes {
    fn encode(&self, out: &mut Encoder) {
        let start = out.out.len() + 1;
        let length = self.len().div_ceil(3) * 4;
        out.out.resize(start + length, b'"');
        STANDARD
            .encode_slice(self, &mut out.out[start..])
            .expect("four characters were made room for, for every three bytes");
        out.out.push(b'"');
    }
}

impl Decode for Bytes {
    fn blank() -> Self {
        Self::new()
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = input.parsed("a base64 string", |text| {
            let is_url_safe = text.bytes().any(|byte| matches!(byte, b'-' | b'_'));
            let alphabet = if is_url_safe { URL_SAFE_LENIENT } else { STANDARD_LENIENT };
            alphabet.decode(text).ok().map(Self::from)
        })?;
        Ok(())
    }
}

impl Encode for Uuid {
    fn encode(&self, out: &mut Encoder) {
        out.plain_string(self.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
    }
}

impl Decode for Uuid {
    fn blank() -> Self {
        Self::nil()
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = input.parsed("a uuid of 32 hex digits", parse_uuid)?;
        Ok(())
    }
}

/// Hyphenated or not, in any case; no braces and no `urn:uuid:`.
pub(super) fn parse_uuid(text: &str) -> Option<Uuid> {
    if matches!(text.len(), 32 | 36) { Uuid::try_parse(text).ok() } else { None }
}

impl Decoder<'_> {
    /// Reads a string that stands for a value.
    pub(super) fn parsed<T>(&mut self, expected: &'static str, parse: fn(&str) -> Option<T>) -> Result<T, DecodeError> {
        let start = self.start();
        let text = self.string(&expected)?;
        parse(&text).ok_or_else(|| self.invalid(start, DecodeErrorKind::Value, &expected))
    }
}
