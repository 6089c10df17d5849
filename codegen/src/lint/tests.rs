use std::path::PathBuf;

use super::{Category, Contract, Settings, check, names, rules};
use crate::resolve::Input;
use crate::source::vfs::Memory;
use crate::validate::compile;

/// The lints of one code in a contract: the text that each is placed at, and its message.
fn found(code: &str, contract: &str) -> Vec<(String, String)> {
    let path = PathBuf::from("contract.almanet");
    let files = Memory::new().with(&path, format!("namespace a\n\n{contract}"));
    let compilation = compile(&files, &Input { entries: vec![path], roots: vec![PathBuf::new()] });
    assert!(!compilation.problems.has_errors(), "{:?}", compilation.problems);
    let contract = Contract::new(&compilation.model, &compilation.sources, |_| true);
    let problems = check(&contract, compilation.problems.iter().cloned().collect(), &Settings::default());
    let own = problems.into_iter().filter(|problem| problem.code.as_str() == code);
    own.map(|problem| (compilation.sources.text(problem.location).to_owned(), problem.message)).collect()
}

fn places(code: &str, contract: &str) -> Vec<String> {
    let mut places: Vec<String> = found(code, contract).into_iter().map(|(place, _)| place).collect();
    places.sort();
    places
}

#[test]
fn rules_are_sorted_and_named_once() {
    assert!(rules().is_sorted_by_key(|rule| rule.code));
    let mut all: Vec<&str> = names().collect();
    all.sort_unstable();
    let count = all.len();
    all.dedup();
    assert_eq!((all.len(), count), (count, rules().len() + Category::ALL.len()));
    for category in Category::ALL {
        assert!(rules().iter().any(|rule| rule.category == category), "{}", category.name());
    }
}

#[test]
fn a_rule_is_silenced_by_its_code_or_its_category() {
    let mut settings = Settings::default();
    assert_eq!(settings.disable("W9999").map_err(|error| error.0), Err("W9999".to_owned()));
    settings.disable("naming").unwrap();
    settings.disable("W0103").unwrap();
    let silent = rules().iter().filter(|rule| !settings.speaks(rule.code));
    assert!(silent.clone().all(|rule| rule.category == Category::Naming || rule.code.as_str() == "W0103"));
    assert_eq!(silent.count(), 6);
}

#[test]
fn what_uses_a_definition_is_everything_but_itself() {
    let contract = "
        const most: uint64 = 9
        const least: uint64 = 1
        const middle: uint64 = least
        type Name = string
        record Tree { of: list<Tree> }
        record Leaf { @length(..most) name: Name, kind: Kind = big }
        enum Kind { big }
        union Shape { leaf: Leaf, tree: list<Leaf> }
        service s { procedure p() -> map<string, tuple<Leaf, int32>> }";
    assert_eq!(places("W0203", contract), ["Shape", "Tree", "middle"]);
    assert_eq!(places("W0203", "record Alone {}"), [""; 0], "without a service all are there for others");
}

#[test]
fn a_deprecated_constant_is_in_use_wherever_it_is_named() {
    let contract = "
        @deprecated(\"use least\") const most: int32 = 9
        const least: int32 = most
        @deprecated(\"\") const old: int32 = most
        enum Mood { good, @deprecated(\"\") bad }
        const now: Mood = bad
        type Small = int32
        record R {
            @range(..most) a: int32
            b: int32 = most
            c: list<int32> = [most, most]
            @deprecated(\"\") d: int32 = most
            e: int32 = least
            f: list<Mood> = [good, bad]
        }
        @example({\"x\": most}) record X { x: int32 }
        service s {
            procedure p(@range(..most) q: int32, r: int32) -> (u: int32, @example(most) v: int32)
            @deprecated(\"\") procedure w(x: int32 = most)
            procedure z(@range(..most) int32)
        }";
    assert_eq!(places("W0404", contract), ["X", "a", "b", "c", "f", "least", "now", "q", "v", "z"]);
}

#[test]
fn numbers_that_follow_each_other_are_a_series() {
    let fields = |names: &str| {
        format!("record R {{ {} }}", names.split(' ').map(|name| format!("{name}: int32 ")).collect::<String>())
    };
    assert_eq!(places("W0304", &fields("sha256 sha512 md5 x y")), [""; 0]);
    assert_eq!(places("W0304", &fields("line line2")), ["line2"]);
    assert_eq!(places("W0304", &fields("line_1 line_2 line_3")), ["line_2"]);
    assert_eq!(places("W0304", &fields("line3 line4 line9 a1 a2")), ["a2", "line4"]);
    assert_eq!(places("W0304", &fields("a99999999999999999999999 a1")), [""; 0]);
    assert_eq!(places("W0304", "record One1 {}\nrecord One2 {}\nenum E { option1, option2 }"), ["One2", "option2"]);
    let terms = "enum E { v1, v2, q1, q2, mp3, mp4, h264, h265, md4, md5, tls1_2, tls1_3 }";
    assert_eq!(places("W0304", terms), [""; 0]);
    assert_eq!(places("W0304", "record User {}\nrecord UserV2 {}\nrecord TV2 {}\nrecord T {}"), ["UserV2"]);
    assert_eq!(places("W0304", &fields("token token_v2 lov lov3")), ["token_v2"]);
    assert_eq!(places("W0304", "service s { procedure p1(a1: int32, a2: int32) topic p2: int32 }"), ["a2", "p2"]);
}

#[test]
fn closed_ones_are_found_wherever_readers_meet_them() {
    let contract = "
        enum InReply { a }
        enum InException { a }
        enum InTopic { a }
        enum InPayload { a }
        open enum Open { a }
        union Shape { reply: InReply, own: list<Shape>? }
        exception denied { why: InException }
        record Answer { shapes: map<string, list<Shape>>, open: Open }
        type Alias = Answer
        service s {
            procedure p(payload: InPayload) -> (answer: Alias?) raises denied
            topic t: InTopic
        }";
    assert_eq!(places("W0401", contract), ["InException", "InReply", "InTopic", "Shape"]);
}

#[test]
fn a_payload_grows_where_it_is_an_object_that_takes_more() {
    let contract = "
        record Open {}
        @closed
        record Closed {}
        enum Kind { a }
        type Name = string
        service s {
            procedure nothing()
            procedure named(a: int32)
            procedure open(Open)
            procedure anything(any)
            procedure closed(Closed)
            procedure text(Name)
            procedure many(list<Open>)
            procedure kind(Kind)
            procedure perhaps(Open?)
        }";
    assert_eq!(places("W0402", contract), ["closed", "kind", "many", "perhaps", "text"]);
}

#[test]
fn what_is_deprecated_may_use_what_is() {
    let contract = "
        @deprecated(\"\")
        record Old { next: Old? }
        @deprecated(\"\")
        exception gone
        enum Kind { now, @deprecated(\"\") then }
        @deprecated(\"\")
        record Older { old: Old }
        record User { olds: list<Old>, @deprecated(\"\") old: Old, kind: Kind = then }
        service s {
            procedure p(Old) raises gone
            @deprecated(\"\")
            procedure q(Old) raises gone
            topic t: map<string, Old>
        }";
    assert_eq!(places("W0404", contract), ["kind", "olds", "p", "p", "t"]);
}

#[test]
fn examples_may_stand_on_the_type_or_on_each_parameter() {
    let contract = "
        @example({})
        record Shown {}
        record Fields { @example(\"x\") a: string, b: int32 = 1, kind: Kind }
        record Bare { a: string }
        enum Kind { a }
        service s {
            procedure none()
            procedure shown(Shown)
            procedure fields(Fields)
            procedure named(shown: Shown, kind: Kind, @example(1) count: int32)
            @example(\"x\")
            procedure text(string)
            procedure bare(Bare)
            procedure partly(shown: Shown, count: int32)
        }";
    assert_eq!(places("W0104", contract), ["bare", "partly"]);
}

#[test]
fn lists_are_called_by_plurals_and_by_words_for_many_things() {
    let contract = "record R { name: list<string>, names: list<string>, people: set<string>, history: list<int32>?, entry: set<int32>?, text: string }";
    assert_eq!(places("W0303", contract), ["entry", "name"]);
    assert!(found("W0303", contract)[1].1.contains("the field \"entry\" is a set"), "{:?}", found("W0303", contract));
}

#[test]
fn shapes_are_the_same_with_everything_that_their_values_mean() {
    let record = |name: &str, fields: &str| format!("record {name} {{ {fields} }}\n");
    let three = "a: int32, b: string, c: bool";
    let same = record("A", three) + &record("B", three) + &record("C", three);
    let problems = found("W0502", &same);
    assert_eq!(problems, [("B".to_owned(), "the record \"B\" has what \"A\" has, and so do 1 more".to_owned())]);
    for other in [
        "a: int32, b: string",
        "a: int32, b: string, c: bool = true",
        "a: int32, c: bool, b: string",
        "@range(1..) a: int32, b: string, c: bool",
    ] {
        assert_eq!(found("W0502", &(record("A", three) + &record("B", other))), [], "{other}");
    }
    assert_eq!(places("W0502", "enum A { a, b, c }\nenum B { a, b, c }\nopen enum C { a, b, c }"), ["B"]);
}

#[test]
fn a_comment_in_a_block_allows_as_one_in_a_line() {
    let allow = "almanet-lint: allow W0301 a habit";
    for comment in [format!("/* {allow} */ "), format!("/* {allow} */\n"), format!("/*{allow}\n   of old */\n")] {
        let contract = format!("{comment}record big_point {{}}\n\nrecord big_place {{}}");
        assert_eq!(places("W0301", &contract), ["big_place"], "{comment}");
        assert_eq!(places("W0902", &contract), [""; 0], "{comment}");
    }
    assert_eq!(places("W0903", "/* almanet-lint: allow W031 a habit */\nrecord R {}"), ["W031"]);
    assert_eq!(places("W0901", "/* almanet-lint: allow W0301 */\nrecord r {}"), ["/* almanet-lint: allow W0301 */"]);
}

#[test]
fn names_are_looked_at_wherever_they_are_given() {
    let contract = "
        record bad_record { BadField: int32 }
        enum Good { BadVariant }
        union badUnion { x: int32 }
        type alias_of = int32
        const LIMIT: int32 = 1
        exception Bad { reason: string }
        service Shop { procedure Find(badParameter: int32) -> (badResult: int32) topic Sold: int32 }";
    assert_eq!(places("W0301", contract), ["alias_of", "badUnion", "bad_record"]);
    assert_eq!(
        places("W0305", "enum Order { asc, desc }\nenum Field { name, desc }\nrecord R { desc: string }"),
        ["desc"; 2]
    );
    let members = ["Bad", "BadField", "BadVariant", "Find", "LIMIT", "Shop", "Sold", "badParameter", "badResult"];
    assert_eq!(places("W0302", contract), members);
}
