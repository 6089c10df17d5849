//! Every row of the language's type table: what is read, the form in which it is written, what is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use almanet_runtime::codegen::{self, Decode, Encode};
use almanet_runtime::types::{Bytes, Date, DateTime, Decimal, Duration, Time, Timestamp, Uuid, Value};
use almanet_runtime::{DecodeErrorKind, EncodeErrorKind};

/// Reads each JSON text and holds what is written for it to the canonical form beside it.
fn written_as<T: Encode + Decode + PartialEq + Debug>(cases: &[(&str, &str)]) {
    for (json, canonical) in cases {
        let value: T = codegen::from_json(json.as_bytes()).unwrap_or_else(|error| panic!("{json}: {error}"));
        let written = codegen::to_json(&value).unwrap_or_else(|error| panic!("{json}: {error}"));
        assert_eq!(String::from_utf8_lossy(&written), *canonical, "read from {json}");
        let again: T = codegen::from_json(&written).unwrap_or_else(|error| panic!("{canonical}: {error}"));
        assert_eq!(again, value, "{canonical}");
    }
}

/// Holds each JSON text to be refused with this kind.
fn refused<T: Encode + Decode + Debug>(kind: DecodeErrorKind, cases: &[&str]) {
    for json in cases {
        match codegen::from_json::<T>(json.as_bytes()) {
            Ok(value) => panic!("{json} was read as {value:?}"),
            Err(error) => assert_eq!(error.kind(), kind, "{json}: {error}"),
        }
    }
}

fn message<T: Encode + Decode + Debug>(json: &str) -> String {
    codegen::from_json::<T>(json.as_bytes()).expect_err("it should be refused").to_string()
}

#[test]
fn bool() {
    written_as::<bool>(&[("true", "true"), (" false\n", "false")]);
    refused::<bool>(DecodeErrorKind::Type, &["1", "\"true\"", "null", "[]"]);
    refused::<bool>(DecodeErrorKind::Syntax, &["", "True", "truE x", "true false"]);
}

#[test]
fn integers() {
    written_as::<i8>(&[("-128", "-128"), ("127", "127"), ("-0", "0")]);
    written_as::<i64>(&[
        ("-9223372036854775808", "-9223372036854775808"),
        ("9223372036854775807", "9223372036854775807"),
    ]);
    written_as::<u64>(&[("0", "0"), ("18446744073709551615", "18446744073709551615")]);
    refused::<i8>(DecodeErrorKind::Value, &["128", "-129", "99999999999999999999999999"]);
    refused::<i16>(DecodeErrorKind::Value, &["32768", "-32769"]);
    refused::<i32>(DecodeErrorKind::Value, &["2147483648", "-2147483649"]);
    refused::<i64>(DecodeErrorKind::Value, &["9223372036854775808", "-9223372036854775809"]);
    refused::<u8>(DecodeErrorKind::Value, &["256", "-1"]);
    refused::<u16>(DecodeErrorKind::Value, &["65536", "-1"]);
    refused::<u32>(DecodeErrorKind::Value, &["4294967296", "-1"]);
    refused::<u64>(DecodeErrorKind::Value, &["18446744073709551616", "-1"]);
    refused::<i32>(DecodeErrorKind::Type, &["1.0", "\"1\"", "1e3", "true", "null"]);
    refused::<i32>(DecodeErrorKind::Syntax, &["01", "-", "+1", "0x1", "1_000", "1 2", "--1"]);
    assert_eq!(message::<i8>("300"), "at $: expected an integer of 8 bits (int8), found 300");
}

#[test]
fn floats() {
    written_as::<f64>(&[
        ("1", "1.0"),
        ("-0.0", "-0.0"),
        ("0.1", "0.1"),
        ("1e3", "1000.0"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"),
        ("5e-324", "5e-324"),
        ("1e-400", "0.0"),
        ("123456789012345678901234567890", "1.2345678901234568e+29"),
    ]);
    written_as::<f32>(&[("0.1", "0.1"), ("16777217", "16777216.0"), ("3.4028235e38", "3.4028235e+38")]);
    refused::<f64>(DecodeErrorKind::Value, &["1e309", "-1e999"]);
    refused::<f32>(DecodeErrorKind::Value, &["3.5e38", "1e300"]);
    refused::<f64>(DecodeErrorKind::Type, &["\"1\"", "null", "\"NaN\""]);
    refused::<f64>(DecodeErrorKind::Syntax, &["NaN", "Infinity", "1.", ".5", "1e", "1e+", "-.5", "00.5"]);
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = codegen::to_json(&vec![1.0, value]).expect_err("JSON has no such number");
        assert_eq!((error.kind(), error.path()), (EncodeErrorKind::Value, "$[1]".to_owned()));
    }
}

#[test]
fn string() {
    written_as::<String>(&[
        (r#""""#, r#""""#),
        (r#""plain äöü 👋""#, r#""plain äöü 👋""#),
        (r#""a\"b\\c\/d\b\f\n\r\t""#, r#""a\"b\\c/d\b\f\n\r\t""#),
        (r#""\u0041\u00e9\uD83D\uDC4b""#, r#""Aé👋""#),
        (r#""\u0000\u001f\u007f""#, "\"\\u0000\\u001f\u{7f}\""),
        (r#""12345678\u0001abcdefgh""#, r#""12345678\u0001abcdefgh""#),
    ]);
    refused::<String>(DecodeErrorKind::Type, &["1", "null", "{}"]);
    refused::<String>(
        DecodeErrorKind::Unicode,
        &[r#""\ud800""#, r#""\udc00\ud800""#, r#""\ud800\u0041""#, r#""\ud800x""#],
    );
    refused::<String>(
        DecodeErrorKind::Syntax,
        &["\"", "\"abc", r#""\"#, r#""\x41""#, r#""\u12""#, r#""\u12g4""#, "\"a\nb\"", "\"a\u{0}b\"", "'a'", "\"a\"b"],
    );
    let error = codegen::from_json::<String>(b"\"\xff\"").expect_err("it is not UTF-8");
    assert_eq!(error.to_string(), "at $: expected UTF-8, found other bytes after 1");
    let long = format!("[{:?}]", "x".repeat(10_000));
    assert!(message::<Vec<i32>>(&long).chars().count() < 120, "a message shows the beginning of long data");
}

#[test]
fn every_single_byte_is_escaped_or_not_as_json_has_it() {
    for padding in 0..10 {
        for byte in 0..128_u8 {
            let text = format!("{}{}tail", "x".repeat(padding), char::from(byte));
            let json = codegen::to_json(&text).expect("any string has a JSON form");
            assert_eq!(json, serde_json::to_vec(&text).expect("the same"), "{byte:#x} after {padding}");
            assert_eq!(codegen::from_json::<String>(&json).expect("what was written is read"), text);
        }
    }
}

#[test]
fn bytes() {
    written_as::<Bytes>(&[
        (r#""""#, r#""""#),
        (r#""AA==""#, r#""AA==""#),
        (r#""AA""#, r#""AA==""#),
        (r#""AA=""#, r#""AA==""#),
        (r#""+/+/""#, r#""+/+/""#),
        (r#""-_-_""#, r#""+/+/""#),
        (r#""+\/8""#, r#""+/8=""#),
        (r#""-_8=""#, r#""+/8=""#),
    ]);
    refused::<Bytes>(DecodeErrorKind::Value, &[r#""A""#, r#""A===""#, r#""AB==""#, r#""A A=""#, r#""+_8=""#]);
    refused::<Bytes>(DecodeErrorKind::Type, &["[0]", "0", "null"]);
}

#[test]
fn uuid() {
    let canonical = "\"67e55044-10b1-426f-9247-bb680e5fe0c8\"";
    written_as::<Uuid>(&[
        (canonical, canonical),
        ("\"67e5504410b1426f9247bb680e5fe0c8\"", canonical),
        ("\"67E55044-10B1-426F-9247-BB680E5FE0C8\"", canonical),
    ]);
    refused::<Uuid>(
        DecodeErrorKind::Value,
        &[
            "\"\"",
            "\"67e5504410b1426f9247bb680e5fe0c\"",
            "\"67e5504410b1426f9247bb680e5fe0cg\"",
            "\"{67e55044-10b1-426f-9247-bb680e5fe0c8}\"",
            "\"urn:uuid:67e55044-10b1-426f-9247-bb680e5fe0c8\"",
        ],
    );
}

#[test]
fn timestamp() {
    written_as::<Timestamp>(&[
        ("\"2024-02-29T12:34:56Z\"", "\"2024-02-29T12:34:56Z\""),
        ("\"2024-02-29t12:34:56.120z\"", "\"2024-02-29T12:34:56.12Z\""),
        ("\"2024-02-29T12:34:56.123456789+05:30\"", "\"2024-02-29T07:04:56.123456789Z\""),
        ("\"1969-12-31T23:59:59.5-00:00\"", "\"1969-12-31T23:59:59.5Z\""),
        ("\"0000-01-01T00:00:00Z\"", "\"0000-01-01T00:00:00Z\""),
        ("\"2016-12-31T23:59:60Z\"", "\"2016-12-31T23:59:59Z\""),
        ("\"2017-01-01T04:59:60+05:00\"", "\"2016-12-31T23:59:59Z\""),
    ]);
    refused::<Timestamp>(
        DecodeErrorKind::Value,
        &[
            "\"2024-02-29T12:34:56\"",
            "\"2023-02-29T12:34:56Z\"",
            "\"2024-02-29T24:00:00Z\"",
            "\"2024-02-29T12:34Z\"",
            "\"2024-02-29T12:34:61Z\"",
            "\"2024-02-29T12:34:60Z\"",
            "\"2024-02-29T12:34:56.Z\"",
            "\"2024-02-29T12:34:56.1234567890Z\"",
            "\"2024-02-29T12:34:56+24:00\"",
            "\"2024-02-29T12:34:56+0530\"",
            "\"2024-02-29T12:34:56Z[UTC]\"",
            "\"0000-01-01T00:00:00+01:00\"",
            "\"-001-01-01T00:00:00Z\"",
            "\" 2024-02-29T12:34:56Z\"",
            "\"1709210096\"",
        ],
    );
    refused::<Timestamp>(DecodeErrorKind::Type, &["1709210096", "null"]);
    let error = codegen::to_json(&Timestamp::MIN).expect_err("the year is negative");
    assert_eq!(error.to_string(), "at $: expected a year from 0 to 9999, found -9999");
}

#[test]
fn civil_dates_and_times() {
    written_as::<DateTime>(&[
        ("\"2024-02-29T12:34:56\"", "\"2024-02-29T12:34:56\""),
        ("\"9999-12-31 23:59:59.999999999\"", "\"9999-12-31T23:59:59.999999999\""),
    ]);
    refused::<DateTime>(
        DecodeErrorKind::Value,
        &["\"2024-02-29T12:34:56Z\"", "\"2024-02-29\"", "\"2024-02-29T12:34:60\"", "\"2024-02-29T12:34:56+00:00\""],
    );
    written_as::<Date>(&[("\"2024-02-29\"", "\"2024-02-29\""), ("\"0001-01-01\"", "\"0001-01-01\"")]);
    refused::<Date>(
        DecodeErrorKind::Value,
        &[
            "\"2023-02-29\"",
            "\"2024-2-9\"",
            "\"20240229\"",
            "\"2024-02-29T00:00:00\"",
            "\"2024-13-01\"",
            "\"2024-00-10\"",
        ],
    );
    written_as::<Time>(&[("\"00:00:00\"", "\"00:00:00\""), ("\"23:59:59.000000001\"", "\"23:59:59.000000001\"")]);
    refused::<Time>(
        DecodeErrorKind::Value,
        &["\"24:00:00\"", "\"12:60:00\"", "\"12:30:00Z\"", "\"12:30:60\"", "\"1:30:00\""],
    );
}

#[test]
fn duration() {
    written_as::<Duration>(&[
        ("\"PT0S\"", "\"PT0S\""),
        ("\"P0D\"", "\"PT0S\""),
        ("\"-PT0S\"", "\"PT0S\""),
        ("\"P1D\"", "\"P1D\""),
        ("\"+P1Y2M3W4DT5H6M7.000000008S\"", "\"P450DT5H6M7.000000008S\""),
        ("\"-P1DT0.5S\"", "\"-P1DT0.5S\""),
        ("\"PT90M\"", "\"PT1H30M\""),
        ("\"PT86400S\"", "\"P1D\""),
        ("\"PT1.5H\"", "\"PT1H30M\""),
        ("\"PT9223372036854775807S\"", "\"P106751991167300DT15H30M7S\""),
        ("\"-PT9223372036854775808.999999999S\"", "\"-P106751991167300DT15H30M8.999999999S\""),
    ]);
    refused::<Duration>(
        DecodeErrorKind::Value,
        &[
            "\"\"",
            "\"P\"",
            "\"PT\"",
            "\"P1DT\"",
            "\"1D\"",
            "\"PT1H2H\"",
            "\"PT1S2H\"",
            "\"P1.5DT1H\"",
            "\"PT-1S\"",
            "\"PT1.S\"",
            "\"PT.5S\"",
            "\"PT1.0000000001S\"",
            "\"PT9223372036854775808S\"",
            "\"P99999999999999999999D\"",
            "\"PT1\"",
            "\"pt1s\"",
            "\"00:00:01\"",
        ],
    );
    refused::<Duration>(DecodeErrorKind::Type, &["1", "1.5"]);
}

#[test]
fn decimal() {
    written_as::<Decimal>(&[
        ("\"0\"", "\"0\""),
        ("\"-12.50\"", "\"-12.50\""),
        ("\"1E+5\"", "\"100000\""),
        ("\"1.250e-3\"", "\"0.001250\""),
        ("\"0E-10\"", "\"0.0000000000\""),
        ("\"0E+40\"", "\"0\""),
        ("\"-0.0\"", "\"0.0\""),
        ("\"9999999999999999999999999999\"", "\"9999999999999999999999999999\""),
        ("\"0.0000000000000000000000000001\"", "\"0.0000000000000000000000000001\""),
        ("\"1E+27\"", "\"1000000000000000000000000000\""),
    ]);
    refused::<Decimal>(
        DecodeErrorKind::Value,
        &[
            "\"\"",
            "\"NaN\"",
            "\"Infinity\"",
            "\"1.\"",
            "\".5\"",
            "\"1_000\"",
            "\" 1\"",
            "\"1E\"",
            "\"--1\"",
            "\"10000000000000000000000000000\"",
            "\"1.0000000000000000000000000000\"",
            "\"0.00000000000000000000000000001\"",
            "\"1E+28\"",
            "\"1E-29\"",
            "\"1E+99999999999999999999\"",
            "\"1E9223372036854775807\"",
            "\"1E-9223372036854775808\"",
        ],
    );
    refused::<Decimal>(DecodeErrorKind::Type, &["1", "1.5"]);
    let error = codegen::to_json(&Decimal::MAX).expect_err("it has 29 digits");
    assert_eq!(error.kind(), EncodeErrorKind::Value);
}

#[test]
fn any() {
    written_as::<Value>(&[
        ("null", "null"),
        ("18446744073709551615", "18446744073709551615"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("18446744073709551616", "1.8446744073709552e+19"),
        ("-0", "-0.0"),
        ("1.0", "1.0"),
        (r#"{"a": [1, null, {"b": "c\n"}], "": {}}"#, r#"{"":{},"a":[1,null,{"b":"c\n"}]}"#),
    ]);
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    written_as::<Value>(&[(&nested(64), &nested(64))]);
    refused::<Value>(DecodeErrorKind::Depth, &[&nested(65), &"[".repeat(1_000_000), &"{\"a\":".repeat(1_000_000)]);
    refused::<Value>(DecodeErrorKind::RepeatedKey, &[r#"{"a":1,"a":1}"#, r#"[{"a":{"b":1,"\u0062":2}}]"#]);
    refused::<Value>(DecodeErrorKind::Value, &["1e400"]);
    refused::<Value>(
        DecodeErrorKind::Syntax,
        &[
            "",
            " ",
            "[1,]",
            "[,1]",
            "{,}",
            "{\"a\":1,}",
            "{\"a\"}",
            "{a:1}",
            "[1 2]",
            "{\"a\":1 \"b\":2}",
            "[1",
            "nul",
            "1]",
        ],
    );
    let mut deep = Value::Null;
    for _ in 0..65 {
        deep = Value::Array(vec![deep]);
    }
    assert_eq!(codegen::to_json(&deep).expect_err("it is too deep").kind(), EncodeErrorKind::Depth);
}

#[test]
fn lists_and_sets() {
    written_as::<Vec<i32>>(&[("[]", "[]"), ("[ 3 ,1, 2 ]", "[3,1,2]")]);
    written_as::<Vec<Option<bool>>>(&[("[null,true]", "[null,true]")]);
    written_as::<BTreeSet<String>>(&[(r#"["b","a","b","\u0061"]"#, r#"["a","b"]"#), ("[]", "[]")]);
    written_as::<BTreeSet<Decimal>>(&[(r#"["1.50","2"]"#, r#"["1.50","2"]"#)]);
    refused::<Vec<i32>>(DecodeErrorKind::Type, &["{}", "[null]", "[[1]]", "null", "\"[]\""]);
    refused::<Vec<i32>>(DecodeErrorKind::Syntax, &["[1,]", "[1", "[1}", "[1][2]"]);
    assert_eq!(
        message::<Vec<Vec<i32>>>("[[1],[2,\"3\"]]"),
        "at $[1][1]: expected an integer of 32 bits (int32), found \"3\""
    );
}

#[test]
fn maps() {
    written_as::<BTreeMap<String, i32>>(&[("{}", "{}"), (r#"{"b":1,"a\n":2}"#, r#"{"a\n":2,"b":1}"#)]);
    written_as::<BTreeMap<i8, String>>(&[(r#"{"10":"x","-3":"y","0":"z"}"#, r#"{"-3":"y","0":"z","10":"x"}"#)]);
    written_as::<BTreeMap<bool, i32>>(&[(r#"{"true":1,"false":0}"#, r#"{"false":0,"true":1}"#)]);
    written_as::<BTreeMap<Date, i32>>(&[(r#"{"2024-02-29":1}"#, r#"{"2024-02-29":1}"#)]);
    written_as::<BTreeMap<Uuid, Option<i32>>>(&[(
        r#"{"67E5504410B1426F9247BB680E5FE0C8":null}"#,
        r#"{"67e55044-10b1-426f-9247-bb680e5fe0c8":null}"#,
    )]);
    refused::<BTreeMap<i8, i32>>(
        DecodeErrorKind::Value,
        &[
            r#"{"128":1}"#,
            r#"{"01":1}"#,
            r#"{"+1":1}"#,
            r#"{"-0":1}"#,
            r#"{"":1}"#,
            r#"{"1.0":1}"#,
            r#"{" 1":1}"#,
            r#"{"-":1}"#,
        ],
    );
    refused::<BTreeMap<bool, i32>>(DecodeErrorKind::Value, &[r#"{"True":1}"#, r#"{"1":1}"#]);
    refused::<BTreeMap<String, i32>>(DecodeErrorKind::RepeatedKey, &[r#"{"a":1,"\u0061":1}"#]);
    refused::<BTreeMap<Uuid, i32>>(
        DecodeErrorKind::RepeatedKey,
        &[r#"{"67e55044-10b1-426f-9247-bb680e5fe0c8":1,"67e5504410b1426f9247bb680e5fe0c8":2}"#],
    );
    assert_eq!(
        message::<BTreeMap<String, i32>>(r#"{"a b":"x"}"#),
        "at $[\"a b\"]: expected an integer of 32 bits (int32), found \"x\""
    );
}

#[test]
fn tuples() {
    written_as::<(i32, String)>(&[(r#"[1, "a"]"#, r#"[1,"a"]"#)]);
    written_as::<(bool, Option<i32>, Vec<i32>)>(&[("[true,null,[]]", "[true,null,[]]")]);
    refused::<(i32, i32)>(DecodeErrorKind::Value, &["[]", "[1]", "[1,2,3]"]);
    refused::<(i32, i32)>(DecodeErrorKind::Type, &["[1,\"2\"]", "{}", "null"]);
    assert_eq!(message::<(i32, i32)>("[1]"), "at $: expected an array of 2 items, found 1 (only)");
}

#[test]
fn optional_and_null() {
    written_as::<Option<i32>>(&[("null", "null"), ("1", "1")]);
    written_as::<()>(&[("null", "null")]);
    refused::<()>(DecodeErrorKind::Type, &["0", "{}", "\"\""]);
    refused::<Option<i32>>(DecodeErrorKind::Syntax, &["nul", "NULL", ""]);
}

#[test]
fn a_buffer_is_reused_and_restored() {
    let mut buffer = b"before".to_vec();
    codegen::write_json(&1_i32, &mut buffer).expect("an integer has a JSON form");
    assert_eq!(buffer, b"before1");
    codegen::write_json(&vec![1.0, f64::NAN], &mut buffer).expect_err("NaN has none");
    assert_eq!(buffer, b"before1");
}
