use super::{Fault, FaultKind, Reader};

fn fault(json: &[u8]) -> Option<FaultKind> {
    let read = |json| -> Result<(), Fault> {
        let mut reader = Reader::new(json)?;
        reader.skip()?;
        reader.end()
    };
    read(json).err().map(|fault| fault.kind())
}

#[test]
fn what_is_json_is_read_to_its_end() {
    for json in [
        "null",
        " true ",
        "false",
        "0",
        "-0",
        "-0.5e+10",
        "1E-7",
        "1e400",
        "\"\"",
        "\"é\\u00e9\\ud83e\\udd80\\/\"",
        "[]",
        "[ 1 , [2] ]",
        "{}",
        "{ \"a\" : {\"a\": 1} , \"b\" : [] }",
        "\t\r\n1\n",
    ] {
        assert_eq!(fault(json.as_bytes()), None, "{json}");
    }
}

#[test]
fn what_is_no_json_is_refused() {
    for json in [
        "",
        " ",
        "nul",
        "nulls",
        "True",
        "NaN",
        "Infinity",
        "-",
        "+1",
        ".5",
        "5.",
        "01",
        "-01",
        "1e",
        "1e+",
        "0x1",
        "'a'",
        "\"",
        "\"a",
        "\"\n\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "[,]",
        "[1 2]",
        "]",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{,}",
        "{a:1}",
        "{1:1}",
        "{\"a\" 1}",
        "{} {}",
        "1 1",
        "// comment\n1",
        "\u{feff}1",
        "\u{a0}1",
    ] {
        assert!(matches!(fault(json.as_bytes()), Some(FaultKind::Syntax(_))), "{json}: {:?}", fault(json.as_bytes()));
    }
}

#[test]
fn what_no_text_may_hold_is_refused() {
    let nested = |open: &str, close: &str, depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
    assert_eq!(fault(nested("[", "]", 64).as_bytes()), None);
    assert_eq!(fault(nested("[", "]", 65).as_bytes()), Some(FaultKind::TooDeep));
    assert_eq!(fault(nested("{\"a\":", "}", 64).as_bytes()), None);
    assert_eq!(fault(nested("{\"a\":", "}", 65).as_bytes()), Some(FaultKind::TooDeep));
    assert_eq!(fault("[".repeat(1_000_000).as_bytes()), Some(FaultKind::TooDeep));
    assert_eq!(fault(b"{\"a\":1,\"b\":1,\"\\u0061\":1}"), Some(FaultKind::RepeatedKey));
    assert_eq!(fault(b"[{\"\":{\"x\":1,\"x\":2}}]"), Some(FaultKind::RepeatedKey));
    assert_eq!(fault(b"\"\xff\""), Some(FaultKind::NotUtf8));
    assert_eq!(fault(b"\"\xed\xa0\x80\""), Some(FaultKind::NotUtf8));
    for half in ["\\ud800", "\\udc00", "\\ud800\\u0041", "\\udc00\\ud800", "\\ud800\\ud800", "\\ud800x"] {
        assert_eq!(fault(format!("\"{half}\"").as_bytes()), Some(FaultKind::LoneSurrogate), "{half}");
    }
}

#[test]
fn a_fault_has_a_place() {
    let mut reader = Reader::new(b"{\"a\": [0, {\"b c\": tru}]}").unwrap();
    let fault = reader.skip().unwrap_err();
    assert_eq!(fault.offset(), 18);
    let placed = fault.into_placed();
    assert_eq!(placed.to_string(), "at $.a[1][\"b c\"]: expected a value at byte 18, found tru");
}
