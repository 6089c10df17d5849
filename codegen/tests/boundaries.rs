//! The rules of the language, each with a contract on either side of its boundary.

use std::collections::BTreeSet;

use almanet_codegen::Config;
use almanet_codegen::source::vfs::Memory;

/// What is accepted, what is refused, and the code that the latter raises. A snippet without a namespace is put into one.
const RULES: &[(&str, &str, &str)] = &[
    // files
    ("namespace a.b", "namespace a..b", "E0101"),
    (
        "namespace a\nimport \"almanet/money.almanet\"\nrecord R { x: almanet.money.Money }",
        "import \"almanet/money.almanet\"\nnamespace a\nrecord R { x: almanet.money.Money }",
        "E0115",
    ),
    (
        "namespace a\nimport \"almanet/money.almanet\" as m\nrecord R { x: m.Money }",
        "namespace a\nimport \"almanet/money.almanet\" as m\nrecord R { x: m.Money, y: n.Money }",
        "E0210",
    ),
    // names and lexis
    ("record R { x: string, a_1: string }", "record R { x: string, _a: string }", "E0123"),
    ("record R { x: string, type: string, record: string }", "record R { x: string, 1a: string }", "E0123"),
    ("record Text {}", "record uuid {}", "E0206"),
    ("record streams {}", "record stream {}", "E0206"),
    ("enum E { True }", "enum E { true }", "E0206"),
    ("const nil: int32 = 1", "const null: int32 = 1", "E0206"),
    ("/* a /* b */ */ record R {}", "/* a */ */ record R {}", "E0122"),
    ("//// A comment.", "record R { x: string }\n/// Docs of nothing.", "W0101"),
    ("const x: string = \"a\\u00e9\\n\"", "const x: string = \"a\nb\"", "E0107"),
    ("record R { x: string, y: string, }", "record R { x: string,, y: string }", "E0112"),
    ("service s { procedure p(a: int32, b: int32,) }", "service s { procedure p(a: int32 b: int32) }", "E0111"),
    (
        "exception e\nexception f\nservice s { procedure p() raises e, f, }",
        "exception e\nexception f\nservice s { procedure p() raises e f }",
        "E0117",
    ),
    ("record R { x: tuple<int32, string,> }", "record R { x: tuple<int32 string> }", "E0111"),
    ("const x: int32 = 10", "const x: int32 = 10x", "E0110"),
    ("const x: int32 = 0", "const x: int32 = 00", "E0109"),
    ("@length(5)\ntype T = string", "@length(5..4)\ntype T = string", "E0312"),
    ("@length(..0)\ntype T = string", "@length(..)\ntype T = string", "E0312"),
    ("@range(-1..1)\ntype T = int8", "@range(0..128)\ntype T = int8", "E0302"),
    ("@range(\"0.1\"..)\ntype T = decimal", "@range(0.1..)\ntype T = decimal", "E0301"),
    ("@range(-1s..)\ntype T = duration", "@range(-1..)\ntype T = duration", "E0301"),
    // values of types
    ("const x: bool = true", "const x: bool = 1", "E0301"),
    ("const x: int8 = 127", "const x: int8 = 128", "E0302"),
    ("const x: int8 = -128", "const x: int8 = -129", "E0302"),
    ("const x: int16 = 32767", "const x: int16 = 32768", "E0302"),
    ("const x: int32 = 2147483647", "const x: int32 = 2147483648", "E0302"),
    ("const x: int64 = 9223372036854775807", "const x: int64 = 9223372036854775808", "E0302"),
    ("const x: int64 = -9223372036854775808", "const x: int64 = -9223372036854775809", "E0302"),
    ("const x: uint8 = 255", "const x: uint8 = 256", "E0302"),
    ("const x: uint8 = 0", "const x: uint8 = -1", "E0302"),
    ("const x: uint16 = 65535", "const x: uint16 = 65536", "E0302"),
    ("const x: uint32 = 4294967295", "const x: uint32 = 4294967296", "E0302"),
    ("const x: uint64 = 18446744073709551615", "const x: uint64 = 18446744073709551616", "E0302"),
    ("const x: int32 = 1", "const x: int32 = 1.0", "E0301"),
    ("const x: int32 = 100", "const x: int32 = 1e2", "E0301"),
    ("const x: float32 = 3.4028235e38", "const x: float32 = 3.5e38", "E0302"),
    ("const x: float64 = 1.7976931348623157e308", "const x: float64 = 1e309", "E0302"),
    ("const x: float64 = -1e-400", "const x: float64 = \"1\"", "E0301"),
    ("const x: string = \"a\"", "const x: string = 1", "E0301"),
    ("const x: bytes = \"AAE=\"", "const x: bytes = \"AAE==\"", "E0301"),
    ("const x: bytes = \"_-8\"", "const x: bytes = \"*\"", "E0301"),
    (
        "const x: uuid = \"67e5504410b1426f9247bb680e5fe0c8\"",
        "const x: uuid = \"67e5504410b1426f9247bb680e5fe0c\"",
        "E0301",
    ),
    (
        "const x: timestamp = \"2024-02-29T12:30:00.123456789+01:00\"",
        "const x: timestamp = \"2024-02-29T12:30:00\"",
        "E0301",
    ),
    ("const x: timestamp = \"2024-02-29T23:59:59Z\"", "const x: timestamp = \"2023-02-29T23:59:59Z\"", "E0301"),
    ("const x: datetime = \"2024-02-29T12:30:00\"", "const x: datetime = \"2024-02-29T12:30:00Z\"", "E0301"),
    ("const x: date = \"2000-02-29\"", "const x: date = \"1900-02-29\"", "E0301"),
    ("const x: time = \"23:59:59.999999999\"", "const x: time = \"24:00:00\"", "E0301"),
    ("const x: duration = -1h", "const x: duration = 1.5s", "E0110"),
    ("const x: duration = \"P1Y2M3DT4H5M6.7S\"", "const x: duration = \"P\"", "E0301"),
    (
        "const x: decimal = \"1234567890123456789012345678\"",
        "const x: decimal = \"12345678901234567890123456789\"",
        "E0301",
    ),
    (
        "const x: decimal = \"0.0000000000000000000000000001\"",
        "const x: decimal = \"0.00000000000000000000000000001\"",
        "E0301",
    ),
    ("const x: decimal = \"1E2\"", "const x: decimal = \"NaN\"", "E0301"),
    ("const x: any = {\"a\": [1, null, \"x\"]}", "const x: any = [1", "E0104"),
    ("const x: list<int8> = [1, 2]", "const x: list<int8> = [1, 128]", "E0302"),
    ("const x: set<string> = [\"a\", \"b\"]", "const x: set<string> = [\"a\", 1]", "E0301"),
    ("const x: map<int8, string> = {\"1\": \"a\"}", "const x: map<int8, string> = {\"01\": \"a\"}", "E0301"),
    ("const x: map<bool, string> = {\"true\": \"a\"}", "const x: map<bool, string> = {\"True\": \"a\"}", "E0301"),
    ("const x: map<string, int8> = {\"a\": 1, \"b\": 2}", "const x: map<string, int8> = {\"a\": 1, \"a\": 2}", "E0306"),
    ("const x: tuple<int8, string> = [1, \"a\"]", "const x: tuple<int8, string> = [1]", "E0301"),
    ("enum E { b }\nconst x: E = b", "enum E { b }\nconst x: E = c", "E0209"),
    ("record P { y: int8 }\nconst x: P = {\"y\": 1}", "record P { y: int8 }\nconst x: P = {}", "E0305"),
    ("record P { y: int8? }\nconst x: P = {}", "record P { y: int8? }\nconst x: P = {\"z\": 1}", "E0304"),
    (
        "union U { y: int8, z }\nconst x: U = {\"value\": 1, \"kind\": \"y\"}",
        "union U { y: int8, z }\nconst x: U = {\"kind\": \"y\"}",
        "E0305",
    ),
    (
        "record P { y: int8 }\n@tag(\"t\")\nunion U { p: P }\nconst x: U = {\"t\": \"p\", \"y\": 1}",
        "record P { y: int8 }\n@tag(\"t\")\nunion U { p: P }\nconst x: U = {\"kind\": \"p\", \"value\": {\"y\": 1}}",
        "E0305",
    ),
    // types
    ("record R { x: tuple<int8, int8> }", "record R { x: tuple<int8> }", "E0215"),
    (
        "record R { x: tuple<int8, int8, int8, int8, int8, int8, int8, int8, int8, int8, int8, int8> }",
        "record R { x: tuple<int8, int8, int8, int8, int8, int8, int8, int8, int8, int8, int8, int8, int8> }",
        "E0215",
    ),
    ("record R { x: string? }", "record R { x: string?? }", "E0216"),
    ("record R { x: any }", "record R { x: any? }", "E0216"),
    ("type T = string\nrecord R { x: T? }", "type T = string?\nrecord R { x: T? }", "E0216"),
    ("record R { x: set<string> }", "record R { x: set<float32> }", "E0217"),
    ("record R { x: set<bytes> }", "record R { x: set<any> }", "E0217"),
    ("record R { x: set<decimal> }", "record R { x: set<list<string>> }", "E0217"),
    ("record R { x: set<bool> }", "record R { x: set<tuple<int8, int8>> }", "E0217"),
    ("record R { x: set<timestamp> }", "record R { x: set<string?> }", "E0217"),
    ("record R { x: map<string, any> }", "record R { x: map<bytes, any> }", "E0218"),
    ("record R { x: map<uint64, any> }", "record R { x: map<float64, any> }", "E0218"),
    ("record R { x: map<bool, any> }", "record R { x: map<timestamp, any> }", "E0218"),
    ("record R { x: map<uuid, any> }", "record R { x: map<decimal, any> }", "E0218"),
    ("record R { x: map<date, any> }", "record R { x: map<duration, any> }", "E0218"),
    ("record R { x: map<int8, any> }", "record R { x: map<string?, any> }", "E0218"),
    (
        "enum E { b }\nrecord R { x: map<E, int8>, y: set<E> }",
        "union E { b }\nrecord R { x: map<E, int8>, y: set<string> }",
        "E0218",
    ),
    ("type K = uuid\nrecord R { x: map<K, int8> }", "type K = list<uuid>\nrecord R { x: map<K, int8> }", "E0218"),
    ("record R { x: list<string> }", "record R { x: list }", "E0215"),
    ("record R { x: R? }", "record R { x: R }", "E0220"),
    ("record R { x: list<R> }", "record R { x: tuple<R, int8> }", "E0220"),
    ("union U { a, b: U }", "union U { b: U }", "E0220"),
    ("type A = list<string>\ntype B = A", "type A = list<B>\ntype B = A", "E0219"),
    (
        "record R { x: S = {} }\nrecord S { y: list<R> = [] }",
        "record R { x: S = {} }\nrecord S { y: list<R> = [{}] }",
        "E0308",
    ),
    ("record R { x: int8 = 1 }", "record R { x: int8 = 128 }", "E0302"),
    ("record R { x: int8? = null }", "record R { x: int8? = 1 }", "E0307"),
    ("record R { x: string, reserved \"y\" }", "record R { x: string, reserved \"x\" }", "E0223"),
    (
        "record R { @name(\"y\") x: string, reserved \"z\" }",
        "record R { @name(\"y\") x: string, reserved \"y\" }",
        "E0223",
    ),
    ("enum E { b, reserved \"c\" }", "enum E { b, reserved \"b\" }", "E0223"),
    ("union U { b, reserved \"c\" }", "union U { b, reserved \"b\" }", "E0223"),
    ("service s { procedure p(), reserved \"q\" }", "service s { procedure p(), reserved \"p\" }", "E0223"),
    // definitions
    ("enum E { b }", "enum E {}", "E0225"),
    ("union U { b }", "union U {}", "E0225"),
    ("record R {}\nexception e {}\nservice s {}", "record R { x }", "E0118"),
    ("open enum E { b }", "open record R {}", "E0101"),
    ("exception e(string)", "exception e(string, string)", "E0101"),
    ("exception Internal_Error", "exception InternalError", "E0227"),
    ("exception rpcs", "exception rpc_", "E0227"),
    ("@name(\"b_1\")\nexception e", "@name(\"b-1\")\nexception e", "E0228"),
    (
        "exception e\n@name(\"f\")\nexception g\nservice s { procedure p() raises e, g }",
        "exception e\n@name(\"e\")\nexception g\nservice s { procedure p() raises e, g }",
        "E0230",
    ),
    (
        "exception e\nservice s { procedure p() raises e }",
        "exception e\nservice s { procedure p() raises e, e }",
        "E0229",
    ),
    ("exception e\nservice s { procedure p() raises e }", "record e {}\nservice s { procedure p() raises e }", "E0213"),
    ("service s { procedure p() -> tuple<int8, int8> }", "service s { procedure p() -> () }", "E0232"),
    ("service s { oneway procedure p(x: string) }", "service s { oneway procedure p(x: string) -> string }", "E0231"),
    (
        "exception e\nservice s { procedure p() raises e }",
        "exception e\nservice s { oneway procedure p() raises e }",
        "E0231",
    ),
    ("service s { procedure p(a: string, b: string) }", "service s { procedure p(string, string) }", "E0121"),
    ("record R {}\nservice s { topic t: R }", "exception R\nservice s { topic t: R }", "E0212"),
    ("record R {}\nrecord S { x: R }", "service R {}\nrecord S { x: R }", "E0212"),
    ("record R {}\nenum S { b }", "record R {}\nenum R { b }", "E0205"),
    ("record R { x: string, y: string }", "record R { x: string, x: string }", "E0221"),
    ("record R { x: string, @name(\"z\") y: string }", "record R { x: string, @name(\"x\") y: string }", "E0222"),
    ("record R { home_town: string }", "record R { home_town: string, homeTown: string }", "E0406"),
    // addresses
    (
        "service s { procedure pppppppppppppppppppppppppppppppppppppppppppppppppppppp() }",
        "service s { procedure ppppppppppppppppppppppppppppppppppppppppppppppppppppppp() }",
        "E0404",
    ),
    (
        "service s { topic tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt: string }",
        "service s { topic ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt: string }",
        "E0404",
    ),
    (
        "@version(\"1.2.0\")\nservice s { procedure ppppppppppppppppppppppppppppppppppppppppppppppp() }",
        "@version(\"1.2.0\")\nservice s { procedure pppppppppppppppppppppppppppppppppppppppppppppppp() }",
        "E0404",
    ),
    ("@prepath(\"a.b\")\nservice s {}", "@prepath(\"a..b\")\nservice s {}", "E0401"),
    ("service s { @uri(\"b.c\") procedure p() }", "service s { @uri(\"b-c\") procedure p() }", "E0401"),
    ("service s { @uri(\"rpc.t\") topic t: string }", "service s { @uri(\"_rpc_.t\") topic t: string }", "E0401"),
    (
        "service s { procedure p(), @uri(\"a.s.r\") procedure q() }",
        "service s { procedure p(), @uri(\"a.s.p\") procedure q() }",
        "E0405",
    ),
    ("@version(\"1.2.0-rc.1\")\nservice s {}", "@version(\"1.2.0+build\")\nservice s {}", "E0402"),
    ("@version(\"1.2.0\")\nservice s {}", "@version(\"01.2.0\")\nservice s {}", "E0402"),
    (
        "@channel(\"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc\")\nservice s {}",
        "@channel(\"ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc\")\nservice s {}",
        "E0403",
    ),
    ("@channel(\"a.B-9_#ephemeral\")\nservice s {}", "@channel(\"a#b\")\nservice s {}", "E0403"),
    // annotations
    ("@acme.owner(\"team\")\nrecord R {}", "@acme(\"team\")\nrecord R {}", "E0233"),
    ("@example({})\n@example({})\nrecord R {}", "@closed\n@closed\nrecord R {}", "E0235"),
    ("@deprecated(\"why\")\nrecord R {}", "@deprecated(1)\nrecord R {}", "E0236"),
    ("service s { @timeout(14m) procedure p() }", "service s { @timeout(841s) procedure p() }", "E0237"),
    ("service s { @timeout(1ms) procedure p() }", "service s { @timeout(0s) procedure p() }", "E0237"),
    ("service s { @idempotent procedure p() }", "@idempotent\nservice s { procedure p() }", "E0234"),
    ("@closed\nrecord R {}", "@closed\nenum E { b }", "E0234"),
    ("record P {}\n@tag(\"t\")\nunion U { b, p: P }", "@tag(\"t\")\nunion U { b, p: string }", "E0238"),
    (
        "record P { t: string }\n@tag(\"u\")\nunion U { p: P }",
        "record P { t: string }\n@tag(\"t\")\nunion U { p: P }",
        "E0238",
    ),
    ("@length(1..)\ntype T = bytes", "@length(1..)\ntype T = uuid", "E0311"),
    ("@range(1..)\ntype T = float32", "@range(1..)\ntype T = string", "E0311"),
    ("@pattern(\"^a\")\ntype T = string", "@pattern(\"^a\")\ntype T = bytes", "E0311"),
    ("@pattern(\"^(a|b)$\")\ntype T = string", "@pattern(\"^(a|b$\")\ntype T = string", "E0313"),
    ("@pattern(\"a{2}\")\ntype T = string", "@pattern(\"(?<=a)b\")\ntype T = string", "E0313"),
    (
        "@length(2..)\ntype T = string\nconst x: T = \"ab\"",
        "@length(2..)\ntype T = string\nconst x: T = \"a\"",
        "E0303",
    ),
    (
        "@length(..3)\ntype T = string\nrecord R { @length(2..) x: T = \"abc\" }",
        "@length(..3)\ntype T = string\nrecord R { @length(2..) x: T = \"abcd\" }",
        "E0303",
    ),
    ("@example(\"a\")\ntype T = string", "@example(1)\ntype T = string", "E0301"),
    (
        "service s { @example({\"x\": 1}) procedure p(x: int8) }",
        "service s { @example({\"x\": 128}) procedure p(x: int8) }",
        "E0302",
    ),
    ("service s { @expose @tags(\"b\") procedure p() }", "record R { @expose x: string }", "E0234"),
];

#[test]
fn every_rule_is_held_on_both_sides_of_its_boundary() {
    let mut mistakes = Vec::new();
    for (accepted, refused, code) in RULES {
        let codes = raised(accepted);
        if !codes.is_empty() {
            mistakes.push(format!("{accepted}\nraises {codes:?}"));
        }
        let codes = raised(refused);
        if codes != BTreeSet::from([(*code).to_owned()]) {
            mistakes.push(format!("{refused}\nraises {codes:?}, not {code}"));
        }
    }
    assert!(mistakes.is_empty(), "{} mistakes:\n{}", mistakes.len(), mistakes.join("\n"));
}

fn raised(snippet: &str) -> BTreeSet<String> {
    let text = if snippet.contains("namespace ") { snippet.to_owned() } else { format!("namespace a\n\n{snippet}\n") };
    let report = Config::new().root("").check_in(&Memory::new().with("contract.almanet", text)).report;
    report.problems.iter().map(|problem| problem.code.to_string()).collect()
}

#[test]
fn the_errors_of_a_file_end_at_a_limit() {
    let text = |count: usize| (0..count).map(|number| format!("recrod R{number} {{}}\n")).collect::<String>();
    let is_cut = |count| raised(&text(count)).contains("E0119");
    assert!(!is_cut(1_000));
    assert!(is_cut(1_001));
    // Of whatever phase.
    let is_cut = |count| raised(&format!("record R {{ {} }}", "x: bool ".repeat(count))).contains("E0119");
    assert!(!is_cut(1_001));
    assert!(is_cut(1_002));
}
