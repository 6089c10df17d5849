//! What the codec makes of odd JSON is what `runtime/docs/json.md` says.

#[path = "pydantic/types.rs"]
mod types;

use std::collections::{BTreeMap, BTreeSet};

use almanet_runtime::codegen::{self, Decode, Encode};
use almanet_runtime::types::{Bytes, Date, DateTime, Decimal, Duration, Time, Timestamp, Uuid, Value};
use almanet_tests::odd::table;
use types::{Closed, Color, Mark, OpenColor, Sample, Shape};

#[test]
fn odd_json_is_read_as_documented() {
    let mut mistakes = Vec::new();
    for odd in table() {
        let written = trip(&odd.row)(&odd.json);
        if written != odd.rust {
            mistakes.push(format!("{}: {} is written as {written:?}, not {:?}", odd.row, odd.json, odd.rust));
        }
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

/// What is written after the JSON was read as a type of that row; none where it is refused.
fn trip(row: &str) -> fn(&str) -> Option<String> {
    match row {
        "null" => through::<()>,
        "bool" => through::<bool>,
        "int8" => through::<i8>,
        "int64" => through::<i64>,
        "uint64" => through::<u64>,
        "float32" => through::<f32>,
        "float64" => through::<f64>,
        "string" => through::<String>,
        "bytes" => through::<Bytes>,
        "uuid" => through::<Uuid>,
        "timestamp" => through::<Timestamp>,
        "datetime" => through::<DateTime>,
        "date" => through::<Date>,
        "time" => through::<Time>,
        "duration" => through::<Duration>,
        "decimal" => through::<Decimal>,
        "any" => through::<Value>,
        "set" => through::<BTreeSet<String>>,
        "map of int32" => through::<BTreeMap<i32, String>>,
        "map of bool" => through::<BTreeMap<bool, String>>,
        "map of uuid" => through::<BTreeMap<Uuid, String>>,
        "map of date" => through::<BTreeMap<Date, String>>,
        "map of enum" => through::<BTreeMap<Color, String>>,
        "tuple" => through::<(i32, Option<String>, bool)>,
        "optional" => through::<Option<String>>,
        "record" => through::<Sample>,
        "closed record" => through::<Closed>,
        "enum" => through::<Color>,
        "open enum" => through::<OpenColor>,
        "union" => through::<Shape>,
        "tagged union" => through::<Mark>,
        row => panic!("no type is called {row}"),
    }
}

fn through<T: Encode + Decode>(json: &str) -> Option<String> {
    let value: T = codegen::from_json(json.as_bytes()).ok()?;
    let written = codegen::to_json(&value).expect("what was read can be written");
    Some(String::from_utf8(written).expect("JSON is UTF-8"))
}
