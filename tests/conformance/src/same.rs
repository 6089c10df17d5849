use serde_json::{Number, Value};

/// Whether two documents are the same: members in any order, items of the fields that are `sets` in any order, numbers by
/// their value.
///
/// # Errors
///
/// One of them is not JSON.
pub fn same_document(one: &str, other: &str, sets: &[String]) -> Result<bool, serde_json::Error> {
    Ok(same(&serde_json::from_str(one)?, &serde_json::from_str(other)?, sets, Order::Kept))
}

/// Whether the order of an array's items means something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Kept,
    Free,
}

fn same(one: &Value, other: &Value, sets: &[String], order: Order) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => same_number(one, other),
        (Value::Array(one), Value::Array(other)) if order == Order::Kept => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other, sets, Order::Kept))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one.iter().all(|item| other.iter().any(|found| same(item, found, sets, Order::Kept)))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| {
                    let order = if sets.contains(key) { Order::Free } else { Order::Kept };
                    other.get(key).is_some_and(|found| same(value, found, sets, order))
                })
        }
        (Value::String(one), Value::String(other)) => one == other || without_zeros(one) == without_zeros(other),
        (one, other) => one == other,
    }
}

/// Integers exactly, others as doubles with their sign.
fn same_number(one: &Number, other: &Number) -> bool {
    let bits = |number: &Number| number.as_f64().map(f64::to_bits);
    if one.is_f64() || other.is_f64() { bits(one) == bits(other) } else { one == other }
}

/// A time of day, perhaps behind a date, without the zeros that end the fraction of its second; any other text as it is.
fn without_zeros(text: &str) -> String {
    let Some((whole, rest)) = text.split_once('.') else { return text.to_owned() };
    let is_time = whole.len() >= 8 && whole.as_bytes()[whole.len() - 3] == b':';
    let end = rest.find(|digit: char| !digit.is_ascii_digit()).unwrap_or(rest.len());
    let fraction = rest[..end].trim_end_matches('0');
    if !is_time || end == 0 {
        return text.to_owned();
    }
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{whole}{point}{fraction}{}", &rest[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_same(one: &str, other: &str) -> bool {
        same_document(one, other, &["set".to_owned()]).expect("JSON")
    }

    #[test]
    fn what_means_nothing_does_not_count() {
        for (one, other) in [
            (r#"{"a":1,"b":[1,2]}"#, r#"{"b":[1,2],"a":1}"#),
            (r#"{"set":["b","a"]}"#, r#"{"set":["a","b"]}"#),
            ("1.50e2", "150.0"),
            (r#""12:30:00.5""#, r#""12:30:00.500000""#),
            (r#""2024-02-29T12:30:00.120Z""#, r#""2024-02-29T12:30:00.12Z""#),
        ] {
            assert!(are_same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn what_means_something_counts() {
        for (one, other) in [
            (r#"{"a":1}"#, r#"{"a":1,"b":null}"#),
            (r#"{"list":[1,2]}"#, r#"{"list":[2,1]}"#),
            (r#"{"set":["a"]}"#, r#"{"set":["a","a"]}"#),
            ("0.0", "-0.0"),
            (r#""1.50""#, r#""1.5""#),
            (r#""12:30:00.5""#, r#""12:30:00.05""#),
        ] {
            assert!(!are_same(one, other), "{one} {other}");
        }
    }
}
