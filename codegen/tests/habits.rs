//! What writers of other languages write out of habit is answered by what they meant.

use almanet_codegen::Config;
use almanet_codegen::source::vfs::Memory;

/// What stands behind the namespace, and what its one problem says or advises.
const HABITS: &[(&str, &str)] = &[
    ("record R { n: int }", "did you mean \"int32\"?"),
    ("record R { n: Float }", "did you mean \"float64\"?"),
    ("record R { m: HashMap<string, bool> }", "did you mean \"map\"?"),
    ("record R { n: optional<string> }", "an optional type is written `T?`"),
    ("record R { n: Option<string> }", "an optional type is written `T?`"),
    ("record Text {}\nrecord R { n: text }", "did you mean \"Text\"?"),
    ("record R { n: [string] }", "a list is written `list<T>`"),
    ("record R { n: string[] }", "a list is written `list<T>`"),
    ("record R { n: string | null }", "a type that also holds null ends in `?`"),
    ("record R { string name }", "a field is written `name: string`"),
    ("record R { name string }", "a field is written `name: string`"),
    ("record R { n?: string }", "the mark stands behind the type: `n: T?`"),
    ("record R { n: string = null }", "a type that also holds null ends in `?`"),
    ("record R { b: bool = True }", "did you mean \"true\"?"),
    ("record R { @max(5) n: int32 }", "did you mean \"@range\"?"),
    ("record R { @range(1..5) n: string }", "its length is bounded by `@length(…)`"),
    ("record R { @length(1..5) n: int32 }", "it is bounded by `@range(…)`"),
    ("@deprecated record R {}", "as in @deprecated(\"why\")"),
    ("@version(1.2) service s {}", "as in @version(\"1.2.0\")"),
    ("record R extends S {\n}", "a definition extends no other"),
    ("record Page<T> {\n}", "definitions take no types"),
    ("record Point(x: int32)", "fields stand between braces"),
    ("union U = A | B", "what a definition holds stands between braces"),
    ("union U { a | b }", "variants stand on lines of their own"),
    ("const most = 5", "a constant is written `const name: T = value`"),
    ("exception denied: string", "a payload stands between parentheses: `exception name(T)`"),
    ("exception denied(reason: string)", "fields stand between braces: `exception name { a: A }`"),
    ("service s { procedure p(string) returns string }", "what a procedure replies stands behind `->`"),
    ("service s { procedure p(string): string }", "what a procedure replies stands behind `->`"),
    ("service s { procedure p() throws e }", "what a procedure may fail with stands behind `raises`"),
    ("service s { procedure p -> string }", "a procedure without a payload is written `procedure name()`"),
    ("service s { procedure p() -> list<stream string> }", "`procedure name() -> stream T`"),
    ("service s { topic t(string) }", "a topic is written `topic name: T`"),
    ("service s { procedure p() raises R }\nrecord R {}", "what is raised is declared as `exception name(R)`"),
    ("package b", "did you mean `namespace`?"),
    ("use \"b.almanet\"", "did you mean `import`?"),
];

#[test]
fn habits_of_other_languages_are_answered_by_what_was_meant() {
    for (definitions, meant) in HABITS {
        let text = format!("namespace a\n\n{definitions}\n");
        let report = Config::new().root("").check_in(&Memory::new().with("a.almanet", text)).report;
        let said = |problem: &almanet_codegen::diagnostic::Problem| {
            format!("{}: {}", problem.message, problem.help.as_deref().unwrap_or_default())
        };
        let said: Vec<String> = report.problems.iter().map(said).collect();
        assert!(said.len() == 1 && said[0].contains(meant), "{definitions}: {said:#?}");
    }
}
