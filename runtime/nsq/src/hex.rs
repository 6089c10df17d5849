//! Ids as text: lower-case hex digits, eight of them at a time.

/// The digits of a number, as ASCII.
#[must_use]
pub fn digits(value: u64) -> [u8; 16] {
    let mut digits = [0; 16];
    let (high, low) = digits.split_at_mut(8);
    high.copy_from_slice(&write((value >> 32) as u32).to_be_bytes());
    low.copy_from_slice(&write(value as u32).to_be_bytes());
    digits
}

/// The number that these digits write; `None` where one of them is no lower-case hex digit.
#[must_use]
pub fn parse(digits: &[u8; 16]) -> Option<u64> {
    let (eights, _) = digits.as_chunks();
    let [high, low] = [read(u64::from_be_bytes(eights[0])), read(u64::from_be_bytes(eights[1]))];
    let are_digits = high.is_sound & low.is_sound;
    are_digits.then_some(u64::from(high.value) << 32 | u64::from(low.value))
}

/// The same byte eight times.
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// What lies between the digit that would follow `9` and `a`.
const GAP: u8 = b'a' - b'0' - 10;

/// Nibbles are moved apart, and those above nine go on at `a`.
fn write(value: u32) -> u64 {
    let mut nibbles = u64::from(value);
    nibbles = (nibbles << 16 | nibbles) & 0x0000_ffff_0000_ffff;
    nibbles = (nibbles << 8 | nibbles) & 0x00ff_00ff_00ff_00ff;
    nibbles = (nibbles << 4 | nibbles) & each(0x0f);
    nibbles + each(b'0') + above_nine(nibbles) * u64::from(GAP)
}

/// One for each of these nibbles that is a letter.
fn above_nine(nibbles: u64) -> u64 {
    (nibbles + each(6)) >> 4 & each(1)
}

struct Eight {
    value: u32,
    is_sound: bool,
}

/// What eight digits say.
#[expect(clippy::cast_possible_truncation, reason = "eight nibbles were moved together")]
fn read(digits: u64) -> Eight {
    // Letters have this bit, and what is left of them without the gap follows `9`.
    let letters = digits >> 6 & each(1);
    let gapless = digits.wrapping_sub(letters * u64::from(GAP));
    let mut nibbles = gapless & each(0x0f);
    let is_sound = (gapless & each(0xf0) ^ each(b'0')) | (above_nine(nibbles) ^ letters) == 0;
    nibbles = (nibbles >> 4 | nibbles) & 0x00ff_00ff_00ff_00ff;
    nibbles = (nibbles >> 8 | nibbles) & 0x0000_ffff_0000_ffff;
    Eight { value: (nibbles >> 16 | nibbles) as u32, is_sound }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn digits_and_back(value: u64) {
            let text = format!("{value:016x}");
            prop_assert_eq!(&digits(value)[..], text.as_bytes());
            prop_assert_eq!(parse(&digits(value)), Some(value));
        }
    }

    #[test]
    fn no_other_byte_is_a_digit_wherever_it_stands() {
        for at in 0..16 {
            for byte in 0..=u8::MAX {
                let mut text = *b"0123456789abcdef";
                text[at] = byte;
                assert_eq!(
                    parse(&text).is_some(),
                    matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
                    "{}",
                    text.escape_ascii()
                );
            }
        }
    }
}
