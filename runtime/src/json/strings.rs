//! JSON strings: where plain text ends, and how the rest is escaped.

use std::borrow::Cow;

/// The index of the first byte from `start` on that a JSON string cannot hold as it is: a quote, a backslash or a control
/// character. The length of the text when there is none.
pub(super) fn plain_until(text: &[u8], start: usize) -> usize {
    let mut index = start;
    while let Some(word) = text.get(index..index + 8) {
        let word = u64::from_le_bytes([word[0], word[1], word[2], word[3], word[4], word[5], word[6], word[7]]);
        let special = special_bytes(word);
        if special != 0 {
            return index + special.trailing_zeros() as usize / 8;
        }
        index += 8;
    }
    while index < text.len() && !is_special(text[index]) {
        index += 1;
    }
    index
}

fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// The high bit of each byte that is special, exact up to and with the first of them.
fn special_bytes(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES * 0x80;
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    let quote = quote.wrapping_sub(ONES) & !quote;
    let backslash = backslash.wrapping_sub(ONES) & !backslash;
    (control | quote | backslash) & HIGH
}

/// Appends the text as a JSON string.
pub(crate) fn write_string(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    let mut start = 0;
    loop {
        let end = plain_until(bytes, start);
        out.extend_from_slice(&bytes[start..end]);
        let Some(&special) = bytes.get(end) else {
            break;
        };
        write_escape(out, special);
        start = end + 1;
    }
    out.push(b'"');
}

fn write_escape(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' => b'"',
        b'\\' => b'\\',
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        _ => {
            out.extend_from_slice(b"\\u00");
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Reads the string that a text begins with, behind its opening quote, and gives the index behind the closing one. `None`
/// where it is none; one without escapes is borrowed.
pub(crate) fn read_string(text: &[u8]) -> Option<(Cow<'_, str>, usize)> {
    let mut end = plain_until(text, 0);
    let plain = std::str::from_utf8(&text[..end]).ok()?;
    if text.get(end) == Some(&b'"') {
        return Some((Cow::Borrowed(plain), end + 1));
    }
    let mut string = string_of(plain, text.len() - end);
    while text.get(end)? == &b'\\' {
        let start = read_escape(text, end, &mut string).ok()?;
        end = plain_until(text, start);
        string.push_str(std::str::from_utf8(&text[start..end]).ok()?);
    }
    (text[end] == b'"').then_some((Cow::Owned(string), end + 1))
}

/// A string that begins so, in a text of which so much is left. What is left of an envelope is mostly this string, so one
/// allocation is nearly always enough.
pub(super) fn string_of(start: &str, left: usize) -> String {
    let mut string = String::with_capacity(start.len() + left.min(1024));
    string.push_str(start);
    string
}

/// Why an escape cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadEscape {
    /// No escape of JSON.
    Malformed,
    /// Half of a surrogate pair.
    LoneSurrogate,
}

/// Reads the escape whose backslash stands at `start`, appends its character, and gives the index behind it.
pub(super) fn read_escape(text: &[u8], start: usize, out: &mut String) -> Result<usize, BadEscape> {
    let character = match text.get(start + 1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return read_unicode_escape(text, start, out),
        _ => return Err(BadEscape::Malformed),
    };
    out.push(character);
    Ok(start + 2)
}

fn read_unicode_escape(text: &[u8], start: usize, out: &mut String) -> Result<usize, BadEscape> {
    let first = hex4(text, start + 2)?;
    if !(0xd800..0xe000).contains(&first) {
        out.push(char::from_u32(first).ok_or(BadEscape::LoneSurrogate)?);
        return Ok(start + 6);
    }
    if first >= 0xdc00 || text.get(start + 6..start + 8) != Some(b"\\u") {
        return Err(BadEscape::LoneSurrogate);
    }
    let second = hex4(text, start + 8)?;
    if !(0xdc00..0xe000).contains(&second) {
        return Err(BadEscape::LoneSurrogate);
    }
    let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
    out.push(char::from_u32(code).ok_or(BadEscape::LoneSurrogate)?);
    Ok(start + 12)
}

fn hex4(text: &[u8], start: usize) -> Result<u32, BadEscape> {
    let digits = text.get(start..start + 4).ok_or(BadEscape::Malformed)?;
    digits.iter().try_fold(0, |code, &digit| {
        let digit = char::from(digit).to_digit(16).ok_or(BadEscape::Malformed)?;
        Ok(code << 4 | digit)
    })
}
