//! Values whose JSON is a string: read as people may write them, kept in their canonical form.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const NANOSECONDS: i128 = 1_000_000_000;

/// Nanoseconds of a literal such as `-250ms`; `Err` says what is wrong.
pub(super) fn duration_literal(text: &str) -> Result<i128, String> {
    let (number, unit) = if let Some(number) = text.strip_suffix("ms") {
        (number, NANOSECONDS / 1_000)
    } else if let Some(number) = text.strip_suffix('s') {
        (number, NANOSECONDS)
    } else if let Some(number) = text.strip_suffix('m') {
        (number, 60 * NANOSECONDS)
    } else if let Some(number) = text.strip_suffix('h') {
        (number, 3_600 * NANOSECONDS)
    } else {
        return Err(format!("\"{text}\" is no duration"));
    };
    let nanoseconds = number.parse::<i64>().ok().map(|number| i128::from(number) * unit);
    nanoseconds.ok_or_else(|| format!("\"{text}\" is too long for a duration")).and_then(in_range)
}

/// Nanoseconds of an ISO 8601 duration, `[+-]P[nY][nM][nW][nD][T[nH][nM][nS]]`, a year of 365 and a month of 30 days.
pub(crate) fn duration(text: &str) -> Result<i128, String> {
    let wrong = || match duration_literal(text) {
        Ok(nanoseconds) => {
            let iso = duration_text(nanoseconds);
            format!("\"{text}\" is no ISO 8601 duration: write {text} without quotes, or \"{iso}\"")
        }
        Err(_) => format!("\"{text}\" is no ISO 8601 duration, as in \"PT1H30M\""),
    };
    let (negative, rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let rest = rest.strip_prefix('P').ok_or_else(wrong)?;
    let (date, time) = match rest.split_once('T') {
        Some((_, "")) => return Err(wrong()),
        Some((date, time)) => (date, time),
        None => (rest, ""),
    };
    if date.is_empty() && time.is_empty() {
        return Err(wrong());
    }
    let day = 86_400 * NANOSECONDS;
    let date = parts(date, &[('Y', 365 * day), ('M', 30 * day), ('W', 7 * day), ('D', day)], time.is_empty());
    let time = parts(time, &[('H', 3_600 * NANOSECONDS), ('M', 60 * NANOSECONDS), ('S', NANOSECONDS)], true);
    let (date, time) = (date.ok_or_else(wrong)?, time.ok_or_else(wrong)?);
    let sum = date.checked_add(time).ok_or_else(wrong)?;
    in_range(if negative { -sum } else { sum })
}

/// What a `timedelta` of Python holds: less than a thousand million days.
fn in_range(nanoseconds: i128) -> Result<i128, String> {
    const DAYS: i128 = 999_999_999;
    if (nanoseconds / (86_400 * NANOSECONDS)).abs() <= DAYS {
        Ok(nanoseconds)
    } else {
        Err("the duration is longer than 999999999 days, the most that Python holds".to_owned())
    }
}

/// The sum of `nX` parts in the order of their units; the last may have a fraction, where what is read `ends` with it.
fn parts(mut text: &str, units: &[(char, i128)], ends: bool) -> Option<i128> {
    let mut sum = 0_i128;
    let mut units = units.iter();
    while !text.is_empty() {
        let end = text.find(|char: char| !char.is_ascii_digit() && char != '.')?;
        let (number, rest) = text.split_at(end);
        let letter = rest.chars().next()?;
        text = &rest[letter.len_utf8()..];
        let (_, unit) = units.find(|(unit, _)| *unit == letter)?;
        let (whole, fraction) = match number.split_once('.') {
            Some((whole, fraction)) if ends && text.is_empty() && (1..=9).contains(&fraction.len()) => {
                (whole, fraction)
            }
            Some(_) => return None,
            None => (number, ""),
        };
        let whole: i64 = whole.parse().ok()?;
        let fraction: i128 = if fraction.is_empty() { 0 } else { format!("{fraction:0<9}").parse().ok()? };
        let fraction = fraction * (unit / NANOSECONDS);
        sum = sum.checked_add(i128::from(whole).checked_mul(*unit)?)?.checked_add(fraction)?;
    }
    Some(sum)
}

/// ISO 8601 with D, H, M and S, as a duration is written: `P1DT2H3M4.5S`, `PT0S`, `-PT5S`.
pub(super) fn duration_text(nanoseconds: i128) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let nanoseconds = nanoseconds.unsigned_abs();
    let (seconds, fraction) = (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000);
    let (days, hours, minutes, seconds) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    let mut text = format!("{sign}P");
    if days > 0 {
        text += &format!("{days}D");
    }
    if days == 0 || hours + minutes + seconds + fraction > 0 {
        text.push('T');
    }
    if hours > 0 {
        text += &format!("{hours}H");
    }
    if minutes > 0 {
        text += &format!("{minutes}M");
    }
    if fraction > 0 {
        text += format!("{seconds}.{fraction:09}").trim_end_matches('0');
        text.push('S');
    } else if seconds > 0 || text.ends_with('T') {
        text += &format!("{seconds}S");
    }
    text
}

/// A UUID, hyphenated or as 32 hex digits.
pub(super) fn uuid(text: &str) -> Result<String, String> {
    let bytes = text.as_bytes();
    let shape = match bytes.len() {
        36 => [8, 13, 18, 23].iter().all(|at| bytes[*at] == b'-'),
        32 => true,
        _ => false,
    };
    let digits: String = text.chars().filter(|char| *char != '-').map(|char| char.to_ascii_lowercase()).collect();
    if !shape || digits.len() != 32 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(format!("\"{text}\" is no UUID, as in \"67e55044-10b1-426f-9247-bb680e5fe0c8\""));
    }
    Ok([&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-"))
}

/// `0001-01-01T00:00:00Z`.
const FIRST_INSTANT: jiff::Timestamp = jiff::Timestamp::constant(-62_135_596_800, 0);

/// An instant, RFC 3339 with its offset, in UTC.
pub(super) fn timestamp(text: &str) -> Result<String, String> {
    let wrong = || format!("\"{text}\" is no timestamp, as in \"2025-01-31T12:30:00Z\"");
    let (civil, offset) = match text.strip_suffix(['Z', 'z']) {
        Some(civil) => (civil, "Z"),
        None if text.len() > 6 && text.is_char_boundary(text.len() - 6) => text.split_at(text.len() - 6),
        None => return Err(wrong()),
    };
    let offset_is_fine = offset == "Z"
        || (fits(offset, "+00:00") && offset[1..3] < *"24" && offset[4..] < *"60")
        || (fits(offset, "-00:00") && offset[1..3] < *"24" && offset[4..] < *"60");
    if !is_civil(civil) || !offset_is_fine {
        return Err(wrong());
    }
    let date_time: jiff::civil::DateTime = format!("{}T{}", &civil[..10], &civil[11..]).parse().map_err(|_| wrong())?;
    let Ok(instant) = format!("{date_time}{offset}").parse::<jiff::Timestamp>() else {
        return Err(format!("\"{text}\" is no instant that every target holds: they end with 9999-12-30T22:00:00Z"));
    };
    if instant < FIRST_INSTANT {
        return Err(format!("\"{text}\" is before the year 1 in UTC: Python knows no such instant"));
    }
    Ok(instant.to_string())
}

/// A date and a time without an offset.
pub(super) fn datetime(text: &str) -> Result<String, String> {
    let wrong = || format!("\"{text}\" is no date-time without an offset, as in \"2025-01-31T12:30:00\"");
    if !is_civil(text) {
        return Err(wrong());
    }
    let civil: jiff::civil::DateTime = format!("{}T{}", &text[..10], &text[11..]).parse().map_err(|_| wrong())?;
    Ok(civil.to_string())
}

/// A day.
pub(super) fn date(text: &str) -> Result<String, String> {
    let wrong = || format!("\"{text}\" is no date, as in \"2025-01-31\"");
    if !is_date(text) {
        return Err(wrong());
    }
    let date: jiff::civil::Date = text.parse().map_err(|_| wrong())?;
    Ok(date.to_string())
}

/// A time of day.
pub(super) fn time(text: &str) -> Result<String, String> {
    let wrong = || format!("\"{text}\" is no time of day, as in \"12:30:00\"");
    if !is_time(text) {
        return Err(wrong());
    }
    let time: jiff::civil::Time = text.parse().map_err(|_| wrong())?;
    Ok(time.to_string())
}

/// A decimal of at most 28 significant digits and 28 decimals, trailing zeros kept, without an exponent.
pub(super) fn decimal(text: &str) -> Result<String, String> {
    let wrong = || format!("\"{text}\" is no decimal, as in \"12.50\"");
    let (negative, rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| wrong())?),
        None => (rest, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) || whole.is_empty() || mantissa.ends_with('.') {
        return Err(wrong());
    }
    let too_long = || format!("\"{text}\" has more than 28 significant digits or decimals");
    let mut digits = [whole, fraction].concat();
    let mut scale = i64::try_from(fraction.len()).map_err(|_| too_long())? - i64::from(exponent);
    let significant = digits.trim_start_matches('0').len();
    if significant > 28 || !(-28..=28).contains(&scale) {
        return Err(too_long());
    }
    while scale < 0 {
        digits.push('0');
        scale += 1;
    }
    let digits = digits.trim_start_matches('0');
    if digits.len() > 28 {
        return Err(too_long());
    }
    let scale = scale as usize;
    let digits = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if negative && digits.bytes().any(|digit| digit != b'0') { "-" } else { "" };
    Ok(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

/// Base64 of the standard or the URL-safe alphabet, padded or not.
pub(super) fn bytes(text: &str) -> Result<Vec<u8>, String> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let url_safe = text.contains(['-', '_']);
    let alphabet = if url_safe { &alphabet::URL_SAFE } else { &alphabet::STANDARD };
    GeneralPurpose::new(alphabet, config).decode(text).map_err(|_| format!("\"{text}\" is no base64 text"))
}

fn is_civil(text: &str) -> bool {
    text.is_ascii()
        && text.len() >= 19
        && matches!(text.as_bytes()[10], b'T' | b't' | b' ')
        && is_date(&text[..10])
        && is_time(&text[11..])
}

/// `YYYY-MM-DD`, from the year 1: Python knows no other.
fn is_date(text: &str) -> bool {
    fits(text, "0000-00-00") && &text[..4] != "0000"
}

/// `HH:MM:SS`, perhaps with up to nine decimals; there is no leap second.
fn is_time(text: &str) -> bool {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, fraction),
        None => (text, "0"),
    };
    fits(whole, "00:00:00")
        && &whole[6..] < "60"
        && (1..=9).contains(&fraction.len())
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text has digits where the shape has `0`, and the shape's own characters elsewhere.
fn fits(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text
            .bytes()
            .zip(shape.bytes())
            .all(|(byte, shape)| if shape == b'0' { byte.is_ascii_digit() } else { byte == shape })
}

#[cfg(test)]
mod tests;
