//! Any value of any row of the type table comes back as it was written, and any text at all is read or refused.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use almanet_runtime::codegen::{self, Decode, Encode};
use almanet_runtime::types::{Bytes, Date, DateTime, Decimal, Duration, Time, Timestamp, Uuid, Value};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::test_runner::TestCaseError;

fn comes_back<T: Encode + Decode + PartialEq + Debug>(value: &T) -> Result<(), TestCaseError> {
    let json = codegen::to_json(value).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let again: T = codegen::from_json(&json).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(&again, value);
    // Another reader agrees that it is JSON.
    prop_assert!(serde_json::from_slice::<serde::de::IgnoredAny>(&json).is_ok());
    Ok(())
}

fn date() -> impl Strategy<Value = Date> {
    (0_i16..=9_999, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| Date::constant(year, month, day))
}

fn time() -> impl Strategy<Value = Time> {
    (0_i8..24, 0_i8..60, 0_i8..60, prop_oneof![Just(0), 0_i32..1_000_000_000])
        .prop_map(|(hour, minute, second, nanosecond)| Time::constant(hour, minute, second, nanosecond))
}

fn instant() -> impl Strategy<Value = Timestamp> {
    // From the year 0 to the last second that the type has.
    (-62_167_219_200_i64..=253_402_207_200, prop_oneof![Just(0), 0_i32..1_000_000_000])
        .prop_map(|(second, nanosecond)| Timestamp::new(second, nanosecond).expect("it is in range"))
}

fn duration() -> impl Strategy<Value = Duration> {
    (any::<i64>(), 0_i32..1_000_000_000)
        .prop_map(|(second, nanosecond)| Duration::new(second, if second < 0 { -nanosecond } else { nanosecond }))
}

fn decimal() -> impl Strategy<Value = Decimal> {
    const LARGEST: i128 = 10_i128.pow(28) - 1;
    (-LARGEST..=LARGEST, 0_u32..=28).prop_map(|(mantissa, scale)| Decimal::from_i128_with_scale(mantissa, scale))
}

fn uuid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn bytes() -> impl Strategy<Value = Bytes> {
    vec(any::<u8>(), 0..40).prop_map(Bytes::from)
}

fn double() -> impl Strategy<Value = f64> {
    any::<f64>().prop_filter("JSON has finite numbers alone", |value| value.is_finite())
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        double().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            btree_map(any::<String>(), inner, 0..6).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn integers(value: (i8, i16, i32, i64, u8, u16, u32, u64)) {
        comes_back(&value)?;
    }

    #[test]
    fn floats(double in double(), single: f32) {
        comes_back(&double)?;
        if single.is_finite() {
            comes_back(&single)?;
        } else {
            prop_assert!(codegen::to_json(&single).is_err());
        }
    }

    #[test]
    fn strings(value: String, flag: bool, bytes in bytes(), uuid in uuid()) {
        comes_back(&(value, flag, bytes, uuid))?;
    }

    #[test]
    fn calendar(date in date(), time in time(), instant in instant(), duration in duration()) {
        comes_back(&(date, time, DateTime::from_parts(date, time), instant, duration))?;
    }

    #[test]
    fn decimals(value in decimal()) {
        comes_back(&value)?;
        let json = codegen::to_json(&value).expect("it was just written");
        let again: Decimal = codegen::from_json(&json).expect("it was just read");
        prop_assert!(value.is_zero() || again.to_string() == value.to_string(), "trailing zeros stay");
    }

    #[test]
    fn anything_comes_back(value in anything()) {
        comes_back(&value)?;
    }

    #[test]
    fn collections(
        list in vec(any::<Option<i64>>(), 0..10),
        set in btree_set(any::<String>(), 0..10),
        map in btree_map(any::<String>(), vec(any::<Option<bool>>(), 0..4), 0..6),
    ) {
        comes_back::<(Vec<_>, BTreeSet<_>, BTreeMap<_, _>)>(&(list, set, map))?;
    }

    #[test]
    fn keys(
        numbers in btree_map(any::<i64>(), any::<u8>(), 0..6),
        small in btree_map(any::<u8>(), any::<u8>(), 0..6),
        truths in btree_map(any::<bool>(), any::<u8>(), 0..3),
        uuids in btree_map(uuid(), any::<u8>(), 0..6),
        dates in btree_map(date(), any::<u8>(), 0..6),
    ) {
        comes_back(&(numbers, small, truths, uuids, dates))?;
    }

    /// What serde_json refuses is refused; what is read and it refuses not, is the same value.
    #[test]
    fn any_text_is_read_or_refused(text in "[\\[\\]{}\",:0-9.eE+ntfalse\\\\u -]{0,30}") {
        let ours = codegen::from_json::<Value>(text.as_bytes());
        let theirs = serde_json::from_str::<Value>(&text);
        if let Ok(value) = ours {
            prop_assert_eq!(Some(value), theirs.ok(), "{}", text);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..60)) {
        drop(codegen::from_json::<Value>(&bytes));
        drop(codegen::from_json::<BTreeMap<Date, (Timestamp, Option<Decimal>)>>(&bytes));
    }
}
