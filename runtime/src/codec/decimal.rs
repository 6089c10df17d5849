//! Decimals: strings of at most 28 significant digits and 28 decimals, whose trailing zeros count.

use std::io::Write;

use rust_decimal::Decimal;

use super::decoder::{Decode, Decoder};
use super::encoder::{Encode, Encoder};
use super::error::DecodeError;

const MAX_DIGITS: usize = 28;

impl Encode for Decimal {
    fn encode(&self, out: &mut Encoder) {
        if self.mantissa().unsigned_abs() >= 10_u128.pow(28) {
            out.fail(format!("expected at most {MAX_DIGITS} significant digits, found {self}"));
            return;
        }
        write!(out.out, "\"{self}\"").expect("a vector takes whatever is written");
    }
}

impl Decode for Decimal {
    fn blank() -> Self {
        Self::ZERO
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = input.parsed("a decimal string of at most 28 digits and 28 decimals", parse)?;
        Ok(())
    }
}

/// `-12.50`, or `1.25E-3`.
fn parse(text: &str) -> Option<Decimal> {
    let (is_negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent.parse::<i64>().ok()?),
        None => (text, 0),
    };
    let (whole, decimals) = match number.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (number, ""),
    };
    if whole.is_empty() {
        return None;
    }
    let mut mantissa: i128 = 0;
    for byte in whole.bytes().chain(decimals.bytes()) {
        mantissa = mantissa.checked_mul(10)?.checked_add(byte.is_ascii_digit().then(|| i128::from(byte - b'0'))?)?;
    }
    let mut scale = i64::try_from(decimals.len()).ok()?.checked_sub(exponent)?;
    if scale < 0 && mantissa != 0 {
        let zeros = u32::try_from(scale.unsigned_abs()).ok()?;
        mantissa = mantissa.checked_mul(10_i128.checked_pow(zeros)?)?;
    }
    scale = scale.max(0);
    if mantissa >= 10_i128.pow(28) {
        return None;
    }
    let mantissa = if is_negative { -mantissa } else { mantissa };
    Decimal::try_from_i128_with_scale(mantissa, u32::try_from(scale).ok()?).ok()
}
