//! Instants, civil dates and times: RFC 3339, years 0000 to 9999, at most nanoseconds.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use super::decoder::{Decode, Decoder};
use super::encoder::{Encode, Encoder, Key};
use super::error::DecodeError;

impl Encode for Timestamp {
    fn encode(&self, out: &mut Encoder) {
        let utc = Offset::UTC.to_datetime(*self);
        out.dated(utc.date(), |json| {
            json.push(b'T');
            write_time(json, utc.time());
            json.push(b'Z');
        });
    }
}

impl Decode for Timestamp {
    fn blank() -> Self {
        Self::UNIX_EPOCH
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = input.parsed("an RFC 3339 date and time with an offset", parse_timestamp)?;
        Ok(())
    }
}

impl Encode for DateTime {
    fn encode(&self, out: &mut Encoder) {
        out.dated(self.date(), |json| {
            json.push(b'T');
            write_time(json, self.time());
        });
    }
}

impl Decode for DateTime {
    fn blank() -> Self {
        Self::constant(1970, 1, 1, 0, 0, 0, 0)
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = input.parsed("a date and time without an offset", parse_datetime)?;
        Ok(())
    }
}

impl Encode for Date {
    fn encode(&self, out: &mut Encoder) {
        out.dated(*self, |_| {});
    }
}

impl Decode for Date {
    fn blank() -> Self {
        Self::constant(1970, 1, 1)
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = input.parsed("a date (YYYY-MM-DD)", parse_date)?;
        Ok(())
    }
}

impl Key for Date {
    const EXPECTED: &'static str = "a date (YYYY-MM-DD)";

    fn parse_key(text: &str) -> Option<Self> {
        parse_date(text)
    }
}

impl Encode for Time {
    fn encode(&self, out: &mut Encoder) {
        let json = &mut out.out;
        json.push(b'"');
        write_time(json, *self);
        json.push(b'"');
    }
}

impl Decode for Time {
    fn blank() -> Self {
        Self::midnight()
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = input.parsed("a time (hh:mm:ss) without an offset", parse_time)?;
        Ok(())
    }
}

impl Encoder {
    /// Writes a string that begins with a date, if RFC 3339 has the year.
    fn dated(&mut self, date: Date, write_rest: impl FnOnce(&mut Vec<u8>)) {
        let Ok(year) = u32::try_from(date.year()) else {
            self.fail(format!("expected a year from 0 to 9999, found {}", date.year()));
            return;
        };
        let json = &mut self.out;
        json.push(b'"');
        write_digits(json, year, 4);
        for part in [date.month(), date.day()] {
            json.push(b'-');
            write_digits(json, part.unsigned_abs().into(), 2);
        }
        write_rest(json);
        json.push(b'"');
    }
}

fn write_time(json: &mut Vec<u8>, time: Time) {
    write_digits(json, time.hour().unsigned_abs().into(), 2);
    for part in [time.minute(), time.second()] {
        json.push(b':');
        write_digits(json, part.unsigned_abs().into(), 2);
    }
    write_fraction(json, time.subsec_nanosecond().unsigned_abs());
}

/// Writes nanoseconds as a fraction of a second, without trailing zeros, or nothing.
pub(super) fn write_fraction(json: &mut Vec<u8>, nanoseconds: u32) {
    if nanoseconds > 0 {
        json.push(b'.');
        write_digits(json, nanoseconds, 9);
        while json.last() == Some(&b'0') {
            json.pop();
        }
    }
}

fn write_digits(json: &mut Vec<u8>, mut number: u32, width: usize) {
    let start = json.len();
    json.resize(start + width, b'0');
    for digit in json[start..].iter_mut().rev() {
        *digit += (number % 10) as u8;
        number /= 10;
    }
}

fn parse_timestamp(text: &str) -> Option<Timestamp> {
    let mut scanner = Scanner { rest: text.as_bytes() };
    let date = scanner.date()?;
    scanner.one_of(b"Tt ")?;
    let (time, is_leap) = scanner.time()?;
    let offset = scanner.offset()?;
    scanner.end()?;
    let instant = offset.to_timestamp(DateTime::from_parts(date, time)).ok()?;
    let utc = Offset::UTC.to_datetime(instant);
    // A leap second ends a day in UTC. No type here has one: it is read as the second before.
    let is_sound = utc.year() >= 0 && (!is_leap || (utc.hour(), utc.minute()) == (23, 59));
    is_sound.then_some(instant)
}

fn parse_datetime(text: &str) -> Option<DateTime> {
    let mut scanner = Scanner { rest: text.as_bytes() };
    let date = scanner.date()?;
    scanner.one_of(b"Tt ")?;
    let (time, is_leap) = scanner.time()?;
    scanner.end()?;
    (!is_leap).then(|| DateTime::from_parts(date, time))
}

fn parse_date(text: &str) -> Option<Date> {
    let mut scanner = Scanner { rest: text.as_bytes() };
    let date = scanner.date()?;
    scanner.end()?;
    Some(date)
}

fn parse_time(text: &str) -> Option<Time> {
    let mut scanner = Scanner { rest: text.as_bytes() };
    let (time, is_leap) = scanner.time()?;
    scanner.end()?;
    (!is_leap).then_some(time)
}

struct Scanner<'a> {
    rest: &'a [u8],
}

impl Scanner<'_> {
    fn date(&mut self) -> Option<Date> {
        let year = self.digits(4)?;
        self.one_of(b"-")?;
        let month = self.digits(2)?;
        self.one_of(b"-")?;
        let day = self.digits(2)?;
        Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    }

    /// The time, and whether it is a leap second.
    fn time(&mut self) -> Option<(Time, bool)> {
        let hour = self.digits(2)?;
        self.one_of(b":")?;
        let minute = self.digits(2)?;
        self.one_of(b":")?;
        let second = self.digits(2)?;
        let nanosecond = if self.one_of(b".").is_some() { self.fraction()? } else { 0 };
        let is_leap = second == 60;
        let second = if is_leap { 59 } else { second };
        let [hour, minute, second] = [hour, minute, second].map(|part| i8::try_from(part).unwrap_or(i8::MAX));
        let time = Time::new(hour, minute, second, i32::try_from(nanosecond).ok()?).ok()?;
        Some((time, is_leap))
    }

    fn offset(&mut self) -> Option<Offset> {
        let sign = match self.one_of(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(Offset::UTC),
        };
        let hours = self.digits(2)?;
        self.one_of(b":")?;
        let minutes = self.digits(2)?;
        if hours > 23 || minutes > 59 {
            return None;
        }
        Offset::from_seconds(sign * i32::try_from(hours * 3_600 + minutes * 60).ok()?).ok()
    }

    /// A fraction of one to nine digits, in billionths.
    fn fraction(&mut self) -> Option<u32> {
        let count = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if !(1..=9).contains(&count) {
            return None;
        }
        let fraction = self.digits(count)?;
        Some(fraction * 10_u32.pow(9 - u32::try_from(count).ok()?))
    }

    fn digits(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        digits.iter().try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')))
    }

    fn one_of(&mut self, bytes: &[u8]) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        bytes.contains(first).then(|| {
            self.rest = rest;
            *first
        })
    }

    fn end(&self) -> Option<()> {
        self.rest.is_empty().then_some(())
    }
}
