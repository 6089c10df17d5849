//! Every row of the type table, with values and with JSON that is none.

use std::collections::BTreeMap;

use almanet_runtime::types::{Bytes, Date, DateTime, Decimal, Duration, Time, Timestamp, Uuid, Value};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::strategy::BoxedStrategy;

use super::row::{Row, RowOf};
use super::types::{Closed, Color, Mark, OpenColor, Sample, Shape};

fn row<T>(
    name: &'static str,
    strategy: impl Strategy<Value = T> + 'static,
    spoilt: &'static [&'static str],
) -> RowOf<T> {
    RowOf { name, strategy: strategy.boxed(), through_python: |value| value, spoilt }
}

pub(crate) fn rows() -> Vec<Box<dyn Row>> {
    let mut rows: Vec<Box<dyn Row>> = vec![
        Box::new(row::<()>("null", Just(()), &["0", "\"\"", "{}", "false", "nul"])),
        Box::new(row("bool", any::<bool>(), &["0", "1", "\"true\"", "null", "True"])),
        Box::new(row("int8", any::<i8>(), &["128", "-129", "1.0", "\"1\"", "null", "true", "1e1", "01"])),
        Box::new(row("int16", any::<i16>(), &["32768", "-32769", "1.0", "\"1\"", "[]"])),
        Box::new(row("int32", any::<i32>(), &["2147483648", "-2147483649", "0.5", "\"1\"", "{}"])),
        Box::new(row("int64", any::<i64>(), &["9223372036854775808", "-9223372036854775809", "1.0", "\"1\""])),
        Box::new(row("uint8", any::<u8>(), &["256", "-1", "1.0", "\"1\"", "null"])),
        Box::new(row("uint16", any::<u16>(), &["65536", "-1", "1.0", "\"1\"", "null"])),
        Box::new(row("uint32", any::<u32>(), &["4294967296", "-1", "1.0", "\"1\"", "null"])),
        Box::new(row("uint64", any::<u64>(), &["18446744073709551616", "-1", "1.0", "\"1\"", "null"])),
        Box::new(row("float32", float32(), &["3.5e38", "-1e39", "\"1\"", "null", "[]", "NaN", "Infinity"])),
        Box::new(row("float64", float64(), &["1e309", "-1e309", "\"1\"", "null", "{}", "NaN", "-Infinity"])),
        Box::new(row("string", text(), &["0", "null", "[]", "\"\\ud800\"", "\"\\x\"", "\"a\nb\"", "'a'"])),
        Box::new(row(
            "bytes",
            vec(any::<u8>(), 0..12).prop_map(Bytes::from),
            &["\"A\"", "\"AB==\"", "\"?\"", "[1]", "1"],
        )),
        Box::new(row("uuid", uuid(), &["\"\"", "\"67e55044-10b1-426f-9247-bb680e5fe0cg\"", "1", "null"])),
        Box::new(row("optional", proptest::option::of(text()), &["0", "[]", "false"])),
    ];
    rows.extend(calendar());
    rows.extend(collections());
    rows.extend(definitions());
    rows
}

fn calendar() -> Vec<Box<dyn Row>> {
    vec![
        Box::new(RowOf {
            through_python: |value: Timestamp| {
                let beyond = value.as_nanosecond().rem_euclid(1_000);
                Timestamp::from_nanosecond(value.as_nanosecond() - beyond).expect("it is not before the year 1")
            },
            ..row(
                "timestamp",
                instant(),
                &[
                    "\"2024-02-29T12:34:56\"",
                    "\"2023-02-29T12:34:56Z\"",
                    "\"2024-02-29T24:00:00Z\"",
                    "1709210096",
                    "\"\"",
                ],
            )
        }),
        Box::new(RowOf {
            through_python: |value: DateTime| {
                value.with().subsec_nanosecond(cut(value.subsec_nanosecond())).build().expect("less")
            },
            ..row(
                "datetime",
                datetime(),
                &["\"2024-02-29T12:34:56Z\"", "\"2023-02-29T12:34:56\"", "\"2024-13-01T00:00:00\"", "1709210096"],
            )
        }),
        Box::new(row("date", date(), &["\"2023-02-29\"", "\"2024-2-9\"", "\"2024-00-10\"", "20240229", "null"])),
        Box::new(RowOf {
            through_python: |value: Time| {
                value.with().subsec_nanosecond(cut(value.subsec_nanosecond())).build().expect("less")
            },
            ..row("time", time(), &["\"24:00:00\"", "\"12:60:00\"", "\"noon\"", "1", "null"])
        }),
        Box::new(RowOf {
            through_python: |value: Duration| {
                let microseconds = (value.as_nanos().abs() + 500) / 1_000 * value.as_nanos().signum();
                Duration::new(
                    i64::try_from(microseconds / 1_000_000).expect("Python's range"),
                    i32::try_from(microseconds % 1_000_000 * 1_000).expect("less than a second"),
                )
            },
            ..row("duration", duration(), &["\"P\"", "\"P1X\"", "\"PT\"", "\"\"", "null", "{}"])
        }),
        Box::new(row(
            "decimal",
            (-9_999_999_999_999_999_999_999_999_999_i128..=9_999_999_999_999_999_999_999_999_999, 0_u32..=28)
                .prop_map(|(mantissa, scale)| Decimal::from_i128_with_scale(mantissa, scale)),
            &["\"\"", "\"NaN\"", "\"Infinity\"", "\"1.2.3\"", "\"one\"", "null", "[]"],
        )),
    ]
}

fn collections() -> Vec<Box<dyn Row>> {
    vec![
        Box::new(row("any", anything(), &[])),
        Box::new(row("list", vec(any::<Option<i32>>(), 0..6), &["{}", "[\"1\"]", "[1,]", "null", "[[1]]"])),
        Box::new(row("set", btree_set(text(), 0..6), &["{}", "[1]", "null", "\"a\""])),
        Box::new(row::<BTreeMap<_, _>>(
            "map of string",
            btree_map(text(), any::<Option<i32>>(), 0..6),
            &["[]", "{\"a\":\"1\"}", "null"],
        )),
        Box::new(row(
            "map of int32",
            btree_map(any::<i32>(), text(), 0..6),
            &["{\"x\":\"\"}", "{\"2147483648\":\"\"}", "{\"1\":1}", "{\"1.5\":\"\"}"],
        )),
        Box::new(row(
            "map of bool",
            btree_map(any::<bool>(), text(), 0..3),
            &["{\"maybe\":\"\"}", "{\"true\":1}", "{\"\":\"\"}"],
        )),
        Box::new(row("map of uuid", btree_map(uuid(), text(), 0..6), &["{\"x\":\"\"}", "{\"\":\"\"}", "[]"])),
        Box::new(row("map of date", btree_map(date(), text(), 0..6), &["{\"2023-02-29\":\"\"}", "{\"x\":\"\"}", "[]"])),
        Box::new(row("map of enum", btree_map(color(), text(), 0..3), &["{\"green\":\"\"}", "{\"\":\"\"}", "[]"])),
        Box::new(row(
            "tuple",
            (any::<i32>(), proptest::option::of(text()), any::<bool>()),
            &["[]", "[1,null]", "[1,null,true,1]", "[1,1,true]", "{}"],
        )),
    ]
}

fn definitions() -> Vec<Box<dyn Row>> {
    vec![
        Box::new(row(
            "record",
            sample(),
            &[
                "{}",
                "{\"name\":1}",
                "{\"name\":\"\",\"count\":null}",
                "{\"name\":\"\",\"inner\":{}}",
                "[]",
                "{\"name\":\"\",\"color\":\"green\"}",
            ],
        )),
        Box::new(row("closed record", closed(), &["{}", "{\"x\":1,\"z\":1}", "{\"x\":\"1\"}", "{\"x\":null}", "null"])),
        Box::new(row("enum", color(), &["\"green\"", "\"Red\"", "\"blue\"", "0", "null"])),
        Box::new(row(
            "open enum",
            prop_oneof![color().prop_map(OpenColor::Known), "green.{0,5}".prop_map(OpenColor::Unrecognized)],
            &["0", "null", "[]", "true"],
        )),
        Box::new(row(
            "union",
            prop_oneof![Just(Shape::Nothing), float64().prop_map(Shape::Circle), closed().prop_map(Shape::Spot)],
            &[
                "{\"kind\":\"square\"}",
                "{\"kind\":\"circle\"}",
                "{\"value\":1}",
                "{\"kind\":\"circle\",\"value\":{}}",
                "{\"kind\":\"spot\",\"value\":{\"x\":1,\"z\":1}}",
                "\"nothing\"",
                "{}",
            ],
        )),
        Box::new(row(
            "tagged union",
            prop_oneof![Just(Mark::Gone), closed().prop_map(Mark::Spot)],
            &[
                "{\"type\":\"square\"}",
                "{\"type\":\"spot\"}",
                "{\"x\":1}",
                "{\"type\":\"spot\",\"x\":1,\"z\":1}",
                "{\"type\":1}",
                "null",
            ],
        )),
    ]
}

fn float32() -> BoxedStrategy<f32> {
    prop_oneof![proptest::num::f32::NORMAL | proptest::num::f32::SUBNORMAL, Just(0.0), Just(-0.0), Just(f32::MAX)]
        .boxed()
}

fn float64() -> BoxedStrategy<f64> {
    prop_oneof![
        proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL,
        (-1_000_i32..1_000).prop_map(f64::from),
        Just(-0.0),
        Just(f64::MAX),
    ]
    .boxed()
}

fn text() -> BoxedStrategy<String> {
    prop_oneof!["[ -~]{0,12}", any::<String>(), "[\\x00-\\x20\"\\\\/\u{7f}\u{2028}]{0,10}"].boxed()
}

fn uuid() -> BoxedStrategy<Uuid> {
    any::<u128>().prop_map(Uuid::from_u128).boxed()
}

fn date() -> BoxedStrategy<Date> {
    (1_i16..=9_998, 1_i16..=365)
        .prop_map(|(year, day)| {
            Date::new(year, 1, 1)
                .and_then(|date| date.with().day_of_year(day).build())
                .expect("every year has 365 days")
        })
        .boxed()
}

fn time() -> BoxedStrategy<Time> {
    let nanosecond = prop_oneof![Just(0), Just(120_000_000), 0..1_000_000_000];
    (0_i8..24, 0_i8..60, 0_i8..60, nanosecond)
        .prop_map(|(hour, minute, second, nanosecond)| Time::constant(hour, minute, second, nanosecond))
        .boxed()
}

fn datetime() -> BoxedStrategy<DateTime> {
    (date(), time()).prop_map(|(date, time)| DateTime::from_parts(date, time)).boxed()
}

/// Durations that Python can hold.
fn duration() -> BoxedStrategy<Duration> {
    let seconds = prop_oneof![-100_000_i64..100_000, -86_399_999_000_000_i64..86_399_999_000_000];
    let nanoseconds = prop_oneof![Just(0), Just(500_000_000), 0..1_000_000_000];
    (seconds, nanoseconds).prop_map(|(seconds, nanoseconds)| Duration::new(seconds, nanoseconds)).boxed()
}

/// A fraction of a second without what is smaller than microseconds.
fn cut(nanosecond: i32) -> i32 {
    nanosecond / 1_000 * 1_000
}

fn anything() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        float64().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            btree_map(text(), inner, 0..5).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
    .boxed()
}

fn color() -> BoxedStrategy<Color> {
    prop_oneof![Just(Color::Red), Just(Color::Blue)].boxed()
}

fn sample() -> BoxedStrategy<Sample> {
    let flat = (text(), any::<i32>(), color(), proptest::option::of(text()), vec(text(), 0..4))
        .prop_map(|(name, count, color, note, labels)| Sample { name, count, color, note, labels, inner: None });
    flat.clone()
        .prop_recursive(3, 6, 1, move |inner| {
            (flat.clone(), inner).prop_map(|(outer, inner)| Sample { inner: Some(Box::new(inner)), ..outer })
        })
        .boxed()
}

fn closed() -> BoxedStrategy<Closed> {
    (float64(), float64()).prop_map(|(x, y)| Closed { x, y }).boxed()
}

fn instant() -> BoxedStrategy<Timestamp> {
    // From the year 1 to 9998.
    let second = -62_135_596_800_i64..253_370_764_800;
    let nanosecond = prop_oneof![Just(0), Just(120_000_000), 0..1_000_000_000];
    (second, nanosecond)
        .prop_map(|(second, nanosecond)| Timestamp::new(second, nanosecond).expect("it is in range"))
        .boxed()
}
