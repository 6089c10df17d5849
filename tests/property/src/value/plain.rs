//! Values of the types that hold no other, each with what orders it among others of its type.

use fastrand::Rng;

use super::{Json, Precision};
use crate::contract::{Limits, PATTERNS, Plain};

/// What orders the values of a set's items or a map's keys: those of one type have one variant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    Number(i128),
    Text(String),
    Bytes(Vec<u8>),
}

/// A value within the limits.
pub(super) fn draw(rng: &mut Rng, plain: Plain, limits: Limits, precision: Precision) -> (Order, Json) {
    if let Some((least, greatest)) = plain.bounds() {
        let (least, greatest) = match limits.range {
            Some((min, max)) => (min.map_or(least, i128::from), max.map_or(greatest, i128::from)),
            None => (least, greatest),
        };
        let number = integer(rng, least, greatest);
        return (Order::Number(number), Json::raw(number));
    }
    match plain {
        Plain::Bool => {
            let value = rng.bool();
            (Order::Number(i128::from(value)), Json::raw(value))
        }
        Plain::Float32 => (Order::Number(0), float32(rng, limits)),
        Plain::Float64 => (Order::Number(0), float64(rng, limits)),
        Plain::Bytes => bytes(rng, limits),
        Plain::Uuid => same(uuid(rng)),
        Plain::Timestamp => {
            let text = format!("{}T{}", date(rng), time(rng, precision));
            (Order::Text(text.clone()), Json::text(text + "Z"))
        }
        Plain::Datetime => same(format!("{}T{}", date(rng), time(rng, precision))),
        Plain::Date => same(date(rng)),
        Plain::Time => same(time(rng, precision)),
        Plain::Duration => duration(rng, limits, precision),
        Plain::Decimal => decimal(rng, limits),
        Plain::Any => (Order::Number(0), anything(rng, 3)),
        _ => same(string(rng, limits)),
    }
}

fn same(text: String) -> (Order, Json) {
    (Order::Text(text.clone()), Json::Text(text))
}

fn integer(rng: &mut Rng, least: i128, greatest: i128) -> i128 {
    match rng.u8(..5) {
        0 => least,
        1 => greatest,
        2 => 0.clamp(least, greatest),
        3 => i128::from(rng.i8(..)).clamp(least, greatest),
        _ => rng.i128(least..=greatest),
    }
}

/// Bounds in whole numbers, for what has no bounds of its own.
fn whole(rng: &mut Rng, limits: Limits, beyond: i64) -> Option<i64> {
    let (min, max) = limits.range?;
    let low = min.unwrap_or_else(|| max.unwrap_or(0) - beyond);
    let high = max.unwrap_or(low + beyond);
    Some(rng.i64(low..=high))
}

fn float32(rng: &mut Rng, limits: Limits) -> Json {
    if let Some(whole) = whole(rng, limits, 1_000) {
        return Json::raw(format!("{whole}.0"));
    }
    let value = match rng.u8(..4) {
        0 => [0.0, -0.0, f32::MAX, f32::MIN_POSITIVE, 1e-45][rng.usize(..5)],
        1 => f32::from(rng.i16(..)),
        2 => rng.f32(),
        _ => Some(f32::from_bits(rng.u32(..))).filter(|value| value.is_finite()).unwrap_or(0.5),
    };
    Json::raw(serde_json::to_string(&value).expect("a number"))
}

fn float64(rng: &mut Rng, limits: Limits) -> Json {
    if let Some(whole) = whole(rng, limits, 1_000) {
        return Json::raw(format!("{whole}.0"));
    }
    let value = match rng.u8(..4) {
        0 => [0.0, -0.0, f64::MAX, f64::MIN_POSITIVE, 5e-324][rng.usize(..5)],
        1 => f64::from(rng.i32(..)),
        2 => rng.f64(),
        _ => Some(f64::from_bits(rng.u64(..))).filter(|value| value.is_finite()).unwrap_or(0.5),
    };
    Json::raw(serde_json::to_string(&value).expect("a number"))
}

const CHARACTERS: [char; 24] = [
    'a', 'Z', '0', ' ', '_', '-', '/', '\\', '"', '\'', '\n', '\r', '\t', '\u{8}', '\u{c}', '\0', '\u{1f}', '\u{7f}',
    '\u{85}', 'é', 'ࠀ', '\u{2028}', '\u{fffd}', '🦀',
];

fn string(rng: &mut Rng, limits: Limits) -> String {
    if let Some(pattern) = limits.pattern {
        let matching = PATTERNS[pattern].1;
        return matching[rng.usize(..matching.len())].to_owned();
    }
    let length = length(rng, limits, 10);
    (0..length).map(|_| CHARACTERS[rng.usize(..CHARACTERS.len())]).collect()
}

/// A length within the limits.
pub(super) fn length(rng: &mut Rng, limits: Limits, usual: usize) -> usize {
    let (min, max) = limits.length.unwrap_or_default();
    let min = min.unwrap_or(0);
    rng.usize(min..=max.unwrap_or(min + usual))
}

fn bytes(rng: &mut Rng, limits: Limits) -> (Order, Json) {
    let bytes: Vec<u8> = (0..length(rng, limits, 8)).map(|_| rng.u8(..)).collect();
    let json = Json::Text(base64(&bytes));
    (Order::Bytes(bytes), json)
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().enumerate().fold(0_u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for place in 0..4 {
            let digit = ALPHABET[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

fn uuid(rng: &mut Rng) -> String {
    let digits = format!("{:032x}", rng.u128(..));
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    parts.join("-")
}

/// From the year 1 to 9998: timestamps of the runtime end 26 hours before the year 10000.
fn date(rng: &mut Rng) -> String {
    let year = [1, 1969, 2024, 9998, rng.u32(1..=9998)][rng.usize(..5)];
    format!("{year:04}-{:02}-{:02}", rng.u32(1..=12), rng.u32(1..=28))
}

fn time(rng: &mut Rng, precision: Precision) -> String {
    let [hour, minute, second] = [rng.u32(..24), rng.u32(..60), rng.u32(..60)];
    format!("{hour:02}:{minute:02}:{second:02}{}", fraction(nanoseconds(rng, precision)))
}

fn nanoseconds(rng: &mut Rng, precision: Precision) -> u32 {
    let nanoseconds = [0, 120_000_000, 999_999_999, rng.u32(..1_000_000_000)][rng.usize(..4)];
    match precision {
        Precision::Nanoseconds => nanoseconds,
        Precision::Microseconds => nanoseconds / 1_000 * 1_000,
    }
}

fn fraction(nanoseconds: u32) -> String {
    if nanoseconds == 0 { String::new() } else { format!(".{nanoseconds:09}").trim_end_matches('0').to_owned() }
}

fn duration(rng: &mut Rng, limits: Limits, precision: Precision) -> (Order, Json) {
    const SECOND: i128 = 1_000_000_000;
    let total = match whole(rng, limits, 100_000) {
        Some(seconds) => i128::from(seconds) * SECOND,
        None => {
            let seconds = [0, 59, 3_600, 86_400, 90_061, rng.i64(..86_399_999_000_000)][rng.usize(..6)];
            let total =
                i128::from(seconds.abs() % 86_399_999_000_000) * SECOND + i128::from(nanoseconds(rng, precision));
            if rng.bool() { total } else { -total }
        }
    };
    (Order::Number(total), Json::Text(iso(total)))
}

fn iso(total: i128) -> String {
    let (seconds, nanoseconds) = (total.unsigned_abs() / 1_000_000_000, total.unsigned_abs() % 1_000_000_000);
    let mut text = String::from(if total < 0 { "-P" } else { "P" });
    let (days, hours, minutes, rest) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    if days > 0 {
        text += &format!("{days}D");
        if seconds.is_multiple_of(86_400) && nanoseconds == 0 {
            return text;
        }
    }
    text.push('T');
    for (number, unit) in [(hours, 'H'), (minutes, 'M')] {
        if number > 0 {
            text += &format!("{number}{unit}");
        }
    }
    if rest > 0 || nanoseconds > 0 || text.ends_with('T') {
        text += &format!("{rest}{}S", fraction(u32::try_from(nanoseconds).expect("less than a second")));
    }
    text
}

/// Ordered by 28 decimals, which numbers of more than ten digits before the point have not.
fn decimal(rng: &mut Rng, limits: Limits) -> (Order, Json) {
    let (mantissa, scale) = match whole(rng, limits, 1_000) {
        Some(whole) => (i128::from(whole) * 100, 2),
        None => {
            let digits = rng.u32(1..=28);
            let scale = rng.usize(digits.saturating_sub(10) as usize..=28);
            (rng.i128(-(10_i128.pow(digits) - 1)..10_i128.pow(digits)), scale)
        }
    };
    let digits = format!("{:0width$}", mantissa.unsigned_abs(), width = scale + 1);
    let (whole, decimals) = digits.split_at(digits.len() - scale);
    let sign = if mantissa < 0 { "-" } else { "" };
    let point = if scale == 0 { "" } else { "." };
    let more = 10_i128.pow(u32::try_from(28 - scale).expect("at most 28"));
    (Order::Number(mantissa * more), Json::Text(format!("{sign}{whole}{point}{decimals}")))
}

/// Objects have their keys in order: that is how `any` holds them.
fn anything(rng: &mut Rng, depth: usize) -> Json {
    match rng.u8(..if depth == 0 { 6 } else { 8 }) {
        0 => Json::null(),
        1 => Json::raw(rng.bool()),
        2 => Json::raw(rng.i64(..)),
        3 => Json::raw(rng.u64(..)),
        4 => float64(rng, Limits::default()),
        5 => Json::Text(string(rng, Limits::default())),
        6 => Json::Array((0..rng.usize(..4)).map(|_| anything(rng, depth - 1)).collect()),
        _ => {
            let mut members: Vec<(String, Json)> =
                (0..rng.usize(..4)).map(|_| (string(rng, Limits::default()), anything(rng, depth - 1))).collect();
            members.sort_by(|one, other| one.0.cmp(&other.0));
            members.dedup_by(|one, other| one.0 == other.0);
            Json::Object(members)
        }
    }
}
