use super::{problems, resolve_files};
use crate::model::{Model, Value};

fn contract(definitions: &str) -> Vec<String> {
    problems(&format!("namespace a\n{definitions}"))
}

/// The problems of a field with a type and a default.
fn field(ty: &str, default: &str) -> Vec<String> {
    contract(&format!(
        "enum Mood {{ cheerful, @name(\"grim\") grumpy }}\nopen enum Size {{ small }}\n\
         record Point {{ @name(\"X\") x: int32, y: int32 = 7, z: string? }}\n\
         union Shape {{ dot: Point, nothing, list: list<int8> }}\n\
         @tag(\"type\") union Tagged {{ dot: Point, nothing }}\n\
         type Name = string\nconst seven: int32 = 7\nconst grumpy: int32 = 3\nrecord R {{ f: {ty} = {default} }}\n"
    ))
}

fn model(text: &str) -> Model {
    let resolved = resolve_files(&[("a.almanet", text)]);
    assert_eq!(resolved.problems, []);
    resolved.model
}

/// The default of the last record's last field, as JSON.
fn default_json(text: &str) -> String {
    let model = model(text);
    let (_, record) = model.records.iter().last().expect("there is a record");
    let field = record.fields.last().expect("there is a field");
    model.value_json(field.default.as_ref().expect("there is a default"), field.ty).to_string()
}

#[test]
fn every_type_takes_its_literals() {
    for (ty, default) in [
        ("bool", "true"),
        ("int8", "-128"),
        ("uint64", "18446744073709551615"),
        ("float32", "1"),
        ("float64", "1.5e300"),
        ("string", "\"é\""),
        ("bytes", "\"aGk\""),
        ("uuid", "\"67E5504410B1426F9247BB680E5FE0C8\""),
        ("timestamp", "\"2025-01-31T12:30:00+01:00\""),
        ("datetime", "\"2025-01-31T12:30:00\""),
        ("date", "\"2025-01-31\""),
        ("time", "\"12:30:00\""),
        ("duration", "5s"),
        ("duration", "\"P1D\""),
        ("duration", "-250ms"),
        ("decimal", "\"1.50\""),
        ("any", "{\"a\": [1, null, true]}"),
        ("list<int8>", "[1, 2,]"),
        ("set<string>", "[\"b\", \"a\", \"b\"]"),
        ("map<int8, bool>", "{\"-1\": true}"),
        ("map<Mood, bool>", "{\"grim\": true}"),
        ("tuple<int8, string>", "[1, \"a\"]"),
        ("string?", "null"),
        ("Mood", "cheerful"),
        ("Mood", "\"grim\""),
        ("Size", "\"huge\""),
        ("Name", "\"n\""),
        ("Point", "{\"X\": 1}"),
        ("Shape", "{\"value\": {\"X\": 1}, \"kind\": \"dot\"}"),
        ("Shape", "{\"kind\": \"nothing\"}"),
        ("Tagged", "{\"type\": \"dot\", \"X\": 1, \"z\": \"a\"}"),
        ("Tagged", "{\"type\": \"nothing\"}"),
        ("int32", "seven"),
        ("uint8", "seven"),
        ("any", "seven"),
        ("list<int32?>", "[null, seven]"),
        ("any", "[seven]"),
    ] {
        assert_eq!(field(ty, default), [""; 0], "{ty} = {default}");
    }
}

#[test]
fn no_type_takes_another_ones_literals() {
    for (code, ty, default) in [
        ("E0301", "bool", "1"),
        ("E0301", "int32", "\"1\""),
        ("E0301", "int32", "1.0"),
        ("E0301", "int32", "1e3"),
        ("E0302", "int8", "128"),
        ("E0302", "uint8", "-1"),
        ("E0302", "uint64", "18446744073709551616"),
        ("E0302", "float32", "1e39"),
        ("E0302", "float64", "1e400"),
        ("E0301", "string", "5s"),
        ("E0301", "string", "1"),
        ("E0301", "bytes", "\"a\""),
        ("E0301", "uuid", "\"1\""),
        ("E0301", "timestamp", "\"2025-01-31\""),
        ("E0301", "decimal", "1.5"),
        ("E0301", "duration", "5"),
        ("E0301", "list<int8>", "{}"),
        ("E0302", "list<int8>", "[1, 300]"),
        ("E0301", "tuple<int8, int8>", "[1]"),
        ("E0301", "map<int8, bool>", "{\"01\": true}"),
        ("E0306", "map<string, bool>", "{\"a\": true, \"a\": true}"),
        ("E0301", "string", "null"),
        ("E0307", "string?", "\"a\""),
        ("E0209", "Mood", "happy"),
        ("E0209", "Mood", "\"grumpy\""),
        ("E0305", "Point", "{}"),
        ("E0304", "Point", "{\"X\": 1, \"q\": 1}"),
        ("E0304", "Point", "{\"x\": 1, \"X\": 1}"),
        ("E0306", "Point", "{\"X\": 1, \"X\": 2}"),
        ("E0301", "Shape", "{\"kind\": \"cube\"}"),
        ("E0305", "Shape", "{}"),
        ("E0305", "Shape", "{\"kind\": \"dot\"}"),
        ("E0304", "Shape", "{\"kind\": \"nothing\", \"value\": 1}"),
        ("E0304", "Tagged", "{\"type\": \"nothing\", \"X\": 1}"),
        ("E0301", "string", "seven"),
        ("E0209", "int32", "eight"),
        ("E0214", "int32", "Point"),
        ("E0302", "any", "1e999"),
        ("E0301", "any", "5s"),
    ] {
        let found = field(ty, default);
        assert!(found.len() == 1 && found[0].starts_with(code), "{ty} = {default}: {found:?}");
    }
}

#[test]
fn a_variant_beats_a_constant() {
    let text = "namespace a\nenum Mood { calm, grumpy }\nconst grumpy: Mood = calm\nrecord R { m: Mood = grumpy }\n";
    assert_eq!(default_json(text), "\"grumpy\"");
}

#[test]
fn defaults_of_a_record_are_filled_in() {
    let text = "namespace a\nrecord R { p: P = {\"x\": 1} }\nrecord P { x: int32, y: list<Q> = [{}], z: string? }\nrecord Q { n: string = name }\nconst name: string = \"q\"\n\
                record Last { r: R = {} }\n";
    assert_eq!(default_json(text), r#"{"p":{"x":1,"y":[{"n":"q"}]}}"#);
}

#[test]
fn sets_are_in_order_each_value_once() {
    let of = |ty: &str, default: &str| default_json(&format!("namespace a\nrecord R {{ f: set<{ty}> = {default} }}\n"));
    assert_eq!(of("duration", "[1h, 5s, \"PT60M\"]"), r#"["PT5S","PT1H"]"#);
    assert_eq!(of("decimal", "[\"10\", \"9.0\", \"9.00\"]"), r#"["9.0","10"]"#);
    assert_eq!(
        of("timestamp", "[\"2025-01-01T00:00:00.5Z\", \"2025-01-01T00:00:00Z\"]"),
        r#"["2025-01-01T00:00:00Z","2025-01-01T00:00:00.5Z"]"#
    );
}

#[test]
fn constants_follow_each_other_in_any_order() {
    let chain: String = (0..20_000).map(|index| format!("const c{index}: int32 = c{}\n", index + 1)).collect();
    assert_eq!(contract(&format!("{chain}const c20000: int32 = 1\n")), [""; 0]);
    let found = contract("const a: int32 = b\nconst b: int32 = c\nconst c: int32 = a\nrecord R { x: int32 = a }");
    assert!(found.len() == 1 && found[0].starts_with("E0309"), "{found:?}");
}

#[test]
fn a_default_that_expands_itself_is_an_error() {
    for circle in [
        "record R { r: list<R> = [{}] }",
        "record R { s: S = {} }\nrecord S { r: map<string, R> = {\"k\": {}} }",
        "record R { s: S? }\nrecord S { r: list<T> = [{}] }\nrecord T { s: list<S> = [{}] }",
    ] {
        let found = contract(circle);
        assert!(found.len() == 1 && found[0].starts_with("E0308"), "{circle}: {found:?}");
    }
    assert_eq!(contract("record R { r: list<R> = [] }"), [""; 0]);
}

#[test]
fn what_multiplies_ends_in_an_error() {
    let records: String =
        (0..40).map(|index| format!("record R{index} {{ a: R{0} = {{}}, b: R{0} = {{}} }}\n", index + 1)).collect();
    let found = contract(&format!("{records}record R40 {{ x: int32 = 1 }}\n"));
    assert!(!found.is_empty() && found.iter().all(|problem| problem.starts_with("E0310")), "{found:?}");
    let constants: String = (0..200).map(|index| format!("const c{index}: any = [c{}]\n", index + 1)).collect();
    let found = contract(&format!("{constants}const c200: any = 1\n"));
    assert!(found.len() == 1 && found[0].starts_with("E0310"), "{found:?}");
    let chain: String =
        (0..5_000).map(|index| format!("record R{index} {{ a: list<R{}> = [{{}}] }}\n", index + 1)).collect();
    let found = contract(&format!("{chain}record R5000 {{}}\n"));
    assert!(found.iter().all(|problem| problem.starts_with("E0310")), "{found:?}");
}

#[test]
fn types_without_a_finite_value_are_reported_once() {
    for endless in [
        "record R { r: R }",
        "record R { s: S }\nrecord S { r: tuple<R, string> }\nrecord T { r: R }",
        "union U { a: U, b: R }\nrecord R { u: U }",
        "type A = R\nrecord R { a: A }",
    ] {
        let found = contract(endless);
        assert!(found.len() == 1 && found[0].starts_with("E0220"), "{endless}: {found:?}");
    }
    for fine in [
        "record R { r: R?, s: list<R>, t: map<string, R> }",
        "union U { a: U, b: string }",
        "union U { a: R, b }\nrecord R { u: U }",
    ] {
        assert_eq!(contract(fine), [""; 0], "{fine}");
    }
}

#[test]
fn constraints_fit_their_types() {
    for fine in [
        "@length(1..64) x: string",
        "@length(5) x: bytes",
        "@length(..3) x: list<int32>?",
        "@range(0..) x: int8",
        "@range(..1.5) x: float32",
        "@range(\"0.5\"..\"1.5\") x: decimal",
        "@range(1s..1h) x: duration",
        "@pattern(\"^a\") x: N",
        "@length(1..most) x: map<string, string>",
    ] {
        assert_eq!(
            contract(&format!("type N = string\nconst most: int32 = 9\nrecord R {{ {fine} }}")),
            [""; 0],
            "{fine}"
        );
    }
    for (code, refused) in [
        ("E0311", "@length(1..) x: int32"),
        ("E0311", "@range(1..) x: string"),
        ("E0311", "@pattern(\"a\") x: list<string>"),
        ("E0312", "@length(5..1) x: string"),
        ("E0312", "@length(-1..) x: string"),
        ("E0312", "@length(1.5..) x: string"),
        ("E0312", "@length(\"a\") x: string"),
        ("E0312", "@range(5) x: int8"),
        ("E0312", "@range(5..1) x: int8"),
        ("E0302", "@range(0..300) x: int8"),
        ("E0301", "@range(0..1.5) x: int8"),
        ("E0313", "@pattern(\"(\") x: string"),
        ("E0301", "@pattern(5) x: string"),
    ] {
        let found = contract(&format!("record R {{ {refused} }}"));
        assert!(found.len() == 1 && found[0].starts_with(code), "{refused}: {found:?}");
    }
}

#[test]
fn values_hold_their_constraints_wherever_they_stand() {
    let types = "@length(2..)\ntype Name = string\n@pattern(\"^[a-z]+$\")\ntype Low = Name\nrecord P { @range(1..5) n: int32 }\n";
    for broken in [
        "record R { @length(..1) x: string = \"ab\" }",
        "record R { x: Name = \"a\" }",
        "record R { x: list<Low> = [\"AB\"] }",
        "record R { x: Low = \"a\" }",
        "record R { x: P = {\"n\": 9} }",
        "record R { x: map<Name, int32> = {\"a\": 1} }",
        "const c: Name = \"a\"",
        "record R { @example(\"a\") x: Name }",
        "service s { @example({\"x\": \"a\"}) procedure p(x: Name) }",
        "@example({\"n\": 0})\nrecord R { @range(1..) n: int32 }",
        "@example(\"x\")\nexception e(Name)",
        "record R { @range(1s..) x: duration = \"PT0.5S\" }",
        "record R { @range(..\"9\") x: decimal = \"10\" }",
    ] {
        let broken = format!("{types}{broken}").replace("exception e(Name)", "exception e(@length(3..) Name)");
        let found = contract(&broken);
        assert!(!found.is_empty() && found.iter().all(|problem| problem.starts_with("E0303")), "{broken}: {found:?}");
    }
}

#[test]
fn examples_are_kept_with_what_they_show() {
    let model = model(
        "namespace a\n@example({\"x\": 1}) @example({\"x\": 2})\nrecord R { @example(3) x: int32 }\n\
         service s { @example({\"a\": 1}) procedure p(a: int32, b: int32 = 2), @example(\"q\") procedure q(string) }\n",
    );
    let (_, record) = model.records.iter().next().expect("there is one");
    assert_eq!((record.examples.len(), record.fields[0].examples.len()), (2, 1));
    let (_, procedure) = model.procedures.iter().next().expect("there is one");
    let Value::Map(entries) = &procedure.examples[0] else { panic!("an object") };
    assert_eq!(entries.len(), 2, "defaults are filled in");
    assert!(contract("service s { @example(1) procedure p() }")[0].starts_with("E0314"));
}

/// The constant of a name, as JSON.
fn constant_json(text: &str, name: &str) -> String {
    let model = model(text);
    let (_, constant) = model.constants.iter().find(|(_, one)| &*one.meta.name == name).expect("there is a constant");
    model.value_json(&constant.value, constant.ty).to_string()
}

#[test]
fn a_constant_leaves_out_what_has_a_default() {
    let text = "namespace a\n\
         record Inner { x: int32 = five, y: string, z: int32? }\n\
         record Outer { inner: Inner = part, more: list<Inner> = [{\"y\": \"m\"}] }\n\
         @tag(\"type\") union Shape { outer: Outer }\n\
         const first: Inner = {\"y\": \"f\"}\n\
         const whole: Outer = {}\n\
         const deep: map<string, tuple<Outer, Inner?>> = {\"k\": [{}, {\"y\": \"v\"}]}\n\
         const shape: Shape = {\"type\": \"outer\"}\n\
         const part: Inner = {\"y\": \"p\"}\n\
         const five: int32 = 5\n";
    assert_eq!(constant_json(text, "first"), r#"{"x":5,"y":"f"}"#);
    let outer = r#"{"inner":{"x":5,"y":"p"},"more":[{"x":5,"y":"m"}]}"#;
    assert_eq!(constant_json(text, "whole"), outer);
    assert_eq!(constant_json(text, "deep"), format!(r#"{{"k":[{outer},{{"x":5,"y":"v"}}]}}"#));
    assert_eq!(constant_json(text, "shape"), format!(r#"{},"type":"outer"}}"#, &outer[..outer.len() - 1]));
}

#[test]
fn constants_and_defaults_that_need_each_other_for_ever_are_errors() {
    let cycle = ["E0309 the constant \"c\" is defined by itself"];
    assert_eq!(contract("record R { f: int32 = d, g: int32? }\nconst c: R = {}\nconst d: int32 = 1\n"), [""; 0]);
    assert_eq!(contract("record R { f: list<R> = [c] }\nconst c: R = {}\n"), cycle);
    assert_eq!(contract("record R { f: list<R> = d }\nconst c: R = {}\nconst d: list<R> = [c]\n"), cycle);
    assert_eq!(
        contract("record R { f: list<R> = [{}] }\nconst c: R = {}\n"),
        ["E0308 the default of \"f\" holds itself"]
    );
    // As long as a file, and no deeper than one.
    let chain: String = (0..20_000).map(|at| format!("const c{at}: int32 = c{}\n", at + 1)).collect();
    assert_eq!(
        contract(&format!("{chain}const c20000: int32 = 1\nrecord R {{ f: int32 = c0 }}\nconst r: R = {{}}\n")),
        [""; 0]
    );
    let chain: String = (0..1_000)
        .map(|at| format!("record R{at} {{ f: R{next} = c{next} }}\nconst c{at}: R{at} = {{}}\n", next = at + 1))
        .collect();
    let problems = contract(&format!("{chain}record R1000 {{}}\nconst c1000: R1000 = {{}}\n"));
    assert!((1..100).contains(&problems.len()), "{}", problems.len());
    assert!(problems.iter().all(|problem| problem == "E0310 more than 64 defaults stand one inside the other"));
}
