//! What the Rust target generates for each kind of type, by hand: the shape compiles, and does what the language says.

#![expect(missing_docs, reason = "what is generated takes its documentation from the contract")]

pub mod shapes;

use std::collections::BTreeMap;

use almanet_runtime::codegen::{self, Decode, Encode};
use almanet_runtime::types::Value;
use almanet_runtime::{ConstraintKind, DecodeErrorKind, EncodeErrorKind};
use shapes::*;

fn written(value: &dyn Encode) -> String {
    String::from_utf8(codegen::to_json(value).expect("the value has a JSON form")).expect("JSON is UTF-8")
}

fn read<T: Encode + Decode>(json: &str) -> T {
    codegen::from_json(json.as_bytes()).unwrap_or_else(|error| panic!("{json}: {error}"))
}

fn refused<T: Encode + Decode>(json: &str) -> (DecodeErrorKind, String) {
    match codegen::from_json::<T>(json.as_bytes()) {
        Ok(_) => panic!("{json} was read"),
        Err(error) => (error.kind(), error.to_string()),
    }
}

#[test]
fn absent_fields_take_their_defaults_and_are_written() {
    let person: Person = read(r#"{"name": "Ada"}"#);
    assert_eq!(person.hand, BTreeMap::from([(Suit::Hearts, 1)]));
    assert_eq!(
        written(&person),
        r#"{"name":"Ada","aliases":[],"mood":"grumpy","patience":"PT5S","hand":{"hearts":1}}"#
    );
}

#[test]
fn null_and_absent_mean_the_same_for_optional_fields_alone() {
    assert_eq!(read::<Person>(r#"{"name":"Ada","by":null,"age":null}"#), read::<Person>(r#"{"name":"Ada"}"#));
    let (kind, text) = refused::<Person>(r#"{"name":"Ada","mood":null}"#);
    assert_eq!(kind, DecodeErrorKind::Type);
    assert_eq!(text, "at $.mood: expected a string (a variant of Mood), found null");
}

#[test]
fn a_default_does_not_shine_through_a_value() {
    let person: Person = read(r#"{"name":"Ada","by":{"name":"Bob","aliases":["B"]},"hand":{"black-spades":2}}"#);
    assert_eq!(person.hand, BTreeMap::from([(Suit::Spades, 2)]));
    assert_eq!(person.by.map(|by| by.aliases), Some(vec!["B".to_owned()]));
}

#[test]
fn mistakes_are_told_with_their_place() {
    let cases = [
        ("{}", DecodeErrorKind::MissingField, "at $.name: expected a value, found none"),
        (r#"{"name":1}"#, DecodeErrorKind::Type, "at $.name: expected a string, found 1"),
        (
            r#"{"name":"Ada","by":{"name":"Bob","hand":{"clubs":1}}}"#,
            DecodeErrorKind::Value,
            "at $.by.hand: expected a variant of Suit as a key, found \"clubs\"",
        ),
        (
            r#"{"name":"Ada","name":"Ada"}"#,
            DecodeErrorKind::RepeatedKey,
            "at $: expected each key once, found \"name\" again",
        ),
        (
            r#"{"name":"Ada","z":1,"q":2,"z":3}"#,
            DecodeErrorKind::RepeatedKey,
            "at $: expected each key once, found \"z\" again",
        ),
        (
            r#"{"name":"Ada","z":[{"a":1,"\u0061":2}]}"#,
            DecodeErrorKind::RepeatedKey,
            "at $.z[0]: expected each key once, found \"a\" again",
        ),
    ];
    for (json, kind, text) in cases {
        assert_eq!(refused::<Person>(json), (kind, text.to_owned()), "{json}");
    }
}

#[test]
fn constraints_hold_both_ways() {
    let (kind, text) = refused::<Person>(r#"{"name":"Ada","aliases":["Bob","bob"]}"#);
    assert_eq!(kind, DecodeErrorKind::Constraint);
    assert_eq!(text, r#"at $.aliases[1]: expected a string like "^[A-Z]\\w*$", found "bob""#);

    let mut person: Person = read(r#"{"name":"Ada","by":{"name":"Bob"}}"#);
    person.by.as_mut().expect("it was just read").age = Some(200);
    let error = codegen::to_json(&person).expect_err("200 is out of range");
    assert_eq!(error.to_string(), "at $.by.age: expected 0 to 150, found 200");

    let error = codegen::check_with(&String::new(), check_name);
    assert_eq!(error.expect_err("it is empty").kind(), ConstraintKind::Length);
}

#[test]
fn a_closed_record_refuses_what_it_does_not_know() {
    assert_eq!(read::<Point>(r#"{"x":1}"#), Point { x: 1.0, y: 0.5 });
    let (kind, text) = refused::<Point>(r#"{"x":1,"z":2}"#);
    assert_eq!(kind, DecodeErrorKind::Unknown);
    assert_eq!(text, "at $: expected a field of Point, found \"z\"");
}

#[test]
fn a_closed_enum_refuses_and_an_open_one_keeps_unknown_variants() {
    assert_eq!(read::<Suit>("\"black-spades\""), Suit::Spades);
    assert_eq!(refused::<Suit>("\"clubs\"").1, "at $: expected a variant of Suit, found \"clubs\"");
    assert_eq!(read::<Mood>("\"sleepy\""), Mood::Unrecognized("sleepy".to_owned()));
    assert_eq!(written(&Mood::Unrecognized("sleepy".to_owned())), "\"sleepy\"");
}

#[test]
fn a_union_names_its_variant_beside_the_value() {
    for (shape, json) in [
        (Shape::Circle(1.5), r#"{"kind":"circle","value":1.5}"#),
        (Shape::Nothing, r#"{"kind":"nothing"}"#),
        (
            Shape::Nested(Box::new(Shape::Spot(Point { x: 1.0, y: 2.0 }))),
            r#"{"kind":"nested","value":{"kind":"spot","value":{"x":1.0,"y":2.0}}}"#,
        ),
    ] {
        assert_eq!(written(&shape), json);
        assert_eq!(read::<Shape>(json), shape);
    }
    assert_eq!(
        read::<Vec<Shape>>(
            r#"[{"value": {"value": 2, "kind": "circle"}, "x": 1, "kind": "nested"}, {"kind": "nothing"}]"#
        ),
        [Shape::Nested(Box::new(Shape::Circle(2.0))), Shape::Nothing]
    );
    let cases = [
        (r#"{"kind":"square"}"#, "at $.kind: expected a variant of Shape, found \"square\""),
        (r#"{"value":1}"#, "at $.kind: expected a variant of Shape, found none"),
        (r#"{"kind":"circle"}"#, "at $.value: expected a value, found none"),
        (r#"{"kind":"spot","value":{"x":1,"w":1}}"#, "at $.value: expected a field of Point, found \"w\""),
        (r#"{"kind":"circle","value":1,"kind":"circle"}"#, "at $: expected each key once, found \"kind\" again"),
    ];
    for (json, text) in cases {
        assert_eq!(refused::<Shape>(json).1, text, "{json}");
    }
}

#[test]
fn a_union_names_its_variant_inside_the_record() {
    let mark = Mark::Point(Point { x: 1.0, y: 2.0 });
    assert_eq!(written(&mark), r#"{"type":"point","x":1.0,"y":2.0}"#);
    assert_eq!(read::<Mark>(r#"{"y":2,"x":1,"type":"point"}"#), mark);
    assert_eq!(written(&Mark::Gone), r#"{"type":"gone"}"#);
    assert_eq!(refused::<Mark>(r#"{"type":"point","x":1,"z":1}"#).1, "at $: expected a field of Point, found \"z\"");
    assert_eq!(refused::<Mark>(r#"{"type":"point","x":1,"type":"point"}"#).0, DecodeErrorKind::RepeatedKey);
}

#[test]
fn an_open_union_writes_back_what_it_does_not_know() {
    let json = r#"{"z":[1,2.5,null,{"deep":18446744073709551615}],"type":"star"}"#;
    let mark: Mark = read(json);
    let again: Value = read(&written(&mark));
    assert_eq!(again, read::<Value>(json));
    let error = codegen::to_json(&Mark::Unrecognized(Value::Null)).expect_err("null names no variant");
    assert_eq!(error.to_string(), "at $: expected an object with a string \"type\" (Mark), found another value");
}

#[test]
fn exceptions_are_bare_or_null() {
    assert_eq!(written(&Denied("guest".to_owned())), "\"guest\"");
    assert_eq!(read::<Denied>("\"guest\"").0, "guest");
    assert_eq!(refused::<Denied>("\"\"").1, "at $: expected 1 or more characters, found 0");
    assert_eq!(written(&Gone), "null");
    assert_eq!(read::<Gone>(" null "), Gone);
}

#[test]
fn constants_may_be_literals() {
    assert_eq!(*ORIGIN, Point { x: 0.0, y: 0.5 });
}

#[test]
fn what_lies_too_deep_is_refused_and_not_walked_through() {
    let mut shape = Shape::Circle(1.0);
    for _ in 0..200 {
        shape = Shape::Nested(Box::new(shape));
    }
    let error = codegen::to_json(&shape).expect_err("it lies 201 deep");
    assert_eq!(error.kind(), EncodeErrorKind::Depth);
    let json = format!("{}{}", r#"{"kind":"nested","value":"#.repeat(100_000), "}".repeat(100_000));
    assert_eq!(refused::<Shape>(&json).0, DecodeErrorKind::Depth);
}
