//! Durations: ISO 8601, written in days, hours, minutes and seconds; read also in years of 365 days, months of 30 and
//! weeks, as pydantic writes them.

use jiff::SignedDuration;

use super::calendar::write_fraction;
use super::check::Limit;
use super::decoder::{Decode, Decoder};
use super::encoder::{Encode, Encoder};
use super::error::DecodeError;

const NANOSECONDS: i128 = 1_000_000_000;
const DAY: i128 = 86_400;

impl Encode for SignedDuration {
    fn encode(&self, out: &mut Encoder) {
        let json = &mut out.out;
        json.push(b'"');
        write(json, *self);
        json.push(b'"');
    }
}

impl Decode for SignedDuration {
    fn blank() -> Self {
        Self::ZERO
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = input.parsed("an ISO 8601 duration", parse)?;
        Ok(())
    }
}

impl Limit for SignedDuration {
    fn show(self) -> String {
        let mut text = Vec::new();
        write(&mut text, self);
        String::from_utf8_lossy(&text).into_owned()
    }
}

fn write(json: &mut Vec<u8>, duration: SignedDuration) {
    if duration.is_negative() {
        json.push(b'-');
    }
    json.push(b'P');
    let seconds = duration.as_secs().unsigned_abs();
    let nanoseconds = duration.subsec_nanos().unsigned_abs();
    let days = seconds / 86_400;
    if days > 0 {
        write_part(json, days, b'D');
    }
    if days > 0 && seconds.is_multiple_of(86_400) && nanoseconds == 0 {
        return;
    }
    json.push(b'T');
    let parts = [(seconds / 3_600 % 24, b'H'), (seconds / 60 % 60, b'M')];
    for (number, unit) in parts.into_iter().filter(|(number, _)| *number > 0) {
        write_part(json, number, unit);
    }
    if !seconds.is_multiple_of(60) || nanoseconds > 0 || json.ends_with(b"T") {
        json.extend_from_slice(itoa::Buffer::new().format(seconds % 60).as_bytes());
        write_fraction(json, nanoseconds);
        json.push(b'S');
    }
}

fn write_part(json: &mut Vec<u8>, number: u64, unit: u8) {
    json.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    json.push(unit);
}

/// Units in the order in which they may stand, before and after the `T`, with their seconds.
const DATE_UNITS: [(u8, i128); 4] = [(b'Y', 365 * DAY), (b'M', 30 * DAY), (b'W', 7 * DAY), (b'D', DAY)];
const TIME_UNITS: [(u8, i128); 3] = [(b'H', 3_600), (b'M', 60), (b'S', 1)];

fn parse(text: &str) -> Option<SignedDuration> {
    let (sign, text) = match text.as_bytes() {
        [b'-', ..] => (-1, &text[1..]),
        [b'+', ..] => (1, &text[1..]),
        _ => (1, text),
    };
    let text = text.strip_prefix('P')?;
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut total = 0;
    match time {
        Some(time) => {
            if !date.is_empty() {
                total += parts(date, &DATE_UNITS, Fraction::Refused)?;
            }
            total += parts(time, &TIME_UNITS, Fraction::OfTheLast)?;
        }
        None => total += parts(date, &DATE_UNITS, Fraction::OfTheLast)?,
    }
    let total = sign * total;
    let seconds = i64::try_from(total / NANOSECONDS).ok()?;
    let nanoseconds = i32::try_from(total % NANOSECONDS).ok()?;
    Some(SignedDuration::new(seconds, nanoseconds))
}

#[derive(Clone, Copy, PartialEq)]
enum Fraction {
    Refused,
    /// The last part may have one of at most nine digits.
    OfTheLast,
}

/// The nanoseconds of one part or more, each unit once, in order.
fn parts(text: &str, units: &[(u8, i128)], fraction: Fraction) -> Option<i128> {
    let mut total: i128 = 0;
    let mut units = units.iter();
    let mut rest = text;
    loop {
        let end = rest.find(|character: char| character.is_ascii_alphabetic())?;
        let (number, unit) = (&rest[..end], rest.as_bytes()[end]);
        rest = &rest[end + 1..];
        let (_, seconds) = units.find(|(name, _)| *name == unit)?;
        let (whole, part) = match number.split_once('.') {
            Some((whole, part)) if fraction == Fraction::OfTheLast && rest.is_empty() => (whole, part_of_one(part)?),
            Some(_) => return None,
            None => (number, 0),
        };
        total += i128::from(natural(whole)?) * seconds * NANOSECONDS + part * seconds;
        if rest.is_empty() {
            return Some(total);
        }
    }
}

/// A fraction in billionths.
fn part_of_one(digits: &str) -> Option<i128> {
    let missing = 9_u32.checked_sub(u32::try_from(digits.len()).ok()?)?;
    Some(i128::from(natural(digits)?) * 10_i128.pow(missing))
}

fn natural(digits: &str) -> Option<u64> {
    let is_natural = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_natural { digits.parse().ok() } else { None }
}
