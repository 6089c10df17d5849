//! What the codec writes, pydantic v2 models of the same shape read, and the other way round: every row of the
//! language's type table, generated values, and values that both must refuse.
#![cfg(feature = "python")]

mod pydantic;

use std::collections::BTreeSet;

use pydantic::peer::Peer;
use pydantic::rows::rows;

/// Values of each row in each direction.
const DRAWS: u32 = 150;

#[test]
fn every_row_of_the_type_table_travels_both_ways() {
    let mut peer = Peer::start();
    let mut mistakes = Vec::new();
    let mut drawn = BTreeSet::new();
    for row in rows() {
        let trip = row.trip(&mut peer, DRAWS);
        let [to_python, from_python, refused] = trip.counts;
        println!("{}: {to_python} to Python, {from_python} from Python, {refused} refused by both", row.name());
        if to_python == DRAWS && from_python == DRAWS && (refused > 0 || row.takes_anything()) {
            drawn.insert(row.name().to_owned());
        }
        mistakes.extend(trip.mistakes.into_iter().map(|mistake| format!("{}: {mistake}", row.name())));
    }
    assert!(mistakes.is_empty(), "{} mistakes:\n{}", mistakes.len(), mistakes.join("\n"));
    let table: BTreeSet<String> = TYPE_TABLE.iter().map(ToString::to_string).collect();
    assert_eq!(drawn, table, "each row of the type table is drawn in full, and no other");
    assert_eq!(peer.rows(), table, "Python has a model for each row, and for no other");
}

#[test]
fn odd_json_is_read_as_documented() {
    let mut peer = Peer::start();
    let mut mistakes = Vec::new();
    for odd in almanet_tests::odd::table() {
        let dumped = peer.read(&odd.row, &odd.json).ok();
        if dumped.as_deref().map(in_order) != odd.pydantic.as_deref().map(in_order) {
            mistakes.push(format!("{}: {} is dumped as {dumped:?}, not {:?}", odd.row, odd.json, odd.pydantic));
        }
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

/// A set of texts in order, which it has not in Python; anything else as it is.
fn in_order(json: &str) -> String {
    match serde_json::from_str::<Vec<String>>(json) {
        Ok(mut texts) => {
            texts.sort();
            format!("{texts:?}")
        }
        Err(_) => json.to_owned(),
    }
}

/// The rows of the language's type table, maps by the type of their keys, unions by where their tag sits.
const TYPE_TABLE: &[&str] = &[
    "null",
    "bool",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float32",
    "float64",
    "string",
    "bytes",
    "uuid",
    "timestamp",
    "datetime",
    "date",
    "time",
    "duration",
    "decimal",
    "any",
    "list",
    "set",
    "map of string",
    "map of int32",
    "map of bool",
    "map of uuid",
    "map of date",
    "map of enum",
    "tuple",
    "optional",
    "record",
    "closed record",
    "enum",
    "open enum",
    "union",
    "tagged union",
];
