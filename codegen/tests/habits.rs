//! What writers of other languages write out of habit is answered by what they meant.

use almanet_codegen::Config;
use almanet_codegen::diagnostic::Problem;
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
    ("record R { optional a: string }", "the mark stands behind the type: `a: T?`"),
    ("record R { optional string a }", "a field is written `a: string?`"),
    ("record R { repeated string a }", "a field is written `a: list<string>`"),
    ("record R { readonly a: string }", "leave `readonly` out"),
    ("record R { a: ?string }", "the mark stands behind the type: `T?`"),
    ("record R { a: (string, int32) }", "a tuple is written `tuple<A, B>`"),
    ("record R { a: list(string) }", "a list is written `list<T>`"),
    ("record R { a: Dict[string, int32] }", "a map is written `map<K, V>`"),
    ("record R { a: Optional[string] }", "an optional type is written `T?`"),
    ("record R { a: string(100) }", "a type is bounded by an annotation before the name"),
    ("record R { a: @length(1..) string }", "an annotation stands before the name of what it annotates"),
    ("record R { a: stream<string> }", "what a procedure answers alone is a stream"),
    ("record R { a: email }", "did you mean \"string\"?"),
    ("record R { a: string = x }", "a string stands between double quotes: \"x\""),
    ("record R { a: string := \"x\" }", "a default stands behind `=`"),
    ("record R { a: c::Money }\nrecord c {}", "names are joined by dots: `a.b`"),
    ("record R { ...S }", "a definition takes over no members"),
    ("record R { @name \"b\" a: string }", "stands between parentheses: `@name(…)`"),
    ("record R { @name = \"b\" a: string }", "stands between parentheses: `@name(…)`"),
    ("record R { @range(1-9) a: int32 }", "bounds are written `1..64`, both included"),
    ("record R { @range(1..=9) a: int32 }", "bounds are written `1..64`, both included"),
    ("record R { @range(min: 1) a: int32 }", "arguments have no names"),
    ("record R { a:\u{a0}string }", "found `U+00A0`: blanks are spaces, tabs and line ends"),
    ("record R { a: string\u{200b} }", "found `U+200B`: this character cannot be seen: delete it"),
    ("record R { a: int32 = 1_000 }", "digits stand without `_` between them"),
    ("record R { a: int32 = 0x10 }", "numbers are decimal"),
    ("record R { a: duration = 2d }", "a day is `24h`"),
    ("record R { a: duration = 1h30m }", "a duration is a whole number and one unit"),
    ("record R { @pattern(\"^\\d{2}$\") a: string }", "a backslash itself is written \\\\"),
    ("record R { a: timestamp = \"9999-12-31T23:59:59Z\" }", "they end with 9999-12-30T22:00:00Z"),
    ("@tags([\"a\"]) service s {}", "as in @tags(\"a\", \"b\")"),
    ("@auth service s {}", "as in @auth(\"a\", \"b\")"),
    ("pub record R { a: string }\nrecord S { r: R }", "leave `pub` out: a definition begins with what it is"),
    ("enum open E { a }\nrecord S { e: E }", "`open` stands before `enum` and `union`"),
    ("table R { a: string }\nrecord S { r: R }", "there is no definition `table`"),
    ("type A: string", "a type is written `type Name = T`"),
    ("record R { a: duration = \"2h\" }", "write 2h without quotes, or \"PT2H\""),
    ("service s { procedure p(a?: string, b: int32) }", "the mark stands behind the type: `a: T?`"),
    ("service s { procedure p(string a, int32 b) }", "a parameter is written `name: T`"),
    ("service s { stream p(int32) }", "a stream is what a procedure answers: `-> stream T`"),
    ("service s { string p(int32) }", "a procedure is written `procedure p(…) -> string`"),
    ("service s { p(int32): string }", "a procedure is written `procedure p(…)`"),
    ("service s { async procedure p() }", "leave it out"),
    ("service s { procedure oneway p() }", "`oneway` stands before `procedure`"),
    ("service s { procedure p(int32 = 5) }", "a parameter with a default has a name"),
    ("service s { procedure p() -> (string) }", "one without a name stands alone, `-> T`"),
    ("service s { procedure p() -> stream (a: string) }", "a stream carries one type"),
    ("service s { procedure p() -> raises e }\nexception e", "what has no reply has no `->`"),
    ("service s { procedure p() raises (e) }\nexception e", "exceptions stand without brackets"),
    ("service s { procedure p() raises e | f }\nexception e\nexception f", "exceptions stand with commas"),
    ("service s { procedure p() raises e -> string }\nexception e", "stands before `raises`"),
    ("service s { procedure p() - > string }", "`->` is written without a space"),
    ("service s { topic t: string raises e }\nexception e", "a topic raises nothing"),
    ("service s { @idempotent, procedure p() }", "annotations stand without commas between them"),
    ("package b", "did you mean `namespace`?"),
    ("use \"b.almanet\"", "did you mean `import`?"),
];

/// What one mistake makes of contracts that are sound behind it: one problem, which says this. `common.almanet` holds
/// `common.Person`, and `other.almanet` a record of the namespace `a`.
const ALONE: &[(&str, &str)] = &[
    ("namespace a-b\nimport \"other.almanet\"\nrecord R { o: Other }\n", "`a-b` is no name"),
    ("namespace a::b\nimport \"other.almanet\"\nrecord R { o: Other }\n", "names are joined by dots"),
    ("namespace \"a\"\nimport \"other.almanet\"\nrecord R { o: Other }\n", "names are written without quotes"),
    ("namespace\nimport \"other.almanet\"\nrecord R { o: Other }\n", "expected a name such as `net.example`"),
    ("package a\nimport \"other.almanet\"\nrecord R { o: Other }\n", "did you mean `namespace`?"),
    ("Namespace a\nimport \"other.almanet\"\nrecord R { o: Other }\n", "did you mean `namespace`?"),
    ("namespace a {\nimport \"other.almanet\"\nrecord R { o: Other }\n", "it has no braces"),
    ("namespace a\nimport 'common.almanet' as c\nrecord R { p: c.Person, q: c.Person }\n", "double quotes"),
    ("namespace a\nimport common as c\nrecord R { p: c.Person }\n", "files are imported, not names"),
    ("namespace a\nimport \"common.almanet\" c\nrecord R { p: c.Person }\n", "stands behind `as`: `as c`"),
    ("namespace a\nimport \"common.almanet\" as c.d\nrecord R { p: c.d.Person }\n", "the end of the line"),
    ("namespace a\n#include \"common.almanet\"\nrecord R { p: common.Person }\n", "comments begin with `//`"),
    (
        "namespace a\nimport \"common.almanet\"\nrecord R { p: c.Person, q: c.Person }\n",
        "there is \"common.Person\"; the file's other names in \"c\" are not reported",
    ),
    ("namespace a\nrecord R { a: 'x' }\n\n/// Of S.\nrecord S {}\n", "double quotes"),
    ("namespace a\nenum E { a = 1 }\n\n/// Of S.\n@closed\nrecord S {}\n", "variants have no values"),
    ("namespace a\ntype T: string\n\n/// Of S.\nrecord S {}\n", "a type is written"),
    ("namespace a\ntype T =\n\n/// Of S.\nrecord S {}\n", "expected a type, found the next definition"),
    ("namespace a\nrecord R\n    a: string\n    b: string\n}\n\nrecord S { r: R }\n", "expected `{`"),
    ("namespace a\nrecord R:\n    a: string\n    b: string\n\nrecord S { r: R }\n", "expected `{`"),
    ("namespace a\nenum E\n    a\n    b\n}\n\nrecord S { e: E }\n", "expected `{`"),
    ("namespace a\nservice s\n    procedure p()\n    topic t: string\n}\n", "expected `{`"),
    ("namespace a\nrecord R {\n    a: { b: string }\n    c: string\n}\n", "define a `record` outside"),
    ("namespace a\nrecord R {\n    a: {\n        b: string\n    }\n    c: string\n}\n", "define a `record` outside"),
    ("namespace a\nservice s {\n    procedure p() -> string {}\n    procedure q()\n}\n", "found `{`"),
    (
        "namespace a\nrecord C { n: int32 }\n@tag(t)\nunion U { c: C }\nrecord R { u: U = {\"t\": \"c\", \"n\": 1} }\n",
        "\"@tag\" takes one string",
    ),
    (
        "namespace a\nrecord R {\n    record S { a: string }\n    b: string\n}\n\nrecord T { r: R }\n",
        "a `record` inside of another",
    ),
    ("namespace a\nservice s {\n    const n: int32 = 5\n    topic t: string\n}\n", "a `const` inside of another"),
    (
        "namespace a\nservice s {\n    enum E {\n        a\n        b\n    }\n    procedure p()\n}\n",
        "`enum` inside of another",
    ),
    (
        "namespace a\nrecord R {\n<<<<<<< HEAD\n    a: string\n=======\n    a: strng\n>>>>>>> main\n    b: string\n}\n",
        "this merge conflict is not resolved",
    ),
    ("\u{feff}#!x\n//! One.\n//! Two.\nnamespace a\n", "comments begin with `//`"),
];

#[test]
fn one_mistake_is_told_once() {
    for (text, meant) in ALONE {
        let files = Memory::new()
            .with("s/a.almanet", *text)
            .with("s/other.almanet", "namespace a\n\nrecord Other {}\n")
            .with("s/common.almanet", "namespace common\n\nrecord Person {}\n");
        let report = Config::new().root("s").input("s/a.almanet").check_in(&files).report;
        let problems: Vec<_> = report.problems.iter().filter(|problem| problem.code.to_string() != "W0102").collect();
        let said: Vec<String> = problems.iter().map(|problem| said(problem)).collect();
        assert!(said.len() == 1 && said[0].contains(meant), "{text}: {said:#?}");
    }
}

fn said(problem: &Problem) -> String {
    format!("{}: {}", problem.message, problem.help.as_deref().unwrap_or_default())
}

#[test]
fn habits_of_other_languages_are_answered_by_what_was_meant() {
    for (definitions, meant) in HABITS {
        let text = format!("namespace a\n\n{definitions}\n");
        let report = Config::new().root("").check_in(&Memory::new().with("a.almanet", text)).report;
        let said: Vec<String> = report.problems.iter().map(said).collect();
        assert!(said.len() == 1 && said[0].contains(meant), "{definitions}: {said:#?}");
    }
}
