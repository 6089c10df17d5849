use std::path::{Path, PathBuf};

use super::{Compilation, compile, compile_again};
use crate::diagnostic::{Example, code};
use crate::resolve::{Depth, Input, NoTrees};
use crate::source::vfs::{Disk, Memory, Vfs};

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
fn a_file_has_a_thousand_errors_at_most_and_says_so() {
    let unknown = |count: usize| format!("record A {{\n{}}}\n", "x: Nope\n".repeat(count));
    let found = contract(&unknown(500));
    assert_eq!(found.len(), 999, "each is unknown, and all but the first are there twice");
    let other = ("b.almanet", "namespace b\nrecord B { x: Nope }\n");
    let found = problems(&[("a.almanet", &format!("namespace a\n{}", unknown(2_000))), other]);
    assert_eq!(found.len(), 1_002);
    assert_eq!(found[1_000], "E0119 more than 1000 errors; the rest of this file is not reported");
    assert_eq!(found[1_001], "E0207 unknown type \"Nope\"");
    let syntax = contract(&format!("{}{}", unknown(600), "record { }\n".repeat(1_200)));
    assert_eq!(syntax.iter().filter(|problem| problem.starts_with("E0119")).count(), 1);
    assert_eq!(syntax.len(), 1_001);
}

#[test]
fn misplaced_docs_without_number_are_no_error() {
    let many: String = (0..2_000).map(|n| format!("record A{n} {{ x: int32\n/// misplaced\n}}\n")).collect();
    let found = contract(&many);
    assert!(found.len() == 1_000 && found.iter().all(|problem| problem.starts_with("W0101")), "{}", found.len());
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

/// Files of two namespaces that lean on each other.
const ENTWINED: [(&str, &str); 4] = [
    (
        "a.almanet",
        "namespace a

import \"b.almanet\" as b
import \"more.almanet\"

record R {
    short: b.Short = \"abcdef\"
    most: int32 = b.most
    @range(..b.top) ranged: int8
    mood: b.Mood = worse
    nested: b.Nested = {\"mood\": \"gone\"}
    item: b.Lazy
    loop: Loop
    kept: c.Deep?
    key: map<b.Key, Missing>
    close: b.Shrot
}

exception lost {}

service s { procedure p(R) -> b.Nested raises lost, b.lost }
",
    ),
    (
        "b.almanet",
        "namespace b

import \"c.almanet\" as c

type Short = c.Shorter
type Key = c.Shorter?
const most: c.Number = c.greatest
const top: int32 = 1000
enum Mood { good, bad }
record Nested { mood: Mood = bad, others: list<Nested> }
record Lazy { item: c.Item }
record Unused { missing: c.Gone }
@name(\"lost\") exception lost
",
    ),
    (
        "c.almanet",
        "namespace c

import \"b.almanet\" as b

@length(..5) type Shorter = string
type Number = int64
const greatest: Number = 9223372036854775807
record Item { of: b.Lazy }
record Deep {}
",
    ),
    (
        "more.almanet",
        "namespace a\n\nimport \"a.almanet\"\n\nrecord Loop { of: R }\nrecord R {}\nrecord Unseen { x: Missing }\n",
    ),
];

/// Every example of a problem in several files, and every golden contract: each of their files alone, with what it imports.
#[test]
fn a_file_has_the_same_problems_whether_all_of_its_imports_are_looked_at() {
    let mut looked_at = 0;
    let mut look = |vfs: &dyn Vfs, entry: PathBuf, root: &Path| {
        let input = Input { entries: vec![entry.clone()], roots: vec![root.to_path_buf()] };
        let problems = |depth| {
            let Compilation { sources, problems, .. } = compile_again(vfs, &NoTrees, &input, depth);
            let own = problems
                .iter()
                .filter(|problem| sources.get(problem.location.file).name() == entry.display().to_string());
            own.map(|problem| (problem.code, problem.location.span, problem.message.clone(), problem.help.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(problems(Depth::Entries), problems(Depth::Whole), "{}", entry.display());
        looked_at += 1;
    };
    for entry in code::all() {
        if let Example::Files(files) = entry.example {
            let vfs = files.iter().fold(Memory::new(), |vfs, (path, text)| vfs.with(path, *text));
            files.iter().for_each(|(path, _)| look(&vfs, PathBuf::from(path), Path::new(".")));
        }
    }
    // What is reached by way of a file that is reached, right and wrong.
    let vfs = ENTWINED.iter().fold(Memory::new(), |vfs, (path, text)| vfs.with(path, *text));
    ENTWINED.iter().for_each(|(path, _)| look(&vfs, PathBuf::from(path), Path::new(".")));
    let goldens = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for golden in std::fs::read_dir(goldens).unwrap() {
        let folder = golden.unwrap().path();
        Disk.contracts(&folder).unwrap().into_iter().for_each(|path| look(&Disk, path, &folder));
    }
    assert!(looked_at > 30, "{looked_at}");
}
