//! The casings of names, by heck; a name that need not be taken apart for its casing is not.

use heck::{ToLowerCamelCase as _, ToShoutySnakeCase as _, ToSnakeCase as _, ToUpperCamelCase as _};

/// `home_town`.
pub(crate) fn snake(name: &str) -> String {
    if is_snake(name) { name.to_owned() } else { name.to_snake_case() }
}

/// `HOME_TOWN`.
pub(crate) fn shouty_snake(name: &str) -> String {
    if is_snake(name) { name.to_ascii_uppercase() } else { name.to_shouty_snake_case() }
}

/// `HomeTown`.
pub(crate) fn upper_camel(name: &str) -> String {
    if !has_plain_words(name) {
        return name.to_upper_camel_case();
    }
    let mut camel = String::with_capacity(name.len());
    let mut is_first = true;
    for byte in name.bytes() {
        if byte != b'_' {
            let byte = if is_first { byte.to_ascii_uppercase() } else { byte };
            camel.push(char::from(byte));
        }
        is_first = byte == b'_';
    }
    camel
}

/// `homeTown`.
pub(crate) fn lower_camel(name: &str) -> String {
    let is_one_word = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'));
    if is_one_word { name.to_owned() } else { name.to_lower_camel_case() }
}

/// Whether it is in snake case: lower case letters and digits, with one `_` between words.
pub(crate) fn is_snake(name: &str) -> bool {
    let mut after_underscore = true;
    for byte in name.bytes() {
        let fits = match byte {
            b'a'..=b'z' | b'0'..=b'9' => true,
            b'_' => !after_underscore,
            _ => false,
        };
        if !fits {
            return false;
        }
        after_underscore = byte == b'_';
    }
    !after_underscore
}

/// Whether each upper case letter in it begins a word: it follows a `_`, or a word that ended in lower case.
fn has_plain_words(name: &str) -> bool {
    let mut may_begin = true;
    let mut before = b'_';
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'_' => may_begin = true,
            // A digit has the case of the word before it, and none where it is the first of its word.
            b'0'..=b'9' => may_begin &= before != b'_',
            b'A'..=b'Z' if may_begin => may_begin = false,
            _ => return false,
        }
        before = byte;
    }
    true
}

#[cfg(test)]
mod tests {
    use heck::{ToLowerCamelCase, ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn every_name_gets_the_casing_that_heck_gives_it(name in "[a-zA-Z]([a-cA-C0-1]|_{1,2}){0,6}") {
            prop_assert_eq!(super::snake(&name), name.to_snake_case());
            prop_assert_eq!(super::shouty_snake(&name), name.to_shouty_snake_case());
            prop_assert_eq!(super::upper_camel(&name), name.to_upper_camel_case());
            prop_assert_eq!(super::lower_camel(&name), name.to_lower_camel_case());
        }
    }
}
