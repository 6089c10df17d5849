//! Patterns of the integers between two bounds, as keys of objects write them.

/// What exactly the integers from `least` to `greatest` match, in decimal, without leading zeros; nothing where there is none.
pub(super) fn pattern_of_integers(least: i128, greatest: i128) -> String {
    let mut parts = Vec::new();
    if least < 0 {
        let from = if greatest < 0 { greatest.unsigned_abs() } else { 1 };
        parts.push(format!("-({})", naturals(from, least.unsigned_abs())));
    }
    if greatest >= 0 && least <= greatest {
        parts.push(naturals(least.max(0).unsigned_abs(), greatest.unsigned_abs()));
    }
    // An empty class matches no text at all.
    if parts.is_empty() || least > greatest { "[^\\s\\S]".to_owned() } else { format!("^({})$", parts.join("|")) }
}

/// Alternatives for the numbers of each count of digits.
fn naturals(from: u128, to: u128) -> String {
    let mut parts = Vec::new();
    let mut from = from;
    loop {
        let digits = from.to_string().len();
        let last = "9".repeat(digits).parse().unwrap_or(u128::MAX).min(to);
        parts.push(same_length(from.to_string().as_bytes(), last.to_string().as_bytes()));
        if last >= to {
            return parts.join("|");
        }
        from = last + 1;
    }
}

/// One expression for the numbers from `from` to `to`, of as many digits each.
fn same_length(from: &[u8], to: &[u8]) -> String {
    let ([first, from_rest @ ..], [last, to_rest @ ..]) = (from, to) else { return String::new() };
    let rest = from_rest.len();
    if first == last {
        return format!("{}{}", char::from(*first), same_length(from_rest, to_rest));
    }
    let (mut least, mut greatest) = (*first, *last);
    let mut parts = Vec::new();
    if from_rest.iter().any(|digit| *digit != b'0') {
        parts.push(format!("{}{}", char::from(least), same_length(from_rest, &vec![b'9'; rest])));
        least += 1;
    }
    let partial_last = to_rest.iter().any(|digit| *digit != b'9');
    if partial_last {
        greatest -= 1;
    }
    if least <= greatest {
        let digits = match rest {
            0 => String::new(),
            1 => "[0-9]".to_owned(),
            rest => format!("[0-9]{{{rest}}}"),
        };
        parts.push(match least == greatest {
            true => format!("{}{digits}", char::from(least)),
            false => format!("[{}-{}]{digits}", char::from(least), char::from(greatest)),
        });
    }
    if partial_last {
        parts.push(format!("{}{}", char::from(*last), same_length(&vec![b'0'; rest], to_rest)));
    }
    if let [one] = parts.as_slice() { one.clone() } else { format!("({})", parts.join("|")) }
}

#[cfg(test)]
mod tests {
    use super::pattern_of_integers;

    #[test]
    fn exactly_the_integers_between_the_bounds_match() {
        for (least, greatest) in [(-128, 127), (0, 255), (5, 5), (-3, -1), (0, 0), (17, 1203), (-1000, 9), (99, 100)] {
            let pattern = regex::Regex::new(&pattern_of_integers(least, greatest)).expect("it is one");
            for number in -2000..2000_i128 {
                let is_between = (least..=greatest).contains(&number);
                assert_eq!(pattern.is_match(&number.to_string()), is_between, "{number} of {least}..{greatest}");
            }
            for other in ["", "-", "-0", "01", "1.0", " 1", "+1", "1e1", "a"] {
                assert!(!pattern.is_match(other), "{other} of {least}..{greatest}");
            }
        }
    }

    #[test]
    fn the_bounds_of_the_widest_types_are_exact() {
        let check = |pattern: &str, yes: &[&str], no: &[&str]| {
            let pattern = regex::Regex::new(pattern).expect("it is one");
            yes.iter().for_each(|text| assert!(pattern.is_match(text), "{text}"));
            no.iter().for_each(|text| assert!(!pattern.is_match(text), "{text}"));
        };
        let signed = pattern_of_integers(i64::MIN.into(), i64::MAX.into());
        check(
            &signed,
            &["-9223372036854775808", "9223372036854775807", "0", "-1"],
            &["-9223372036854775809", "9223372036854775808", "-0"],
        );
        let unsigned = pattern_of_integers(0, u64::MAX.into());
        check(&unsigned, &["18446744073709551615", "0"], &["18446744073709551616", "-1"]);
        check(&pattern_of_integers(1, 0), &[], &["", "0", "1"]);
    }
}
