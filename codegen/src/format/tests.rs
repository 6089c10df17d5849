use super::format;

/// Formats what stands behind a namespace.
fn formatted(text: &str) -> String {
    let formatted = format(&format!("namespace a\n\n{text}")).unwrap();
    formatted.strip_prefix("namespace a\n\n").unwrap().to_owned()
}

/// The contracts of the language's own description, those that show a mistake aside.
#[test]
fn the_contracts_of_the_description_are_formatted() {
    let pages = include_str!("../../docs/language.md").split("```almanet\n").skip(1);
    let contracts: Vec<_> = pages.filter_map(|page| page.split("```").next()).collect();
    assert!(contracts.len() > 5, "only {} contracts were found", contracts.len());
    for contract in contracts {
        assert_eq!(format(contract).as_deref(), Ok(contract));
    }
}

#[test]
fn bodies_of_several_lines_have_no_commas_and_of_one_line_have() {
    assert_eq!(formatted("record R { a: int32 b: int32, }"), "record R { a: int32, b: int32 }\n");
    assert_eq!(formatted("record R {\na: int32, b: int32, }"), "record R {\n    a: int32\n    b: int32\n}\n");
    assert_eq!(formatted("service s { topic t: string }"), "service s {\n    topic t: string\n}\n");
    assert_eq!(formatted("enum E { a, /// b\nb }"), "enum E {\n    a\n    /// b\n    b\n}\n");
    assert_eq!(formatted("enum E { a, @name(\"c\") b }"), "enum E {\n    a\n    @name(\"c\")\n    b\n}\n");
    assert_eq!(formatted("record R{\n\n}exception e(string)"), "record R {}\nexception e(string)\n");
}

#[test]
fn groups_stay_and_what_is_tall_stands_apart() {
    let consts = "const a: int32 = 1\nconst b: int32 = 2\n\nconst c: int32 = 3\n";
    assert_eq!(formatted(consts), consts);
    let tall = "const a: int32 = 1\nrecord R {\n    x: int32\n}\n// of b\nconst b: int32 = 2\n";
    assert_eq!(formatted(tall), "const a: int32 = 1\n\nrecord R {\n    x: int32\n}\n\n// of b\nconst b: int32 = 2\n");
    let members = "record R {\n\n\n    x: int32\n\n\n    // y\n\n    y: int32\n\n}\n";
    assert_eq!(formatted(members), "record R {\n    x: int32\n\n    // y\n\n    y: int32\n}\n");
    let behind = "record R {\n    x: int32\n}\n// end of R\n\nrecord S {}\n";
    assert_eq!(formatted(behind), behind);
}

#[test]
fn a_procedure_breaks_at_raises_first_then_at_its_parameters() {
    let long = "service s {\n    procedure p(first_parameter: string, second_parameter: list<string>) -> map<string, int32> raises one_error, another_error\n}\n";
    assert_eq!(
        formatted(long),
        "service s {\n    procedure p(first_parameter: string, second_parameter: list<string>) -> map<string, int32>\n        raises one_error, another_error\n}\n"
    );
    let longer = long.replace("first_parameter", "first_parameter_with_a_name_that_goes_on");
    assert_eq!(
        formatted(&longer),
        "service s {\n    procedure p(\n        first_parameter_with_a_name_that_goes_on: string,\n        second_parameter: list<string>,\n    ) -> map<string, int32> raises one_error, another_error\n}\n"
    );
}

#[test]
fn a_value_too_long_for_its_line_breaks_its_brackets() {
    let word = "\"a word of some length\"";
    let words = [word; 5].join(",");
    let items = format!("        {word},\n").repeat(5);
    assert_eq!(
        formatted(&format!("record R {{\n@example({{\"a\":[{words}]}}) r: any\n}}")),
        format!(
            "record R {{\n    @example({{\n        \"a\": [\n{}        ],\n    }})\n    r: any\n}}\n",
            items.replace("        ", "            ")
        )
    );
    assert_eq!(
        formatted(&format!("const c: list<string> = [{words}]")),
        format!("const c: list<string> = [\n{}]\n", items.replace("        ", "    "))
    );
    let text = format!("@deprecated(\"{}\")\nrecord R {{}}\n", "long ".repeat(30));
    assert_eq!(formatted(&text), text, "a string alone is not put on a line of its own");
}

#[test]
fn names_with_commas_fill_their_lines() {
    let name = "an_exception_with_a_rather_long_name";
    let text = formatted(&format!("service s {{ procedure p() raises {} }}", [name; 5].join(",")));
    let lines = "        raises an_exception_with_a_rather_long_name, an_exception_with_a_rather_long_name,\n";
    assert!(text.contains(lines), "{text}");
    assert!(text.lines().all(|line| line.len() <= super::printer::WIDTH), "{text}");
}

#[test]
fn blanks_are_put_around_tokens_in_one_way() {
    assert_eq!(
        formatted("@range( 1 .. )@length(..5 , )type T=map < string , list<int32 ? > > ?"),
        "@range(1..)\n@length(..5)\ntype T = map<string, list<int32?>>?\n"
    );
    assert_eq!(
        formatted("service s{@timeout ( 5s )oneway\nprocedure p ( @name( \"x\" )a:int32=1 )topic t :string}"),
        "service s {\n    @timeout(5s)\n    oneway procedure p(@name(\"x\") a: int32 = 1)\n    topic t: string\n}\n"
    );
    assert_eq!(formatted("const c : any={\"a\" :[ 1 ,2 ],}"), "const c: any = {\"a\": [1, 2]}\n");
}

#[test]
fn comments_stay_behind_what_they_stand_behind() {
    let text =
        "record R { // of R\n    a: int32 // of a\n    // of b\n    b: int32 /* too */\n    // the end\n} // of R\n";
    assert_eq!(formatted(text), text);
    assert_eq!(
        formatted("record R {\na: int32 // of a\n, b: int32}"),
        "record R {\n    a: int32 // of a\n    b: int32\n}\n"
    );
    let moved = "record R {\n/* one\n   two\n*/\n        a: int32\n}";
    assert_eq!(formatted(moved), "record R {\n    /* one\n       two\n    */\n    a: int32\n}\n");
}

#[test]
fn line_ends_become_line_feeds_and_a_byte_order_mark_goes() {
    assert_eq!(
        format("\u{feff}namespace a\r\n\r\n// c  \rrecord R {}"),
        Ok("namespace a\n\n// c\nrecord R {}\n".to_owned())
    );
}

#[test]
fn what_does_not_parse_is_refused_and_what_means_nothing_is_not() {
    assert_eq!(formatted("record R{x:strng}"), "record R { x: strng }\n");
    let error = format("namespace a\n\nrecord R {").unwrap_err();
    assert_eq!(error.problems[0].code.as_str(), "E0104");
    assert!(format("record R {}").is_err());
    assert!(format("").is_err());
}

/// What could take time in the square of its length.
#[test]
fn long_texts_are_formatted_in_time() {
    let many = 10_000;
    let texts = [
        format!("record R {{ {}x: int32 }}", "/**/".repeat(many)),
        format!("record R {{ x: int32 {}\n}}", "/**/".repeat(many)),
        format!("record R {{ x: int32 {}, y: int32 }}", "/**/ ".repeat(many)),
        format!("const c: list<int32> = [{}]", "1,".repeat(many)),
        format!("const c: any = {}{}", "[".repeat(60), "]".repeat(60)),
        format!("const c: any = {}{}{}", "[".repeat(60), "1,".repeat(many), "]".repeat(60)),
        format!("service s {{ procedure p() raises {} }}", vec!["e"; many].join(",")),
        format!("{}record R {{}}", "@a.b /**/ ".repeat(many)),
        format!("record R {{ reserved {} }}", vec!["\"e\""; many].join(", ")),
        format!("enum E {{ {} }}", vec!["v"; many].join(" ")),
        "const a: int32 = 1\nrecord R {\n}\n".repeat(many / 10),
    ];
    for text in texts {
        let once = formatted(&text);
        assert!(once == formatted(&once), "{}", &text[..60]);
    }
}
