use super::problems;

fn contract(definitions: &str) -> Vec<String> {
    problems(&format!("namespace a\n{definitions}"))
}

#[test]
fn unknown_types_get_a_suggestion() {
    assert_eq!(contract("record R { x: strng }"), ["E0207 unknown type \"strng\"; did you mean \"string\"?"]);
    assert_eq!(
        contract("record Person {}\nrecord R { x: list<Persn> }"),
        ["E0207 unknown type \"Persn\"; did you mean \"Person\"?"]
    );
    assert_eq!(contract("record R { x: lst<string> }"), ["E0207 unknown type \"lst\"; did you mean \"list\"?"]);
}

#[test]
fn all_problems_come_out_in_one_run() {
    assert_eq!(
        contract("record R { x: A, y: B, @nme(\"z\") z: list }\nenum E {}"),
        [
            "E0207 unknown type \"A\"",
            "E0207 unknown type \"B\"",
            "E0233 unknown annotation \"@nme\"; did you mean \"@name\"?",
            "E0215 \"list\" needs the types that it holds, as in list<string>",
            "E0225 the enum \"E\" has no variant",
        ]
        .map(str::to_owned)
    );
}

#[test]
fn services_exceptions_and_constants_are_no_types() {
    assert_eq!(
        contract("exception e\nservice s {}\nconst c: int32 = 1\nrecord R { x: e, y: s, z: c }"),
        [
            "E0212 \"e\" is an exception and no type",
            "E0212 \"s\" is a service and no type",
            "E0212 \"c\" is a constant and no type",
        ]
    );
}

#[test]
fn optionals_do_not_nest() {
    for refused in ["any?", "string??", "O?", "OO?"] {
        let found = contract(&format!("type O = string?\ntype OO = O\nrecord R {{ x: {refused} }}"));
        assert!(found.len() == 1 && found[0].starts_with("E0216"), "{refused}: {found:?}");
    }
    assert_eq!(contract("type O = string?\nrecord R { x: O, y: list<O>?, z: list<string?> }"), [""; 0]);
}

#[test]
fn sets_and_maps_choose_what_they_hold() {
    for refused in ["set<float32>", "set<list<string>>", "set<R>", "set<F>", "set<string?>", "set<any>"] {
        let found = contract(&format!("type F = float64\nrecord R {{ x: {refused} }}"));
        assert!(found.len() == 1 && found[0].starts_with("E0217"), "{refused}: {found:?}");
    }
    for refused in ["map<float32, string>", "map<bytes, string>", "map<R, string>", "map<timestamp, string>"] {
        let found = contract(&format!("record R {{ x: {refused} }}"));
        assert!(found.len() == 1 && found[0].starts_with("E0218"), "{refused}: {found:?}");
    }
    assert_eq!(
        contract(
            "enum E { a }\ntype K = uuid\nrecord R { x: set<E>, y: map<K, any>, z: map<date, E>, w: set<decimal> }"
        ),
        [""; 0]
    );
}

#[test]
fn tuples_hold_two_to_twelve() {
    let of = |count: usize| contract(&format!("record R {{ x: tuple<{}> }}", vec!["string"; count].join(", ")));
    assert!(of(1)[0].starts_with("E0215") && of(13)[0].starts_with("E0215"));
    assert!(of(2).is_empty() && of(12).is_empty());
}

#[test]
fn alias_cycles_are_found_once() {
    let found = contract("type A = list<B>\ntype B = C?\ntype C = A\nrecord R { x: A, y: set<B> }");
    assert!(found.len() == 1 && found[0].starts_with("E0219"), "{found:?}");
    let chain: String = (0..10_000).map(|index| format!("type T{index} = T{}\n", index + 1)).collect();
    assert_eq!(contract(&format!("{chain}type T10000 = string\n")), [""; 0]);
}

#[test]
fn names_within_a_definition_are_unique_in_source_and_on_the_wire() {
    assert_eq!(contract("record R { x: string, x: string }"), ["E0221 there are two fields named \"x\""]);
    assert_eq!(
        contract("record R { @name(\"y\") x: string, y: string }"),
        ["E0222 \"x\" and \"y\" both travel as \"y\""]
    );
    assert_eq!(contract("record R { @name(\"y\") x: string, @name(\"x\") y: string }"), [""; 0]);
    assert_eq!(
        contract("record R { @name(\"z\") x: string, reserved \"z\" }"),
        ["E0223 the field name \"z\" is reserved"]
    );
    let many: String = (0..40).map(|index| format!("x{index}: string, ")).collect();
    assert_eq!(contract(&format!("record R {{ {many} x7: string }}")), ["E0221 there are two fields named \"x7\""]);
}

#[test]
fn annotations_have_their_places() {
    assert_eq!(contract("@closed\nenum E { a }"), ["E0234 \"@closed\" cannot stand on an enum"]);
    assert_eq!(contract("record R { @length(1..) @length(..2) x: string }"), ["E0235 \"@length\" stands here twice"]);
    assert_eq!(
        contract("@deprecated\nrecord R {}"),
        ["E0236 \"@deprecated\" takes one string, as in @deprecated(\"why\")"]
    );
    assert_eq!(contract("@acme.owner(\"team\", 5s, [1])\nrecord R {}"), [""; 0]);
}

#[test]
fn exceptions_keep_out_of_the_protocols_names() {
    for refused in ["exception InternalError", "exception rpc_x", "@name(\"rpc_x\")\nexception y"] {
        assert!(contract(refused)[0].starts_with("E0227"), "{refused}");
    }
    assert!(contract("@name(\"a-b\")\nexception y")[0].starts_with("E0228"));
}

#[test]
fn oneway_procedures_do_not_answer() {
    let found = contract("exception e\nservice s { oneway procedure p() -> string raises e }");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(contract("service s { procedure p() -> () }")[0].starts_with("E0232"));
}

#[test]
fn raises_names_exceptions_that_travel_apart() {
    let found = contract("exception e\nrecord R {}\nservice s { procedure p() raises e, R, x, e }");
    assert_eq!(
        found,
        ["E0213 \"R\" is a record and no exception", "E0208 unknown exception \"x\"", "E0229 \"e\" is raised twice",]
    );
    let found =
        contract("@name(\"x\")\nexception e\n@name(\"x\")\nexception f\nservice s { procedure p() raises e, f }");
    assert!(found[0].starts_with("E0230"), "{found:?}");
}

#[test]
fn tags_sit_in_records_alone() {
    let found =
        contract("@tag(\"type\")\nunion U { a: string, b: R, c: S, d }\nrecord R { type: string }\nrecord S {}");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().all(|problem| problem.starts_with("E0238")), "{found:?}");
}
#[test]
fn a_broken_definition_stays_known() {
    let found = contract("record Person { name string }\nrecord R { x: Person }\nenum E { a b: }\nrecord S { e: E }");
    assert!(found.iter().all(|problem| problem.starts_with("E01")), "{found:?}");
}

#[test]
fn many_mistakes_end_in_time() {
    let types: String =
        (0..1_000).map(|index| format!("record R{index} {{ x: Unknown{index}, y: R{index}, y: string }}\n")).collect();
    assert_eq!(contract(&types).len(), 3_000, "an unknown type, an endless record and a repeated field each");
    let deep = format!(
        "record R {{ x: {}string{} = {}{} }}",
        "list<".repeat(60),
        ">".repeat(60),
        "[".repeat(60),
        "]".repeat(60)
    );
    assert_eq!(contract(&deep), [""; 0]);
}

/// Names are gathered for the suggestions that are given, and not for each of so many problems.
#[test]
fn a_contract_of_unknown_names_ends_in_time() {
    let count = 10_000;
    let records: String = (0..count).map(|at| format!("record R{at} {{ f: Q{at} }}\n")).collect();
    let variants: String = (0..count).map(|at| format!("v{at}, ")).collect();
    let constants: String = (0..count).map(|at| format!("const c{at}: E = w{at}\n")).collect();
    let found = problems(&format!("namespace a\n{records}enum E {{ {variants} }}\n{constants}"));
    assert_eq!(found.len(), 2 * count);
    assert!(found.iter().any(|problem| problem.contains("did you mean")), "{:?}", found.first());
}
