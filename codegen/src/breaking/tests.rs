//! Verdicts that no rule's smallest pair shows.

use super::{Category, Comparison, Step, compare, judge};
use crate::Config;
use crate::model::Model;
use crate::source::vfs::Memory;

fn model(text: &str) -> Model {
    let checked = Config::new().root("").check_in(&Memory::new().with("a.almanet", format!("namespace n\n{text}\n")));
    checked.model.unwrap_or_else(|| panic!("{text}: {:?}", checked.report.problems))
}

fn comparison(old: &str, new: &str) -> Comparison {
    compare(&model(old), &model(new))
}

/// What counts, as `CODE subject: victims`, where code counts too.
#[track_caller]
fn breaks(old: &str, new: &str, expected: &[&str]) {
    let changes = comparison(old, new).changes;
    let counted = changes.iter().filter_map(|it| it.code.filter(|_| it.source || !it.victims.is_empty()).zip(Some(it)));
    let shown: Vec<String> = counted.map(|(code, it)| format!("{code} {}: {}", it.subject, it.victims)).collect();
    assert_eq!(shown, expected, "{old} => {new}");
}

#[test]
fn keys_of_maps_are_read_as_the_strings_that_they_travel_as() {
    for key in ["int32", "bool", "uuid", "date", "string"] {
        let old = format!("service s {{ topic t: map<{key}, bool> }}");
        let new = "service s { topic t: map<string, bool> }";
        let expected: &[&str] = if key == "string" { &[] } else { &["B0303 n.s.t: old consumers"] };
        breaks(&old, new, expected);
    }
    let bounded = "@length(..9) type Key = string\nservice s { topic t: map<Key, bool> }";
    breaks("type Key = string\nservice s { topic t: map<Key, bool> }", bounded, &["B0210 n.Key: queued messages"]);
}

#[test]
fn a_variant_that_holds_nothing_ignores_what_is_there() {
    let union = |content: &str| format!("union U {{ a: bool, b{content} }}\nservice s {{ topic t: U }}");
    breaks(&union(": int32"), &union(""), &["B0303 n.U.b: old consumers"]);
    breaks(&union(""), &union(": int32"), &["B0303 n.U.b: queued messages"]);
    breaks(&union(""), &union(": int32?"), &["B0303 n.U.b: nobody"]);
}

#[test]
fn an_object_is_read_as_whatever_takes_its_fields() {
    let of = |taken: &str| format!("record R {{ a: int32, b: int32? }}\nservice s {{ procedure p({taken}) }}");
    let named = of("a: int32, b: int32?");
    breaks(&named, &of("R?"), &["B0303 n.s.p: old services"]);
    breaks(&of("R?"), &named, &["B0303 n.s.p: old callers"]);
    for object in [&*named, &of("R")] {
        breaks(object, &of("map<string, int64>"), &["B0303 n.s.p: old services"]);
        breaks(object, &of("@length(1..2) map<string, int32>"), &["B0303 n.s.p: old services"]);
        for narrow in ["@length(2) map<string, int32>", "map<string, int8>", "map<uuid, int32>", "map<string, string>"]
        {
            breaks(object, &of(narrow), &["B0303 n.s.p: old callers and old services"]);
        }
    }
}

#[test]
fn a_constraint_may_move_between_an_alias_and_what_uses_it() {
    let of = |alias: &str, parameter: &str| {
        format!("{alias} type A = string\nservice s {{ procedure p({parameter} q: A) }}")
    };
    let limit = "@length(..64)";
    breaks(&of("", limit), &of(limit, ""), &[]);
    breaks(&of(limit, ""), &of("", limit), &[]);
    breaks(&of(limit, limit), &of(limit, ""), &[]);
    breaks(&of("@length(..99)", limit), &of("@length(..80)", limit), &[]);
    breaks(&of("", ""), &of(limit, ""), &["B0210 n.A: old callers"]);
    breaks(&of(limit, limit), &of(limit, "@length(..9)"), &["B0210 n.s.p.q: old callers"]);
    // One use is bounded by itself, and the other is not.
    let two = |alias: &str| format!("{}\nservice k {{ procedure p() -> A }}", of(alias, limit));
    breaks(&two("@length(..99)"), &two("@length(..80)"), &["B0210 n.A: old services"]);
    breaks(
        "@length(..9) type A = string",
        "@length(..8) type A = string",
        &["B0210 n.A: old peers that use this definition"],
    );
}

#[test]
fn a_service_that_is_removed_breaks_those_who_used_it() {
    let of = |members: &str| format!("record R {{}}\nservice s {{ {members} }}");
    breaks(&of("procedure p()"), "record R {}", &["B0103 n.s: old callers"]);
    breaks(&of("topic t: R"), "record R {}", &["B0103 n.s: old consumers and queued messages"]);
    breaks(&of("@unstable procedure p()"), "record R {}", &["B0103 n.s: nobody"]);
}

/// What is told, of rules and of nothing else alike, and the step that it asks for.
#[track_caller]
fn tells(old: &str, new: &str, expected: &[&str], step: Step) {
    let comparison = comparison(old, new);
    let shown: Vec<&str> = comparison.changes.iter().map(|change| &*change.message).collect();
    assert_eq!(shown, expected, "{old} => {new}");
    assert_eq!(judge(&comparison, Category::Wire, &[]).step, step, "{old} => {new}");
}

#[test]
fn what_is_unstable_asks_for_nothing_until_it_is_stable() {
    let service = |members: &str| format!("@version(\"1.0.0\") service s {{ procedure p()\n{members} }}");
    let (none, unstable, stable) =
        (service(""), service("@unstable procedure q()"), service("procedure q(urgent: int8)"));
    tells(&none, &unstable, &[], Step::None);
    tells(&unstable, &none, &[], Step::None);
    tells(&unstable, &stable, &["`n.s.q` is stable now"], Step::Minor);
    let promised = ["`n.s.q` is @unstable now, and may change or go without notice"];
    tells(&service("procedure q()"), &unstable, &promised, Step::Minor);

    let whole = |head: &str| format!("{head} service k {{ topic t: bool }}");
    tells("", &whole("@unstable"), &[], Step::None);
    tells(&whole("@unstable"), &whole(""), &["`n.k` is stable now"], Step::Minor);

    let record =
        |head: &str, field: &str| format!("{head} record R {{ {field} a: int8? }}\nservice s {{ topic t: R }}");
    tells(&record("@unstable", ""), &record("", "b: int8,"), &["`n.R` is stable now"], Step::Minor);
    tells(&record("", "@unstable"), &record("", ""), &["`n.R.a` is stable now"], Step::Minor);
    tells("", "@unstable record R {}", &[], Step::None);
    let variant = |head: &str| format!("open enum E {{ a, {head} b }}\nservice s {{ topic t: E }}");
    tells(&variant("@unstable"), &variant(""), &["`n.E.b` is stable now"], Step::Minor);
}

#[test]
fn what_is_not_deprecated_any_more_is_told() {
    let service = |head: &str| format!("service s {{ {head} procedure p() }}");
    tells(&service("@deprecated(\"\")"), &service(""), &["`n.s.p` is not deprecated any more"], Step::Minor);
}

#[test]
fn a_definition_of_another_kind_is_told_as_what_it_is() {
    let of = |kind: &str| format!("{kind} C {{ a: int8 }}\nservice s {{ topic t: C }}");
    let changes = comparison(&of("record"), &of("union")).changes;
    let messages: Vec<&str> = changes.iter().map(|change| &*change.message).collect();
    let told = "the topic `n.s.t` holds `n.C`, which is defined as something else than it was";
    assert!(messages.contains(&told), "{messages:?}");
}

#[test]
fn a_member_that_another_service_has_at_the_same_address_is_called_otherwise() {
    let old = "service s { @uri(\"a.p\") procedure p()\n@uri(\"a.t\") topic t: bool }\nservice k {}";
    let new = "service s {}\nservice k { @uri(\"a.p\") procedure p()\n@uri(\"a.t\") topic t: bool }";
    breaks(old, new, &["B0110 n.k.p: nobody", "B0110 n.k.t: nobody"]);
    let renamed = "@prepath(\"n.s\") service z { procedure p() }";
    breaks("service s { procedure p() }", renamed, &["B0110 n.z: nobody"]);
}

#[test]
fn a_chain_of_definitions_may_be_long() {
    let chain = |name: &str, last: &str| {
        let links = (0..5_000).map(|at| format!("record {name}{at} {{ next: {name}{}? }}\n", at + 1));
        format!("{}record {name}5000 {{ last: {last} }}\n", links.collect::<String>())
    };
    let both = chain("A", "int32") + &chain("B", "int64");
    let comparison =
        comparison(&format!("{both}service s {{ topic t: A0 }}"), &format!("{both}service s {{ topic t: B0 }}"));
    let verdict = judge(&comparison, Category::Wire, &[]);
    assert_eq!(verdict.problems.len(), 1, "{:?}", verdict.problems);
    assert!(verdict.problems[0].message.ends_with("this breaks old consumers"), "{:?}", verdict.problems);
}
