use std::path::PathBuf;

use super::compile;
use crate::resolve::Input;
use crate::source::vfs::Memory;

/// `CODE message` of every problem, in the order in which they are shown.
fn problems(files: &[(&str, &str)]) -> Vec<String> {
    let vfs = files.iter().fold(Memory::new(), |vfs, (path, text)| vfs.with(path, *text));
    let entries = files.iter().map(|(path, _)| PathBuf::from(path)).collect();
    let compilation = compile(&vfs, &Input { entries, roots: vec![PathBuf::from(".")] });
    compilation.problems.iter().map(|problem| format!("{} {}", problem.code, problem.message)).collect()
}

fn contract(definitions: &str) -> Vec<String> {
    problems(&[("a.almanet", &format!("namespace a\n{definitions}"))])
}

#[test]
fn addresses_fit_nsq() {
    let name = |length: usize| "p".repeat(length);
    // `_rpc_.a.s.` and 54 more are 64.
    assert_eq!(contract(&format!("service s {{ procedure {}() }}", name(54))), [""; 0]);
    assert!(contract(&format!("service s {{ procedure {}() }}", name(55)))[0].starts_with("E0404"));
    assert_eq!(contract(&format!("service s {{ topic {}: string }}", name(60))), [""; 0]);
    assert!(contract(&format!("service s {{ topic {}: string }}", name(61)))[0].starts_with("E0404"));
    let versioned = format!("@version(\"1.0.0\") service s {{ procedure {}() }}", name(54));
    let found = contract(&versioned);
    assert!(found.len() == 1 && found[0].contains("v1_0_0"), "{found:?}");
}

#[test]
fn addresses_are_one_members() {
    assert_eq!(
        contract("service s { procedure p(), @uri(\"a.s.p\") topic q: string }"),
        ["E0405 \"p\" and \"q\" have one address, \"a.s.p\""]
    );
    let found = problems(&[
        ("b.almanet", "namespace a\n@prepath(\"x\") service s { procedure p() }\n"),
        ("a.almanet", "namespace b\n@prepath(\"x\") service t { procedure p() }\n"),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(contract("service s { procedure p(), procedure p() }").len(), 1);
}

#[test]
fn what_cannot_be_exposed_is_a_lint() {
    let of = |channel: &str| contract(&format!("service s {{ @expose @channel(\"{channel}\") procedure p() }}"));
    // `_rpc_._schema_.a.s.p.` is 21.
    assert_eq!(of(&"c".repeat(43)), [""; 0]);
    assert!(of(&"c".repeat(44))[0].starts_with("W0202"));
}

#[test]
fn casing_brings_names_together() {
    assert_eq!(
        contract("record R { home_town: string, homeTown: string }"),
        [
            "E0406 \"home_town\" and \"homeTown\" become one name: \"home_town\" in Rust, \"home_town\" in Python, \"homeTown\" in \
          TypeScript, \"HomeTown\" in Go"
        ]
    );
    for refused in [
        "record access_denied {}\nexception AccessDenied",
        "enum E { a_1, a1 }",
        "union U { a_b, aB: string }",
        "exception e { a_b: string, aB: string }",
        "service s { procedure p(a_b: string, aB: string) }",
        "service s { procedure p() -> (a_b: string, aB: string) }",
        "service s { procedure getIt(), topic get_it: string }",
        "service greet_error { procedure greet() }",
        "record GreetPayload {}\nservice s { procedure greet(x: string) }",
        "exception greet\nservice s { procedure greet() }",
        "record MoodCalm {}\nenum Mood { calm }",
        "record R { self: string, self_: string }",
        "service s { procedure p(timeout: string, timeout_: string) }",
        "service fooBar {}\nservice foo_bar {}",
    ] {
        let found = contract(refused);
        assert!(found.len() == 1 && found[0].starts_with("E0406"), "{refused}: {found:?}");
    }
}

#[test]
fn neighbours_that_stay_apart_are_fine() {
    for fine in [
        "record Greeting {}\nservice greeting { procedure greet(a: string) -> (b: string) }",
        "record R { type: string, record: string, new: string, session: string, a1: string, a2: string }",
        "enum Mood { calm, mood_calm }\nconst calm: int32 = 1",
        "service s { procedure new(timeout: string), procedure version(), procedure service() }",
        "record GreetError {}\nservice s { procedure greet() }",
    ] {
        assert_eq!(contract(fine), [""; 0], "{fine}");
    }
}

#[test]
fn a_namespace_is_no_service() {
    let found = problems(&[("a.almanet", "namespace a\nservice b {}\n"), ("b.almanet", "namespace a.b\n")]);
    assert_eq!(found, ["E0239 \"a.b\" is a namespace and a service at once"]);
    let found = problems(&[("a.almanet", "namespace a\nservice B {}\n"), ("b.almanet", "namespace a.b\n")]);
    assert!(found.len() == 1 && found[0].starts_with("E0406"), "{found:?}");
}

#[test]
fn problems_are_sorted_by_file_and_place() {
    let found = problems(&[
        ("b.almanet", "namespace b\nrecord R { x: A, y: B }\n"),
        ("a.almanet", "namespace a\nrecord R { x: C }\nrecord R {}\n"),
    ]);
    let codes: Vec<_> = found.iter().map(|problem| &problem[..5]).collect();
    assert_eq!(codes, ["E0207", "E0205", "E0207", "E0207"]);
}
