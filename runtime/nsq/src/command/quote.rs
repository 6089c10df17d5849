//! Names as nsqd shows them in its error texts.

/// Appends text in double quotes as Go's `%q` writes it.
pub(super) fn quote(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            push(character, out);
        }
        for byte in chunk.invalid() {
            out.extend(format!("\\x{byte:02x}").bytes());
        }
    }
    out.push(b'"');
}

fn push(character: char, out: &mut Vec<u8>) {
    match character {
        '"' | '\\' => out.extend([b'\\', character as u8]),
        '\x07' => out.extend(b"\\a"),
        '\x08' => out.extend(b"\\b"),
        '\x0c' => out.extend(b"\\f"),
        '\n' => out.extend(b"\\n"),
        '\r' => out.extend(b"\\r"),
        '\t' => out.extend(b"\\t"),
        '\x0b' => out.extend(b"\\v"),
        '\0'..' ' | '\x7f' => out.extend(format!("\\x{:02x}", u32::from(character)).bytes()),
        _ if is_printable(character) => out.extend(character.encode_utf8(&mut [0; 4]).bytes()),
        '\0'..='\u{ffff}' => out.extend(format!("\\u{:04x}", u32::from(character)).bytes()),
        _ => out.extend(format!("\\U{:08x}", u32::from(character)).bytes()),
    }
}

/// What Rust leaves as it is inside a string, Go does too: both follow Unicode's categories.
fn is_printable(character: char) -> bool {
    character == '\'' || ['a', character].iter().collect::<String>().escape_debug().nth(1) == Some(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_as_go_does() {
        for (text, quoted) in [
            (&b"plain 'x'"[..], r#""plain 'x'""#),
            (b"a\"\\\n\t\x00\x7f\x1b", r#""a\"\\\n\t\x00\x7f\x1b""#),
            ("é 世 \u{301}".as_bytes(), "\"é 世 \u{301}\""),
            ("\u{a0}\u{200b}\u{e000}\u{10ffff}".as_bytes(), r#""\u00a0\u200b\ue000\U0010ffff""#),
            (b"\xff\xc3(", r#""\xff\xc3(""#),
        ] {
            let mut out = Vec::new();
            quote(text, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), quoted);
        }
    }
}
